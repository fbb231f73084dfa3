package gitlab

import (
	"fmt"
	"regexp"
	"strings"

	"guard/internal/tree"
)

// maxWithInputs bounds the text that inputs bring into one file.
const maxWithInputs = 256 << 10

// interpolation matches $[[ inputs.name ]], with functions behind it or not.
var interpolation = regexp.MustCompile(`\$\[\[\s*inputs\.([\w-]+)\s*((?:\|[^\]]*)?)\]\]`)

// withInputs puts inputs in their places: those given by the include, else the
// defaults of the file's header. Problem says of which one there is no value.
func withInputs(root, header *tree.Node, given value) (replaced *tree.Node, problem string) {
	if root == nil {
		return nil, ""
	}
	f := &inputFiller{values: map[string]*tree.Node{}, done: map[*tree.Node]*tree.Node{}}
	for _, m := range (value{node: header}).get("spec").get("inputs").members() {
		if d := m.value.get("default"); d.node != nil {
			f.values[m.key] = d.node
		}
	}
	for _, m := range given.members() {
		f.values[m.key] = m.value.node
	}
	return f.fill(root), f.problem
}

// inputFiller copies a tree with its inputs in place.
type inputFiller struct {
	values  map[string]*tree.Node
	done    map[*tree.Node]*tree.Node // shared parts are copied once
	problem string
	size    int // bytes put in, the whole file together
}

// fill copies what holds inputs.
func (f *inputFiller) fill(n *tree.Node) *tree.Node {
	if known := f.done[n]; known != nil || n == nil {
		return known
	}
	out := n
	switch n.Type() {
	case tree.List:
		out = f.list(n)
	case tree.Map:
		out = f.mapping(n)
	case tree.String:
		if strings.Contains(n.Text, "$[[") {
			out = f.scalar(n)
		}
	}
	f.done[n] = out
	return out
}

func (f *inputFiller) list(n *tree.Node) *tree.Node {
	out := *n
	out.Items = make([]*tree.Node, len(n.Items))
	for i, item := range n.Items {
		out.Items[i] = f.fill(item)
	}
	return &out
}

// mapping puts inputs into keys, too: components name their jobs by them.
func (f *inputFiller) mapping(n *tree.Node) *tree.Node {
	out := *n
	out.Members, out.Lookup = nil, nil
	seen := map[string]bool{}
	for _, m := range n.Members {
		key := m.Key
		if strings.Contains(key.Text, "$[[") {
			key = f.scalar(key)
		}
		if !seen[key.Text] {
			seen[key.Text] = true
			out.Members = append(out.Members, tree.Member{Key: key, Value: f.fill(m.Value)})
		}
	}
	return &out
}

// scalar is a text with its inputs in place. A text that is one input alone
// becomes its value, of whatever kind.
func (f *inputFiller) scalar(n *tree.Node) *tree.Node {
	text := n.Text
	all := interpolation.FindAllStringSubmatchIndex(text, -1)
	if len(all) == 1 && all[0][0] == 0 && all[0][1] == len(text) && all[0][4] == all[0][5] {
		if v := f.values[text[all[0][2]:all[0][3]]]; v != nil {
			return v
		}
	}
	var b strings.Builder
	last := 0
	for _, at := range all {
		name, call := text[at[2]:at[3]], text[at[4]:at[5]]
		filled, ok := f.input(name, call)
		if !ok || f.size > maxWithInputs {
			continue
		}
		f.size += len(filled)
		b.WriteString(text[last:at[0]] + filled)
		last = at[1]
	}
	b.WriteString(text[last:])
	out := *n
	out.Text = b.String()
	return &out
}

// input is the text of an input; ok is false where it is not known.
func (f *inputFiller) input(name, call string) (text string, ok bool) {
	v := f.values[name]
	switch {
	case v == nil:
		f.note("there is no value for input %q", name)
	case !v.IsScalar():
		f.note("input %q is no text, and stands inside of one", name)
	case strings.TrimSpace(call) != "":
		f.note("what %s makes of input %q is not known", strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(call), "|")), name)
	default:
		return v.Scalar(), true
	}
	return "", false
}

func (f *inputFiller) note(format string, args ...any) {
	if f.problem == "" {
		f.problem = fmt.Sprintf(format, args...)
	}
}
