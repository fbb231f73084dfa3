package metadata

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// world is a run as the action sees it: all of it text of one alphabet.
type world struct {
	*alphabet
	major         int
	event         string
	ref           string
	sha           string
	baseRef       string
	defaultBranch string
	shortLength   string
	flavor        flavor
}

func newWorld(a *alphabet, in Inputs, c Context) *world {
	w := &world{
		alphabet: a, major: in.major(), event: c.Event, ref: a.encode(c.Ref), sha: a.known(c.SHA, "the commit"),
		baseRef: a.encode(c.BaseRef), defaultBranch: a.known(c.DefaultBranch, "the default branch"), shortLength: a.encode(c.Environment.ShortSHALength),
	}
	if in.Git {
		return w
	}
	if strings.Contains(c.Event, "pull_request_target") {
		w.ref = "refs/pull/" + w.number(c.Number) + "/merge"
	}
	if w.major >= 4 && strings.Contains(c.Event, "pull_request") {
		w.takeHead(a.encode(c.Environment.PRHeadSHA), a.encode(c.HeadSHA))
	}
	return w
}

// known is the text of what every run has.
func (a *alphabet) known(v symbol.Value, what string) string {
	if len(v) == 0 {
		return a.nobody(what + " is not known")
	}
	return a.encode(v)
}

func (w *world) number(v symbol.Value) string {
	if len(v) == 0 {
		v = symbol.Of(symbol.Part{Kind: symbol.PRNumber})
	}
	return w.encode(v)
}

// takeHead builds the head of the pull request where the step's variable says
// so.
func (w *world) takeHead(variable, head string) {
	switch {
	case head == "" || head == w.sha:
	case strings.Contains(strings.ToLower(variable), "true"):
		w.sha = head
	case !plain(variable):
		w.sha = w.nobody("DOCKER_METADATA_PR_HEAD_SHA says which commit it is, and " + w.reason(variable))
	}
}

// nobody is text that cannot be known.
func (a *alphabet) nobody(reason string) string { return a.encode(symbol.Nobody(reason)) }

// starts tells whether a text begins with a prefix, and what is behind it.
func (w *world) starts(text, prefix string) (rest string, answer logic.Answer) {
	if rest, ok := strings.CutPrefix(text, prefix); ok {
		return rest, logic.Yes
	}
	head := text
	if i := strings.IndexFunc(text, isPart); i >= 0 {
		head = text[:i]
	}
	if head != text && strings.HasPrefix(prefix, head) {
		return w.nobody(w.reason(text)), logic.Maybe(w.reason(text))
	}
	return text, logic.No
}

// equal tells whether two texts are the same.
func (w *world) equal(a, b string) logic.Answer {
	return symbol.Compare(w.decode(a), w.decode(b))
}

// global is what templates of values, affixes and enable= may call.
func (w *world) global(c call) (string, bool, error) {
	switch c.name {
	case "branch":
		return w.behind("refs/heads/"), true, nil
	case "tag":
		return w.behind("refs/tags/"), true, nil
	case "sha":
		text, err := w.shortSHA()
		return text, true, err
	case "base_ref":
		return w.base(), true, nil
	case "is_default_branch":
		return w.word(w.onDefaultBranch()), true, nil
	case "is_not_default_branch":
		if w.major < 5 {
			return "", false, nil
		}
		return w.word(logic.Not(w.onDefaultBranch())), true, nil
	}
	return w.dates(c)
}

// dates is what the pattern of a schedule may call.
func (w *world) dates(c call) (string, bool, error) {
	if c.name != "date" && (c.name != "commit_date" || w.major < 5) {
		return "", false, nil
	}
	if len(c.arguments) == 0 {
		return "", true, fmt.Errorf("{{%s}} has no format; write {{%s 'YYYYMMDD'}}", c.name, c.name)
	}
	if len(c.arguments) > 1 {
		return "", true, fmt.Errorf("{{%s}} takes one format, not %d", c.name, len(c.arguments))
	}
	format, zone, of := c.arguments[0], "", ""
	for _, name := range slices.Sorted(maps.Keys(c.options)) {
		value := c.options[name]
		if name != "tz" {
			return "", true, fmt.Errorf("{{%s}} has no option %q, only tz", c.name, name)
		}
		if value != "UTC" {
			zone = zoneMark + value
		}
	}
	if c.name == "commit_date" {
		of = commitMark
	}
	return w.encode(symbol.Of(symbol.Part{Kind: symbol.Date, Name: format + of + zone})), true, nil
}

// What follows the format in the name of a date that is not the run's day in
// Greenwich.
const (
	commitMark = " of the commit"
	zoneMark   = " in "
)

// cutFormat splits the name of a date behind its format.
func cutFormat(name string) (format, marks string) {
	i := len(name)
	for _, mark := range []string{commitMark, zoneMark} {
		if at := strings.Index(name, mark); at >= 0 {
			i = min(i, at)
		}
	}
	return name[:i], name[i:]
}

// behind is what follows a prefix of the ref; nothing where it has another.
func (w *world) behind(prefix string) string {
	rest, answer := w.starts(w.ref, prefix)
	if answer.IsNo() {
		return ""
	}
	return w.refText(prefix, rest)
}

// refText is the name of a branch or a Git tag as old versions of the action
// write it, which change it early; newer ones change the tag as a whole.
func (w *world) refText(prefix, name string) string {
	switch {
	case w.major > 3:
		return name
	case prefix == "refs/heads/":
		return foreign.ReplaceAllString(name, "-")
	default:
		return strings.ReplaceAll(name, "/", "-")
	}
}

// tagText is a text as a tag; old versions of the action leave it as it is.
func (w *world) tagText(text string) string {
	if w.major > 3 {
		return w.sanitized(text)
	}
	return text
}

func (w *world) base() string {
	_, tag := w.starts(w.ref, "refs/tags/")
	_, pull := w.starts(w.ref, "refs/pull/")
	switch {
	case tag.IsYes():
		return strings.TrimPrefix(w.baseRef, "refs/heads/")
	case pull.IsYes():
		return w.baseRef
	case tag.IsNo() && pull.IsNo():
		return ""
	}
	return w.nobody(w.reason(w.ref))
}

// word writes an answer into a template.
func (w *world) word(answer logic.Answer) string {
	switch answer.Truth {
	case logic.True:
		return "true"
	case logic.False:
		return "false"
	}
	return w.nobody(answer.Reason)
}

// alwaysDefault are words in the names of events that GitHub runs on the
// default branch, as the action looks for them.
var alwaysDefault = []string{"create", "discussion", "issues", "schedule"}

func (w *world) onDefaultBranch() logic.Answer {
	branch := w.refText("refs/heads/", strings.TrimPrefix(w.ref, "refs/heads/"))
	if branch == "" {
		return logic.No
	}
	for _, word := range alwaysDefault {
		if strings.Contains(w.event, word) {
			return logic.Yes
		}
	}
	return w.equal(branch, w.defaultBranch)
}

// shortSHA is the beginning of the commit.
func (w *world) shortSHA() (string, error) {
	length := 7
	if w.major >= 5 && w.shortLength != "" {
		if !plain(w.shortLength) {
			return w.nobody("DOCKER_METADATA_SHORT_SHA_LENGTH: " + w.reason(w.shortLength)), nil
		}
		n, err := number(w.shortLength)
		if err != nil {
			return "", fmt.Errorf("DOCKER_METADATA_SHORT_SHA_LENGTH=%s is no number", w.shortLength)
		}
		length = int(max(0, min(n, 1000)))
	}
	if length == 0 {
		return "", nil
	}
	return w.encode(w.decode(w.sha).Slice(0, length)), nil
}
