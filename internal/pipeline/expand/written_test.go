package expand

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guard/internal/pipeline/logic"
)

// list writes assignments in a line each: NAME=value|value.
func list(kind string, all []Assignment) []string {
	var lines []string
	for _, a := range all {
		var values []string
		for _, v := range a.Values {
			values = append(values, v.String())
		}
		if a.Output {
			kind = "output"
		}
		lines = append(lines, fmt.Sprintf("%s %s=%s", kind, a.Name, strings.Join(values, "|")))
	}
	return lines
}

func left(trace *Trace) string {
	lines := list("out", trace.Outputs)
	lines = append(lines, list("env", trace.Environment)...)
	for _, name := range slices.Sorted(maps.Keys(trace.Files)) {
		lines = append(lines, list(name, trace.Files[name])...)
	}
	return strings.Join(append(lines, list("export", trace.Exported)...), "\n")
}

func TestFollow_SaysWhatIsLeftBehind(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"an output", `echo "tag=${GITHUB_SHA::7}" >> "$GITHUB_OUTPUT"`, "out tag=<sha7>"},
		{"an output without quotes", `echo tag=v1 >> $GITHUB_OUTPUT`, "out tag=v1"},
		{"an output by printf", `printf 'a=%s\nb=%s\n' 1 $GITHUB_SHA >> "${GITHUB_OUTPUT}"`, "out a=1\nout b=<sha>"},
		{"an output by tee", `echo "tag=v1" | tee -a "$GITHUB_OUTPUT"`, "out tag=v1"},
		{"outputs of a block", "{\n echo a=1\n echo \"b=$GITHUB_SHA\"\n} >> \"$GITHUB_OUTPUT\"", "out a=1\nout b=<sha>"},
		{"an output by a here-document", "cat >> $GITHUB_OUTPUT <<E\na=$GITHUB_SHA\nb=2\nE", "out a=<sha>\nout b=2"},
		{"an output of several lines", "echo 'tags<<EOF' >> $GITHUB_OUTPUT\necho \"app:$GITHUB_SHA\" >> $GITHUB_OUTPUT\necho app:latest >> $GITHUB_OUTPUT\necho EOF >> $GITHUB_OUTPUT\necho x=1 >> $GITHUB_OUTPUT", "out tags=app:<sha>\napp:latest\nout x=1"},
		{"an output of several lines of a block", "{ echo 'n<<E'; echo a; echo E; } >> \"$GITHUB_OUTPUT\"", "out n=a"},
		{"the old form", `echo "::set-output name=tag::$GITHUB_SHA"`, "out tag=<sha>"},
		{"the last of two", `echo a=1 >> $GITHUB_OUTPUT; echo a=2 >> $GITHUB_OUTPUT`, "out a=2"},
		{"an output in both branches", `if [ -f x ]; then echo a=1 >> $GITHUB_OUTPUT; else echo a=2 >> $GITHUB_OUTPUT; fi`, "out a=1|2"},
		{"an output in one branch", `if [ -f x ]; then echo a=1 >> $GITHUB_OUTPUT; fi`, "out a=1|"},
		{"an output in a branch that is taken", `if [ "$GITHUB_REF" = refs/heads/main ]; then echo a=1 >> $GITHUB_OUTPUT; fi`, "out a=1"},
		{"an output in a subshell", `(echo a=1 >> $GITHUB_OUTPUT)`, "out a=1"},
		{"an output in a function", `put() { echo "$1=$2" >> "$GITHUB_OUTPUT"; }; put a 1; put b $GITHUB_SHA`, "out a=1\nout b=<sha>"},
		{"an output in a loop", `for x in 1 2; do echo a=$x >> $GITHUB_OUTPUT; done`, "out a=<unknown>"},
		{"an output of a program", `echo "a=$(make version)" >> $GITHUB_OUTPUT`, "out a=<unknown>"},
		{"the environment", `echo "TAG=$GITHUB_SHA" >> $GITHUB_ENV`, "env TAG=<sha>"},
		{"a variable of Azure Pipelines", `echo "##vso[task.setvariable variable=tag;isOutput=true]$GITHUB_SHA"`, "output tag=<sha>"},
		{"a variable of Azure Pipelines for the job", `echo "##vso[task.setvariable variable=tag]v1"`, "env tag=v1"},
		{"a dotenv file", `echo "TAG=$GITHUB_SHA" >> build.env`, "build.env TAG=<sha>"},
		{"a dotenv file that is written anew", `echo A=1 > ./build.env; echo B=2 > build.env; echo C=3 >> build.env`, "build.env B=2\nbuild.env C=3"},
		{"errors go elsewhere", `echo A=1 2>> build.env`, ""},
		{"an exported variable", `export TAG=$GITHUB_SHA; X=1`, "export TAG=<sha>"},
		{"a variable exported later", `X=1; export X; X=2`, "export X=2"},
		{"nothing", `echo hello > /dev/null; X=1`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := left(Follow(read(t, tt.script), scope())); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.script, got, tt.want)
			}
		})
	}
}

func TestTrace_SaysWhetherACommandRuns(t *testing.T) {
	tests := []struct {
		name, script string
		want         logic.Truth
	}{
		{"in its turn", `show`, logic.True},
		{"in a branch that is taken", `if [ "$GITHUB_REF" = refs/heads/main ]; then show; fi`, logic.True},
		{"in a branch that is not taken", `if [ "$GITHUB_REF" = x ]; then show; fi`, logic.False},
		{"in a branch that nobody can decide", `if [ -f x ]; then show; fi`, logic.Unknown},
		{"behind such a branch", `if [ -f x ]; then V=1; fi; show`, logic.True},
		{"where the script may have ended", `if [ -f x ]; then exit 0; fi; show`, logic.Unknown},
		{"where the script may have failed", `if [ -f x ]; then exit 1; fi; show`, logic.True},
		{"where the script has ended", `exit 0; show`, logic.False},
		{"in a chain of programs", `cd x && make && show`, logic.True},
		{"in a chain of docker", `docker build -t a . && docker push a && show`, logic.True},
		{"behind a question to docker", `docker manifest inspect a && show`, logic.Unknown},
		{"where a way out would end the script", `make || exit 1; show`, logic.True},
		{"behind continue", `for i in a b; do if [ "$GITHUB_SHA" != "" ]; then continue; fi; show; done`, logic.False},
		{"behind a loop that may end the script", `for i in a b; do if [ -f $i ]; then exit 0; fi; done; show`, logic.Unknown},
		{"as a last way out", `make || show`, logic.Unknown},
		{"in a loop over words", `for i in a b; do show; done`, logic.True},
		{"in a loop in a branch", `if [ -f x ]; then for i in a b; do show; done; fi`, logic.Unknown},
		{"in a loop over something", `for i in $(ls); do show; done`, logic.Unknown},
		{"in a loop of unknown length", `while read -r l; do show; done`, logic.Unknown},
		{"in a function that is called", `f() { show; }; f`, logic.True},
		{"in a function that is not", `f() { show; }`, logic.Unknown},
		{"in a function that one of two branches calls twice", `f() { show; }; if [ -f x ]; then f; f; fi`, logic.Unknown},
		{"in a substitution", `X=$(show)`, logic.True},
		{"in a pipe", `echo a | show`, logic.True},
		{"in the default of a case", `case $GITHUB_REF in x) ;; *) show;; esac`, logic.True},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := read(t, tt.script)
			trace := Follow(script, scope())
			for i := range script.Commands {
				if script.Commands[i].Name != "show" {
					continue
				}
				if got := trace.Runs(i); got.Truth != tt.want || got.IsUnknown() != (got.Reason != "") {
					t.Errorf("%s\n got %+v\nwant %s", tt.script, got, tt.want)
				}
			}
		})
	}
}

func TestTrace_GivesTheNextScriptItsVariables(t *testing.T) {
	first := Follow(read(t, `X=$GITHUB_SHA; if a; then Y=1; else Y=2; fi`), scope())
	if v, ok := first.Final("X"); !ok || v.String() != "<sha>" {
		t.Errorf("X is %v, %v; want <sha>", v, ok)
	}
	if v, ok := first.Final("Y"); !ok || v.Reason() != "Y is set under a condition" {
		t.Errorf("Y is %v (%s), %v; want it unknown for the condition", v, v.Reason(), ok)
	}
	if v, ok := first.Final("Z"); ok {
		t.Errorf("Z is %v, want it not to be set", v)
	}
}

func TestTrace_SaysWhyAWordIsNotKnown(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"both branches", `if a; then V=1; else V=2; fi; show $V`, "set under a condition on line 1"},
		{"more conditions than are followed", "if a; then A=1; fi\nif b; then A=2$A; fi\nif c; then B=1; fi; show $B", "B is set under a condition on line 3"},
		{"a loop", "\nfor i in a; do V=$i; done; show $V", "V is set in a loop on line 2"},
		{"a program", `V=$(make version); show $V`, "what make version prints is not known"},
		{"git describe", `show $(git describe --tags)`, "what git describe prints depends on the tags of the repository"},
		{"a variable that nobody sets", `show $NONE`, "nothing that can be seen here sets NONE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := read(t, tt.script)
			trace := Follow(script, scope())
			last := len(script.Commands) - 1
			for script.Commands[last].Name != "show" {
				last--
			}
			if got := trace.Word(last, &script.Commands[last].Args[0]); got.Reason() != tt.want {
				t.Errorf("%s\n got %q (%s)\nwant %q", tt.script, got.Reason(), got, tt.want)
			}
		})
	}
}

func TestFollow_IsBounded(t *testing.T) {
	tests := map[string]string{
		"a value that doubles":     "X=aaaaaaaa\n" + strings.Repeat("X=$X$X\n", 5000) + "show $X",
		"loops in loops":           strings.Repeat("for i in 1 2 3 4 5 6 7 8; do\n", 30) + "show\n" + strings.Repeat("done\n", 30),
		"conditions in conditions": strings.Repeat("if a; then X=1\n", 200) + strings.Repeat("fi\n", 200),
		"conditions in a row":      strings.Repeat("if a; then X=$X-1; fi\n", 3000),
		"a function calls itself":  "f() { f; f; }; f",
		"substitutions":            strings.Repeat("X=$(echo $(echo $(echo $X)))\n", 2000),
		"nested substitutions":     strings.Repeat("$(echo ", 45) + strings.Repeat(")", 45),
		"a long chain":             "a" + strings.Repeat(" && b", 5000),
		"many lines of output":     strings.Repeat("echo a=$GITHUB_SHA >> $GITHUB_OUTPUT\n", 5000),
		"one long pipe":            "echo a" + strings.Repeat(" | tr a b", 2000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			script := read(t, text)
			trace := Follow(script, scope())
			if over := -trace.follower.left; over > maxSteps/10 {
				t.Errorf("went on for %d steps behind the limit of %d", over, maxSteps)
			}
			if !trace.follower.exhausted() {
				return
			}
			last := len(script.Commands) - 1
			if got := trace.Runs(last); got != logic.Maybe(tooLong) {
				t.Errorf("whether the last command runs is %+v, want %q", got, tooLong)
			}
		})
	}
}

func TestFollow_SharesABudget(t *testing.T) {
	s := scope()
	s.Budget = &Budget{steps: 100}
	small, large := read(t, `X=a; show $X`), read(t, strings.Repeat("X=$X-a\n", 100)+"show $X")
	if got := shown(small, Follow(small, s)); got != "a" {
		t.Errorf("within the budget: got %s, want a", got)
	}
	trace := Follow(large, s)
	if got := trace.Word(100, &large.Commands[100].Args[0]); got.Reason() != tooLong {
		t.Errorf("past the budget: got %s, want it unknown since %s", got, tooLong)
	}
	if got, ok := trace.Final("X"); !ok || got.Reason() != tooLong || trace.Incomplete() != tooLong {
		t.Errorf("at the end: got %s, %v, %q; want it unknown since %s", got, ok, trace.Incomplete(), tooLong)
	}
	if got := Follow(small, s).Runs(0); !got.IsUnknown() {
		t.Errorf("with nothing left: got %+v, want unknown", got)
	}
}
