package metadata

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
)

// The action's regular expressions are JavaScript's. Go's find the same where
// an expression means the same in both languages; whatever may not is not
// known.

// Limits of expressions, so that hostile ones take no time: a real one has
// some dozen steps, and no tag has more than 128 characters.
const (
	maxExpression = 300  // bytes
	maxSteps      = 1000 // of its program
	maxSubject    = 256  // bytes of the text that it is matched with
)

// errNoExpression is what the action fails with where flags make no sense.
var errNoExpression = errors.New("the flags of the regular expression are not valid")

// match is what an expression finds in a text: the whole match and its groups,
// or with the flag g all whole matches. A nil entry is a group that takes no
// part; a nil list means that it does not match.
func (a *alphabet) match(expression, flags, text string) ([]*string, error) {
	if !plain(expression) || !plain(flags) || !plain(text) {
		return nil, errUnknown{fmt.Sprintf("what %s finds in %q is not known", a.show(expression), a.show(text))}
	}
	re, all, err := compile(expression, flags)
	if err != nil {
		return nil, err
	}
	if len(text) > maxSubject || strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f }) {
		return nil, errUnknown{fmt.Sprintf("what %s finds in %q is not known", expression, text)}
	}
	if all {
		return wholes(re, text), nil
	}
	return groups(re, text), nil
}

func wholes(re *regexp.Regexp, text string) []*string {
	var list []*string
	for _, found := range re.FindAllString(text, -1) {
		list = append(list, &found)
	}
	return list
}

func groups(re *regexp.Regexp, text string) []*string {
	found := re.FindStringSubmatchIndex(text)
	if found == nil {
		return nil
	}
	list := make([]*string, len(found)/2)
	for i := range list {
		if start := found[2*i]; start >= 0 {
			group := text[start:found[2*i+1]]
			list[i] = &group
		}
	}
	return list
}

func compile(expression, flags string) (re *regexp.Regexp, all bool, err error) {
	unknown := errUnknown{fmt.Sprintf("the regular expression %s is not understood here", expression)}
	prefix := ""
	for i, flag := range flags {
		switch {
		case strings.ContainsRune(flags[:i], flag) || !strings.ContainsRune("dgimsuvy", flag):
			return nil, false, errNoExpression
		case flag == 'g':
			all = true
		case strings.ContainsRune("ims", flag):
			prefix += string(flag)
		case flag != 'd':
			return nil, false, unknown
		}
	}
	if len(expression) > maxExpression || !portable(expression) {
		return nil, false, unknown
	}
	if prefix != "" {
		expression = "(?" + prefix + ")" + expression
	}
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil || !sameGroups(tree) || !isSmall(tree) {
		return nil, false, unknown
	}
	re, err = regexp.Compile(expression)
	if err != nil {
		return nil, false, unknown
	}
	return re, all, nil
}

// odd is syntax that one of the languages does not have, or takes for
// something else.
var odd = regexp.MustCompile(`\(\?[^:<]|\(\?<[=!]|\[\^?\]|\[\[?:|\\[^dDwWsSbBnrtfv.\\/\-+*?()\[\]{}|^$_,:;@#%&=!~"'<> ]`)

func portable(expression string) bool {
	for _, r := range expression {
		if r > 0x7f {
			return false
		}
	}
	return !odd.MatchString(expression)
}

// sameGroups tells whether the groups of an expression hold the same in both
// languages: they differ in what a group keeps from an earlier round.
func sameGroups(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		if tree.MaxCap() > 0 {
			return false
		}
	}
	for _, sub := range tree.Sub {
		if !sameGroups(sub) {
			return false
		}
	}
	return true
}

// isSmall tells whether the program of an expression has few steps.
func isSmall(tree *syntax.Regexp) bool {
	program, err := syntax.Compile(tree.Simplify())
	return err == nil && len(program.Inst) <= maxSteps
}

// group picks an entry of a match by the text of group=, which need not be a
// number that is one of its own.
func group(found []*string, name string) (string, bool) {
	i, err := strconv.Atoi(name)
	if err != nil || strconv.Itoa(i) != name || i < 0 || i >= len(found) || found[i] == nil {
		return "", false
	}
	return *found[i], true
}
