package admission

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"guard/internal/finding"
)

// Response is the answer to a request.
type Response struct {
	UID      string
	Allowed  bool
	Code     int      // HTTP status of a denial; 0 where allowed
	Reason   string   // of a denial, a metav1.StatusReason: Forbidden, InternalError, BadRequest
	Message  string   // of a denial
	Causes   []Cause  // of a denial, one per finding
	Warnings []string // shown to who asked, whatever the answer is
	Audit    map[string]string
	Bypass   *Bypass // by what the rules were passed over; nil: they were not
}

// Cause is one reason of a denial.
type Cause struct {
	Rule    string // id of the rule
	Field   string // path into the object: "spec.containers[0].image"
	Message string
}

// The limits of an answer. The API server keeps at most 4,096 bytes of
// warnings, and cuts each at 256 if there are more.
const (
	maxWarnings     = 12
	maxWarning      = 256
	maxWarningBytes = 4000
	maxDenied       = 50
	maxMessage      = 16 << 10
)

// deny answers with every finding that is denied.
func deny(r *Request, denied []finding.Finding) Response {
	response := Response{UID: r.UID, Code: http.StatusForbidden, Reason: "Forbidden"}
	var b strings.Builder
	fmt.Fprintf(&b, "guard found %s:", counted(len(denied), "broken rule"))
	for i, f := range denied {
		if i == maxDenied || b.Len() > maxMessage {
			fmt.Fprintf(&b, "\n- and %d more", len(denied)-i)
			break
		}
		fmt.Fprintf(&b, "\n- %s: %s (%s)", place(f), f.Message, f.Rule)
		if f.Remediation != "" {
			fmt.Fprintf(&b, "\n  %s", f.Remediation)
		}
		response.Causes = append(response.Causes, Cause{Rule: f.Rule, Field: f.Path, Message: f.Message})
	}
	response.Message = b.String()
	return response
}

// undecided answers where guard cannot say whether the rules are kept.
func undecided(uid, why string) Response {
	return Response{
		UID: uid, Code: http.StatusInternalServerError, Reason: "InternalError",
		Message: "guard cannot decide, and denies what it cannot decide: " + why,
		Audit:   map[string]string{"decision": "undecided"},
	}
}

func place(f finding.Finding) string {
	if f.Path == "" {
		return "the object"
	}
	return f.Path
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// warnings puts findings into the few bytes that the API server hands on.
func warnings(prefix string, list []finding.Finding) []string {
	texts := make([]string, len(list))
	for i, f := range list {
		texts[i] = fmt.Sprintf("%s%s%s: %s (%s)", prefix, announced(f), place(f), f.Message, f.Rule)
	}
	return bounded(texts)
}

// bounded keeps of warnings what the API server hands on, and says how many
// there are besides.
func bounded(texts []string) []string {
	var out []string
	left := maxWarningBytes
	for i, text := range texts {
		text = cut(text, maxWarning)
		if len(out) == maxWarnings || len(text) > left {
			return append(out, fmt.Sprintf("guard: and %d more", len(texts)-i))
		}
		left -= len(text)
		out = append(out, text)
	}
	return out
}

// announced says when a warning becomes a denial.
func announced(f finding.Finding) string {
	if f.DeniedFrom == "" {
		return ""
	}
	return "denied from " + f.DeniedFrom + ": "
}

// maxUnknown bounds how much of what is not known is told beside an answer.
const maxUnknown = 3

// warn adds to an answer what is not known and has not decided it: for who asks,
// but for what rules that only record want to know, and for the audit log.
func (l *looked) warn(a Response) Response {
	unknown := l.warned
	if l.unknown != "" {
		unknown = append([]string{l.unknown}, unknown...)
	}
	for _, what := range unknown[:min(len(unknown), maxUnknown)] {
		a.Warnings = append(a.Warnings, cut("guard: not known: "+what, maxWarning))
	}
	if all := slices.Concat(unknown, l.audited); len(all) > 0 {
		a.Audit["unknown"] = cut(strings.Join(all, "; "), maxAnnotation)
	}
	return a
}

// cut shortens a text to at most limit bytes.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	const more = "…"
	return strings.ToValidUTF8(text[:limit-len(more)], "") + more
}
