package pin_test

import (
	"bytes"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/pin"
	"guard/internal/tree"
)

// testdata is every file of the rules' examples and of the demo.
func testdata(t testing.TB) map[string]string {
	t.Helper()
	files := map[string]string{}
	root := os.DirFS("../../testdata")
	for _, dir := range []string{"rules", "demo", "pipelines"} {
		err := fs.WalkDir(root, dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := fs.ReadFile(root, name)
			files[name] = string(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// Whatever the file, only the references in it change, and all of them are
// pinned then.
func TestResult_ChangesNothingElseInAnyExample(t *testing.T) {
	changed, references := 0, 0
	for name, text := range testdata(t) {
		n := wantOnlyReferences(t, pathBehindExample(name), text)
		references += n
		if n > 0 {
			changed++
		}
	}
	t.Logf("%d references in %d files are pinned", references, changed)
	if changed < 100 {
		t.Errorf("only %d files are changed; the examples are not what they were", changed)
	}
}

// pathBehindExample is the path that a file of an example has in its
// repository: providers recognise pipelines by it.
func pathBehindExample(name string) string {
	for _, mark := range []string{".github/", ".gitlab-ci", "azure-pipelines"} {
		if at := strings.Index(name, mark); at >= 0 {
			return name[at:]
		}
	}
	return name
}

// wantOnlyReferences pins a file and answers how many references were changed.
func wantOnlyReferences(t testing.TB, name, text string) int {
	t.Helper()
	after, r, _ := pinned(t, name, text, pin.Options{Latest: true})
	for _, n := range r.Notes {
		if n.State == pin.Unresolved && n.Reason != "not found" {
			t.Errorf("%s: %+v", name, n)
		}
	}
	if len(r.Files) == 0 {
		return 0
	}
	if without := unpin(after, r.Files[0].Changes); without != text && !hadComments(text) {
		t.Errorf("%s: without the digests it is another:\n%s", name, cmp.Diff(text, without))
	}
	wantLinesAlone(t, name, text, after, r.Files[0].Changes)
	wantSameValues(t, name, text, after, r.Files[0].Changes)
	if again, _, _ := pinned(t, name, after, pin.Options{Latest: true}); again != after {
		t.Errorf("%s: pinned twice it is another:\n%s", name, cmp.Diff(after, again))
	}
	return len(r.Files[0].Changes)
}

// unpin takes back what pinning puts in.
func unpin(text string, changes []pin.Change) string {
	for _, c := range changes {
		text = strings.ReplaceAll(text, c.To, c.From)
		if _, ref, found := strings.Cut(c.From, "@"); found && c.Kind == pin.Action {
			text = strings.ReplaceAll(text, c.From+" # "+ref, c.From)
			text = strings.ReplaceAll(text, c.From+`" # `+ref, c.From+`"`)
			text = strings.ReplaceAll(text, c.From+"' # "+ref, c.From+"'")
		}
	}
	return text
}

// hadComments tells whether a version comment may have been replaced, or stands
// behind more of the line.
func hadComments(text string) bool {
	for line := range strings.Lines(text) {
		if strings.Contains(line, "uses:") && strings.ContainsAny(line, "#{") {
			return true
		}
	}
	return false
}

// wantLinesAlone wants no line to change but those of changes.
func wantLinesAlone(t testing.TB, name, before, after string, changes []pin.Change) {
	t.Helper()
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	if len(a) != len(b) {
		t.Errorf("%s: %d lines became %d", name, len(a), len(b))
		return
	}
	for i := range a {
		isChanged := slices.ContainsFunc(changes, func(c pin.Change) bool { return strings.Contains(a[i], c.From) || c.Line == i+1 })
		if a[i] != b[i] && !isChanged {
			t.Errorf("%s:%d: changed for nothing:\n%s%s", name, i+1, a[i], b[i])
		}
	}
}

// wantSameValues wants the values of a file to be those before, with the
// references replaced wherever they are a whole scalar.
func wantSameValues(t testing.TB, name, before, after string, changes []pin.Change) {
	t.Helper()
	a, b := values(name, before), values(name, after)
	if len(a) != len(b) {
		t.Errorf("%s: %d values became %d", name, len(a), len(b))
		return
	}
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if !slices.ContainsFunc(changes, func(c pin.Change) bool {
			return strings.ReplaceAll(a[i], c.From, c.To) == b[i] || strings.Contains(a[i], "\n")
		}) {
			t.Errorf("%s: value %q became %q", name, a[i], b[i])
		}
	}
}

// values are all scalars of all documents of a file, in order.
func values(name, text string) []string {
	var list []string
	for _, d := range document.Load(name, []byte(text), document.Options{}) {
		root, _ := d.Written(nil)
		root.Walk(nil, func(_ finding.Path, n *tree.Node) bool {
			if n.IsScalar() && n.Style != tree.Literal && n.Style != tree.Folded {
				list = append(list, n.Text)
			}
			return true
		})
	}
	return list
}

func FuzzResult(f *testing.F) {
	for name, text := range testdata(f) {
		if len(text) < 2<<10 {
			f.Add(pathBehindExample(name), text)
		}
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if len(text) > 4<<10 || bytes.ContainsRune([]byte(name), 0) {
			return
		}
		p := pin.New(&book{}, pin.Options{Latest: true})
		p.Add(fileOf(name, text))
		r, err := p.Result(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range r.Notes {
			if strings.Contains(n.Reason, "would not mean the same") {
				t.Errorf("%q: an edit is not what was meant: %+v", text, n)
			}
		}
		if len(r.Files) > 0 {
			wantLinesAlone(t, name, text, string(r.Files[0].After), r.Files[0].Changes)
		}
	})
}
