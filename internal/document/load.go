package document

import (
	"fmt"
	"strings"

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

	// Glob lists the files below that root that a pattern names, by their
	// paths: ** stands for anything, * for anything but a slash. Nil: unknown.
	Glob func(pattern string) ([]string, error)

	Repository string // owner and name on its forge, "acme/shop"; "": unknown
	Host       string // of that forge, "github.com"; "": unknown

	Pipelines Pipelines // what pipelines need to be understood

	Own    []string                    // patterns of images that are one's own: registry.example.com/team/**
	Pods   []PodPath                   // more kinds that hold a Pod
	Getenv func(string) (string, bool) // values of Compose variables; nil: none is set

	// Live: objects are as an API server holds them. Those of Kubernetes itself
	// are whole, and nobody changes what a Pod is any more.
	Live bool
}

// PodPath says where a kind keeps its Pod template.
type PodPath struct {
	Group string       // API group, "argoproj.io"; "" is the core group
	Kind  string       // "Rollout"
	Path  finding.Path // of the template (holding spec and metadata), or of the Pod's spec itself where Spec is set
	Spec  bool
}

// loader reads one file.
type loader struct {
	source    *tree.Source
	options   *Options
	unseen    []Problem // what was not looked at for secrets
	known     []Secret  // of known formats in the text; nil where it was not looked at
	workloads int       // objects that hold a Pod
	steps     stepSlab  // what the paths of Pods are cut from
	named     int       // values found that may be secrets for their names
	compared  int       // bytes of known secrets that others were compared with
}

// Load recognises what a file is, content first and name second, and reads
// it. The first document is of kind file; the others are what the file holds.
// Nothing is skipped in silence: what cannot be read is in the Unparsable
// list of a document, what cannot be followed in Incomplete.
func Load(file string, data []byte, options Options) []*Document {
	text, err := tree.Decode(data)
	if err != nil {
		return undecodable(file, data, *err, options)
	}
	l := &loader{source: tree.NewSource(file, text), options: &options}
	whole := l.file()
	whole.Secrets = l.literalSecrets()
	if len(l.known) > maxSecrets {
		return l.withheld()
	}
	return l.finished(append([]*Document{whole}, l.parts(whole)...))
}

// undecodable reads a file that is no UTF-8. Where its name says that it is
// of a kind that must be, that is an error; any other text may well be in
// another encoding, and is looked at for secrets all the same.
func undecodable(file string, data []byte, err tree.Error, options Options) []*Document {
	l := &loader{source: tree.NewSource(file, strings.ToValidUTF8(string(data), "\uFFFD")), options: &options}
	whole := l.file()
	whole.Secrets = l.literalSecrets()
	if syntaxOf(file, l.source.Text) != syntaxText {
		whole.addError(err, true)
	}
	return l.finished([]*Document{whole})
}

// finished gives the documents of a file what all have, and hides the secrets
// from everybody but their own file.
func (l *loader) finished(documents []*Document) []*Document {
	documents[0].Unparsable = append(documents[0].Unparsable, l.unseen...)
	r := newRedactor(documents)
	if l.tooMany(r) {
		return l.withheld()
	}
	for _, d := range documents {
		l.finish(d)
	}
	conceal(documents, r)
	return documents
}

// parts reads what the file holds besides its text.
func (l *loader) parts(whole *Document) []*Document {
	file, text := l.source.File, l.source.Text
	switch syntaxOf(file, text) {
	case syntaxDockerfile:
		return l.dockerfile()
	case syntaxYAML:
		return l.stream(whole, tree.ParseYAML(text))
	case syntaxJSON:
		return l.stream(whole, tree.ParseJSON(text))
	}
	return nil
}

// stream reads the documents of a YAML or JSON file.
func (l *loader) stream(whole *Document, parts []tree.Part) []*Document {
	var documents []*Document
	for _, part := range parts {
		if l.template(whole, part) {
			continue
		}
		if part.Err != nil {
			whole.addError(*part.Err, l.hinted())
			continue
		}
		if message := l.objectLimit(len(documents)); message != "" {
			whole.addErrors([]tree.Error{{Line: part.Line, Column: 1, Message: message, Limit: true}})
			break
		}
		found := l.part(part.Root)
		if len(found) > 0 {
			whole.addErrors(part.Problems)
		}
		documents = append(documents, found...)
	}
	return documents
}

const (
	// maxObjects bounds the documents that are made of one file. Each costs far
	// more memory than its text.
	maxObjects = 10_000
	// maxWorkloads bounds those that hold a Pod. Dozens of rules judge each.
	maxWorkloads = 2500
)

// objectLimit says that a file of which so many objects were read has too
// many; "" where more may follow.
func (l *loader) objectLimit(read int) string {
	switch {
	case read >= maxObjects:
		return fmt.Sprintf("limit exceeded: more than %d objects in one file; the rest was not looked at", maxObjects)
	case l.workloads >= maxWorkloads:
		return fmt.Sprintf("limit exceeded: %d objects with a Pod in one file, which is as many as are read; the rest was not looked at", maxWorkloads)
	}
	return ""
}

// part recognises one document of a stream and reads it.
func (l *loader) part(root *tree.Node) []*Document {
	file := l.source.File
	switch provider := pipelineProvider(file, root); {
	case isGitOps(root):
		return l.gitops(root)
	case isKubernetes(root):
		return l.kubernetes(root)
	case provider != "":
		return l.pipeline(root, provider)
	case isCompose(file, root):
		return l.compose(root)
	}
	return nil
}

func (l *loader) file() *Document {
	name := l.source.File
	return &Document{
		Kind: KindFile, File: name, Source: l.source,
		Text: &FileText{Name: baseName(name), Text: l.source.Text, Size: len(l.source.Text)},
	}
}

// finish gives a document what every kind has.
func (l *loader) finish(d *Document) {
	d.File, d.Source = l.source.File, l.source
	var facts *ImageFacts
	if len(d.Images) > 0 {
		facts = unasked()
	}
	for i := range d.Images {
		image := &d.Images[i]
		image.Own, image.Facts = image.Own || l.own(image), facts
		if image.Unresolved && !image.enough {
			d.Incomplete = append(d.Incomplete, unresolved(image))
		}
	}
}

func unresolved(image *Image) Problem {
	return Problem{Message: fmt.Sprintf("image %q of %s: %s", image.Raw, image.Holder, image.Reason), Path: image.Path}
}

func (l *loader) own(image *Image) bool {
	for _, pattern := range l.options.Own {
		if imageref.Match(pattern, image.Reference) {
			return true
		}
	}
	return false
}

// addError reports what could not be read: as unparsable where the file is of
// a known kind or exceeds a limit, which honest files hardly do; else as
// incomplete, since nobody knows what it would have been.
func (d *Document) addError(err tree.Error, known bool) {
	if known || err.Limit {
		d.addErrors([]tree.Error{err})
		return
	}
	d.Incomplete = append(d.Incomplete, Problem{Message: "cannot be read, and its kind is not known: " + err.Message, Path: errorPath(err)})
}

func (d *Document) addErrors(errs []tree.Error) {
	for _, err := range errs {
		d.Unparsable = append(d.Unparsable, Problem{Message: err.Message, Path: errorPath(err), Beyond: err.Limit})
	}
}

func errorPath(err tree.Error) finding.Path {
	if err.Line == 0 {
		return finding.Path{}
	}
	return finding.NewPath(finding.Span{Line: err.Line, Column: err.Column})
}

// image parses a reference as it stands at path.
func (l *loader) image(raw string, path finding.Path, role Role, holder string) Image {
	return Image{Reference: l.options.Images.Parse(raw), Path: path, Role: role, Holder: holder}
}
