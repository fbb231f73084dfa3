package expand

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// decide tells whether a condition holds. A nil condition always does. Trusting
// takes for granted that programs that do something, rather than ask, succeed.
func (f *follower) decide(c *shell.Condition, env *binding, trusting bool) logic.Answer {
	switch {
	case c == nil:
		return logic.Yes
	case !f.spend(1):
		return logic.Maybe(tooLong)
	}
	switch c.Kind {
	case shell.Succeeds:
		return f.succeeds(c.Command, env, trusting)
	case shell.Holds:
		return f.holding(env, c.Operator, c.Left, c.Right)
	case shell.Not:
		return logic.Not(f.decide(c.Of[0], env, trusting))
	case shell.All, shell.Any:
		return f.combined(c, env, trusting)
	}
	return logic.Maybe("a condition cannot be read")
}

func (f *follower) combined(c *shell.Condition, env *binding, trusting bool) logic.Answer {
	result := logic.Yes
	if c.Kind == shell.Any {
		result = logic.No
	}
	for _, part := range c.Of {
		answer := f.decide(part, env, trusting)
		if c.Kind == shell.Any {
			result = logic.Or(result, answer)
		} else {
			result = logic.And(result, answer)
		}
		if c.Kind == shell.Any && result.IsYes() || c.Kind == shell.All && result.IsNo() {
			break
		}
	}
	return result
}

// questions are programs that are run to learn something from their success,
// or those of their verbs that are.
var questions = map[string][]string{
	"": nil, "grep": nil, "egrep": nil, "fgrep": nil, "rg": nil, "cmp": nil, "diff": nil, "command": nil, "which": nil, "type": nil,
	"hash": nil, "pgrep": nil, "id": nil, "jq": nil, "nc": nil,
	"git":     {"diff", "describe", "rev-parse", "show-ref", "ls-remote", "status", "merge-base", "cat-file", "log", "branch", "tag"},
	"docker":  {"inspect", "manifest", "image", "images", "ps", "info", "network", "volume"},
	"podman":  {"inspect", "manifest", "image", "images", "ps", "info"},
	"crane":   {"digest", "manifest", "ls"},
	"skopeo":  {"inspect"},
	"kubectl": {"get", "diff", "describe", "auth"},
	"oc":      {"get", "diff", "describe"},
	"helm":    {"status", "list", "ls", "get", "history", "diff"},
	"gh":      {"release", "api", "pr", "run"},
}

// isQuestion tells whether a command is run to learn something.
func isQuestion(c *shell.Command) bool {
	verbs, known := questions[c.Name]
	if !known || verbs == nil {
		return known
	}
	return slices.ContainsFunc(c.Args, func(a shell.Word) bool { return slices.Contains(verbs, a.Text) })
}

// succeeds tells whether a command succeeds.
func (f *follower) succeeds(index int, env *binding, trusting bool) logic.Answer {
	if index < 0 || index >= len(f.commands) {
		return logic.Maybe("a condition cannot be read")
	}
	c := &f.commands[index]
	switch c.Name {
	case "[", "test":
		return f.tested(env, c)
	case "true", ":", "echo", "printf", "cd", "mkdir", "set", "unset", "shift", "export", "readonly":
		return logic.Yes
	case "false":
		return logic.No
	case "":
		if len(c.Args) == 0 && len(c.Assigns) > 0 {
			return f.assigns(index)
		}
	}
	if trusting && !isQuestion(c) {
		return logic.Yes
	}
	return logic.Maybe("whether " + described(c) + " succeeds is not known")
}

func described(c *shell.Command) string {
	if c.Name == "" {
		return "a command"
	}
	if len(c.Args) > 0 && c.Args[0].Known {
		return short(c.Name + " " + c.Args[0].Text)
	}
	return c.Name
}

// assigns tells whether an assignment succeeds: it does where it runs nothing.
func (f *follower) assigns(index int) logic.Answer {
	for _, a := range f.commands[index].Assigns {
		for _, p := range a.Value.Parts {
			if p.Kind == shell.Substitution {
				return logic.Maybe("whether " + short(p.Text) + " succeeds is not known")
			}
		}
	}
	return logic.Yes
}

// tested is the answer of [ … ].
func (f *follower) tested(env *binding, c *shell.Command) logic.Answer {
	args := c.Args
	if c.Name == "[" && len(args) > 0 && args[len(args)-1].Text == "]" {
		args = args[:len(args)-1]
	}
	if len(args) > 1 && args[0].Text == "!" {
		return logic.Not(f.operands(env, args[1:]))
	}
	return f.operands(env, args)
}

func (f *follower) operands(env *binding, args []shell.Word) logic.Answer {
	switch len(args) {
	case 0:
		return logic.No
	case 1:
		return f.holding(env, "-n", &args[0], nil)
	case 2:
		return f.holding(env, args[0].Text, &args[1], nil)
	case 3:
		return f.compared(f.word(env, &args[0]), args[1].Text, f.word(env, &args[2]))
	}
	return logic.Maybe("a condition of several parts is not worked out")
}

// compared is about two words of [ … ], neither of which is a pattern.
func (f *follower) compared(a symbol.Value, operator string, b symbol.Value) logic.Answer {
	switch operator {
	case "=", "==":
		return symbol.Compare(a, b)
	case "!=":
		return logic.Not(symbol.Compare(a, b))
	}
	return numbers(a, operator, b)
}

// holding is about the words of [[ … ]], of a case, or of a unary test.
func (f *follower) holding(env *binding, operator string, left, right *shell.Word) logic.Answer {
	value, known := f.asked(env, left)
	f.spend(patternCost)
	f.charge(value)
	switch operator {
	case "-z":
		return isEmpty(value, known)
	case "-n":
		return logic.Not(isEmpty(value, known))
	case "==", "!=":
		pattern, readable := f.pattern(env, right).Known()
		answer := symbol.Compare(value, f.word(env, right))
		if readable {
			answer = symbol.Like(value, pattern)
		}
		if operator == "!=" {
			return logic.Not(answer)
		}
		return answer
	case "=~":
		return f.matching(env, value, right)
	}
	if right == nil {
		return logic.Maybe("whether " + operator + " holds of " + short(left.Text) + " is not known")
	}
	return numbers(value, operator, f.word(env, right))
}

// asked is a word that is compared. It is known where it is more than a
// variable that nobody knows to be set.
func (f *follower) asked(env *binding, word *shell.Word) (value symbol.Value, known bool) {
	value = f.word(env, word)
	return value, !value.Has(symbol.Unknown)
}

// matching is =~. The right side is a regular expression, save for what is
// quoted in it.
func (f *follower) matching(env *binding, value symbol.Value, right *shell.Word) logic.Answer {
	expression, readable := f.expressionOf(env, right)
	if !readable || len(expression) > maxMatched {
		return logic.Maybe("the regular expression " + short(right.Text) + " is not known here")
	}
	if text, ok := value.Known(); ok {
		compiled, err := regexp.Compile(expression)
		if err != nil {
			return logic.Maybe("the regular expression " + short(expression) + " cannot be read")
		}
		return logic.Is(compiled.MatchString(text))
	}
	literal, anchored := strings.CutPrefix(expression, "^")
	pattern := escaped(literal) + "*"
	if whole, ends := strings.CutSuffix(literal, "$"); ends {
		literal, pattern = whole, escaped(whole)
	}
	if !anchored || regexp.QuoteMeta(literal) != literal {
		return logic.Maybe("whether " + value.String() + " matches " + short(expression) + " is not known")
	}
	return symbol.Like(value, pattern)
}

func (f *follower) expressionOf(env *binding, word *shell.Word) (text string, readable bool) {
	if word == nil {
		return "", false
	}
	if len(word.Parts) == 0 {
		return word.Text, word.Known
	}
	var b strings.Builder
	for i := range word.Parts {
		text, ok := f.part(env, &word.Parts[i]).Known()
		if !ok {
			return "", false
		}
		if word.Parts[i].Quoted {
			text = regexp.QuoteMeta(text)
		}
		b.WriteString(text)
	}
	return b.String(), true
}
