package pin

import (
	"errors"
	"slices"
	"strings"

	"guard/internal/document"
	"guard/internal/tree"
)

var (
	errEncoding = errors.New("the file is neither UTF-8 nor ASCII, or has changed while it was read")
	errMeaning  = errors.New("the file would not mean the same with it, so it is left as it is")
)

// prove reads the file as it was and as it would be: the value of every
// document must be the same but for the scalars that were edited, and so must
// its images but for those that were changed.
func (f *candidates) prove(after []byte, edits []edit, changes []Change) error {
	before := f.Load(f.Data)
	now := f.Load(after)
	if len(before) != len(now) {
		return errMeaning
	}
	p := &proof{source: before[0].Source, changes: changes}
	for _, e := range edits {
		if !e.beside {
			p.edits = append(p.edits, e)
		}
	}
	for i := range before {
		if !p.sameDocument(before[i], now[i]) {
			return errMeaning
		}
	}
	if !p.sameStream(before, now) {
		return errMeaning
	}
	return nil
}

// proof compares trees.
type proof struct {
	source  *tree.Source
	edits   []edit // of values
	changes []Change
}

func (p *proof) sameDocument(before, now *document.Document) bool {
	if before.Kind != now.Kind || before.Object != now.Object || len(before.Images) != len(now.Images) || len(before.Unparsable) != len(now.Unparsable) {
		return false
	}
	for i := range before.Images {
		if !p.sameImage(&before.Images[i], &now.Images[i]) {
			return false
		}
	}
	a, _ := before.Written(nil)
	b, _ := now.Written(nil)
	return p.same(a, b)
}

// sameImage allows for an image the change that was meant, where it may be
// written in an ARG and read elsewhere.
func (p *proof) sameImage(before, now *document.Image) bool {
	if !before.Path.Equal(now.Path) || before.Role != now.Role {
		return false
	}
	return before.Raw == now.Raw || slices.ContainsFunc(p.changes, func(c Change) bool {
		return c.Kind == Image && c.From == before.Raw && c.To == now.Raw
	})
}

// sameStream compares what a file of YAML holds besides the documents that are
// recognised.
func (p *proof) sameStream(before, now []*document.Document) bool {
	if slices.ContainsFunc(before, func(d *document.Document) bool { return d.Kind == document.KindDockerfile }) {
		return true
	}
	a, b := tree.ParseYAML(before[0].Source.Text), tree.ParseYAML(now[0].Source.Text)
	return slices.EqualFunc(a, b, func(a, b tree.Part) bool {
		return a.Line == b.Line && (a.Err == nil) == (b.Err == nil) && len(a.Problems) == len(b.Problems) && p.same(a.Root, b.Root)
	})
}

// same compares two trees; the depth of the recursion is that of the tree.
func (p *proof) same(before, now *tree.Node) bool {
	if before == nil || now == nil {
		return before == now
	}
	return before.Kind == now.Kind && before.Style == now.Style && before.Anchor == now.Anchor && before.Tag == now.Tag && before.Line == now.Line &&
		now.Text == p.expected(before) &&
		slices.EqualFunc(before.Items, now.Items, p.same) &&
		slices.EqualFunc(before.Members, now.Members, func(a, b tree.Member) bool { return p.same(a.Key, b.Key) && p.same(a.Value, b.Value) })
}

// expected is the text that a scalar must have now: that before, with the edits
// that lie within it.
func (p *proof) expected(n *tree.Node) string {
	if n.Text == "" || n.Line == 0 {
		return n.Text
	}
	start := p.source.Offset(int(n.Line), int(n.Column))
	if n.Style == tree.SingleQuoted || n.Style == tree.DoubleQuoted {
		start++
	}
	if start > len(p.source.Text) || !strings.HasPrefix(p.source.Text[start:], n.Text) {
		return n.Text
	}
	return splice(n.Text, start, p.edits)
}
