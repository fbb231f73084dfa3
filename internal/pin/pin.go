package pin

import (
	"cmp"
	"context"
	"slices"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/imageref"
)

// Kind says what a reference names.
type Kind string

// The kinds.
const (
	Image  Kind = "image"
	Action Kind = "action" // of GitHub, or one of its reusable workflows
)

// Unread is the kind of a note about a file, or a part of one, in which nobody
// could look for references.
const Unread Kind = "file"

// Options say what is pinned. The zero value pins everything that has a tag
// and no digest.
type Options struct {
	Only   Kind // only references of this kind; "" means all
	Update bool // renew what is pinned already where its tag has moved
	Latest bool // pin images without a tag to what latest is now
}

// Resolver finds out what references name. It is asked once for each of them,
// from several goroutines at a time for images. An error says why that is not
// known.
type Resolver interface {
	// Digest is that of what the image's tag names: of the index where the
	// image has several platforms.
	Digest(ctx context.Context, image imageref.Reference) (string, error)
	// Commit is the full SHA of the commit that a tag or branch of a
	// repository (owner/name) names.
	Commit(ctx context.Context, repository, ref string) (string, error)
}

// File is one file with what was read from it.
type File struct {
	Name      string
	Data      []byte
	Documents []*document.Document              // of Data, with what other files say of them
	Retagged  []document.Image                  // images of Documents that get their tag elsewhere
	Load      func([]byte) []*document.Document // reads such a file
}

// State says why a reference was not changed.
type State string

// The states.
const (
	Left       State = "left"       // it cannot be changed here, or should not be without being asked for
	Own        State = "own"        // this repository builds it
	Unresolved State = "unresolved" // nobody could say what it names
)

// Note tells of a reference that was left as it is.
type Note struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Kind      Kind   `json:"kind"`
	State     State  `json:"state"`
	Reference string `json:"reference"`
	Reason    string `json:"reason"`
}

// Change is one reference that is rewritten.
type Change struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Kind   Kind   `json:"kind"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// Changed is a file before and after, which differ within lines alone.
type Changed struct {
	Name          string
	Before, After []byte
	Changes       []Change
}

// Result is what was found, in order of files and lines.
type Result struct {
	Files  []Changed
	Notes  []Note
	Pinned int // references that were pinned already
}

// Pinner collects the references of files.
type Pinner struct {
	resolver Resolver
	options  Options
	files    []*candidates
	notes    []Note
	pinned   int
}

// New makes a Pinner that asks r.
func New(r Resolver, o Options) *Pinner { return &Pinner{resolver: r, options: o} }

// candidate is a reference at a place of a file that can be rewritten.
type candidate struct {
	Change
	start  int // offset in the text
	image  imageref.Reference
	repo   string // of an action: owner/name
	ref    string // of an action: the tag or branch
	pinned string // the digest or commit that it has already; "" where none
	suffix string // of an action that has none: what belongs behind the reference
	offset int    // where suffix belongs
	length int    // how many bytes suffix replaces
}

// candidates are those of one file.
type candidates struct {
	File
	list []candidate
	seen map[int]bool // by offset
}

func (p *Pinner) wants(k Kind) bool { return p.options.Only == "" || p.options.Only == k }

// Add finds the references of a file.
func (p *Pinner) Add(f File) {
	c := &candidates{File: f, seen: map[int]bool{}}
	s := &search{Pinner: p, out: c, noted: map[Note]bool{}}
	for _, d := range f.Documents {
		s.document(d)
	}
	if len(c.list) > 0 {
		c.Documents = slices.Clone(f.Documents[:1]) // the text; the others need much memory
		p.files = append(p.files, c)
	}
}

// Result asks what the references name and rewrites the files. An error means
// that ctx has ended.
func (p *Pinner) Result(ctx context.Context) (*Result, error) {
	answers, err := p.ask(ctx)
	if err != nil {
		return nil, err
	}
	r := &Result{Notes: p.notes, Pinned: p.pinned}
	for _, f := range p.files {
		p.rewrite(r, f, answers)
	}
	slices.SortStableFunc(r.Notes, func(a, b Note) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r, nil
}

func (c *Change) note(state State, reason string) Note {
	return Note{File: c.File, Line: c.Line, Column: c.Column, Kind: c.Kind, State: state, Reference: c.From, Reason: reason}
}

// at is a reference of a document as a change that is not made yet.
func at(d *document.Document, path finding.Path, kind Kind, reference string) Change {
	place := d.Locate(path)
	return Change{File: d.File, Line: place.Line, Column: place.Column, Kind: kind, From: reference}
}
