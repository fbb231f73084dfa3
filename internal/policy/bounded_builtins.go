package policy

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// OPA looks between two expressions whether an evaluation was stopped, and not
// while a builtin works. So none may make much of little: what it would give is
// known, or bounded, before it begins. The bounds lie far above what is read of
// a file.
const (
	maxBuilt  = 64 << 20 // bytes of a text that a builtin makes, and of what it makes it of
	maxParts  = 2 << 20  // elements of a list that a builtin makes
	maxParsed = 16 << 20 // bytes of JSON that a builtin reads
	maxDigits = 1000     // of a number to calculate with
	perTerm   = 16       // bytes that a value counts for, besides its text
)

// boundBuiltins puts the bounds before OPA's builtins, once in the process.
var boundBuiltins = sync.OnceFunc(func() {
	for name, bound := range bounds {
		topdown.RegisterBuiltinFunc(name, bounded(topdown.GetBuiltin(name), bound))
	}
})

func bounded(builtin topdown.BuiltinFunc, bound func([]*ast.Term) error) topdown.BuiltinFunc {
	return func(b topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
		if err := bound(operands); err != nil {
			return err
		}
		return builtin(b, operands, iter)
	}
}

// bounds are those of each builtin that may make much of its operands. What is
// wrong with an operand, the builtin says itself.
var bounds = map[string]func([]*ast.Term) error{
	"concat":                   boundConcat,
	"replace":                  boundReplace,
	"strings.replace_n":        boundReplaceAll,
	"sprintf":                  boundFormat,
	"internal.template_string": boundWeight,
	"internal.print":           boundWeight,
	"json.marshal":             boundWeight,
	"json.unmarshal":           boundParsed,
	"json.is_valid":            boundParsed,
	"json.filter":              boundWeight,
	"json.remove":              boundWeight,
	"object.filter":            boundWeight,
	"object.remove":            boundWeight,
	"object.subset":            boundWeight,
	"object.union":             boundWeight,
	"object.union_n":           boundWeight,
	"split":                    boundSplit,
	"strings.split_n":          boundSplit,
	"indexof_n":                boundSplit,
	"array.concat":             boundLengths,
	"array.flatten":            boundWeight,
	"or":                       boundLengths,
	"union":                    boundWeight,

	"regex.split":                      boundMatches(0, 1),
	"regex.find_n":                     boundMatches(0, 1),
	"regex.find_all_string_submatch_n": boundMatches(0, 1),
	"regex.replace":                    boundRegexReplace,
	"plus":                             boundNumbers,
	"minus":                            boundNumbers,
	"mul":                              boundNumbers,
	"div":                              boundNumbers,
	"rem":                              boundNumbers,
	"round":                            boundNumbers,
	"ceil":                             boundNumbers,
	"floor":                            boundNumbers,
	"abs":                              boundNumbers,
	"format_int":                       boundNumbers,
	"sum":                              boundDigits,
	"product":                          boundDigits,
}

func tooLarge(what string, most int) error {
	return fmt.Errorf("%s would be more than %d, which is the most that rules can make at once", what, most)
}

// textOf is the text of an operand; "" where it is none.
func textOf(t *ast.Term) string {
	s, _ := t.Value.(ast.String)
	return string(s)
}

// weight is how much would be written of values, however often they hold the
// same one: a list of two lists, of two lists each, costs nothing to make. It
// stops where it is more than most.
func weight(most int, terms ...*ast.Term) int {
	sum := 0
	for _, t := range terms {
		if sum > most {
			return sum
		}
		sum += perTerm
		switch v := t.Value.(type) {
		case ast.String:
			sum += len(v)
		case ast.Number:
			sum += len(v)
		case *ast.Array:
			for i := 0; i < v.Len() && sum <= most; i++ {
				sum += weight(most-sum, v.Elem(i))
			}
		case ast.Set:
			v.Until(func(e *ast.Term) bool { sum += weight(most-sum, e); return sum > most })
		case ast.Object:
			v.Until(func(key, value *ast.Term) bool { sum += weight(most-sum, key, value); return sum > most })
		}
	}
	return sum
}

func boundWeight(operands []*ast.Term) error {
	if weight(maxBuilt, operands...) > maxBuilt {
		return tooLarge("the bytes of its operands, written out,", maxBuilt)
	}
	return nil
}

// built bounds the bytes of a text.
func built(bytes int) error {
	if bytes < 0 || bytes > maxBuilt {
		return tooLarge("the bytes of the text", maxBuilt)
	}
	return nil
}

func boundConcat(operands []*ast.Term) error {
	return built(weight(maxBuilt, operands[1]) + lengthOf(operands[1])*len(textOf(operands[0])))
}

// lengthOf is how many elements a value has; 0 where it can have none.
func lengthOf(t *ast.Term) int {
	switch v := t.Value.(type) {
	case *ast.Array:
		return v.Len()
	case ast.Set:
		return v.Len()
	case ast.Object:
		return v.Len()
	}
	return 0
}

func boundReplace(operands []*ast.Term) error {
	in, old, by := textOf(operands[0]), textOf(operands[1]), textOf(operands[2])
	if most := len(in) + (len(in)+1)*len(by); most <= maxBuilt {
		return nil // and it need not be counted
	}
	return built(len(in) + strings.Count(in, old)*len(by))
}

// boundReplaceAll counts what is to be replaced for each pattern apart.
func boundReplaceAll(operands []*ast.Term) error {
	patterns, ok := operands[0].Value.(ast.Object)
	if !ok {
		return nil
	}
	in := textOf(operands[1])
	bytes := len(in)
	patterns.Until(func(old, by *ast.Term) bool {
		bytes += strings.Count(in, textOf(old)) * len(textOf(by))
		return bytes > maxBuilt
	})
	return built(bytes)
}

// maxWidth is the largest width that a verb of a format can ask for.
const maxWidth = 1_000_000

// boundFormat takes every operand to be written by every verb that names one by
// its number, and every number for a width.
func boundFormat(operands []*ast.Term) error {
	format := textOf(operands[0])
	if !strings.ContainsAny(format, "[*0123456789") {
		return built(len(format) + weight(maxBuilt, operands[1]))
	}
	bytes := len(format) + weight(maxBuilt, operands[1])*(1+strings.Count(format, "[")) + strings.Count(format, "*")*maxWidth
	for number := range strings.FieldsFuncSeq(format, func(r rune) bool { return r < '0' || r > '9' }) {
		width := 0
		for _, digit := range []byte(number) {
			width = min(width*10+int(digit-'0'), maxWidth)
		}
		bytes += width
	}
	return built(bytes)
}

func boundParsed(operands []*ast.Term) error {
	if len(textOf(operands[0])) > maxParsed {
		return tooLarge("the bytes of the JSON", maxParsed)
	}
	return nil
}

func parts(n int) error {
	if n > maxParts {
		return tooLarge("the elements of the list", maxParts)
	}
	return nil
}

func boundSplit(operands []*ast.Term) error {
	in := textOf(operands[0])
	if len(in) < maxParts {
		return nil
	}
	if sep := textOf(operands[1]); sep != "" {
		return parts(strings.Count(in, sep) + 1)
	}
	return parts(utf8.RuneCountInString(in))
}

func boundLengths(operands []*ast.Term) error {
	return parts(lengthOf(operands[0]) + lengthOf(operands[1]))
}

// boundMatches bounds how often a pattern matches a text.
func boundMatches(pattern, in int) func([]*ast.Term) error {
	return func(operands []*ast.Term) error {
		n, err := matches(textOf(operands[pattern]), textOf(operands[in]))
		if err != nil {
			return err
		}
		return parts(n + 1)
	}
}

// matches is how often a pattern matches a text, at least, or at most where the
// text is so short that it does not matter.
func matches(pattern, in string) (int, error) {
	if len(in) < maxParts {
		return len(in), nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return 0, err
	}
	return len(re.FindAllStringIndex(in, maxParts+1)), nil
}

// boundRegexReplace takes every $ for a group that is all that matches.
func boundRegexReplace(operands []*ast.Term) error {
	in, pattern, by := textOf(operands[0]), textOf(operands[1]), textOf(operands[2])
	all := len(in) * (1 + strings.Count(by, "$"))
	if all+(len(in)+1)*len(by) <= maxBuilt {
		return nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	found := len(re.FindAllStringIndex(in, maxParts+1))
	if err := parts(found); err != nil {
		return err
	}
	return built(all + found*len(by))
}

func boundNumbers(operands []*ast.Term) error {
	for _, t := range operands {
		if n, ok := t.Value.(ast.Number); ok && len(n) > maxDigits {
			return tooLarge("the digits of a number", maxDigits)
		}
	}
	return nil
}

// boundDigits bounds the digits of all numbers of a list together, apart from
// those that each may have: the product of them has so many.
func boundDigits(operands []*ast.Term) error {
	digits := 0
	add := func(t *ast.Term) bool {
		if n, ok := t.Value.(ast.Number); ok && len(n) > 1 {
			digits += len(n)
		}
		return digits > maxParts
	}
	switch v := operands[0].Value.(type) {
	case *ast.Array:
		v.Until(add)
	case ast.Set:
		v.Until(add)
	}
	if digits > maxParts {
		return tooLarge("the digits of all numbers", maxParts)
	}
	return nil
}
