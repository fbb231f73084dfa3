package shell

import (
	"fmt"
	"strings"
	"testing"

	"guard/internal/finding"

	"github.com/google/go-cmp/cmp"
)

func detailed(t *testing.T, script string) []Command {
	t.Helper()
	reader := Reader{Detailed: true, Macros: func(name string) bool { return name == "Build.Id" }}
	commands, err := reader.Read(script, finding.NewPath("run"))
	if err != nil {
		t.Fatal(err)
	}
	return commands
}

// partsOf writes the parts of a word: its literals as they are, in quotes where
// they are quoted, all others with what is known of them.
func partsOf(word *Word) string {
	if word == nil {
		return "nothing"
	}
	if word.Parts == nil {
		return "plain " + word.Text
	}
	var texts []string
	for _, p := range word.Parts {
		text := p.Text
		switch p.Kind {
		case Parameter:
			text = "var " + expansionOf(p.Variable)
		case Substitution:
			text = fmt.Sprintf("commands %d-%d", p.Commands.First, p.Commands.End)
		case Expression:
			text = "expression " + p.Text
		case Arithmetic:
			text = "arithmetic " + p.Text
		case Other:
			text = "other " + p.Text
		}
		if p.Quoted {
			text = `"` + text + `"`
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " + ")
}

func expansionOf(e *Expansion) string {
	text := e.Name + string(e.Operation)
	if e.Operation == Slice {
		return fmt.Sprintf("%s%d,%d", text, e.Offset, e.Length)
	}
	for _, word := range []*Word{e.Word, e.With} {
		if word != nil {
			text += " (" + partsOf(word) + ")"
		}
	}
	return text
}

func TestRead_KeepsThePartsOfWords(t *testing.T) {
	tests := []struct{ name, word, want string }{
		{"a plain word", "abc", "plain abc"},
		{"a quoted word", `"a b"`, "plain a b"},
		{"a variable", "$A", "var A"},
		{"a variable among text", `a-"${A}"-b`, `a- + "var A" + -b`},
		{"a slice from the beginning", "${A::7}", "var A:0,7"},
		{"a slice with both numbers", "${A:0:7}", "var A:0,7"},
		{"a slice to the end", "${A:2}", "var A:2,-1"},
		{"a slice from the end", "${A: -2}", "var A:-2,-1"},
		{"a slice by a variable", "${A:0:$N}", "var Aunlisted"},
		{"a default", "${A:-b}", "var A:- (b)"},
		{"a default that is a variable", `${A-"$B"}`, `var A- ("var B")`},
		{"a default that is set", "${A:=b}", "var A:= (b)"},
		{"an alternative", "${A:+-b}", "var A:+ (-b)"},
		{"a prefix", "${A#refs/tags/}", "var A# (refs/tags/)"},
		{"the longest prefix, quoted in part", `${A##*"/"}`, `var A## (* + "/")`},
		{"a suffix", "${A%.*}", "var A% (.*)"},
		{"a replacement", "${A/b/c}", "var A/ (b) (c)"},
		{"a replacement of all by nothing", `${A//\//}`, `var A// ("/")`},
		{"lower case", "${A,,}", "var A,,"},
		{"upper case", "${A^^}", "var A^^"},
		{"a length", "${#A}", "var Alength"},
		{"an element of a list", "${A[0]}", "var Aunlisted"},
		{"a variable named by another", "${!A}", "var Aunlisted"},
		{"a substitution", "a$(b c)", "a + commands 1-2"},
		{"two substitutions", "$(b $(c))$(d)", "commands 1-3 + commands 3-4"},
		{"a substitution in a default", "${A:-$(b)}", "var A:- (commands 1-2)"},
		{"arithmetic", "$((1 + 2))", "arithmetic $((1 + 2))"},
		{"an expression", `"v${{ github.sha }}"`, `"v" + "expression ${{ github.sha }}"`},
		{"an expression in a default", "${A:-${{ b }}}", "var A:- (expression ${{ b }})"},
		{"an input of GitLab", "$[[ inputs.a ]]", "expression $[[ inputs.a ]]"},
		{"a macro that is known", "$(Build.Id)-x", "expression $(Build.Id) + -x"},
		{"a macro that is none", "$(build.id)", "commands 1-2"},
		{"a quoted character", `a\*$B`, `a + "*" + var B`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			commands := detailed(t, "echo "+tt.word)
			if got := partsOf(&commands[0].Args[0]); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.word, got, tt.want)
			}
		})
	}
}

func TestRead_KeepsPartsOnlyWhereAsked(t *testing.T) {
	commands, err := Read("if a; then echo $A; fi", nil, Bash)
	if err != nil || commands[1].Args[0].Parts != nil || commands[1].Block != nil {
		t.Errorf("got %+v, %v; want neither parts nor a block", commands, err)
	}
}

func TestRead_KeepsPartsInScriptsInsideScripts(t *testing.T) {
	commands := detailed(t, `bash -c "echo a-$A-$(b)"`)
	last := commands[len(commands)-1]
	if got, want := partsOf(&last.Args[0]), "a- + var A + - + commands 1-2"; last.Name != "echo" || got != want {
		t.Errorf("%s has %s, want echo with %s", last.Name, got, want)
	}
}

func TestRead_KeepsPartsBehindTheEqualSign(t *testing.T) {
	commands, err := Reader{Detailed: true, Dialect: POSIX}.Read("export A=a-$B; env C=$D x", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{partsOf(&commands[0].Assigns[0].Value), partsOf(&commands[1].Assigns[0].Value)}
	if diff := cmp.Diff([]string{"a- + var B", "var D"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestReader_CountsCommandsOn(t *testing.T) {
	commands, err := Reader{Detailed: true, First: 10}.Read("if a; then echo $(b); fi", nil)
	if err != nil {
		t.Fatal(err)
	}
	test := commands[1].Block.Clause.Tests[0]
	if got := partsOf(&commands[1].Args[0]); got != "commands 12-13" || test.Command != 10 || commands[2].Parent != 1 {
		t.Errorf("got %s, condition %d, parent %d; want commands 12-13, condition 10, parent 1", got, test.Command, commands[2].Parent)
	}
}

// blocksOf writes where a command stands, the outermost first.
func blocksOf(b *Block) string {
	if b == nil {
		return ""
	}
	kind := []string{"branch", "question", "loop", "stage", "subshell", "function", "substituted"}[b.Kind]
	text := fmt.Sprintf("%s>%s%d", blocksOf(b.Outer), kind, b.Arm)
	if b.Kind == Branch {
		text += conditionOf(b.Clause.Tests[b.Arm])
	}
	return text
}

func conditionOf(c *Condition) string {
	if c == nil {
		return "(always)"
	}
	var of []string
	for _, inner := range c.Of {
		of = append(of, conditionOf(inner))
	}
	switch c.Kind {
	case Succeeds:
		return fmt.Sprintf("(#%d)", c.Command)
	case Holds:
		return fmt.Sprintf("(%s %s %s)", partsOf(c.Left), c.Operator, partsOf(c.Right))
	case All, Any, Not:
		return fmt.Sprintf("(%s %s)", map[ConditionKind]string{All: "all", Any: "any", Not: "not"}[c.Kind], strings.Join(of, " "))
	}
	return "(?)"
}

func TestRead_KeepsWhereCommandsStand(t *testing.T) {
	tests := []struct {
		name, script string
		want         []string
	}{
		{"in turn", "a; b", []string{"a ", "b "}},
		{"an if", "if a; then b; elif c; then d; else e; fi", []string{"a >question0", "b >branch0(#0)", "c >question1", "d >branch1(#2)", "e >branch2(always)"}},
		{"a test", `if [[ $A == a* && ! -z $B ]]; then b; fi`, []string{"[[ >question0", "b >branch0(all (var A == a*) (not (var B -z nothing)))"}},
		{"a case", "case $A in a|b) c;; *) d;; esac", []string{"c >branch0(any (var A == a) (var A == b))", "d >branch1(any (var A == *))"}},
		{"a case that runs on", "case $A in a) c;& b) d;; esac", []string{"c >branch0(any (var A == a))", "d >branch1(?)"}},
		{"a chain", "a && b && c || d", []string{"a ", "b >branch0(#0)", "c >branch0(all (#0) (#1))", "d >branch0(not (all (#0) (#1) (#2)))"}},
		{"a negated chain", "! a && b", []string{"a ", "b >branch0(not (#0))"}},
		{"an export in a chain", "export A=1 && b", []string{"export ", "b >branch0(all )"}},
		{"loops", "for i in 1; do a; done; while b; do c; done", []string{"a >loop0", "b >loop0", "c >loop0"}},
		{"a pipe", "a | b", []string{"a >stage0", "b >stage1"}},
		{"shells of their own", "(a); b & bash -c c", []string{"a >subshell0", "b >subshell0", "bash ", "c >subshell0"}},
		{"a function", "f() { a; if b; then c; fi; }", []string{"a >function0", "b >function0>question0", "c >function0>branch0(#1)"}},
		{"a substitution", "a $(b | c)", []string{"a ", "b >substituted0>stage0", "c >substituted0>stage1"}},
		{"a trap", "trap a EXIT; eval b", []string{"trap ", "a >function0", "eval ", "b "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, c := range detailed(t, tt.script) {
				got = append(got, c.Name+" "+blocksOf(c.Block))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.script, diff)
			}
		})
	}
}

func TestRead_KeepsWhatALoopGoesThrough(t *testing.T) {
	loop := detailed(t, "a\nfor i in x $A; do b; done")[1].Block.Clause
	if loop.Variable != "i" || loop.Line != 2 || len(loop.Items) != 2 || partsOf(&loop.Items[1]) != "var A" {
		t.Errorf("got %+v, want i in x and $A on line 2", loop)
	}
}
