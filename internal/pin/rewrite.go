package pin

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"guard/internal/imageref"
	"guard/internal/pipeline"
)

// edit replaces length bytes of the text.
type edit struct {
	start, length int
	text          string
	beside        bool // a comment, which belongs to no value
}

const byteOrderMark = "\uFEFF"

// rewrite makes the changes of one file, or tells why not.
func (p *Pinner) rewrite(r *Result, f *candidates, answers map[string]answer) {
	var edits []edit
	var changes []Change
	for i := range f.list {
		c := &f.list[i]
		a := answers[c.key()]
		switch {
		case a.err != nil:
			r.Notes = append(r.Notes, c.note(Unresolved, strings.Join(strings.Fields(a.err.Error()), " ")))
		case !c.accepts(a.value):
			r.Notes = append(r.Notes, c.note(Unresolved, "the answer is neither a digest nor a commit"))
		case a.value == c.pinned:
			r.Pinned++
		default:
			c.To = c.to(a.value)
			edits = append(edits, c.edits()...)
			changes = append(changes, c.Change)
		}
	}
	if len(edits) == 0 {
		return
	}
	after, err := f.apply(edits, changes)
	if err != nil {
		for i := range changes {
			r.Notes = append(r.Notes, changes[i].note(Unresolved, err.Error()))
		}
		return
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	r.Files = append(r.Files, Changed{Name: f.Name, Before: f.Data, After: after, Changes: changes})
}

// edits are those of the reference and of its comment.
func (c *candidate) edits() []edit {
	list := []edit{{start: c.start, length: len(c.From), text: c.To}}
	if c.suffix != "" {
		list = append(list, edit{c.offset, c.length, c.suffix, true})
	}
	return list
}

// accepts tells whether an answer is what was asked for.
func (c *candidate) accepts(answer string) bool {
	if c.Kind == Action {
		return pipeline.IsCommit(answer)
	}
	ref := (*imageref.Classifier)(nil).Parse(c.to(answer))
	return ref.Invalid == "" && !ref.Unresolved && ref.Digest == answer
}

// apply makes the edits and proves that nothing else has changed.
func (f *candidates) apply(edits []edit, changes []Change) ([]byte, error) {
	text := f.Documents[0].Source.Text
	mark := bytes.TrimSuffix(f.Data, []byte(text))
	if string(mark) != "" && string(mark) != byteOrderMark {
		return nil, errEncoding
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	after := slices.Concat(mark, []byte(splice(text, 0, edits)))
	return after, f.prove(after, edits, changes)
}

// splice applies those edits that lie within text, which begins at an offset.
// They are in order.
func splice(text string, offset int, edits []edit) string {
	var b strings.Builder
	at := 0
	for _, e := range edits {
		start := e.start - offset
		if start < at || start+e.length > len(text) {
			continue
		}
		b.WriteString(text[at:start])
		b.WriteString(e.text)
		at = start + e.length
	}
	return b.String() + text[at:]
}
