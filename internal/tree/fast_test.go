package tree

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkSame fails where the fast path reads a text, and reads it otherwise
// than the library's.
func checkSame(t *testing.T, text string) (refused bool) {
	t.Helper()
	for _, c := range splitDocuments(text) {
		fast, slow := &yamlReader{left: MaxNodes}, &yamlReader{left: MaxNodes, repeat: maxRepeat}
		if !fast.readFast(c) {
			refused = true
			continue
		}
		slow.readAny(c)
		if !reflect.DeepEqual(fast.parts, slow.parts) {
			t.Fatalf("text %q (-library +fast):\n%s", c.text, cmp.Diff(slow.parts, fast.parts))
		}
	}
	return refused
}

func FuzzFastYAML(f *testing.F) {
	for _, seed := range yamlSeeds {
		f.Add(seed)
	}
	for _, seed := range fastSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		if text, err := Decode([]byte(data)); err == nil {
			checkSame(t, text)
		}
	})
}

var fastSeeds = []string{
	"apiVersion: v1\nkind: Pod # c\nmetadata:\n  labels: {app: web, \"a/b\": 'x'}\nspec:\n  containers:\n  - name: web\n    image: nginx:1.25\n    args: [\"--a\", -b]\n    command:\n    - sh\n    - -c\n    - |\n      echo $X\n\n      exit 1\n",
	"a: >\n  b\n  c\n\n  d\n    e\n\n    f\n  g\n\n\n", "a: >-\n\n  b\n\n\n  c\nd: >+\n   e\n\n", "a: [b,\n  c # d\n  , {e: f,\n  'g': h\n}\n]\n", "a: [\n  'x',\n\n  y\n  ]\n",
	`{"a":1,"b":{"c":["d",-2,true,null],"e":{}},"f" : ""}`, "{\n  \"a\": [\n    {\n      \"b\": \"c\"\n    }\n  ]\n}\n",
	"a:\n  b: |-\n    x\n     y\n  c: |+\n    z\n\n\nd:\n- - e\n  - f: 1\n    g:\n- h:\n", "a: b c\n  d\n\n  e # f\n", "- \n- a\n-\n", "a: \"x\\ny\"\n", "k: {a: [], b: {}}\n",
	"---\n# c\na: ~\nb: null\nc: true\nd: 1.5\ne: 0x1F\nf: 1e3\n", "a:\r\n  - b\r\n  - |\r\n    c\r\n", "on:\n  push:\n    branches: [main]\njobs:\n  x: {runs-on: ubuntu}\n",
	"ä: \"ö\" # ü\n€: [ß, 'x']\n", "a: http://x:80/#y\nb: x #y\nc: --d\n", "  a: 1\n  b: 2\n", "a: |\n  b\n c: d\n", "a: 1\na: 2\n", "a: |\n\n  b\n   \n  c  \n# d\n",
}

func TestFastYAML_ReadsTheSameAsTheLibrary(t *testing.T) {
	for _, seed := range fastSeeds {
		checkSame(t, seed)
	}
}

// Real-looking files of every kind: those of the examples of all rules.
func TestFastYAML_ReadsTheSameAsTheLibraryInTheExamples(t *testing.T) {
	files, refused := 0, 0
	err := filepath.WalkDir("../../testdata", func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml") {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text, broken := Decode(data)
		if broken != nil {
			return nil
		}
		files++
		if checkSame(t, text) {
			refused++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 || refused > files/4 {
		t.Errorf("the fast path refused %d of %d files", refused, files)
	}
}
