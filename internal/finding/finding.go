package finding

import (
	"cmp"
	"slices"
)

// Finding is one breach of one rule at one place.
type Finding struct {
	Rule        string   `json:"rule"`
	Severity    Severity `json:"severity"`
	Action      Action   `json:"action"`
	DeniedFrom  string   `json:"denied_from,omitempty"` // YYYY-MM-DD: it is a warning until then; "": the action is what it will be
	Message     string   `json:"message"`
	Remediation string   `json:"remediation"`
	Location
	Path        string    `json:"path"`             // as Path.String writes it
	Object      string    `json:"object,omitempty"` // "Deployment/shop/web", "stage final", "job build"
	Fingerprint string    `json:"fingerprint"`      // of the content, not of the place
	Related     []Related `json:"related,omitempty"`
	Fix         *Fix      `json:"fix,omitempty"`
	Waived      *Waived   `json:"waived"`

	// Excerpt is the source around the finding, secrets already redacted. It
	// is for people, and not part of the JSON report.
	Excerpt Excerpt `json:"-"`
}

// Related is another place that explains a finding.
type Related struct {
	Message string `json:"message"`
	Location
}

// Fix is a replacement of the text at the finding's location.
type Fix struct {
	Description string `json:"description"`
	Replacement string `json:"replacement"`
}

// Waived says why a finding does not count, who answers for that, and until
// when. Baselined findings have the reason "baseline".
type Waived struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires,omitempty"` // YYYY-MM-DD
	Source  string `json:"source,omitempty"`  // config, inline, annotation, baseline
}

// Excerpt is some lines of a file, the first being number Line (1-based).
// Where redaction has moved the finding's region within them, Column and
// EndColumn say where it is now; zero is where the location says.
type Excerpt struct {
	Line      int
	Lines     []string
	Column    int
	EndColumn int
}

// Compare orders findings by file, line, column, rule and message.
func (f Finding) Compare(other Finding) int {
	return cmp.Or(
		f.Location.Compare(other.Location),
		cmp.Compare(f.Rule, other.Rule),
		cmp.Compare(f.Path, other.Path),
		cmp.Compare(f.Message, other.Message),
	)
}

// Sort orders findings as [Finding.Compare] says.
func Sort(findings []Finding) { slices.SortStableFunc(findings, Finding.Compare) }
