package document

import (
	"time"

	"guard/internal/finding"
	"guard/internal/imageref"
	"guard/internal/tree"
)

// Options is what loading needs to know of the world around a file. The zero
// value is good.
type Options struct {
	Images *imageref.Classifier // how tags are classified; nil: the default classifier

	// Lookup reads a neighbouring file by its path relative to the root of
	// the check, such as .dockerignore. Nil: unknown. An error that is
	// fs.ErrNotExist says that there is none.
	Lookup func(path string) ([]byte, error)

	Own    []string                    // patterns of images that are one's own: registry.example.com/team/**
	Pods   []PodPath                   // more kinds that hold a Pod
	Getenv func(string) (string, bool) // values of Compose variables; nil: none is set
}

// PodPath says where a kind keeps its Pod template.
type PodPath struct {
	Group string       // API group, "argoproj.io"; "" is the core group
	Kind  string       // "Rollout"
	Path  finding.Path // of the template (holding spec and metadata), or of the Pod's spec itself where Spec is set
	Spec  bool
}

// Project is the document of kind project, which joins what all files say.
type Project struct {
	Now time.Time
}

// loader reads one form of file. It gets the whole text, and for YAML and
// JSON the parts it consists of.
type loader struct {
	source     *tree.Source
	options    *Options
	secretsCut bool // not all of the text was looked at for secrets
}

// Load recognises what a file is, content first and name second, and reads
// it. The first document is of kind file; the others are what the file holds.
// Nothing is skipped in silence: what cannot be read is in the Unparsable
// list of a document, what cannot be followed in Incomplete.
func Load(file string, data []byte, options Options) []*Document {
	l := &loader{source: tree.NewSource(file, string(data)), options: &options}
	return []*Document{l.file()}
}

func (l *loader) file() *Document {
	return &Document{Kind: KindFile, File: l.source.File, Source: l.source}
}

// image parses a reference as it stands at path.
func (l *loader) image(raw string, path finding.Path, role Role, holder string) Image {
	return Image{Reference: l.options.Images.Parse(raw), Path: path, Role: role, Holder: holder}
}
