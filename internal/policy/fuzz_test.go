package policy

import (
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

// FuzzResult decodes whatever a rule might answer with. What is accepted has
// a message, and a path that survives being written and read again.
func FuzzResult(f *testing.F) {
	for _, seed := range []string{
		`{"message": "m", "path": ["spec", "containers", 0, "image"]}`,
		`{"message": "m", "path": ["run", {"line": 3, "column": 1, "end_line": 4, "end_column": 2}]}`,
		`{"message": "m", "path": [], "file": "a.yaml", "related": [{"message": "r", "path": [1e3]}], "fix": {"description": "d", "replacement": ""}}`,
		`{"message": "m", "path": [{"line": 1}, {"line": 0}]}`,
		`{"message": "m", "path": [-1, 1.5, null, 99999999999999999999]}`,
		`{"message": 1, "path": {}, "severity": "low"}`,
		`[]`, `null`, `"m"`, `{}`,
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, withFile bool) {
		if len(text) > 64<<10 {
			t.Skip("longer than what is worth trying")
		}
		value, err := ast.ValueFromReader(strings.NewReader(text))
		if err != nil {
			t.Skip("no JSON")
		}
		answers, err := decodeAnswers(ast.SetTerm(ast.NewTerm(value)), withFile)
		if err != nil {
			return
		}
		for _, a := range answers {
			checkAnswer(t, a, withFile)
		}
	})
}

func checkAnswer(t *testing.T, a answer, withFile bool) {
	t.Helper()
	if a.message == "" || len(a.message) > maxMessage {
		t.Errorf("accepted a message of %d bytes", len(a.message))
	}
	if a.file != "" && !withFile {
		t.Errorf("accepted the file %q", a.file)
	}
	object := ast.NewObject([2]*ast.Term{ast.StringTerm("path"), encoderPool.Get().(*encoder).path(a.path)})
	again, err := decodePath(object)
	if err != nil || again.String() != a.path.String() {
		t.Errorf("the path %s became %s: %v", a.path, again, err)
	}
}
