package check

import (
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/tree"
)

// viewOf shows a file of the run, or one beside it such as the configuration.
// It is for the one goroutine that judges the run as a whole.
func (r *run) viewOf(name string) *view {
	if v, known := r.views[name]; known {
		return v
	}
	v := r.newViewOf(name)
	if r.views == nil {
		r.views = map[string]*view{}
	}
	r.views[name] = v
	return v
}

func (r *run) newViewOf(name string) *view {
	for _, e := range r.entries {
		if e.file.name == name {
			if documents := r.load(&entry{file: e.file}); len(documents) > 0 {
				return newView(documents)
			}
		}
	}
	text := ""
	if name == r.Config.File {
		text = r.Config.Text
	}
	source := tree.NewSource(name, text)
	return newView([]*document.Document{{Kind: document.KindFile, File: name, Source: source}})
}

func (r *run) text(name string) string { return r.viewOf(name).source.Text }

// locate answers where a path into a file stands. Paths into the configuration
// go by its keys, paths into every other file are lines of its text.
func (r *run) locate(name string, path finding.Path) finding.Location {
	v := r.viewOf(name)
	if name != r.Config.File || len(path) == 0 {
		return v.source.Locate(nil, path)
	}
	for _, part := range tree.ParseYAML(v.source.Text) {
		return v.source.Locate(part.Root, path)
	}
	return finding.Location{File: name}
}

// lookup reads a file of the scope that some other file refers to.
func (s *scope) lookup(p string) ([]byte, error) {
	f := file{name: p, scope: s, path: p}
	data, _, err := f.read()
	return data, err
}
