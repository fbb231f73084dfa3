package tree

import (
	"encoding/json"
	"strings"
	"testing"

	"guard/internal/finding"
)

// Reliability 39
func TestNumber_HasOneMeaningInEveryNotation(t *testing.T) {
	const none = "-"
	tests := []struct {
		text    string
		integer int64
		whole   bool
		number  string // none: not a number for JSON
	}{
		{"0", 0, true, "0"},
		{"-0", 0, true, "0"},
		{"1000", 1000, true, "1000"},
		{"+7", 7, true, "7"},
		{"1_000", 1000, true, "1000"},
		{"0x1F", 31, true, "31"},
		{"-0x1f", -31, true, "-31"},
		{"0b101", 5, true, "5"},
		{"0o17", 15, true, "15"},
		{"017", 15, true, "15"},
		{"08", 8, true, "8"},
		{"1e3", 1000, true, "1e3"},
		{"8.0", 8, true, "8.0"},
		{"-0.0", 0, true, "-0.0"},
		{"1.10", 0, false, "1.10"},
		{".5", 0, false, "0.5"},
		{"5.", 5, true, "5"},
		{"+1.5E+2", 150, true, "1.5e2"},
		{"00.25", 0, false, "0.25"},
		{"9223372036854775807", 9223372036854775807, true, "9223372036854775807"},
		{"-9223372036854775808", -9223372036854775808, true, "-9223372036854775808"},
		{"9223372036854775808", 0, false, "9223372036854775808"},
		{"18446744073709551615", 0, false, "18446744073709551615"},
		{"123456789012345678901234567890", 0, false, "123456789012345678901234567890"},
		{"9223372036854775808.0", 0, false, "9223372036854775808.0"},
		{"1e308", 0, false, "1e308"},
		{"1e309", 0, false, none},
		{"1e-999999999", 0, false, none},
		{".inf", 0, false, none},
		{"-.INF", 0, false, none},
		{".nan", 0, false, none},
		{strings.Repeat("1", 600), 0, false, none},
	}
	for _, tt := range tests {
		t.Run(tt.text[:min(len(tt.text), 40)], func(t *testing.T) {
			n := &Node{Kind: Number, Text: tt.text}
			if got, ok := n.Int(); got != tt.integer || ok != tt.whole {
				t.Errorf("Int: got %d, %v want %d, %v", got, ok, tt.integer, tt.whole)
			}
			number, ok := n.JSONNumber()
			if ok != (tt.number != none) || ok && number != tt.number {
				t.Errorf("JSONNumber: got %q, %v want %q", number, ok, tt.number)
			}
			if ok && !json.Valid([]byte(number)) {
				t.Errorf("JSONNumber: %q is not valid JSON", number)
			}
		})
	}
}

func TestNumber_OnlyANumberIsOne(t *testing.T) {
	for _, n := range []*Node{nil, {Kind: String, Text: "1"}, {Kind: Null}, {Kind: List}} {
		if _, ok := n.Int(); ok {
			t.Errorf("Int of %s", n.Type())
		}
		if _, ok := n.JSONNumber(); ok {
			t.Errorf("JSONNumber of %s", n.Type())
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"0x1F", "1e3", ".5", "-0", "1_0", "+.inf", "08", "0b", "--1", "1e+-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := &Node{Kind: Number, Text: text}
		number, ok := n.JSONNumber()
		if ok && !json.Valid([]byte(number)) {
			t.Errorf("%q is %q, which is not valid JSON", text, number)
		}
		value, whole := n.Int()
		if !whole || !ok {
			return
		}
		if again, ok := (&Node{Kind: Number, Text: number}).Int(); !ok || again != value {
			t.Errorf("%q is %d, and as JSON %d", text, value, again)
		}
	})
}

// Reliability 39
func TestBool_TakesTheWordsOfBothVersions(t *testing.T) {
	root := ParseYAML("[true, FALSE, yes, Off, y, tRUE, 'yes', !!str yes, 1, \"true\", on]")[0].Root
	want := []string{"true", "false", "true", "false", "true", "-", "-", "-", "-", "-", "true"}
	for i, item := range root.Items {
		got := "-"
		if value, ok := item.Bool(); ok {
			got = map[bool]string{true: "true", false: "false"}[value]
		}
		if got != want[i] {
			t.Errorf("item %d, %q: got %s want %s", i, item.Text, got, want[i])
		}
	}
}

func TestAt_StopsWhereAPathLeadsNowhere(t *testing.T) {
	root := ParseYAML("a: [{b: c}]\n")[0].Root
	deepest, found := root.At(finding.NewPath("a", 0, "b"))
	if !found || deepest.Text != "c" {
		t.Errorf("got %v, %v", deepest, found)
	}
	deepest, found = root.At(finding.NewPath("a", 1, "b"))
	if found || deepest.Kind != List {
		t.Errorf("got %v, %v want the list", deepest, found)
	}
	if deepest, found := (*Node)(nil).At(finding.NewPath("a")); found || deepest != nil {
		t.Errorf("got %v, %v of nothing", deepest, found)
	}
}
