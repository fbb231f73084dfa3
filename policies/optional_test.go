package policies_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/tree"
)

// checkOptional removes every key of the bad examples in turn, and wants
// every finding to stay: a rule whose message is built from what may be
// missing would be silent. (Silent passes: a message built from an absent
// field.)
//
// Left alone are the keys on the way to a finding, those whose removal makes
// another kind of document, and those that required.txt beside the examples
// names, one a line, because the fault needs them.
func checkOptional(t *testing.T, evaluator *policy.Evaluator, examples fs.FS, id string) {
	required := requiredKeys(t, examples, id)
	dir := path.Join(id, "bad")
	for _, file := range exampleFiles(t, examples, dir) {
		if ext := path.Ext(file); ext != ".yaml" && ext != ".yml" && ext != ".json" {
			continue
		}
		t.Run(file, func(t *testing.T) {
			e := &experiment{evaluator: evaluator, examples: examples, dir: dir, file: file, used: required}
			for _, problem := range e.run(t) {
				t.Error(problem)
			}
		})
	}
	for key, used := range required {
		if !*used {
			t.Errorf("required.txt names %q, but no finding needs it", key)
		}
	}
}

// requiredKeys reads required.txt: a key a line, an explanation behind #.
func requiredKeys(t *testing.T, examples fs.FS, id string) map[string]*bool {
	t.Helper()
	keys := map[string]*bool{}
	text, err := fs.ReadFile(examples, path.Join(id, "required.txt"))
	if err != nil {
		return keys
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		key, why, _ := strings.Cut(line, "#")
		if strings.TrimSpace(why) == "" {
			t.Errorf("required.txt: %q does not say why", line)
		}
		keys[strings.TrimSpace(key)] = new(bool)
	}
	return keys
}

// experiment is one example file whose keys are removed in turn.
type experiment struct {
	evaluator *policy.Evaluator
	examples  fs.FS
	dir, file string
	used      map[string]*bool
}

func (e *experiment) run(t *testing.T) []string {
	t.Helper()
	parts, ok := e.parts(t)
	if !ok {
		return nil // what cannot be read has no keys to remove
	}
	kinds, before := e.evaluate(t, write(parts, -1, nil))
	var problems []string
	for i, part := range parts {
		part.Walk(nil, func(at finding.Path, n *tree.Node) bool {
			for _, m := range n.Members {
				problems = append(problems, e.without(t, parts, i, at.With(m.Key.Text), kinds, before)...)
			}
			return true
		})
	}
	return problems
}

func (e *experiment) parts(t *testing.T) ([]*tree.Node, bool) {
	t.Helper()
	text, err := fs.ReadFile(e.examples, path.Join(e.dir, e.file))
	if err != nil {
		t.Fatal(err)
	}
	var roots []*tree.Node
	for _, part := range tree.ParseYAML(string(text)) {
		if part.Err != nil || len(part.Problems) > 0 {
			return nil, false
		}
		roots = append(roots, part.Root)
	}
	return roots, true
}

// place is a finding, wherever in the text it stands now.
type place struct {
	document int // 0-based among the documents of its kind
	at       string
	path     finding.Path
}

// evaluate returns what the documents are, and what is found in them. A
// document that tells of more that cannot be read is another one: its reader
// is not silent.
func (e *experiment) evaluate(t *testing.T, text string) (kinds []string, places []place) {
	t.Helper()
	for i, doc := range documentsOf(t, e.examples, e.dir, e.file, []byte(text)) {
		kinds = append(kinds, fmt.Sprintf("%s, %d unparsable, %d incomplete", doc.Kind, len(doc.Unparsable), len(doc.Incomplete)))
		results, err := e.evaluator.Evaluate(t.Context(), doc)
		if err != nil {
			t.Errorf("evaluate: %v", err)
		}
		for _, r := range results {
			places = append(places, place{i, r.Path, r.At})
		}
	}
	return kinds, places
}

// without removes one key of one part and compares.
func (e *experiment) without(t *testing.T, parts []*tree.Node, part int, at finding.Path, kinds []string, before []place) []string {
	t.Helper()
	if slices.ContainsFunc(before, func(p place) bool { return leadsTo(at, p.path) }) {
		return nil
	}
	nowKinds, now := e.evaluate(t, write(parts, part, at))
	if !slices.Equal(kinds, nowKinds) {
		return nil
	}
	var problems []string
	for _, p := range before {
		if !slices.ContainsFunc(now, func(q place) bool { return p.document == q.document && p.at == q.at }) && !e.needed(at) {
			problems = append(problems, fmt.Sprintf("without %s the finding at %s is gone; if the fault itself needs that key, say why in testdata/rules/%s/required.txt", at, p.at, path.Dir(e.dir)))
		}
	}
	return problems
}

// needed tells whether the fault itself needs a key.
func (e *experiment) needed(at finding.Path) bool {
	name, _ := at[len(at)-1].Key()
	used, ok := e.used[name]
	if ok {
		*used = true
	}
	return ok
}

func leadsTo(prefix, p finding.Path) bool {
	return len(prefix) <= len(p) && prefix.String() == p[:len(prefix)].String()
}

// write writes documents as JSON, which YAML readers read too, leaving out
// one key of one of them.
func write(parts []*tree.Node, part int, at finding.Path) string {
	var b strings.Builder
	for i, root := range parts {
		without := finding.Path(nil)
		if i == part {
			without = at
		}
		b.WriteString("---\n")
		writeNode(&b, root, without)
		b.WriteString("\n")
	}
	return strings.TrimPrefix(b.String(), "---\n")
}

func writeNode(b *strings.Builder, n *tree.Node, without finding.Path) {
	switch n.Type() {
	case tree.Map:
		writeMap(b, n, without)
	case tree.List:
		writeList(b, n, without)
	case tree.Absent, tree.Null:
		b.WriteString("null")
	default:
		b.WriteString(scalarText(n))
	}
}

func writeMap(b *strings.Builder, n *tree.Node, without finding.Path) {
	b.WriteString("{")
	comma := ""
	for _, m := range n.Members {
		rest, hit := step(without, finding.Key(m.Key.Text))
		if hit && len(rest) == 0 {
			continue
		}
		b.WriteString(comma + quote(m.Key.Text) + ": ")
		writeNode(b, m.Value, rest)
		comma = ", "
	}
	b.WriteString("}")
}

func writeList(b *strings.Builder, n *tree.Node, without finding.Path) {
	b.WriteString("[")
	for i, item := range n.Items {
		if i > 0 {
			b.WriteString(", ")
		}
		rest, _ := step(without, finding.Index(i))
		writeNode(b, item, rest)
	}
	b.WriteString("]")
}

// step follows a path one step, where it leads there.
func step(p finding.Path, s finding.Step) (rest finding.Path, hit bool) {
	if len(p) == 0 || p[0] != s {
		return nil, false
	}
	return p[1:], true
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// scalarText keeps what readers may take for more than a string as it is
// written: yes, 1.10, 012.
func scalarText(n *tree.Node) string {
	if n.Style == tree.Plain && (n.Kind != tree.String || plainWord.MatchString(n.Text)) {
		return n.Text
	}
	return quote(n.Text)
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always marshals
	}
	return string(quoted)
}
