package shell

import (
	"fmt"
	"strings"
	"testing"
)

// Who notices that the command x fails.
func TestRead_Notice(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"without set -e nobody, by itself", "x", ""},
		{"set -e", "set -e\nx", "errexit"},
		{"set -eu", "set -eu\nx", "errexit"},
		{"set -o errexit", "set -o errexit\nx", "errexit"},
		{"set +e", "set -e\nset +e\nx", ""},
		{"a list", "set -e\nx && y", "errexit chained"},
		{"the end of a list", "set -e\ny && x", "errexit"},
		{"|| true", "x || true", "handled swallowed:|| true"},
		{"|| exit 0", "x || exit 0", "handled swallowed:|| exit 0"},
		{"|| a block", "x || { echo a; true; }", "handled swallowed:|| true"},
		{"|| exit 1", "x || exit 1", "handled"},
		{"a list that is answered", "x && y || exit 1", "handled"},
		{"the answer itself", "y || x", "fallback"},
		{"!", "! x", "swallowed:!"},
		{"the condition of an if", "if x; then y; fi", "swallowed:the condition of an if"},
		{"one that fails", "if ! x; then exit 1; fi", "handled"},
		{"the condition of a loop", "until x; do y; done", "swallowed:the condition of a loop"},
		{"the background", "x &", "background"},
		{"a list in the background", "{ y; x; } &", "background"},
		{"a function", "f() { x; }", "function:f"},
		{"a script inside", "set -e\nbash -c x", ""},
		{"a script inside with an option", "bash -ec x", "errexit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			commands, err := Read(test.script, nil, Bash)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range commands {
				if c.Name == "x" {
					if got := notice(c); got != test.want {
						t.Errorf("%q: got %q, want %q", test.script, got, test.want)
					}
					return
				}
			}
			t.Errorf("%q runs no x", test.script)
		})
	}
}

func notice(c Command) string {
	var parts []string
	for _, part := range []struct {
		name string
		is   bool
	}{
		{"errexit", c.Errexit}, {"chained", c.Chained}, {"handled", c.Handled}, {"fallback", c.Fallback}, {"background", c.Background},
		{"swallowed:" + c.Swallowed, c.Swallowed != ""}, {"function:" + c.Function, c.Function != ""},
	} {
		if part.is {
			parts = append(parts, part.name)
		}
	}
	return strings.Join(parts, " ")
}

// Statements are numbered for a script as a whole.
func TestRead_Statements(t *testing.T) {
	commands, err := Read("a\nif b; then c; fi\nd \"$(e)\" && bash -c 'f; g'", nil, Bash)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range commands {
		got = append(got, fmt.Sprintf("%s%d", c.Program, c.Statement))
	}
	if want := "a0 b1 c1 d2 e2 bash2 f2 g2"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, " "), want)
	}
}
