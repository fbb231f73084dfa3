package tree

import (
	"strings"
	"testing"

	"guard/internal/finding"
)

// regionText is the text of a region.
func regionText(s *Source, loc finding.Location) string {
	return s.Text[s.Offset(loc.Line, loc.Column):s.Offset(loc.EndLine, loc.EndColumn)]
}

func TestLocate_FindsWhatIsWritten(t *testing.T) {
	within := func(line, column, endColumn int) finding.Span {
		return finding.Span{Line: line, Column: column, EndColumn: endColumn}
	}
	tests := []struct {
		name string
		text string
		path []any
		want string // line:column, then the region's text
	}{
		{"a plain scalar", "a: b # c\n", []any{"a"}, "1:4 b"},
		{"a quoted scalar with its quotes", `a: "b c" # d`, []any{"a"}, `1:4 "b c"`},
		{"a single-quoted scalar that holds a quote", `a: 'it''s' # d`, []any{"a"}, `1:4 'it''s'`},
		{"behind characters of several bytes", "\"ä€😀\": b\n", []any{"ä€😀"}, "1:8 b"},
		{"a number", "a: 1.10\n", []any{"a"}, "1:4 1.10"},
		{"the key of a map", "a:\n  b: c\n", []any{"a"}, "1:1 a"},
		{"the key of a list", "\"a b\":\n- c\n", []any{"a b"}, `1:1 "a b"`},
		{"the key of a null", "a:\nb: 1\n", []any{"a"}, "1:1 a"},
		{"the key of the ancestor of something missing", "a:\n  b: c\n", []any{"a", "x", "y"}, "1:1 a"},
		{"a scalar above something missing", "a: b\n", []any{"a", "x"}, "1:4 b"},
		{"an item's first entry for something missing in it", "- name: x # y\n  image: z\n", []any{0, "ports"}, "1:3 name: x"},
		{"an item whose first entry is a map", "- spec:\n    a: b\n", []any{0}, "1:3 spec"},
		{"the first entry of the document", "# c\na: b\nc: d\n", nil, "2:1 a: b"},
		{"an item of a flow list", "a: [b, 'c d', e]\n", []any{"a", 1}, "1:8 'c d'"},
		{"a member of a flow map", "a: {b: c, d: e}\n", []any{"a", "d"}, "1:14 e"},
		{"a flow map in a list", "- {b: c, d: [e]} # x\n", []any{0}, "1:3 {b: c, d: [e]}"},
		{"an empty flow list in a list", "- [ ] # x\n", []any{0}, "1:3 [ ]"},
		{"a flow map over several lines", "- {b: c, # x\n   d,\n  }\n", []any{0}, "1:3 {b: c, # x\n   d,\n  }"},
		{"a plain scalar of several lines", "a: b\n  c\n\n  d\ne: f\n", []any{"a"}, "1:4 b\n  c\n\n  d"},
		{"a quoted scalar of several lines", "a: \"b\n  c\"\ne: f\n", []any{"a"}, "1:4 \"b\n  c\""},
		{"a block scalar", "a: |\n  b\n  c\n\nd: e\n", []any{"a"}, "1:4 |\n  b\n  c"},
		{"a scalar behind its anchor", "a: &x b\n", []any{"a"}, "1:7 b"},
		{"a scalar behind anchor and tag", "a: &x !!str b # c\n", []any{"a"}, "1:13 b"},
		{"a scalar behind a tag on another line", "a: !x # y\n  b\n", []any{"a"}, "2:3 b"},
		{"an alias: where its anchor stands", "a: &x b\nc: *x\n", []any{"c"}, "1:7 b"},
		{"a merged member: where it is written", "a: &x\n  k: v\nb:\n  <<: *x\n", []any{"b", "k"}, "2:6 v"},
		{"below an alias", "a: &x\n  k: v\nb: *x\n", []any{"b", "k"}, "2:6 v"},
		{"a value in the second document", "---\na: b\n---\nc: d\n", []any{"c"}, "4:4 d"},
		{"a value behind CRLF", "a: b\r\nc: d\r\n", []any{"c"}, "2:4 d"},
		{"a value behind a comment of one million characters", "#" + strings.Repeat("ä", 1000000) + "\nc: d\n", []any{"c"}, "2:4 d"},

		{"a line of a literal", "run: |\n  one\n    two # x\n  three\n", []any{"run", finding.Span{Line: 2}}, "3:5 two # x"},
		{"part of a line of a literal", "run: |\n  one\n  two three\n", []any{"run", within(2, 5, 10)}, "3:7 three"},
		{"part of an indented line of a literal", "run: |\n  one\n    two\n", []any{"run", within(2, 3, 6)}, "3:5 two"},
		{"lines of a literal", "run: |\n  one\n  two\n  three\n", []any{"run", finding.Span{Line: 1, EndLine: 2}}, "2:3 one\n  two"},
		{"a line of a literal with an indentation indicator", "a:\n  run: |2-\n      one\n    two\n", []any{"a", "run", within(1, 3, 6)}, "3:7 one"},
		{"a line of a literal that begins with blank lines", "run: |\n\n\n  one\n", []any{"run", within(3, 1, 4)}, "4:3 one"},
		{"a line of a literal with CRLF", "run: |\r\n  one\r\n  two\r\n", []any{"run", within(2, 1, 4)}, "3:3 two"},
		{"a line of a literal in a list", "- |\n one\n two\n", []any{0, within(2, 2, 3)}, "3:3 w"},
		{"a line of a literal with wide characters", "run: |\n  äöü x\n", []any{"run", within(1, 5, 6)}, "2:7 x"},
		{"a word of a folded scalar", "run: >\n  one\n  two\n\n  three\n", []any{"run", within(1, 5, 8)}, "3:3 two"},
		{"the second paragraph of a folded scalar", "run: >-\n  one\n  two\n\n  three\n", []any{"run", within(2, 1, 6)}, "5:3 three"},
		{"an indented line of a folded scalar", "run: >\n  one\n    two\n  three\n", []any{"run", within(2, 3, 6)}, "3:5 two"},
		{"part of a plain scalar", "run: one two\n", []any{"run", within(1, 5, 8)}, "1:10 two"},
		{"part of a plain scalar of two lines", "run: one\n  two\n", []any{"run", within(1, 5, 8)}, "2:3 two"},
		{"part of a double-quoted scalar", `run: "one two"`, []any{"run", within(1, 5, 8)}, "1:11 two"},
		{"behind an escape", `run: "a\tb \u00e4 two"`, []any{"run", within(1, 7, 10)}, "1:19 two"},
		{"the second line of an escaped text", `run: "one\ntwo"`, []any{"run", finding.Span{Line: 2}}, "1:12 two"},
		{"an escape itself", `run: "a\tb"`, []any{"run", within(1, 2, 3)}, `1:8 \t`},
		{"behind a doubled quote", `run: 'it''s two'`, []any{"run", within(1, 6, 9)}, "1:13 two"},
		{"in the second line of a quoted scalar", "run: \"one\n  two\"\n", []any{"run", within(1, 5, 8)}, "2:3 two"},
		{"behind an escaped line end", "run: \"one\\\n  two\"\n", []any{"run", within(1, 4, 7)}, "2:3 two"},
		{"a line that the value does not have", "run: one\n", []any{"run", finding.Span{Line: 7}}, "1:6 one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := NewSource("f.yaml", tt.text)
			parts := ParseYAML(tt.text)
			last := parts[len(parts)-1]
			if last.Err != nil {
				t.Fatal(last.Err)
			}
			loc := source.Locate(last.Root, finding.NewPath(tt.path...))
			got := strings.TrimPrefix(finding.Location{Line: loc.Line, Column: loc.Column}.String(), ":") + " " + regionText(source, loc)
			if got != tt.want || loc.File != "f.yaml" {
				t.Errorf("text %.80q\ngot  %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestLocate_WithoutATreeCountsLinesOfTheText(t *testing.T) {
	source := NewSource("f", "one\n  two three\n")
	loc := source.Locate(nil, finding.NewPath(finding.Span{Line: 2}))
	if want := (finding.Location{File: "f", Line: 2, Column: 3, EndLine: 2, EndColumn: 12}); loc != want {
		t.Errorf("got %+v want %+v", loc, want)
	}
	if loc := source.Locate(nil, nil); loc != (finding.Location{File: "f"}) {
		t.Errorf("got %+v, want the file as a whole", loc)
	}
}

func TestSource_PositionAndOffsetAreInverse(t *testing.T) {
	texts := []string{"", "\n", "a", "a\nb\n", "ä\r\n€b\n\n", strings.Repeat("äb€😀\n", 3000), strings.Repeat("ä", 5000)}
	for _, text := range texts {
		source := NewSource("f", text)
		for offset := range text {
			if text[offset] == '\n' || text[offset] == '\r' {
				continue
			}
			line, column := source.Position(offset)
			if got := source.Offset(line, column); got != offset {
				t.Fatalf("text %.20q: offset %d is %d:%d is offset %d", text, offset, line, column, got)
			}
		}
	}
}

func TestSource_LinesHaveNoEnds(t *testing.T) {
	source := NewSource("f", "a\r\nb\n\nc")
	got := []string{source.Line(0), source.Line(1), source.Line(2), source.Line(3), source.Line(4), source.Line(5)}
	if want := "|a|b||c|"; strings.Join(got, "|") != want || source.Lines() != 4 {
		t.Errorf("got %q of %d lines", got, source.Lines())
	}
}
