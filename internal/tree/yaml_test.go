package tree

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline writes parts in one line each: JSON of the value, then what is wrong.
func outline(parts []Part) string {
	var b strings.Builder
	for _, part := range parts {
		fmt.Fprintf(&b, "%d:", part.Line)
		if part.Root != nil {
			value, err := part.Root.MarshalJSON()
			fmt.Fprintf(&b, " %s", value)
			if err != nil {
				fmt.Fprintf(&b, " (%v)", err)
			}
		}
		if part.Err != nil {
			fmt.Fprintf(&b, " error %v", part.Err)
		}
		for _, problem := range part.Problems {
			fmt.Fprintf(&b, " problem %v", &problem)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestParseYAML_ReadsDocuments(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"nothing", "", ""},
		{"comments only", "# a\n\n  # b\n", ""},
		{"a marker only", "---\n", ""},
		{"a marker and a comment", "--- # nothing\n# here\n", ""},
		{"empty documents between others", "---\n---\na: 1\n---\n# c\n---\nb: 2\n", "2: {\"a\":1}\n6: {\"b\":2}\n"},
		{"a written null is a document", "--- ~\n", "1: null\n"},
		{"two documents", "a: 1\n---\nb: 2\n", "1: {\"a\":1}\n2: {\"b\":2}\n"},
		{"a document begins behind comments", "# c\n\na: 1\n", "3: {\"a\":1}\n"},
		{"a value on the marker's line", "--- {a: 1}\n--- |\n text\n", "1: {\"a\":1}\n2: \"text\\n\"\n"},
		{"a document behind an end marker", "a: 1\n...\nb: 2\n", "1: {\"a\":1}\n3: {\"b\":2}\n"},
		{"a document behind end marker and marker", "a: 1\n...\n---\nb: 2\n...\n...\n", "1: {\"a\":1}\n3: {\"b\":2}\n"},
		{"what looks like a marker in a literal", "a: |\n  ---\n  b\n", "1: {\"a\":\"---\\nb\\n\"}\n"},
		{"what looks like a marker but is not", "a:\n ---x: 1\n", "1: {\"a\":{\"---x\":1}}\n"},
		{"a directive of YAML 1.2", "%YAML 1.2\n---\na: 1\n", "2: {\"a\":1}\n"},
		{"a directive in the second document", "a: 1\n...\n%YAML 1.1\n# c\n---\nb: 2\n", "1: {\"a\":1}\n5: {\"b\":2}\n"},
		{"a tag directive", "%TAG !e! tag:example.com,2000:\n---\na: !e!x b\n", "2: {\"a\":\"b\"}\n"},
		{"a percent sign at the beginning of a line of a text", "a: b\n%c\n", "1: error line 2: a line cannot begin with % unless it is a %YAML or %TAG directive\n"},
		{"an unknown version", "%YAML 2.0\n---\na: 1\n", "2: error line 1: expected version 1.1 or 1.2 behind %YAML, and \"---\" on a line below\n"},
		{"CRLF", "a: 1\r\n---\r\nb: \"x\"\r\nc: |\r\n  d\r\n  e\r\n", "1: {\"a\":1}\n2: {\"b\":\"x\",\"c\":\"d\\ne\\n\"}\n"},
		{"a marker behind a line end that only YAML 1.1 knows", "a: 1\u2028---\u2028b: 2\n", "1: {\"a\":1}\n1: {\"b\":2}\n"},
		{"a marker behind a lone carriage return", "a: 1\r---\rb: 2\n", "1: {\"a\":1}\n1: {\"b\":2}\n"},
		{"JSON", "{\"a\": [1, true, null, \"x\\u00e4\"]}", "1: {\"a\":[1,true,null,\"xä\"]}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkSame(t, tt.text)
			if diff := cmp.Diff(tt.want, outline(ParseYAML(tt.text))); diff != "" {
				t.Errorf("text %q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestParseYAML_ReadsValues(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"YAML 1.1 words stay as written", "[on, yes, No, ~, null]", `["on","yes","No",null,null]`},
		{"the key on", "on: push\ntrue: x\n\"on\": y\n", `{"on":"y","true":"x"} problem line 3, column 1: key "on" stands twice in this map, first on line 1`},
		{"numbers of every form", "[1.10, 012, 0o12, 0x1F, 1_000, 1e3, -5, +7, .5, 08, 0b11]", `[1.10,10,10,31,1000,1e3,-5,7,0.5,8,3]`},
		{"numbers that JSON cannot hold", "[.inf, -.inf, .nan, 1e9999]", `[".inf","-.inf",".nan","1e9999"]`},
		{"large numbers, digit for digit", "[18446744073709551615, 9223372036854775808]", `[18446744073709551615,9223372036854775808]`},
		{"what is no number", "[1.2.3, 1:30, 2020-01-01, 0x, 1-2, 12e]", `["1.2.3","1:30","2020-01-01","0x","1-2","12e"]`},
		{"a tag makes a string", "[!!str 1.10, !!str yes]", `["1.10","yes"]`},
		{"a literal and its chomping", "a: |\n b\n\nc: |-\n d\n\ne: |+\n f\n\n", `{"a":"b\n","c":"d","e":"f\n\n"}`},
		{"a folded scalar", "a: >-\n b\n c\n\n d\n", `{"a":"b c\nd"}`},
		{"a plain scalar of several lines", "a: b\n c\n\n d\n", `{"a":"b c\nd"}`},
		{"an alias", "a: &x [1]\nb: *x\n", `{"a":[1],"b":[1]}`},
		{"an alias as a key", "a: &x k\n*x : v\n", `{"a":"k","k":"v"}`},
		{"a merge does not replace a member of its own", "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n", `{"a":{"k":1,"l":2},"b":{"k":3,"l":2}}`},
		{"of several merged maps the first wins", "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y]}\n", `{"a":{"k":1},"b":{"k":2,"l":3},"c":{"k":1,"l":3}}`},
		{"a merge of a merge", "a: &x {k: 1}\nb: &y {<<: *x}\nc: {<<: *y}\n", `{"a":{"k":1},"b":{"k":1},"c":{"k":1}}`},
		{"a merge of no map", "a: {<<: 1}\nb: {<<: [1]}\n", `{"a":{},"b":{}} problem line 1, column 9: a merge key takes a map or a list of maps, found a number problem line 2, column 10: a merge key takes a map or a list of maps, found a number`},
		{"a quoted merge key is a key", `{"<<": {a: 1}}`, `{"\u003c\u003c":{"a":1}}`},
		{"a duplicate key", "a: 1\nb: 2\na: 3\n", `{"a":3,"b":2} problem line 3, column 1: key "a" stands twice in this map, first on line 1`},
		{"a duplicate key in another notation", "1: a\n\"1\": b\n", `{"1":"b"} problem line 2, column 1: key "1" stands twice in this map, first on line 1`},
		{"a key that is a list", "? [a]\n: b\nc: d\n", `{"c":"d"} problem line 1, column 3: a key of a map must be a scalar, found a list`},
		{"a key that is a map", "{{a: b}: c}", `{} problem line 1, column 2: a key of a map must be a scalar, found a map`},
		{"a template is a map with a map for a key", "a: {{ .Values.x }}\n", `{"a":{}} problem line 1, column 5: a key of a map must be a scalar, found a map`},
		{"a complex scalar key", "? a\n: b\n", `{"a":"b"}`},
		{"a key without value in a flow map", "{a, b: , c: 1}", `{"a":null,"b":null,"c":1}`},
		{"a list at its key's indentation", "a:\n- b\n- c:\n  - d\n", `{"a":["b",{"c":["d"]}]}`},
		{"nested lists", "- - a\n  - b\n-\n- c\n", `[["a","b"],null,"c"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkSame(t, tt.text)
			_, got, _ := strings.Cut(strings.TrimSuffix(outline(ParseYAML(tt.text)), "\n"), ": ")
			if got != tt.want {
				t.Errorf("text %q\ngot  %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

// Reliability 38
func TestParseYAML_BrokenDocumentDoesNotHideItsNeighbours(t *testing.T) {
	text := "a: 1\n---\nb: [\n---\nc: 'x\n---\nd: 1\n"
	want := "1: {\"a\":1}\n" +
		"2: error line 3: expected a value here\n" +
		"4: error line 5: a quoted text that begins here is never closed\n" +
		"6: {\"d\":1}\n"
	if diff := cmp.Diff(want, outline(ParseYAML(text))); diff != "" {
		t.Error(diff)
	}
}

func TestParseYAML_NamesTheLineOfAnError(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"a key with less indentation than its neighbours", "a:\n    b: 1\n  c: 2\n", `line 3: expected a key`},
		{"a fault far below the beginning of its map", "x: y\na:\n  b: 1\n  c: 2\n  d: 3\n - e\n", `line 6: expected a key`},
		{"a key among list items", "a:\n- b\n- c\nd\ne: 1\n", `line 4: expected ":" behind this key`},
		{"a list item with less indentation", "a:\n  - b\n - c\n", `line 3: expected a key ("name: value") or the end of this map`},
		{"two colons", "a: b: c\n", `line 1: a second ": " on one line`},
		{"a tab", "a:\n\tb: 1\n", "line 2: a value cannot begin with this character"},
		{"a quote that is not closed", "a: 1\nb: \"x\nc: 1\n", "line 2: a quoted text that begins here is never closed"},
		{"a list that is not closed", "x: 1\na: [b\nc: d\n", `line 2: expected "," or "]"`},
		{"an unknown alias", "x: 1\na: 2\nb: *nope\n", "line 3: alias nope names an anchor that does not stand before it"},
		{"an unknown tag prefix", "x: 1\na: !e!b c\n", "line 2: a tag whose prefix no %TAG directive declares"},
		{"an unknown escape", "x: 1\na: \"\\q\"\n", "line 2: unknown escape"},
		{"a control character", "x: 1\na: \x01\n", "line 2, column 4: character U+0001 is not allowed in YAML"},
		{"a fault in a later document", "x: 1\n---\na: 1\n b: 2\n", `line 4: a second ": " on one line, or a key that is indented too far`},
		{"an anchor in itself", "a: &x\n  b: *x\n", `line 2, column 6: anchor "x" contains itself`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkSame(t, tt.text)
			parts := ParseYAML(tt.text)
			err := parts[len(parts)-1].Err
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("text %q\ngot  %v\nwant %s…", tt.text, err, tt.want)
			}
		})
	}
}

func TestParseYAML_KeepsTagsAndStyles(t *testing.T) {
	root := ParseYAML("a: !reference [x]\nb: !!str 1\nc: 'x'\nd: |\n  x\ne: >2\n   x\nf: \"x\"\n")[0].Root
	type shape struct {
		Tag    string
		Style  Style
		Indent int32
	}
	want := map[string]shape{
		"a": {"!reference", Plain, 0}, "b": {"!!str", Plain, 0}, "c": {"", SingleQuoted, 0},
		"d": {"", Literal, 2}, "e": {"", Folded, 2}, "f": {"", DoubleQuoted, 0},
	}
	for key, want := range want {
		n := root.Get(key)
		if got := (shape{n.Tag, n.Style, n.Indent}); got != want {
			t.Errorf("%s: got %+v want %+v", key, got, want)
		}
	}
}
