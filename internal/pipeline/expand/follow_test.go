package expand

import (
	"strings"
	"testing"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// environment is what the scripts of the tests see.
var environment = map[string]symbol.Value{
	"GITHUB_SHA":        symbol.Of(symbol.FullSHA()),
	"GITHUB_REF":        symbol.Text("refs/heads/main"),
	"GITHUB_REF_NAME":   symbol.Text("feature/Login"),
	"GITHUB_REPOSITORY": symbol.Of(symbol.Part{Kind: symbol.Repository, Name: "path"}),
	"GITHUB_RUN_NUMBER": symbol.Of(symbol.Part{Kind: symbol.RunNumber}),
	"TAG_REF":           symbol.Text("refs/tags/v1.2.3"),
	"ANY_BRANCH":        symbol.Join(symbol.Text("refs/heads/"), symbol.Of(symbol.Part{Kind: symbol.Branch})),
	"INPUT":             symbol.Of(symbol.Part{Kind: symbol.Input, Name: "tag"}),
	"EMPTY":             nil,
	"LIST":              symbol.Text("one two"),
}

func scope() Scope {
	return Scope{
		Lookup: func(name string) (symbol.Value, bool) { v, ok := environment[name]; return v, ok },
		Expression: func(text string) symbol.Value {
			if text == "${{ github.sha }}" {
				return symbol.Of(symbol.FullSHA())
			}
			return symbol.Nobody(text + " is not known")
		},
	}
}

func read(t testing.TB, text string) *pipeline.Script {
	t.Helper()
	commands, err := shell.Reader{Detailed: true, Macros: func(name string) bool { return strings.Contains(name, ".") }}.Read(text, finding.NewPath("run"))
	if err != nil {
		t.Fatal(err)
	}
	return &pipeline.Script{Text: text, Commands: commands}
}

// shown is what the words of the commands named show are, one command a line.
func shown(script *pipeline.Script, trace *Trace) string {
	var lines []string
	for i := range script.Commands {
		c := &script.Commands[i]
		if c.Name != "show" {
			continue
		}
		var words []string
		for k := range c.Args {
			var values []string
			for _, v := range trace.Values(i, &c.Args[k]) {
				if v.Has(symbol.Unknown) {
					values = append(values, v.String()+"?")
				} else {
					values = append(values, v.String())
				}
			}
			words = append(words, strings.Join(values, "|"))
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return strings.Join(lines, "\n")
}

func TestFollow_GivesWordsTheirValues(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"a literal", `show "a b"`, "a b"},
		{"a variable of the environment", `show app:$GITHUB_SHA`, "app:<sha>"},
		{"a slice of the commit", `show app:${GITHUB_SHA::7}`, "app:<sha7>"},
		{"a slice from 0", `show ${GITHUB_SHA:0:8}`, "<sha8>"},
		{"a variable of the script", `X=a; Y="$X-b"; show $Y`, "a-b"},
		{"the value at the place, not the last", `X=a; show $X; X=b; show $X`, "a\nb"},
		{"a variable that nobody sets", `show $NONE`, "<unknown>?"},
		{"a default that is not taken", `show ${GITHUB_SHA:-x}`, "<sha>"},
		{"a default that is taken", `show ${EMPTY:-latest}`, "latest"},
		{"a default of a variable that nobody knows", `show ${NONE:-latest}`, "<unknown>?"},
		{"an alternative", `show ${EMPTY:+x}a ${GITHUB_SHA:+b}`, "a b"},
		{"a default that is kept", `: "${EMPTY:=dev}"; show $EMPTY`, "dev"},
		{"a prefix stripped", `show ${TAG_REF#refs/tags/}`, "v1.2.3"},
		{"the longest prefix stripped", `show ${TAG_REF##*/}`, "v1.2.3"},
		{"a v stripped", `T=${TAG_REF#refs/tags/}; show ${T#v}`, "1.2.3"},
		{"a suffix stripped", `V=1.2.3; show ${V%.*} ${V%%.*}`, "1.2 1"},
		{"a prefix of a branch that is not known", `show ${ANY_BRANCH#refs/heads/}`, "<branch>"},
		{"a prefix that is not there", `show ${ANY_BRANCH#refs/tags/}`, "refs/heads/<branch>"},
		{"the last part of what may hold a slash", `show ${ANY_BRANCH##*/}`, "<${…##*/} of refs/heads/<branch>>"},
		{"a replacement", `show ${GITHUB_REF_NAME//\//-}`, "feature-Login"},
		{"lower case", `show ${GITHUB_REF_NAME,,}`, "feature/login"},
		{"lower case of the repository", `show ${GITHUB_REPOSITORY,,}`, "<repository's lower path>"},
		{"lower case of the commit", `show ${GITHUB_SHA,,}`, "<sha>"},
		{"an expression of the provider", `show v-${{ github.sha }}`, "v-<sha>"},
		{"a macro of Azure Pipelines", `show $(Build.Id)`, "<unknown>?"},
		{"appending to a variable", `X=a; X+=b; show $X`, "ab"},
		{"the commit from git", `show $(git rev-parse HEAD) $(git rev-parse --short HEAD) $(git rev-parse --short=10 HEAD)`, "<sha> <sha7> <sha10>"},
		{"git rev-parse of the variable", `show $(git rev-parse --short "$GITHUB_SHA")`, "<sha7>"},
		{"git log", `show $(git log -1 --format=%h) $(git log -1 --pretty=format:v-%H)`, "<sha7> v-<sha>"},
		{"git after a commit of its own", `git commit -m x; show $(git rev-parse HEAD)`, "<unknown>?"},
		{"git after a new branch", `git checkout -b x; show $(git rev-parse HEAD)`, "<sha>"},
		{"git describe", `show $(git describe --tags)`, "<unknown>?"},
		{"cut by characters", `show $(echo $GITHUB_SHA | cut -c1-7) $(echo "$GITHUB_SHA" | cut -c -8)`, "<sha7> <sha8>"},
		{"head by characters", `show $(echo $GITHUB_SHA | head -c7)`, "<sha7>"},
		{"cut by fields", `show $(echo $TAG_REF | cut -d/ -f3) $(echo $TAG_REF | cut -d '/' -f 2-)`, "v1.2.3 tags/v1.2.3"},
		{"tr to lower case", `show $(echo "$GITHUB_REF_NAME" | tr '[:upper:]' '[:lower:]' | tr / -)`, "feature-login"},
		{"tr on a here-string", `show $(tr A-Z a-z <<< "ABC")`, "abc"},
		{"sed", `show $(echo $TAG_REF | sed 's/refs\/tags\///') $(echo $TAG_REF | sed -e 's|^refs/tags/v||')`, "v1.2.3 1.2.3"},
		{"sed on what is not known", `show $(echo $ANY_BRANCH | sed 's|^refs/heads/||')`, "<branch>"},
		{"printf", `show $(printf '%s-%s' a $GITHUB_RUN_NUMBER)`, "a-<run-number>"},
		{"basename", `show $(basename $TAG_REF)`, "v1.2.3"},
		{"the day", `show $(date +%Y%m%d)`, "<date>"},
		{"a file of the repository", `show $(cat VERSION)`, "<the text of VERSION>"},
		{"jq of a file", `show $(jq -r .version package.json)`, "<the output of jq -r .version package.json of <the text of package.json>>"},
		{"a file that the script wrote", `echo 1.2 > v.txt; show $(cat v.txt)`, "1.2"},
		{"an unknown program", `show $(make version)`, "<unknown>?"},
		{"a function with an argument", `tag() { echo "$1-x"; }; show $(tag a)`, "a-x"},
		{"a command in a function", `f() { show $1 $X; }; X=b; f a`, "a b"},
		{"a function that returns", `f() { if [ "$1" = a ]; then echo 1; return; fi; echo 2; }; show $(f a) $(f b)`, "1 2"},
		{"a name that a function sets", `f() { X=$1; return 0; }; f a; show $X`, "a"},
		{"xargs that trims", `show $(echo " a " | xargs) $(echo " b " | xargs echo -n)`, "a b"},
		{"xargs with a program", `show $(echo a | xargs echo b)`, "<unknown>?"},
		{"a function that is never called", `f() { show $1 $X; }; X=b`, "<unknown>? b"},
		{"a loop", `for t in a $GITHUB_SHA; do show x:$t; done`, "x:a|x:<sha>"},
		{"a loop over a list", `for t in $LIST; do show $t; done`, "one|two"},
		{"a variable that a loop sets", `for t in a b; do X="$X$t"; show $X; done; show $X`, "<unknown>a?|<unknown>b?\n<unknown>?"},
		{"a subshell keeps its variables", `X=a; (X=b; show $X); show $X`, "b\na"},
		{"a script in a script", `X=a; bash -c "show $X"`, "a"},
		{"a nested substitution", `show $(echo "$(echo a)b")`, "ab"},
		{"a sourced file", `echo 'X="a"' > .env; source .env; show $X`, "a"},
		{"a here-document", "show $(cat <<E\na $GITHUB_SHA\nE\n)", "a <sha>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := read(t, tt.script)
			if got := shown(script, Follow(script, scope())); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.script, got, tt.want)
			}
		})
	}
}

func TestFollow_DecidesConditions(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"a pattern that does not match", `if [[ "$GITHUB_REF" == refs/tags/* ]]; then V=${GITHUB_REF#refs/tags/}; else V=${GITHUB_SHA::7}; fi; show $V`, "<sha7>"},
		{"a pattern that matches", `if [[ "$TAG_REF" == refs/tags/* ]]; then V=${TAG_REF#refs/tags/}; else V=${GITHUB_SHA::7}; fi; show $V`, "v1.2.3"},
		{"an elif", `if [ "$GITHUB_REF" = a ]; then V=1; elif [ "$GITHUB_REF" = refs/heads/main ]; then V=2; else V=3; fi; show $V`, "2"},
		{"a prefix of what is not known", `if [[ $ANY_BRANCH == refs/heads/* ]]; then V=1; else V=2; fi; show $V`, "1"},
		{"a quoted star is no wildcard", `if [[ $GITHUB_REF == "refs/*" ]]; then V=1; else V=2; fi; show $V`, "2"},
		{"both branches", `if [ -f x ]; then V=1; else V=2; fi; show $V`, "1|2"},
		{"two variables of one branch go together", `if [ -f x ]; then A=1 B=1; else A=2 B=2; fi; show $A$B`, "11|22"},
		{"one branch", `V=1; if [ -f x ]; then V=2; fi; show $V`, "2|1"},
		{"an empty variable", `if [ -z "$EMPTY" ]; then V=1; fi; show $V`, "1"},
		{"a variable that is set", `if [ -n "$GITHUB_SHA" ]; then V=1; else V=2; fi; show $V`, "1"},
		{"a variable that nobody knows", `if [ -z "$INPUT" ]; then INPUT=x; fi; show $INPUT`, "x|<input tag>"},
		{"a chain", `[ "$GITHUB_REF" = refs/heads/main ] && V=latest; show $V`, "latest"},
		{"a chain that is not gone through", `V=a; [ "$GITHUB_REF" = x ] && V=latest; show $V`, "a"},
		{"a chain of programs", `cd x && make && V=1; show $V`, "1"},
		{"a last way out", `[ "$EMPTY" = x ] || V=b; show $V`, "b"},
		{"a choice in a chain", `[[ $GITHUB_REF == *main ]] && V=a || V=b; show $V`, "a"},
		{"a failure that ends the script", `if [ -f x ]; then V=1; else exit 1; fi; show $V`, "1"},
		{"a case", `case "$GITHUB_REF" in refs/tags/*) V=1;; refs/heads/main|x) V=2;; *) V=3;; esac; show $V`, "2"},
		{"a case that falls to the end", `case $GITHUB_REF_NAME in a) V=1;; *) V=3;; esac; show $V`, "3"},
		{"a regular expression", `if [[ $TAG_REF =~ ^refs/tags/v[0-9]+ ]]; then V=1; else V=2; fi; show $V`, "1"},
		{"a negation", `if [[ ! $TAG_REF =~ ^refs/heads ]]; then V=1; else V=2; fi; show $V`, "1"},
		{"several tests", `if [[ $EMPTY == "" && $GITHUB_REF != x ]]; then V=1; else V=2; fi; show $V`, "1"},
		{"a condition in a substitution", `V=$(if [ "$EMPTY" = "" ]; then echo a; else echo b; fi); show $V`, "a"},
		{"a condition that changes nothing", `V=a; if [ -f x ]; then echo b; fi; show $V`, "a"},
		{"too many conditions", `V=0; if a; then V=1; fi; if b; then V=$V-2; fi; if c; then V=$V-3; fi; show $V`, "<unknown>?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := read(t, tt.script)
			if got := shown(script, Follow(script, scope())); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.script, got, tt.want)
			}
		})
	}
}

func BenchmarkFollow(b *testing.B) {
	script := read(b, strings.Repeat(`set -euo pipefail
if [[ "$GITHUB_REF" == refs/tags/* ]]; then V=${GITHUB_REF#refs/tags/}; else V=${GITHUB_SHA::7}; fi
IMAGE="ghcr.io/${GITHUB_REPOSITORY,,}:$V"
docker build -t "$IMAGE" . && docker push "$IMAGE"
echo "image=$IMAGE" >> "$GITHUB_OUTPUT"
`, 4))
	b.ReportAllocs()
	for b.Loop() {
		Follow(script, scope())
	}
}
