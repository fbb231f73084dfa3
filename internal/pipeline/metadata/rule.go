package metadata

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Type says by what a rule makes its tag.
type Type string

// The types of rules.
const (
	Schedule Type = "schedule"
	Semver   Type = "semver"
	PEP440   Type = "pep440"
	Match    Type = "match"
	Edge     Type = "edge"
	Ref      Type = "ref"
	Raw      Type = "raw"
	SHA      Type = "sha"
)

// priorities says which types come first where a rule does not say it itself.
var priorities = map[Type]string{
	Schedule: "1000", Semver: "900", PEP440: "900", Match: "800", Edge: "700", Ref: "600", Raw: "200", SHA: "100",
}

// Rule is one line of the input "tags".
type Rule struct {
	Line  int    // from 0 on, in the text of the input; -1 for a rule that holds because the input is empty
	Text  string // the line as people read it
	Type  Type
	Needs string // what has to be so for it to make a tag: "a Git tag"; "" for nothing
}

// rule is a rule with its attributes, which may have parts that are not known.
type rule struct {
	Rule
	attributes map[string]string
}

func (r rule) get(name string) string { return r.attributes[name] }

func (r rule) has(name string) bool {
	_, ok := r.attributes[name]
	return ok
}

func (r rule) orElse(name, value string) {
	if !r.has(name) {
		r.attributes[name] = value
	}
}

// usual are the rules that hold where the input has none.
var usual = []string{"type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr"}

// errUnknown is the answer where a line may be any rule.
type errUnknown struct{ reason string }

func (e errUnknown) Error() string { return e.reason }

// parseRule reads one line of the input "tags".
func (a *alphabet) parseRule(l line) (rule, error) {
	r := rule{Rule: Rule{Line: l.number, Text: a.decode(l.text).String()}, attributes: map[string]string{}}
	fields, err := cells(l.text)
	if err != nil {
		return r, err
	}
	for _, field := range fields {
		if err := a.readField(&r, field); err != nil {
			return r, err
		}
	}
	if r.Type == "" {
		r.Type = Raw
	}
	if err := r.complete(); err != nil {
		return r, err
	}
	r.orElse("enable", "true")
	r.orElse("priority", priorities[r.Type])
	r.Needs = a.needs(r)
	return r, nil
}

// readField reads "name=value", or a value alone.
func (a *alphabet) readField(r *rule, field string) error {
	name, value, named := cutField(field)
	if !plain(name) && (named || a.mayBeEmpty(name)) {
		return errUnknown{a.reason(name)}
	}
	if !named {
		r.attributes["value"] = name
		return nil
	}
	name = strings.ToLower(name)
	if name != "type" {
		r.attributes[name] = value
		return nil
	}
	if !plain(value) {
		return errUnknown{a.reason(value)}
	}
	if _, ok := priorities[Type(value)]; !ok {
		return fmt.Errorf("%q is no type of tag; there are schedule, semver, pep440, match, edge, ref, raw and sha", value)
	}
	r.Type = Type(value)
	return nil
}

// cutField splits a field at its first "=", which may not be the first
// character.
func cutField(field string) (name, value string, named bool) {
	if i := strings.Index(field, "="); i > 0 {
		return strings.Trim(field[:i], blanks), strings.Trim(field[i+1:], blanks), true
	}
	return strings.Trim(field, blanks), "", false
}

// complete adds what the type takes for granted, and refuses what it cannot do
// without.
func (r rule) complete() error {
	switch r.Type {
	case Schedule:
		r.orElse("pattern", "nightly")
	case Semver, PEP440:
		r.orElse("value", "")
		r.orElse("match", "")
		return r.must("pattern")
	case Match:
		r.orElse("value", "")
		r.orElse("group", "0")
		if err := r.must("pattern"); err != nil {
			return err
		}
		if !isNumber(r.get("group")) {
			return fmt.Errorf("group=%s is no number", r.get("group"))
		}
	case Edge:
		r.orElse("branch", "")
	case Ref:
		return r.completeRef()
	case Raw:
		return r.must("value")
	case SHA:
		r.orElse("prefix", "sha-")
		r.orElse("format", "short")
		if f := r.get("format"); plain(f) && f != "short" && f != "long" {
			return fmt.Errorf("format=%s is neither short nor long", f)
		}
	}
	return nil
}

func (r rule) completeRef() error {
	if err := r.must("event"); err != nil {
		return err
	}
	event := r.get("event")
	switch event {
	case "branch", "tag":
		return nil
	case "pr":
		r.orElse("prefix", "pr-")
		return nil
	}
	if !plain(event) {
		return errUnknown{"the event of the rule is not known"}
	}
	return fmt.Errorf("event=%s is none of branch, tag and pr", event)
}

func (r rule) must(name string) error {
	if !r.has(name) {
		return fmt.Errorf("type=%s has no %s=", r.Type, name)
	}
	return nil
}

// isNumber tells whether JavaScript reads a text as a number. What is not
// known is taken for one.
func isNumber(text string) bool {
	text = strings.Trim(text, blanks)
	if text == "" || !plain(text) {
		return true
	}
	_, err := number(text)
	return err == nil
}

// number reads a number as JavaScript does.
func number(text string) (float64, error) {
	text = strings.Trim(text, blanks)
	if text == "" {
		return 0, nil
	}
	if strings.Contains(text, "_") {
		return 0, errors.New("it is no number")
	}
	digits := strings.ToLower(text)
	for _, prefix := range []string{"0x", "0o", "0b"} {
		if strings.HasPrefix(digits, prefix) {
			n, err := strconv.ParseUint(text, 0, 64)
			return float64(n), err
		}
	}
	unsigned := strings.TrimLeft(text, "+-")
	if unsigned == "Infinity" && len(text)-len(unsigned) <= 1 {
		return strconv.ParseFloat(text, 64)
	}
	if strings.ContainsAny(strings.TrimLeft(digits, "+-"), "abcdfghijklmnopqrstuvwxyz") {
		return 0, errors.New("it is no number")
	}
	n, err := strconv.ParseFloat(text, 64)
	if errors.Is(err, strconv.ErrRange) {
		return n, nil
	}
	return n, err
}

// needs says what a rule waits for.
func (a *alphabet) needs(r rule) string {
	switch r.Type {
	case Schedule:
		return "a run by schedule"
	case Semver, PEP440, Match:
		if r.get("value") == "" {
			return "a Git tag"
		}
	case Edge:
		if r.get("branch") == "" {
			return "the default branch"
		}
		return "the branch " + a.decode(r.get("branch")).String()
	case Ref:
		return map[string]string{"branch": "a branch", "tag": "a Git tag", "pr": "a pull request"}[r.get("event")]
	}
	return ""
}
