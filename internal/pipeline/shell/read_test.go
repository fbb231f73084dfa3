package shell

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"guard/internal/finding"

	"github.com/google/go-cmp/cmp"
)

// brief writes commands in a form that fits on a line each.
func brief(commands []Command) []string {
	lines := []string{}
	for _, c := range commands {
		var b strings.Builder
		for _, w := range c.Wrappers {
			b.WriteString(w + ">")
		}
		fmt.Fprintf(&b, "%s", c.Name)
		for _, arg := range c.Args {
			fmt.Fprintf(&b, " [%s]", arg.Text)
		}
		for _, a := range c.Assigns {
			fmt.Fprintf(&b, " %s=(%s)", a.Name, a.Value.Text)
			if a.Export {
				b.WriteString("!")
			}
		}
		for _, r := range c.Redirect {
			fmt.Fprintf(&b, " %s(%s)", r.Op, r.Target.Text)
		}
		if c.Pipe >= 0 {
			fmt.Fprintf(&b, " pipe%d.%d", c.Pipe, c.Stage)
		}
		b.WriteString(flags(c))
		lines = append(lines, b.String())
	}
	return lines
}

func flags(c Command) string {
	var b strings.Builder
	for _, flag := range []struct {
		on   bool
		name string
	}{{c.Pipefail, "pipefail"}, {c.Trace, "trace"}, {c.Ignored, "ignored"}, {c.Inner, "inner"}, {!c.Last, "feeds"}} {
		if flag.on {
			b.WriteString(" " + flag.name)
		}
	}
	if c.Parent >= 0 {
		fmt.Fprintf(&b, " of%d", c.Parent)
	}
	return b.String()
}

func TestRead_FindsCommandsEverywhere(t *testing.T) {
	tests := []struct {
		name, script string
		want         []string
	}{
		{"a plain command", `npm test`, []string{"npm [test]"}},
		{"an empty script", "", nil},
		{"only a comment", "# nothing", nil},
		{"several on a line", `a; b && c || d`, []string{"a", "b", "c", "d"}},
		{"a continued line", "docker build \\\n  -t app .", []string{"docker [build] [-t] [app] [.]"}},
		{"CRLF line ends", "a b\r\nc d\r\n", []string{"a [b]", "c [d]"}},
		{"a condition", "if test -f x; then a; elif b; then c; else d; fi", []string{"test [-f] [x] ignored", "a", "b ignored", "c", "d"}},
		{"loops", "for i in 1 2; do a $i; done; while b; do c; done; until d; do e; done", []string{"a [$i]", "b ignored", "c", "d ignored", "e"}},
		{"a case", "case $x in a) b;; *) c;; esac", []string{"b", "c"}},
		{"a function", "f() { a; }; function g { b; }; f", []string{"a", "b", "f"}},
		{"a subshell and a block", "(a; b); { c; }", []string{"a", "b", "c"}},
		{"a background job", "a & wait", []string{"a", "wait"}},
		{"a substitution", `a "$(b c)"`, []string{`a [$(b c)]`, "b [c] inner of0"}},
		{"backticks", "a `b c`", []string{"a [`b c`]", "b [c] inner of0"}},
		{"a process substitution", "diff <(a) <(b)", []string{"diff [<(a)] [<(b)]", "a inner of0", "b inner of0"}},
		{"a substitution in an assignment", "x=$(a)", []string{" x=($(a))", "a inner of0"}},
		{"a substitution in a loop's list", "for i in $(a); do b; done", []string{"a inner", "b"}},
		{"a substitution in a test", "[[ -n $(a) ]] && (( $(b) > 1 ))", []string{"[[", "a inner of0", "((", "b inner of2"}},
		{"a substitution in a here-document", "cat <<E\n$(a)\nE", []string{"cat <<($(a)\n)", "a inner of0"}},
		{"a substitution in a substitution", "a $(b $(c))", []string{"a [$(b $(c))]", "b [$(c)] inner of0", "c inner of1"}},
		{"a redirection alone", "> f", []string{" >(f)"}},
		{"a redirected block", "{ a; b > g; } > f", []string{"a >(f)", "b >(g) >(f)"}},
		{"a timed command", "time a b", []string{"a [b]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			commands, err := Read(tt.script, nil, Bash)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append([]string{}, tt.want...), brief(commands)); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.script, diff)
			}
		})
	}
}

func TestRead_SkipsWrappers(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"sudo with options", "sudo -E -u app npm ci", "sudo>npm [ci]"},
		{"sudo with a long option", "sudo --user=app npm ci", "sudo>npm [ci]"},
		{"sudo with a long option and its value", "sudo --user app npm ci", "sudo>npm [ci]"},
		{"sudo with an assignment", "sudo A=b npm ci", "sudo>npm [ci] A=(b)"},
		{"env", "env -i A=b -u C make", "env>make A=(b)"},
		{"wrappers inside each other", "sudo -H nice -n 5 time make", "sudo>nice>time>make"},
		{"timeout", "timeout -k 5 30s kubectl rollout status x", "timeout>kubectl [rollout] [status] [x]"},
		{"timeout with a signal glued on", "timeout -sKILL 30 a", "timeout>a"},
		{"exec", "exec -a name nginx -g x", "exec>nginx [-g] [x]"},
		{"command", "command docker push", "command>docker [push]"},
		{"a question to command", "command -v docker", "command [-v] [docker]"},
		{"nohup", "nohup a &", "nohup>a"},
		{"xargs", "xargs -0 -I {} rm {}", "xargs>rm [{}]"},
		{"xargs alone", "xargs", "xargs"},
		{"exec for its redirections", "exec 3>&1", "exec >&(1)"},
		{"sudo for a shell", "sudo -i", "sudo [-i]"},
		{"a path", "/usr/bin/env /usr/local/bin/helm upgrade", "env>helm [upgrade]"},
		{"tini", "tini -g -- node app.js", "tini>node [app.js]"},
		{"gosu", "gosu app:app redis-server", "gosu>redis-server"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			commands, err := Read(tt.script, nil, Bash)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{tt.want}, brief(commands)); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.script, diff)
			}
		})
	}
}

func TestRead_SaysWhatAWordIs(t *testing.T) {
	tests := []struct {
		name, word string
		want       string
		known      bool
		variables  []string
	}{
		{"a plain word", "abc", "abc", true, nil},
		{"single quotes", "'a $b'", "a $b", true, nil},
		{"double quotes", `"a b"`, "a b", true, nil},
		{"glued quotes", `a"b"'c'\d`, "abcd", true, nil},
		{"a quoted quote", `"a\"b\n"`, `a"b\n`, true, nil},
		{"ANSI quotes", `$'a\tb\'\x'`, "a\tb'\\x", true, nil},
		{"a variable", "$A", "$A", false, []string{"A"}},
		{"a variable in braces", `"${A}-b"`, "$A-b", false, []string{"A"}},
		{"a variable with a default", "${A:-$B}", "${A:-$B}", false, []string{"A", "B"}},
		{"a special variable", "$?", "$?", false, []string{"?"}},
		{"a substitution", "a$(b $C)", "a$(b $C)", false, nil},
		{"arithmetic", "$((A + $B))", "$((A + $B))", false, []string{"B"}},
		{"a glob", "*.txt", "*.txt", true, nil},
		{"an expression", "v${{ github.sha }}", "v${{ github.sha }}", false, nil},
		{"an expression in single quotes", "'${{ a }}'", "${{ a }}", false, nil},
		{"an expression with braces in a string", "${{ format('}}{0}', a) }}", "${{ format('}}{0}', a) }}", false, nil},
		{"an expression that spans lines", "\"${{ a ||\n b }}\"", "${{ a ||\n b }}", false, nil},
		{"an expression beside a dollar sign", "$${{ a }}", "$${{ a }}", false, nil},
		{"an input of GitLab", "$[[ inputs.env ]]-x", "$[[ inputs.env ]]-x", false, nil},
		{"a continued word", "a\\\nb", "ab", true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			commands, err := Read("echo "+tt.word, nil, Bash)
			if err != nil {
				t.Fatal(err)
			}
			got := commands[0].Args[0]
			want := Word{Text: tt.want, Known: tt.known, Variables: append([]string{}, tt.variables...), Path: got.Path}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(finding.Step{})); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.word, diff)
			}
		})
	}
}

func TestRead_NamesTheProgramWhereItIsKnown(t *testing.T) {
	tests := map[string]string{
		"$CMD a":                         "",
		"${{ inputs.cmd }} a":            "",
		"./gradlew test":                 "gradlew",
		"$HOME/bin/helm a":               "helm",
		"${{ github.workspace }}/x/kind": "kind",
		"$BIN/$X":                        "",
		"bin-$X":                         "",
		`"/opt/my tool/run" x`:           "run",
	}
	for script, want := range tests {
		t.Run(script, func(t *testing.T) {
			commands, err := Read(script, nil, Bash)
			if err != nil {
				t.Fatal(err)
			}
			if got := commands[0].Name; got != want {
				t.Errorf("Read(%q) names %q, want %q", script, got, want)
			}
		})
	}
}

func TestRead_KnowsPipesAndOptions(t *testing.T) {
	tests := []struct {
		name, script string
		want         []string
	}{
		{"a pipe", "a | b | c", []string{"a pipe0.0 feeds", "b pipe0.1 feeds", "c pipe0.2"}},
		{"a pipe with errors", "a |& b", []string{"a pipe0.0 feeds", "b pipe0.1"}},
		{"two pipes", "a | b; c | d", []string{"a pipe0.0 feeds", "b pipe0.1", "c pipe1.0 feeds", "d pipe1.1"}},
		{"a block in a pipe", "a | while read l; do b; done", []string{"a pipe0.0 feeds", "read [l] pipe0.1 ignored", "b pipe0.1"}},
		{"pipefail", "set -o pipefail; a | b", []string{"set [-o] [pipefail]", "a pipe0.0 pipefail feeds", "b pipe0.1 pipefail"}},
		{"pipefail among letters", "set -euxo pipefail\na", []string{"set [-euxo] [pipefail]", "a pipefail trace"}},
		{"pipefail in a chain", "set -o pipefail && a | b", []string{"set [-o] [pipefail]", "a pipe0.0 pipefail feeds", "b pipe0.1 pipefail"}},
		{"trace on and off", "set -x; a; set +x; b", []string{"set [-x]", "a trace", "set [+x] trace", "b"}},
		{"trace by name", "set -o xtrace; a; set +o xtrace; b", []string{"set [-o] [xtrace]", "a trace", "set [+o] [xtrace] trace", "b"}},
		{"trace in a subshell ends with it", "(set -x; a); b", []string{"set [-x]", "a trace", "b"}},
		{"trace that may be on", "if d; then set -x; fi; a", []string{"d ignored", "set [-x]", "a"}},
		{"trace that a test guards", "[ -n \"$D\" ] && set -x; a", []string{"[ [-n] [$D] []]", "set [-x]", "a"}},
		{"pipefail that may be on", "if d; then set -o pipefail; fi; a", []string{"d ignored", "set [-o] [pipefail]", "a pipefail"}},
		{"operands of set are no options", "set -- -x; a", []string{"set [--] [-x]", "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			commands, err := Read(tt.script, nil, Bash)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, brief(commands)); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.script, diff)
			}
		})
	}
}

func TestRead_SeesIgnoredFailures(t *testing.T) {
	tests := []struct {
		script  string
		ignored bool // of the first command
	}{
		{"a || true", true},
		{"a || :", true},
		{"a || exit 0", true},
		{"a || echo failed", true},
		{"a || { echo failed; true; }", true},
		{"a && b || true", true},
		{"(a; b) || true", true},
		{"a | b || true", true},
		{"! a", true},
		{"if a; then b; fi", true},
		{"a", false},
		{"a || exit 1", false},
		{"a || exit", false},
		{"a || b", false},
		{"a || { echo failed; exit 1; }", false},
		{"a || (echo failed; exit 1)", false},
		{"a || b=1", false},
		{"if ! a; then exit 1; fi", true}, // negated: whoever asks looks at the condition
		{"if a; then b; else exit 1; fi", false},
		{"if a; then b; else false; fi", false},
	}
	for _, tt := range tests {
		t.Run(tt.script, func(t *testing.T) {
			commands, err := Read(tt.script, nil, Bash)
			if err != nil {
				t.Fatal(err)
			}
			if got := commands[0].Ignored; got != tt.ignored {
				t.Errorf("Read(%q): ignored is %v, want %v", tt.script, got, tt.ignored)
			}
		})
	}
}

func TestRead_LeavesMacrosAlone(t *testing.T) {
	known := func(name string) bool { return name == "Tag" || name == "X" }
	commands, err := Reader{Macros: known}.Read("push app:$(Tag) $(date) ${{ $(X) }}", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"push [app:$(Tag)] [$(date)] [${{ $(X) }}]", "date inner of0"}
	if diff := cmp.Diff(want, brief(commands)); diff != "" {
		t.Error(diff)
	}
}

func TestRead_ReadsScriptsInsideScripts(t *testing.T) {
	tests := []struct {
		name, script string
		want         []string
	}{
		{"sh -c", "sh -c 'a b'", []string{"sh [-c] [a b]", "a [b] of0"}},
		{"letters glued together", `bash -lc "a b"`, []string{"bash [-lc] [a b]", "a [b] of0"}},
		{"options of the shell", "bash -eo pipefail -xc 'a'", []string{"bash [-eo] [pipefail] [-xc] [a]", "a pipefail trace of0"}},
		{"the option's name behind the letters", "bash -euxo pipefail -c 'a'", []string{"bash [-euxo] [pipefail] [-c] [a]", "a pipefail trace of0"}},
		{"under sudo", "sudo sh -c 'a > /etc/x' || true", []string{"sudo>sh [-c] [a > /etc/x] ignored", "a >(/etc/x) ignored of0", "true"}},
		{"a variable of the outer script", `bash -c "a '$X' \"\${Y}\""`, []string{`bash [-c] [a '$X' "${Y}"]`, "a [$X] [$Y] of0"}},
		{"an expression inside", `bash -c "a ${{ b }}"`, []string{"bash [-c] [a ${{ b }}]", "a [${{ b }}] of0"}},
		{"nothing but a variable", `bash -c "$X"`, []string{"bash [-c] [$X]"}},
		{"a file", "bash x.sh -c y", []string{"bash [x.sh] [-c] [y]"}},
		{"eval", `eval "a; b"`, []string{"eval [a; b]", "a of0", "b of0"}},
		{"a trap", "trap 'a; b' EXIT", []string{"trap [a; b] [EXIT]", "a of0", "b of0"}},
		{"su", "su - app -c 'a b'", []string{"su [-] [app] [-c] [a b]", "a [b] of0"}},
		{"two levels", `sh -c "bash -c 'a b'"`, []string{"sh [-c] [bash -c 'a b']", "bash [-c] [a b] of0", "a [b] of1"}},
		{"a here-document for a shell", "bash -x <<'E'\na 'b\\c'\nE", []string{"bash [-x] <<(a 'b\\c'\n)", "a [b\\c] trace of0"}},
		{"a here-document with variables", "sudo sh -s <<E\na \\$X $Y\nE", []string{"sudo>sh [-s] <<(a $X $Y\n)", "a [$X] [$Y] of0"}},
		{"a here-document for a script", "sh x.sh <<E\na\nE", []string{"sh [x.sh] <<(a\n)"}},
		{"what cannot be read inside is left alone", "sh -c 'if'; a", []string{"sh [-c] [if]", "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			commands, err := Read(tt.script, nil, Bash)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, brief(commands)); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.script, diff)
			}
		})
	}
}

func TestRead_ReadsAssignments(t *testing.T) {
	tests := []struct {
		name, script string
		dialect      Dialect
		want         []string
	}{
		{"alone", "A=b C=$D", Bash, []string{" A=(b) C=($D)"}},
		{"before a program", "A=b make x", Bash, []string{"make [x] A=(b)"}},
		{"export", "export A=b C", Bash, []string{"export [C] A=(b)!"}},
		{"export in a POSIX shell", "export A='b c' C", POSIX, []string{"export [C] A=(b c)!"}},
		{"declare -x", "declare -x A=b", Bash, []string{"declare [-x] A=(b)!"}},
		{"readonly", "readonly A=b", Bash, []string{"readonly A=(b)"}},
		{"an array", "A=(b c)", Bash, []string{" A=()"}},
		{"a name from an expression", "${{ a }}=b", Bash, []string{" ${{ a }}=(b)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			commands, err := Read(tt.script, nil, tt.dialect)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, brief(commands)); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.script, diff)
			}
		})
	}
}

func TestRead_ReadsBashWhereAPOSIXScriptUsesIt(t *testing.T) {
	commands, err := Read("diff <(a) <<<b", nil, POSIX)
	if err != nil || len(commands) != 2 {
		t.Errorf("got %v, %v; want diff and a", brief(commands), err)
	}
}

func TestRead_KnowsWhereWordsStand(t *testing.T) {
	const script = "set -e\nsudo  curl \\\n  \"ü$A\" | bash -c \"é; echo 'b' \\\"${{ c }}\\\"\"\nX=y z\n"
	const want = "set@1:1-1:4 -e@1:5-1:7\n" +
		"curl@2:7-2:11 ü$A@3:3-3:8\n" +
		"bash@3:11-3:15 -c@3:16-3:18 é; echo 'b' \"${{ c }}\"@3:19-3:45\n" +
		"é@3:20-3:21\n" +
		"echo@3:23-3:27 b@3:28-3:31 ${{ c }}@3:33-3:44\n" +
		"z@4:5-4:6 X=4:1-4:4,4:3-4:4\n"
	commands, err := Read(script, finding.NewPath("run"), Bash)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&b, "%s@%s", c.Name, span(t, c.Path))
		for _, arg := range c.Args {
			fmt.Fprintf(&b, " %s@%s", arg.Text, span(t, arg.Path))
		}
		for _, a := range c.Assigns {
			fmt.Fprintf(&b, " %s=%s,%s", a.Name, span(t, a.Path), span(t, a.Value.Path))
		}
		b.WriteString("\n")
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func span(t *testing.T, p finding.Path) string {
	t.Helper()
	s, ok := p[len(p)-1].Span()
	if !ok {
		t.Fatalf("path %s does not end in a span", p)
	}
	return fmt.Sprintf("%d:%d-%d:%d", s.Line, s.Column, s.EndLine, s.EndColumn)
}

func TestRead_SaysWhatItCannotRead(t *testing.T) {
	tests := []struct {
		name, script string
		line, column int
		message      string
	}{
		{"a missing fi", "a\nif b; then\n c\n", 2, 1, "`if` statement must end with `fi`"},
		{"an open quote", "a\n  echo \"b", 2, 8, "reached EOF without closing quote `\"`"},
		{"an error behind an expression", "a ${{ b }} )", 1, 12, "a command can only contain words and redirects; encountered `)`"},
		{"a NUL", "a\nb\x00", 2, 2, "a NUL byte cannot stand in a script"},
		{"nested too deep", "\n" + strings.Repeat("(", 3000), 2, MaxNesting + 1, "nested deeper than 2000 levels"},
		{"substitutions nested too deep", strings.Repeat("a $(", 60) + strings.Repeat(")", 60), 0, 0, "more than 50 substitutions inside each other"},
		{"too long", strings.Repeat("a", MaxBytes+1), 0, 0, "the script has 262145 bytes, more than 262144"},
		{"too many commands", strings.Repeat("a\n", MaxCommands+1), 0, 0, "the script has more than 20000 commands"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			commands, err := Read(tt.script, nil, Bash)
			var failure *Error
			if !errors.As(err, &failure) || commands != nil {
				t.Fatalf("got %d commands, error %v; want none and an *Error", len(commands), err)
			}
			want := Error{Line: tt.line, Column: tt.column, Message: tt.message}
			if diff := cmp.Diff(want, *failure); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestError_SaysWhere(t *testing.T) {
	if got := (&Error{Line: 2, Column: 3, Message: "m"}).Error(); got != "line 2, column 3: m" {
		t.Errorf("got %q", got)
	}
	if got := (&Error{Message: "m"}).Error(); got != "m" {
		t.Errorf("got %q", got)
	}
}

func TestReader_PlacesOffsetsWhereItIsTold(t *testing.T) {
	r := Reader{Place: func(offset int) (int, int) { return 7, offset + 10 }, Pipefail: true}
	commands, err := r.Read("a b", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := span(t, commands[0].Args[0].Path); got != "7:12-7:13" || !commands[0].Pipefail {
		t.Errorf("got %s, pipefail %v; want 7:12-7:13 with pipefail", got, commands[0].Pipefail)
	}
}
