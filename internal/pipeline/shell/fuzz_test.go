package shell

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"set -euo pipefail\ncurl -fsSL \"$URL\" | sudo sh -s -- -b /usr/local/bin",
		"bash -lc \"a '${X:-y}' \\\"${{ github.sha }}\\\"\" || true",
		"cat <<-'E' > f\n\t$(x)\n\tE\nfor i in `ls`; do export A=$i; done",
		"if ! a; then exit 1; else (b | c) & fi\r\n$[[ inputs.x ]] x",
		"case $x in a) b;; esac; f() { g; }; eval 'h $((i+1))' <(j)",
		"$'\\n' \\\n a[1]=b declare -x c=(d e)",
	} {
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, posix bool) {
		dialect := Bash
		if posix {
			dialect = POSIX
		}
		commands, _ := Reader{Dialect: dialect, Detailed: true, Macros: isName}.Read(text, nil)
		for i, c := range commands {
			for _, arg := range c.Args {
				knownCommands(t, arg, len(commands))
			}
			if c.Parent >= i {
				t.Errorf("command %d has the later parent %d", i, c.Parent)
			}
			for _, path := range pathsOf(c) {
				within(t, text, path)
			}
		}
	})
}

// knownCommands checks that the substitutions of a word name commands that
// there are.
func knownCommands(t *testing.T, w Word, commands int) {
	t.Helper()
	for _, p := range w.Parts {
		if s := p.Commands; s != nil && (s.First > s.End || s.End > commands || s.First < 0) {
			t.Errorf("%q names the commands %d to %d of %d", p.Text, s.First, s.End, commands)
		}
	}
}

type place struct{ line, column, endLine, endColumn int }

func pathsOf(c Command) []place {
	all := []place{}
	add := func(w Word) {
		if len(w.Path) > 0 {
			s, _ := w.Path[len(w.Path)-1].Span()
			all = append(all, place{s.Line, s.Column, s.EndLine, s.EndColumn})
		}
	}
	add(Word{Path: c.Path})
	for _, arg := range c.Args {
		add(arg)
	}
	for _, a := range c.Assigns {
		add(Word{Path: a.Path})
		add(a.Value)
	}
	for _, r := range c.Redirect {
		add(Word{Path: r.Path})
		add(r.Target)
	}
	return all
}

func within(t *testing.T, text string, p place) {
	t.Helper()
	lines := strings.Split(text, "\n")
	switch {
	case p.line < 1 || p.endLine < p.line || p.endLine > len(lines):
		t.Fatalf("%+v stands outside the %d lines of %q", p, len(lines), text)
	case p.line == p.endLine && p.endColumn < p.column:
		t.Fatalf("%+v ends before it starts in %q", p, text)
	case p.column < 1 || p.column > runes(lines[p.line-1])+1 || p.endColumn < 1 || p.endColumn > runes(lines[p.endLine-1])+2:
		t.Fatalf("%+v stands outside its line in %q", p, text)
	}
}

// runes counts characters as positions do: by their first bytes.
func runes(line string) int {
	n := 0
	for i := range len(line) {
		if utf8.RuneStart(line[i]) {
			n++
		}
	}
	return n
}

func BenchmarkRead(b *testing.B) {
	script := strings.Repeat("set -euo pipefail\nif [ -n \"$X\" ]; then\n  sudo docker build -t \"app:${{ github.sha }}\" . | tee log\nfi\nbash -c 'a && b'\n", 20)
	b.ReportAllocs()
	b.SetBytes(int64(len(script)))
	for b.Loop() {
		if _, err := Read(script, nil, Bash); err != nil {
			b.Fatal(err)
		}
	}
}
