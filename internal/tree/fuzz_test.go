package tree

import (
	"strings"
	"testing"
	"unicode/utf8"

	"guard/internal/finding"
)

// checkInside fails where a node, an error or a region is not inside the file.
func checkInside(t *testing.T, source *Source, part Part) {
	t.Helper()
	places := append([]Error{{Line: part.Line}}, part.Problems...)
	if part.Err != nil {
		places = append(places, *part.Err)
	}
	for _, place := range places {
		if place.Line < 1 || place.Line > source.Lines() {
			t.Fatalf("text %q: line %d of %d (%s)", source.Text, place.Line, source.Lines(), place.Message)
		}
	}
	visits := 0
	part.Root.Walk(nil, func(path finding.Path, n *Node) bool {
		visits++
		loc := source.Locate(part.Root, path)
		if loc.Line < 1 || loc.Line > loc.EndLine || loc.EndLine > source.Lines() || loc.Line == loc.EndLine && loc.Column > loc.EndColumn {
			t.Fatalf("text %q: %s stands at %+v", source.Text, path, loc)
		}
		source.Locate(part.Root, path.With(finding.Span{Line: 2, Column: 3}))
		return visits < 10_000
	})
}

var yamlSeeds = []string{
	"a: |\n\n  b c\n   d\n\te\n", "a: >1-\n\n   b c\n d\n\n  e\n f\n", "- |+2\n    ä b\n\n   c\n", "--- |\nb\n c\n", "a: &x |\n b\nc: !!str >\n d\n e\n",
	"a: &x [1, {b: 'c'}]\nd: *x\n", "a: |2-\n   b\n\n  c\n", "- - >+\n  x\n y\n", "? a\n: b\n", "a: \"x\\\n  y\\u00e4\"\n",
	"%TAG !e! x:\n---\n!e!a &b c\n...\n", "<<: [{a: 1}, {b: 2}]\n", "a:\r\n  - b # c\r\n", "a: b\u2028c: d\n", "--- {a: {b: [}]}\n---\nx",
	"a: b\n  c\n\n  d # e\n", "{a, b: , 'c': d}", "'a''b': \"\\x41\"\n", "\uFEFFa: b\n...\n\uFEFFc: d\n", "a: !!int \"3\"\n",
}

func FuzzYAML(f *testing.F) {
	for _, seed := range yamlSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		text, err := Decode([]byte(data))
		if err != nil {
			return
		}
		source := NewSource("f", text)
		for _, part := range ParseYAML(text) {
			checkInside(t, source, part)
		}
	})
}

// FuzzLocate reads the region of every scalar again: it must be what is there.
func FuzzLocate(f *testing.F) {
	for _, seed := range yamlSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		text, err := Decode([]byte(data))
		if err != nil {
			return
		}
		if hasOddLines(text) {
			return // the lines of such a scalar are not the file's
		}
		source := NewSource("f", text)
		for _, part := range ParseYAML(text) {
			part.Root.Walk(nil, func(path finding.Path, n *Node) bool {
				if n.IsScalar() && n.Kind != Null && n.Style != Literal && n.Style != Folded && n.Tag == "" {
					checkWritten(t, source, n, path)
				}
				if n.Style == Literal || n.Style == Folded {
					checkWords(t, source, n)
				}
				return len(path) < 20
			})
		}
	})
}

func checkWritten(t *testing.T, source *Source, n *Node, path finding.Path) {
	t.Helper()
	written := regionText(source, source.between(source.extent(n)))
	parts := ParseYAML(" " + written) // a marker means something else at the beginning of a line
	if len(parts) != 1 || parts[0].Root == nil || parts[0].Root.Text != n.Text {
		t.Fatalf("text %q: %s is %q, its region is %q", source.Text, path, n.Text, written)
	}
}

// checkWords looks up every word of a block scalar, which stands in the file as
// it is.
func checkWords(t *testing.T, source *Source, n *Node) {
	t.Helper()
	for i, line := range strings.Split(n.Text, "\n") {
		if strings.ContainsAny(line, "\r\u0085\u2028\u2029") {
			return // other line ends than the file's
		}
		column := 1
		for _, word := range strings.SplitAfter(line, " ") {
			width := utf8.RuneCountInString(word)
			bare := strings.TrimRight(word, " ")
			span := finding.Span{Line: i + 1, Column: column, EndColumn: column + utf8.RuneCountInString(bare)}
			if got := regionText(source, source.within(n, span)); bare != "" && got != bare {
				t.Fatalf("text %q: %q at %+v of %q is %q", source.Text, bare, span, n.Text, got)
			}
			column += width
		}
	}
}
