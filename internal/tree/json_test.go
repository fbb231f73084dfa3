package tree

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"guard/internal/finding"
)

func TestParseJSON_ReadsDocuments(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"nothing", " \n", ""},
		{"every kind", `{"a": [1, -2.50e+3, true, false, null, "x", {}, []]}`, `1: {"a":[1,-2.50e3,true,false,null,"x",{},[]]}`},
		{"escapes", `"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00"`, `1: "\"\\/\b\f\n\r\tä😀"`},
		{"half a surrogate pair", `"\ud83dx"`, `1: "` + "\uFFFD" + `x"`},
		{"JSON lines", "{\"a\":1}\n{\"b\":2}\n", "1: {\"a\":1}\n2: {\"b\":2}"},
		{"a duplicate key", "{\"a\":1,\n\"\\u0061\":2}", `1: {"a":2} problem line 2, column 1: key "a" stands twice in this map, first on line 1`},
		{"exact numbers", `[12345678901234567890123, 1.10]`, `1: [12345678901234567890123,1.10]`},
		{"a fault behind a good document", "1\n}", "1: 1\n2: error line 2, column 1: expected a value, found '}'"},
		{"a comma too many", `[1,]`, "1: error line 1, column 4: expected a value, found ']'"},
		{"a comma too many in an object", `{"a":1,}`, "1: error line 1, column 8: expected a key in double quotes, found '}'"},
		{"no comma", "[1\n 2]", "1: error line 2, column 2: expected \",\" or \"]\", found '2'"},
		{"no colon", `{"a" 1}`, `1: error line 1, column 6: expected ":" behind the key, found '1'`},
		{"a key without quotes", `{a: 1}`, "1: error line 1, column 2: expected a key in double quotes, found 'a'"},
		{"an open list", `[1`, `1: error line 1, column 3: expected "," or "]", found the end of the text`},
		{"an open string", `"ab`, "1: error line 1, column 4: expected the closing quote of a string, found the end of the text"},
		{"a line end in a string", "\"ä\n\"", `1: error line 1, column 3: a string cannot hold the character '\n' as it is; write \n`},
		{"a control character in a string", "\"\x01\"", `1: error line 1, column 2: a string cannot hold the character '\x01' as it is; write \u0001`},
		{"an unknown escape", `"\x"`, `1: error line 1, column 2: unknown escape in a string; write "\\" for a backslash`},
		{"a number with a leading zero", `[012]`, "1: error line 1, column 2: this is not a number as JSON writes it: no leading zero or plus, digits on both sides of the point"},
		{"a number without digits", `[1., 2]`, "1: error line 1, column 2: this is not a number as JSON writes it: no leading zero or plus, digits on both sides of the point"},
		{"an exponent without digits", `[1e]`, "1: error line 1, column 2: this is not a number as JSON writes it: no leading zero or plus, digits on both sides of the point"},
		{"a comment", "// x\n1", "1: error line 1, column 1: expected a value, found '/'"},
		{"half a word", `[tru]`, "1: error line 1, column 2: expected a value, found 't'"},
		{"invalid UTF-8", "\n\"\xff\"", "1: error line 2, column 2: byte 0xFF is not valid UTF-8 (byte 3 of the file)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.TrimSuffix(outline(ParseJSON(tt.text)), "\n"); got != tt.want {
				t.Errorf("text %q\ngot  %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

func TestParseJSON_LocatesValues(t *testing.T) {
	const text = "{\n  \"ä\": [\"ö\", {\"image\": \"x\\u0041y\"}]\n}"
	source := NewSource("f.json", text)
	root := ParseJSON(text)[0].Root
	loc := source.Locate(root, finding.NewPath("ä", 1, "image"))
	if want := (finding.Location{File: "f.json", Line: 2, Column: 24, EndLine: 2, EndColumn: 34}); loc != want {
		t.Errorf("got %+v want %+v", loc, want)
	}
}

// FuzzJSON compares with encoding/json, which is the judge of what is JSON.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e3,"x\u00e4",null,true]}`, `{"a":1,"a":2}`, "1 2", `[01]`, `"\ud800"`, "[[[", `{"a"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parts := ParseJSON(text)
		source := NewSource("f", text)
		for _, part := range parts {
			checkInside(t, source, part)
			if part.Err != nil && (part.Err.Limit || strings.Contains(part.Err.Message, "UTF-8")) {
				return
			}
		}
		one := len(parts) == 1 && parts[0].Err == nil
		if one != json.Valid([]byte(text)) {
			t.Fatalf("text %q: got %s, encoding/json disagrees", text, outline(parts))
		}
		if !one {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil || !reflect.DeepEqual(plainValue(parts[0].Root), want) {
			t.Fatalf("text %q: got %#v, encoding/json says %#v, %v", text, plainValue(parts[0].Root), want, err)
		}
	})
}

// plainValue is a node as encoding/json would give it.
func plainValue(n *Node) any {
	switch n.Type() {
	case Map:
		value := map[string]any{}
		for _, m := range n.Members {
			value[m.Key.Text] = plainValue(m.Value)
		}
		return value
	case List:
		value := []any{}
		for _, item := range n.Items {
			value = append(value, plainValue(item))
		}
		return value
	case Bool:
		return n.Text == "true"
	case Number:
		return json.Number(n.Text)
	case String:
		return n.Text
	}
	return nil
}
