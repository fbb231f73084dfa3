package metadata

import (
	"errors"
	"fmt"
	"strings"

	"guard/internal/pipeline/logic"
)

// firing is what a rule makes of a run.
type firing struct {
	rule   Rule
	text   string       // the tag; "" where it makes none
	fires  logic.Answer // whether it makes a tag
	latest logic.Answer // whether latest goes with the tag where the flavor leaves it to the rule; the zero value beside some errors
	err    error        // what the action fails with at this rule
}

// none is the firing of a rule that makes no tag.
var none = firing{fires: logic.No, latest: logic.No}

// fire applies a rule to the run.
func (w *world) fire(r rule) firing {
	enabled, err := w.enabled(r)
	if err != nil {
		return firing{rule: r.Rule, fires: logic.Yes, err: err}
	}
	f := none
	if !enabled.IsNo() {
		f = w.trigger(r)
	}
	f.rule = r.Rule
	f.fires = logic.And(enabled, f.fires)
	if f.fires.IsNo() {
		return f
	}
	return w.finish(r, f)
}

// finish adds the affixes and makes a tag of the text.
func (w *world) finish(r rule, f firing) firing {
	if f.err == nil {
		f.text, f.err = w.affixed(r, f.text)
	}
	var unknown errUnknown
	if f.err != nil && (errors.As(f.err, &unknown) || !f.fires.IsYes()) {
		f = f.doubtful(w.nobody(f.err.Error()))
	}
	if f.err != nil {
		return f
	}
	if f.text == "" {
		f.fires = logic.No
		return f
	}
	if w.mayBeEmpty(f.text) {
		f.fires = logic.And(f.fires, logic.Maybe(w.reason(f.text)))
	}
	f.text = w.tagText(f.text)
	return f
}

// doubtful is the firing with another text, where its error says why nobody
// knows the true one.
func (f firing) doubtful(text string) firing {
	if f.latest == (logic.Answer{}) {
		f.latest = logic.Maybe(f.err.Error())
	}
	f.text, f.err = text, nil
	return f
}

func (w *world) enabled(r rule) (logic.Answer, error) {
	text, err := w.render(r.get("enable"), w.global)
	var unknown errUnknown
	if errors.As(err, &unknown) {
		return logic.Maybe(unknown.reason), nil
	}
	if err != nil {
		return logic.No, err
	}
	return w.switched(text)
}

// affixed puts the rule's prefix and suffix around a text, or else the
// flavor's.
func (w *world) affixed(r rule, text string) (string, error) {
	affix := func(name, general string) (string, error) {
		if r.has(name) {
			general = r.get(name)
		}
		return w.render(general, w.global)
	}
	prefix, err := affix("prefix", w.flavor.prefix)
	if err != nil {
		return "", err
	}
	suffix, err := affix("suffix", w.flavor.suffix)
	return prefix + text + suffix, err
}

// trigger tells what a rule makes of the run before affixes are added.
func (w *world) trigger(r rule) firing {
	switch r.Type {
	case Schedule:
		return w.schedule(r)
	case Semver:
		return w.versionOf(r, w.parseSemver)
	case PEP440:
		return w.versionOf(r, w.parsePEP440)
	case Match:
		return w.matched(r)
	case Edge:
		return w.edge(r)
	case Ref:
		return w.refOf(r.get("event"))
	case Raw:
		text, err := w.render(r.get("value"), w.global)
		return firing{text: text, fires: logic.Yes, latest: logic.No, err: err}
	default:
		return w.commit(r)
	}
}

func (w *world) schedule(r rule) firing {
	if !strings.Contains(w.event, "schedule") {
		return none
	}
	text, err := w.render(r.get("pattern"), w.dates)
	return firing{text: text, fires: logic.Yes, latest: logic.No, err: err}
}

// subject is the text that a rule reads its version from: its value, or the
// Git tag.
func (w *world) subject(r rule) (text string, given logic.Answer, err error) {
	rest, answer := w.starts(w.ref, "refs/tags/")
	value := r.get("value")
	switch {
	case value == "":
		return rest, answer, nil
	case !w.mayBeEmpty(value):
		text, err = w.render(value, w.global)
		return text, logic.Yes, err
	}
	return value, logic.Or(answer, logic.Maybe(w.reason(value))), nil
}

func (w *world) versionOf(r rule, parse func(string) (release, logic.Answer)) firing {
	text, given, err := w.subject(r)
	if given.IsNo() {
		return none
	}
	if err == nil && w.major >= 5 && r.get("match") != "" {
		text, err = w.cutOut(r.get("match"), text)
	}
	if err != nil {
		return firing{fires: given, err: err}
	}
	if w.major >= 5 || r.get("value") == "" {
		text = strings.ReplaceAll(text, "/", "-")
	}
	version, answer := parse(text)
	fires := logic.And(given, answer)
	if !fires.IsYes() {
		return firing{text: w.nobody(fires.Reason), fires: fires, latest: logic.Maybe(fires.Reason)}
	}
	text, err = w.written(r, version)
	return firing{text: text, fires: logic.Yes, latest: logic.Is(!version.prerelease), err: err}
}

// cutOut is the first group of what an expression finds in a text, and the
// text itself where it finds nothing.
func (w *world) cutOut(expression, text string) (string, error) {
	found, err := w.match(expression, "", text)
	if err != nil || found == nil {
		return text, err
	}
	part, ok := group(found, "1")
	if !ok {
		return "", fmt.Errorf("match=%s has no group in round brackets that says which part is the version", expression)
	}
	return part, nil
}

// written is a version as the rule's pattern writes it. A pre-release is
// always written whole.
func (w *world) written(r rule, version release) (string, error) {
	pattern := r.get("pattern")
	switch {
	case !version.prerelease:
	case r.Type == PEP440 && w.isRaw(pattern):
		return version.raw, nil
	case r.Type == PEP440:
		return version.version, nil
	case !w.isRaw(pattern):
		pattern = "{{version}}"
	}
	return w.render(pattern, version.named(r.Type))
}

func (w *world) matched(r rule) firing {
	text, given, err := w.subject(r)
	if given.IsNo() {
		return none
	}
	if w.major <= 3 && r.get("value") == "" {
		text = strings.ReplaceAll(text, "/", "-")
	}
	var found []*string
	if err == nil {
		expression, flags := cutFlags(r.get("pattern"))
		found, err = w.match(expression, flags, text)
	}
	if err != nil {
		return firing{fires: given, latest: logic.Yes, err: err}
	}
	part, ok := group(found, r.get("group"))
	if !ok {
		return none
	}
	return firing{text: part, fires: given, latest: logic.Yes}
}

// cutFlags splits "/expression/flags"; without slashes all is expression.
func cutFlags(pattern string) (expression, flags string) {
	last := strings.LastIndex(pattern, "/")
	if !strings.HasPrefix(pattern, "/") || last < 2 || strings.ContainsAny(pattern, "\n\r\u2028\u2029") {
		return pattern, ""
	}
	return pattern[1:last], pattern[last+1:]
}

func (w *world) edge(r rule) firing {
	name, answer := w.starts(w.ref, "refs/heads/")
	if answer.IsNo() {
		return none
	}
	branch := r.get("branch")
	if branch == "" {
		branch = w.defaultBranch
	}
	answer = logic.And(answer, w.equal(w.refText("refs/heads/", name), branch))
	return firing{text: "edge", fires: answer, latest: logic.No}
}

// refOf makes a tag of the ref itself.
func (w *world) refOf(event string) firing {
	prefix := map[string]string{"branch": "refs/heads/", "tag": "refs/tags/", "pr": "refs/pull/"}[event]
	name, answer := w.starts(w.ref, prefix)
	if answer.IsNo() {
		return none
	}
	if event == "pr" {
		name = strings.TrimSuffix(name, "/merge")
	}
	return firing{text: w.refText(prefix, name), fires: answer, latest: logic.Is(event == "tag")}
}

func (w *world) commit(r rule) firing {
	f := firing{text: w.sha, fires: logic.Yes, latest: logic.No}
	switch format := r.get("format"); {
	case format == "short":
		f.text, f.err = w.shortSHA()
	case format != "long":
		f.err = errUnknown{w.reason(format)}
	}
	return f
}
