package document

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"guard/internal/tree"
)

// filler is data that no kind is told by, longer than what is looked at first.
var filler = `"data": [` + strings.Repeat(`{"kind": "x", "apiVersion": "y", "n": "\"{[:"}, `, 400) + `1]`

var largeJSON = map[string]struct {
	text string
	want bool
}{
	"an object":                                  {`{"apiVersion": "v1", "kind": "Pod", ` + filler + `}`, true},
	"an object behind data":                      {`{` + filler + `, "kind": "Pod", "apiVersion": "v1"}`, true},
	"an object between data":                     {`{"kind": "List", ` + filler + `, "apiVersion" : "v1", "b": ` + filler[8:] + `}`, true},
	"names that are escaped":                     {`{` + filler + `, "\u006b\u0069nd": "Pod", "\u0061\u0070\u0069\u0056\u0065\u0072\u0073\u0069\u006f\u006e": "v1"}`, true},
	"a name that stands twice":                   {`{"kind": 1, "kind": "Pod", "apiVersion": {}, ` + filler + `, "apiVersion": "v1"}`, true},
	"very many names":                            {`{` + manyNames(5000) + `, "apiVersion": "v1", "kind": "Pod"}`, true},
	"the second of a stream":                     {`{` + filler + "}\n" + `{"apiVersion": "v1", "kind": "Pod"}`, true},
	"an object that does not end":                {`{"apiVersion": "v1", "kind": "Pod", ` + filler, true},
	"a Compose file":                             {`{"x-data": ` + filler[8:] + `, "services": {"web": {"image": "nginx"}}}`, true},
	"a Compose file that builds":                 {`{"version": "3", "services": {"web": {"build": "."}, "db": {"image": "a", "x-y": ` + filler[8:] + `}}}`, true},
	"bytes that are no text":                     {"{\"a\": \"\x00\", " + filler + "}", true},
	"no object but a list of them":               {`[{"apiVersion": "v1", "kind": "Pod"}, {` + filler + `}]`, false},
	"objects inside of data":                     {`{"objects": {"apiVersion": "v1", "kind": "Pod", ` + filler + `}}`, false},
	"the names apart":                            {`{"kind": "x", ` + filler + "}\n" + `{"apiVersion": "1"}`, false},
	"the names as values":                        {`{"a": "apiVersion", "b": "kind", ` + filler + `, "c": "\"kind\":"}`, false},
	"a lock file":                                {`{"name": "web", "lockfileVersion": 3, "packages": {"": {"kind": "x"}}, ` + filler + `}`, false},
	"an index of charts":                         {`{"apiVersion": "v1", "entries": {"web": [{"apiVersion": "v2", "kind": "x"}]}, ` + filler + `}`, false},
	"services of something else":                 {`{"services": {"ec2": {"image": "x", "endpoints": []}}, "x-data": ` + filler[8:] + `}`, false},
	"services that are a list":                   {`{"services": [{"image": {"image": "x"}}], "x-data": ` + filler[8:] + `}`, false},
	"services beside what Compose does not have": {`{"services": {"web": {"image": "x"}}, ` + filler + `}`, false},
	"lines of data":                              {strings.Repeat(`{"kind": "x", "n": 1}`+"\n", 1000), false},
	"nothing":                                    {"", false},
}

func manyNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(`"n%d": 1`, i)
	}
	return strings.Join(names, ", ")
}

// Reliability 37, 58
func TestMayHoldObjects_TellsLargeJSONByItsOuterNames(t *testing.T) {
	for name, tt := range largeJSON {
		for way, reader := range map[string]io.Reader{"whole": strings.NewReader(tt.text), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.text))} {
			if got := mayHoldObjects(reader); got != tt.want {
				t.Errorf("%s, read %s: got %v, want %v", name, way, got, tt.want)
			}
		}
	}
}

// What cannot be read to its end may be anything.
func TestMayHoldObjects_FailsClosed(t *testing.T) {
	if broken := io.MultiReader(strings.NewReader(`{"a": `), iotest.ErrReader(errors.New("gone"))); !mayHoldObjects(broken) {
		t.Error("what cannot be read is taken for data")
	}
	if !mayHoldObjects(io.MultiReader(strings.NewReader(`{"a": "`), endless{})) {
		t.Error("what has no end is taken for data")
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// Reliability 37, 58: what may be of a kind that rules look at is unparsable.
func TestTooLarge_IsUnparsableWhereTheKindCannotBeExcluded(t *testing.T) {
	const object, data = `{"apiVersion": "v1", "kind": "Pod"}`, `{"name": "web"}`
	tests := []struct {
		file, text string
		unparsable bool
	}{
		{"pod.json", object, true},
		{"pod", "  " + object, true},
		{"pod.json", "\uFEFF" + object, true},
		{"pod.json", "apiVersion: v1\nkind: Pod\n", true},
		{"pod.json", "// a comment\n" + object, true},
		{"pod.json", "\xff\xfe{\x00", true},
		{"web.yaml", data, true},
		{"web.yml", "a: b\n", true},
		{"Dockerfile", data, true},
		{"pods", "apiVersion: v1\nkind: Pod\n", true},
		{"package-lock.json", data, false},
		{"data.json", "[" + object + "]", false},
		{"trace.har", data, false},
		{"dump.sql", "INSERT INTO a;\n", false},
	}
	for _, tt := range tests {
		d := TooLarge(tt.file, strings.NewReader(tt.text), "larger than 10 MiB")[0]
		problems := slices.Concat(d.Unparsable, d.Incomplete)
		if got := len(d.Unparsable) > 0; got != tt.unparsable || len(problems) != 1 || problems[0].Message != "not looked at: larger than 10 MiB" {
			t.Errorf("%s %q: unparsable %v, want %v, and one problem: %v", tt.file, tt.text, got, tt.unparsable, problems)
		}
	}
}

// holdsObjects is what mayHoldObjects stands for, by the reader of JSON.
func holdsObjects(text string) bool {
	return slices.ContainsFunc(tree.ParseJSON(text), func(part tree.Part) bool {
		return isKubernetes(part.Root) || holdsServices(part.Root)
	})
}

func TestMayHoldObjects_MissesNothingThatTheReaderOfJSONFinds(t *testing.T) {
	found := 0
	for name, tt := range largeJSON {
		if !holdsObjects(tt.text) {
			continue
		}
		if found++; !tt.want {
			t.Errorf("%s: the reader of JSON finds an object", name)
		}
	}
	if found < 8 {
		t.Errorf("only %d texts hold an object", found)
	}
}

// FuzzMayHoldObjects looks for an object that hides.
func FuzzMayHoldObjects(f *testing.F) {
	for _, tt := range largeJSON {
		f.Add(strings.Replace(tt.text, filler, `"a": [1]`, -1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if holdsObjects(text) && !mayHoldObjects(strings.NewReader(text)) {
			t.Errorf("taken for data: %q", text)
		}
	})
}

func BenchmarkMayHoldObjects(b *testing.B) {
	text := "{" + strings.Repeat(filler+",\n", 500) + `"a": 1}`
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if mayHoldObjects(strings.NewReader(text)) {
			b.Fatal("data is taken for an object")
		}
	}
}
