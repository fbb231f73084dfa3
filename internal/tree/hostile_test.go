package tree

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// numbered repeats a text with the numbers below n in place of #.
func numbered(n int, text string) string {
	var out []byte
	for i := range n {
		for _, c := range []byte(text) {
			if c == '#' {
				out = strconv.AppendInt(out, int64(i), 10)
				continue
			}
			out = append(out, c)
		}
	}
	return string(out)
}

// aliasBomb is a tower of lists, each of which uses the one below nine times.
func aliasBomb() string {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		use := fmt.Sprintf("*a%d", i-1)
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(use+", ", 9), ", "))
	}
	return text
}

// mergeTower is a list of maps, each of which merges the one before and adds a
// key, so that the work grows with the square of the length.
func mergeTower() string {
	return "- &m0 {k: 1}\n" + numbered(3000, "- &n#\n  <<: *m0\n  k#: 1\n") + mergeChain()
}

func mergeChain() string {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "- &m%d\n  <<: *m%d\n  l%d: 1\n", i+1, i, i)
	}
	return b.String()
}

// Reliability 37
func TestParse_HostileTextExceedsALimit(t *testing.T) {
	repeat := strings.Repeat
	tests := []struct {
		name string
		text string
		want string
	}{
		{"an alias bomb", aliasBomb(), "more than 1000000 values"},
		{"a map that is merged 100,000 times", "a: &a {" + numbered(10_000, "k#: 1, ") + "}\nb: {" + repeat("<<: *a, ", 100_000) + "}\n", "more than 1000000 values"},
		{"a chain of merges", mergeTower(), "more than 1000000 values"},
		{"10,000 open lists", repeat("[", 10_000) + repeat("]", 10_000), "nested deeper than 200 levels"},
		{"11,000 open lists", repeat("[", 11_000) + repeat("]", 11_000), "nested deeper than 200 levels"},
		{"10,000 open maps", repeat("{a: ", 10_000) + repeat("}", 10_000), "nested deeper than 200 levels"},
		{"10,000 dashes", repeat("- ", 10_000) + "a\n", "nested deeper than 200 levels"},
		{"10,000 question marks", repeat("? ", 10_000) + "a\n", "nested deeper than 200 levels"},
		{"1,000 indentations", indented(1000), "nested deeper than 200 levels"},
		{"five million open lists", repeat("[", 5_000_000), "more than 1000000 values"},
		{"a million keys", numbered(1_000_000, "k#:\n"), "more than 1000000 values"},
		{"a million keys in flow style", "{" + numbered(1_000_000, "k#,") + "}", "more than 1000000 values"},
		{"five million items", repeat("-\n", 5_000_000), "more than 1000000 values"},
		{"five million items beside an anchor", "- &a b\n" + repeat("-\n", 5_000_000), "more than 1000000 values"},
		{"a hundred thousand documents", repeat("--- a\n", 100_000), "more than 50000 documents"},
		{"a text of 100 MB", "a: " + repeat("x", 100<<20), "larger than 10 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parts := ParseYAML(tt.text)
			err := parts[len(parts)-1].Err
			if err == nil || !err.Limit || !strings.HasPrefix(err.Message, "limit exceeded: "+tt.want) || parts[0].Root != nil {
				t.Errorf("got %v, want the limit %q", err, tt.want)
			}
		})
	}
}

func indented(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// Reliability 37
func TestParse_LargeTextWithinTheLimitsIsRead(t *testing.T) {
	const size = MaxBytes - 100
	repeat := strings.Repeat
	tests := []struct{ name, text string }{
		{"a plain scalar", "a: " + repeat("x", size)},
		{"a quoted scalar", `a: "` + repeat("x", size) + `"`},
		{"a scalar of escapes", `a: "` + repeat(`\n`, size/2) + `"`},
		{"a plain scalar of many lines", "a: " + repeat("x\n  ", size/4)},
		{"a literal", "a: |\n" + repeat("  x\n", size/4)},
		{"a folded scalar", "a: >\n" + repeat("  x\n", size/4)},
		{"a literal beside an anchor", "b: &c d\na: |\n" + repeat("  x\n", size/4)},
		{"comments", repeat("#\n", size/2) + "a: b\n"},
		{"comments beside an anchor", repeat("#\n", size/2) + "a: &b c\n"},
		{"blank lines", repeat("\n", size) + "a: b\n"},
		{"400,000 keys", numbered(400_000, "k#: 1\n")},
		{"anchors", numbered(300_000, "- &a# x\n")},
		{"anchors on one line of wide characters", "[" + numbered(200_000, "&a# ä,") + "]"},
		{"50,000 documents", repeat("--- a\n", 50_000)},
		{"markers without documents", "a: b\n" + repeat("---\n", size/4)},
		{"200 levels", repeat("[", 200) + repeat("]", 200)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, part := range ParseYAML(tt.text) {
				if part.Err != nil {
					t.Fatal(part.Err)
				}
			}
		})
	}
}

func TestParseJSON_HostileTextExceedsALimit(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"10,000 open lists", strings.Repeat("[", 10_000), "nested deeper than 200 levels"},
		{"10,000 open objects", strings.Repeat(`{"a":`, 10_000), "nested deeper than 200 levels"},
		{"two million items", "[" + strings.Repeat("1,", 2_000_000) + "1]", "more than 1000000 values"},
		{"two million documents", strings.Repeat("1 ", 2_000_000), "more than 50000 documents"},
		{"a text of 100 MB", `"` + strings.Repeat("x", 100<<20) + `"`, "larger than 10 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parts := ParseJSON(tt.text)
			err := parts[len(parts)-1].Err
			if err == nil || !err.Limit || !strings.HasPrefix(err.Message, "limit exceeded: "+tt.want) {
				t.Errorf("got %v, want the limit %q", err, tt.want)
			}
		})
	}
}

// A broken document costs reading it again a few times, which many of them may
// not do.
func TestParseYAML_ManyBrokenDocumentsAreAllNamed(t *testing.T) {
	parts := ParseYAML(strings.Repeat("---\na:\n  b: 1\n - c\n", 20_000))
	for i, part := range parts {
		if part.Err == nil || part.Err.Line < 4*i+1 || part.Err.Line > 4*i+4 {
			t.Fatalf("document %d: got %v", i, part.Err)
		}
	}
	if len(parts) != 20_000 {
		t.Errorf("%d documents", len(parts))
	}
}

func TestGet_FindsEveryKeyOfALargeMap(t *testing.T) {
	for _, n := range []int{15, 16, 17, 1000} {
		for name, parse := range map[string]func(string) []Part{"fast": ParseYAML, "library": func(text string) []Part { return ParseYAML("&x " + text) }, "json": ParseJSON} {
			root := parse("{" + strings.TrimSuffix(numbered(n, `"k#": #,`), ",") + "}")[0].Root
			if len(root.Members) != n || (root.Lookup != nil) != (n > indexedFrom) {
				t.Errorf("%s: %d members, index of %d, want %d", name, len(root.Members), len(root.Lookup), n)
			}
			for i := range n {
				key := fmt.Sprintf("k%d", i)
				if got := root.Get(key).Scalar(); got != key[1:] || root.Key(key).Text != key {
					t.Errorf("%s: %s is %q", name, key, got)
				}
			}
			if root.Get("k") != nil || root.Key("") != nil {
				t.Errorf("%s: found a key that is not there", name)
			}
		}
	}
}
