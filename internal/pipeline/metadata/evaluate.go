package metadata

import (
	"errors"
	"fmt"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// maxTags bounds the references of one result: images times tags.
const maxTags = 5000

// Evaluate tells what the action gives out in a run.
func Evaluate(in Inputs, c Context) Result {
	e := evaluation{world: newWorld(newAlphabet(), in, c)}
	images := e.images(in.Images)
	rules := e.rules(in.Tags)
	e.readFlavor(in.Flavor)
	fired := e.fireAll(rules)
	if len(e.result.Invalid) == 0 {
		e.name(images, e.tags(fired))
		e.result.Version = e.version(fired)
	}
	e.labels(in.Labels)
	if len(e.result.Invalid) > 0 {
		return Result{Invalid: e.result.Invalid, Unknown: e.result.Unknown}
	}
	return e.result
}

// evaluation is the work on one result.
type evaluation struct {
	*world
	result Result
	hidden bool // there are rules that cannot be read
	anyone bool // it is not known which images there are
	mixed  bool // the order of the rules is not known
}

func (e *evaluation) refuse(input string, line int, err error) {
	p := Problem{Input: input, Line: line, Message: err.Error()}
	var unknown errUnknown
	if errors.As(err, &unknown) || errors.Is(err, errTooLong) {
		e.result.Unknown = append(e.result.Unknown, p)
		return
	}
	e.result.Invalid = append(e.result.Invalid, p)
}

// list reads an input that is a list.
func (e *evaluation) list(input string, v symbol.Value) ([]line, bool) {
	list, err := lines(e.encode(v), e.major)
	if err != nil {
		e.refuse(input, -1, err)
	}
	return list, err == nil
}

func (e *evaluation) images(v symbol.Value) []image {
	list, ok := e.list("images", v)
	if ok && len(list) == 0 && e.major < 5 {
		e.refuse("images", -1, fmt.Errorf("version %d of the action needs an image", e.major))
	}
	images, problem := e.parseImages(list)
	if problem != nil {
		e.refuse("images", problem.line, problem.err)
	}
	e.anyone = !ok || problem != nil
	return images
}

// rules reads the input "tags" and puts its rules in the order in which they
// are asked.
func (e *evaluation) rules(v symbol.Value) []rule {
	list, ok := e.list("tags", v)
	if !ok {
		e.hidden = true
		return nil
	}
	if len(list) == 0 {
		for _, text := range usual {
			list = append(list, line{-1, text})
		}
	}
	var rules []rule
	for _, l := range list {
		r, err := e.parseRule(l)
		if err != nil {
			e.refuse("tags", l.number, err)
			e.hidden = true
			continue
		}
		rules = append(rules, r)
	}
	ordered, ok := byPriority(rules)
	e.mixed = !ok
	return ordered
}

func (e *evaluation) readFlavor(v symbol.Value) {
	list, ok := e.list("flavor", v)
	f, problem := e.parseFlavor(list)
	if problem != nil {
		e.refuse("flavor", problem.line, problem.err)
	}
	if !ok || problem != nil {
		reason := e.nobody("the input flavor is not known")
		f = flavor{latest: reason, prefix: reason, suffix: reason, prefixOnLatest: true, suffixOnLatest: true}
	}
	e.flavor = f
}

// fireAll applies all rules; those that make no tag are left out.
func (e *evaluation) fireAll(rules []rule) []firing {
	var fired []firing
	for _, r := range rules {
		f := e.fire(r)
		if f.err != nil {
			e.refuse("tags", f.rule.Line, f.err)
		} else if !f.fires.IsNo() {
			fired = append(fired, f)
		}
	}
	return fired
}

// tags lists the tags that the rules make, and latest.
func (e *evaluation) tags(fired []firing) []found {
	list := distinct(fired)
	answer, decides := e.latest(fired)
	if len(fired) > 0 && (e.mixed || e.hidden) {
		answer = e.unsure(fired, answer)
	}
	if answer.IsNo() {
		return list
	}
	name := e.tagText(e.flavor.latestName())
	return append(list, found{text: name, rule: decides, latest: true, certain: answer})
}

// unsure is the answer to latest where another rule may decide it. What rules
// that cannot be read add is no part of the answer.
func (e *evaluation) unsure(fired []firing, answer logic.Answer) logic.Answer {
	reason := logic.Maybe("it is not known which rule comes first")
	if e.hidden && e.flavor.latest != "true" && answer.IsYes() {
		return reason
	}
	if !e.mixed {
		return answer
	}
	for _, f := range fired {
		answer = either(reason, e.latestOf(f), answer)
	}
	return answer
}

// version is the first tag that a rule makes.
func (e *evaluation) version(fired []firing) symbol.Value {
	switch {
	case e.hidden || e.mixed && len(fired) > 1:
		return symbol.Nobody("it is not known which rule comes first")
	case len(fired) == 0:
		return nil
	}
	for _, f := range fired {
		if f.text != fired[0].text {
			break
		}
		if f.fires.IsYes() {
			return e.decode(f.text)
		}
	}
	return symbol.Nobody(fired[0].fires.Reason)
}

// name gives the tags to the images.
func (e *evaluation) name(images []image, tags []found) {
	for _, t := range tags {
		e.result.Names = append(e.result.Names, e.tag(nil, t))
	}
	sure, maybe := false, logic.No
	for _, i := range images {
		if i.enabled.IsNo() {
			continue
		}
		sure, maybe = sure || i.enabled.IsYes(), logic.Or(maybe, i.enabled)
		for _, t := range tags {
			if len(e.result.Tags) == maxTags {
				e.refuse("images", -1, errUnknown{"there are more images and tags than are looked at"})
				return
			}
			e.result.Tags = append(e.result.Tags, e.tag(&i, t))
		}
	}
	switch {
	case sure || e.anyone:
	case maybe.IsUnknown():
		e.refuse("images", -1, errUnknown{maybe.Reason})
	case e.major >= 5:
		e.result.Tags = e.result.Names
	}
}

// tag is a tag of an image; of none where i is nil.
func (e *evaluation) tag(i *image, t found) Tag {
	name, reference, certain := "", t.text, t.certain
	if i != nil {
		name, certain = e.lower(i.name), logic.And(i.enabled, t.certain)
	}
	if name != "" || i != nil && e.major < 5 {
		reference = name + ":" + t.text
	}
	return Tag{
		Reference: e.decode(reference), Image: e.decode(name), Name: e.decode(t.text),
		Latest: t.latest, Rule: t.rule, Certain: certain,
	}
}
