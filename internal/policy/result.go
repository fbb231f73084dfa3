package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/finding"
)

// The keys that an object in deny, and the objects in it, may have.
var (
	resultKeys  = []string{"message", "path", "file", "related", "fix"}
	relatedKeys = []string{"message", "path", "file"}
	fixKeys     = []string{"description", "replacement"}
)

// The bounds of what a rule may say.
const (
	maxMessage = 4 << 10 // bytes
	maxResults = 10_000  // of one rule for one document
	maxSteps   = 1_000   // of one path
	maxRelated = 100
)

// answer is one object of a rule's deny set.
type answer struct {
	message string
	path    finding.Path
	file    string
	related []relatedAnswer
	fix     *finding.Fix
}

type relatedAnswer struct {
	message string
	path    finding.Path
	file    string
}

// decodeAnswers reads a rule's deny set, strictly.
func decodeAnswers(term *ast.Term, withFile bool) ([]answer, error) {
	set, ok := term.Value.(ast.Set)
	if !ok {
		return nil, fmt.Errorf("deny is %s, expected a set of objects", ast.ValueName(term.Value))
	}
	if set.Len() > maxResults {
		return nil, fmt.Errorf("deny holds %d results, at most %d are read", set.Len(), maxResults)
	}
	answers := make([]answer, 0, set.Len())
	for _, element := range set.Slice() {
		decoded, err := decodeAnswer(element, withFile)
		if err != nil {
			return nil, fmt.Errorf("result %s: %w", clip(element.String()), err)
		}
		answers = append(answers, decoded)
	}
	return answers, nil
}

func clip(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	return text[:most] + "…"
}

func decodeAnswer(term *ast.Term, withFile bool) (a answer, err error) {
	object, ok := term.Value.(ast.Object)
	if !ok {
		return a, errors.New("expected an object with message and path")
	}
	if err := onlyKeys(object, resultKeys...); err != nil {
		return a, err
	}
	if object.Get(ast.InternedTerm("file")) != nil && !withFile {
		return a, errors.New("file is for rules of kind project only")
	}
	if a.message, err = decodeMessage(object); err != nil {
		return a, err
	}
	if a.path, err = decodePath(object); err != nil {
		return a, err
	}
	if a.file, err = optionalText(object, "file"); err != nil {
		return a, err
	}
	if a.related, err = decodeRelated(object); err != nil {
		return a, err
	}
	a.fix, err = decodeFix(object)
	return a, err
}

func onlyKeys(object ast.Object, known ...string) error {
	return object.Iter(func(key, _ *ast.Term) error {
		name, ok := key.Value.(ast.String)
		if !ok || !slices.Contains(known, string(name)) {
			return fmt.Errorf("a result has no key %s%s", key, didYouMean(string(name), known))
		}
		return nil
	})
}

func decodeMessage(object ast.Object) (string, error) {
	message, err := optionalText(object, "message")
	switch {
	case err != nil:
		return "", err
	case message == "":
		return "", errors.New("message must be a string that is not empty")
	case len(message) > maxMessage:
		return "", fmt.Errorf("message has %d bytes, at most %d are read", len(message), maxMessage)
	}
	return message, nil
}

func optionalText(object ast.Object, key string) (string, error) {
	term := object.Get(ast.InternedTerm(key))
	if term == nil {
		return "", nil
	}
	text, ok := term.Value.(ast.String)
	if !ok {
		return "", fmt.Errorf("%s is %s, expected a string", key, ast.ValueName(term.Value))
	}
	return string(text), nil
}

func decodePath(object ast.Object) (finding.Path, error) {
	term := object.Get(ast.InternedTerm("path"))
	if term == nil {
		return nil, errors.New("path is missing; [] is the whole document")
	}
	list, ok := term.Value.(*ast.Array)
	if !ok {
		return nil, fmt.Errorf("path is %s, expected an array", ast.ValueName(term.Value))
	}
	if list.Len() > maxSteps {
		return nil, fmt.Errorf("path has %d steps, at most %d are read", list.Len(), maxSteps)
	}
	path := make(finding.Path, list.Len())
	for i := range path {
		step, err := decodeStep(list.Elem(i).Value, i == len(path)-1)
		if err != nil {
			return nil, err
		}
		path[i] = step
	}
	return path, nil
}

func decodeStep(value ast.Value, last bool) (step finding.Step, err error) {
	switch value := value.(type) {
	case ast.String:
		return finding.Key(string(value)), nil
	case ast.Number:
		index, err := decodeInt(value, 0)
		return finding.Index(index), err
	case ast.Object:
		if !last {
			return step, errors.New("a step {\"line\": …} must be the last of a path")
		}
		span, err := decodeSpan(value)
		return finding.Within(span), err
	default:
		return step, fmt.Errorf("a step of path is %s, expected a key, an index or {\"line\": …}", ast.ValueName(value))
	}
}

func decodeInt(number ast.Number, least int) (int, error) {
	n, ok := number.Int()
	if !ok || n < least || n > math.MaxInt32 {
		return 0, fmt.Errorf("%s is not an integer from %d on", json.Number(number), least)
	}
	return n, nil
}

func decodeSpan(object ast.Object) (span finding.Span, err error) {
	if err := onlyKeys(object, "line", "column", "end_line", "end_column"); err != nil {
		return span, err
	}
	if object.Get(ast.InternedTerm("line")) == nil {
		return span, errors.New("a step with a region needs its line")
	}
	for _, part := range []struct {
		key    string
		target *int
		least  int
	}{{"line", &span.Line, 1}, {"column", &span.Column, 0}, {"end_line", &span.EndLine, 0}, {"end_column", &span.EndColumn, 0}} {
		if *part.target, err = optionalInt(object, part.key, part.least); err != nil {
			return span, err
		}
	}
	return span, nil
}

func optionalInt(object ast.Object, key string, least int) (int, error) {
	term := object.Get(ast.InternedTerm(key))
	if term == nil {
		return 0, nil
	}
	number, ok := term.Value.(ast.Number)
	if !ok {
		return 0, fmt.Errorf("%s is %s, expected a number", key, ast.ValueName(term.Value))
	}
	return decodeInt(number, least)
}

func decodeRelated(object ast.Object) ([]relatedAnswer, error) {
	term := object.Get(ast.InternedTerm("related"))
	if term == nil {
		return nil, nil
	}
	list, ok := term.Value.(*ast.Array)
	if !ok || list.Len() > maxRelated {
		return nil, fmt.Errorf("related must be an array of at most %d objects", maxRelated)
	}
	related := make([]relatedAnswer, list.Len())
	for i := range related {
		var err error
		if related[i], err = decodeOneRelated(list.Elem(i)); err != nil {
			return nil, fmt.Errorf("related: %w", err)
		}
	}
	return related, nil
}

func decodeOneRelated(term *ast.Term) (r relatedAnswer, err error) {
	object, ok := term.Value.(ast.Object)
	if !ok {
		return r, errors.New("expected an object with message and path")
	}
	if err := onlyKeys(object, relatedKeys...); err != nil {
		return r, err
	}
	if r.message, err = decodeMessage(object); err != nil {
		return r, err
	}
	if r.path, err = decodePath(object); err != nil {
		return r, err
	}
	r.file, err = optionalText(object, "file")
	return r, err
}

func decodeFix(object ast.Object) (*finding.Fix, error) {
	term := object.Get(ast.InternedTerm("fix"))
	if term == nil {
		return nil, nil
	}
	fix, ok := term.Value.(ast.Object)
	if !ok {
		return nil, fmt.Errorf("fix is %s, expected an object with description and replacement", ast.ValueName(term.Value))
	}
	if err := onlyKeys(fix, fixKeys...); err != nil {
		return nil, fmt.Errorf("fix: %w", err)
	}
	description, err := optionalText(fix, "description")
	if err != nil || description == "" {
		return nil, errors.New("fix: description must be a string that is not empty")
	}
	replacement, err := optionalText(fix, "replacement")
	if err != nil {
		return nil, fmt.Errorf("fix: %w", err)
	}
	return &finding.Fix{Description: description, Replacement: replacement}, nil
}
