package expression_test

import (
	"slices"
	"strings"
	"testing"

	"guard/internal/pipeline/azure/expression"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// scope knows a few variables, and that an earlier job has failed.
type scope struct{}

type variables struct{}

func (variables) IsList() bool                             { return false }
func (variables) Each(func(string, expression.Value) bool) {}
func (variables) Get(key string) expression.Value {
	switch strings.ToLower(key) {
	case "build.sourcebranch":
		return expression.OfText("refs/heads/main")
	case "pull":
		return expression.OfSymbol(symbol.Join(symbol.Text("refs/pull/"), symbol.Of(symbol.Part{Kind: symbol.PRNumber}), symbol.Text("/merge")))
	case "sha":
		return expression.OfSymbol(symbol.Of(symbol.FullSHA()))
	case "setting":
		return expression.OfSymbol(symbol.Of(symbol.Part{Kind: symbol.Setting, Name: "setting"}))
	case "empty":
		return expression.OfText("")
	case "no":
		return expression.OfBool(false)
	}
	return expression.Value{}
}

func (scope) Name(name string) expression.Value {
	if name == "variables" {
		return expression.OfObject(variables{})
	}
	return expression.Nobody(name + " is not known")
}

func (scope) Status(function string, names []string) logic.Answer {
	return logic.Is(function == "always" || function == "failed" && !slices.Contains(names, "fine"))
}

func TestEvaluate(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a text", "'a''b'", "a'b"},
		{"a number keeps its form", "1.10", "1.10"},
		{"a version is a text", "1.2.3", "1.2.3"},
		{"true begins with a capital", "true", "True"},
		{"null is empty", "null", ""},
		{"a variable by index", "variables['Build.SourceBranch']", "refs/heads/main"},
		{"a variable by name", "variables.empty", ""},
		{"a variable that is missing", "variables.nothing", ""},
		{"texts are compared without case", "eq(variables['Build.SourceBranch'], 'REFS/heads/main')", "True"},
		{"the right value becomes a text", "eq('True', true)", "True"},
		{"the right value becomes a truth, which any text is", "eq(variables.no, 'false')", "False"},
		{"the right value becomes a number", "eq(1, '1.0')", "True"},
		{"a text that is no number is another", "eq(1, 'x')", "False"},
		{"null equals an empty text", "eq(variables.nothing, '')", "True"},
		{"ne", "ne('a', 'b')", "True"},
		{"in", "in('b', 'a', 'B')", "True"},
		{"notIn", "notIn('b', 'a', 'B')", "False"},
		{"and with one no is no, whatever the rest", "and(eq(variables.setting, 'x'), false)", "False"},
		{"or with one yes is yes, whatever the rest", "or(eq(variables.setting, 'x'), true)", "True"},
		{"what a setting is nobody knows", "eq(variables.setting, 'x')", "<unknown>"},
		{"xor", "xor(true, false)", "True"},
		{"not", "not(true)", "False"},
		{"startsWith", "startsWith(variables['Build.SourceBranch'], 'refs/heads/')", "True"},
		{"startsWith of a pull request's branch", "startsWith(variables.pull, 'refs/heads/')", "False"},
		{"endsWith with a number before it", "endsWith(variables.pull, '/MERGE')", "True"},
		{"a number holds no word", "contains(variables.pull, 'release')", "False"},
		{"a number may hold a digit", "contains(variables.pull, '7')", "<unknown>"},
		{"a commit may hold what is asked for", "contains(variables.sha, 'ab')", "<unknown>"},
		{"a commit is no word", "eq(variables.sha, 'latest')", "False"},
		{"coalesce", "coalesce(variables.empty, variables.nothing, 'x')", "x"},
		{"coalesce stops where a value may be empty", "coalesce(variables.setting, 'x')", "<unknown>"},
		{"format", "format('{1}-{0}{{}}', 'a', variables.sha)", "<sha>-a{}"},
		{"a format that is not followed", "format('{0:D4}', 3)", "<unknown>"},
		{"replace", "replace(variables['Build.SourceBranch'], 'refs/heads/', '')", "main"},
		{"split", "split('a/b', '/')[1]", "b"},
		{"join", "join('+', split('a/b', '/'))", "a+b"},
		{"length", "length('abc')", "3"},
		{"lower", "lower('AbC')", "abc"},
		{"iif", "iif(true, 'a', 'b')", "a"},
		{"gt compares numbers", "gt(10, 9)", "True"},
		{"le compares texts", "le('a', 'B')", "True"},
		{"a status", "failed()", "True"},
		{"a status of a job", "failed('fine')", "False"},
		{"a condition as people write it", "and(always(), in(variables['Build.SourceBranch'], 'refs/heads/dev', 'refs/heads/main'))", "True"},
		{"a function of another name", "magic(1)", "<unknown>"},
		{"too few arguments", "eq(1)", "<unknown>"},
		{"a name that is not known", "not(parameters.x)", "<unknown>"},
		{"brackets around a value", "(variables.no)", "False"},
		{"line breaks between", "and\n(\n true,\n not(false)\n)", "True"},
	} {
		t.Run(test.name, func(t *testing.T) {
			node, err := expression.Parse(test.text)
			if err != nil {
				t.Fatalf("%s: %v", test.text, err)
			}
			if got := expression.Evaluate(node, scope{}).String().String(); got != test.want {
				t.Errorf("%s\ngot  %s\nwant %s", test.text, got, test.want)
			}
		})
	}
}

func TestParse_Errors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", " ", "it is empty"},
		{"double quotes", `eq(a, "b")`, "text stands in single quotes, not in double quotes"},
		{"an open text", "eq(a, 'b)", "a text has no closing quote"},
		{"an open bracket", "eq(a, 'b'", ", or ) is missing at its end"},
		{"an open index", "a['b'", "] is missing at its end"},
		{"an operator", "a == 'b'", `unexpected character '='`},
		{"two values", "a b", `"b" stands where the expression should end`},
		{"a dot without a name", "a.", "a name is missing at its end"},
		{"no argument behind a comma", "f(a,)", `a value is expected before ")"`},
		{"too deep", strings.Repeat("not(", 60) + "true" + strings.Repeat(")", 60), "it is nested deeper than 50 levels"},
		{"a long chain", "a" + strings.Repeat(".b", 60), "more than 50 properties are asked of each other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := expression.Parse(test.text)
			if err == nil || err.Error() != test.want {
				t.Errorf("%s\ngot  %v\nwant %s", test.text, err, test.want)
			}
		})
	}
}

func TestNode_Chains(t *testing.T) {
	node, err := expression.Parse("and(eq(variables['Build.Reason'], parameters.x[variables.y]), dependencies.a.outputs['b.c'], z.*.w)")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"variables.Build.Reason", "parameters.x.*", "variables.y", "dependencies.a.outputs.b.c", "z.*.w"}
	if got := node.Chains(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"and(succeeded(), eq(variables['a.b'], 'c''d'))", "a.b[*].c.*", "-1.5", ".5", "1.2.3", "format('{0:x}{{', null)", "split('a', '')[0]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		node, err := expression.Parse(text)
		if err != nil {
			return
		}
		written := node.String()
		again, err := expression.Parse(written)
		if err != nil {
			if len(written) > expression.MaxBytes {
				return
			}
			t.Fatalf("%q was written as %q, which is no expression: %v", text, written, err)
		}
		if again.String() != written {
			t.Fatalf("%q was written as %q and then as %q", text, written, again)
		}
		expression.Evaluate(node, scope{})
	})
}
