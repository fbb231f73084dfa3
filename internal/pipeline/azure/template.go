package azure

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// template is a file of the same repository that others insert.
type template struct {
	root    *tree.Node
	problem string // why it could not be read; "" where it was
}

// inserted is what the entries of a list stand for: templates are replaced by
// what they bring under the same key (steps, jobs, stages, variables).
func (r *reader) entries(v *value, key string) []*value {
	var entries []*value
	for _, item := range v.all() {
		if !item.has("template") || item.hasKey(strings.TrimSuffix(key, "s")) {
			entries = append(entries, item)
			continue
		}
		brought := r.template(item)
		if brought == nil {
			r.foreign = true
			continue
		}
		for _, inner := range r.entries(brought.get(key), key) {
			entries = append(entries, inner.under(item.when))
		}
	}
	return entries
}

// template is the whole of a template with its parameters filled in; nil where
// it could not be read, which is noted.
func (r *reader) template(item *value) *value {
	name := item.get("template")
	file, ok := r.templateFile(name)
	if !ok {
		return nil
	}
	from := &origin{file: file, at: name.path, depth: item.from.depth + 1}
	if !item.from.isOwn() {
		from.at = item.from.at
	}
	if from.depth > maxTemplateDepth || r.templates == maxTemplates {
		r.once(from.at, "templates are inserted more than %d deep, or more than %d of them", maxTemplateDepth, maxTemplates)
		return nil
	}
	r.templates++
	t := r.load(file)
	if t.problem != "" {
		r.once(from.at, "the template %q was not read: %s", file, t.problem)
		return nil
	}
	in := &names{from: from, parameters: map[string]bound{}}
	r.bind(t.root.Get("parameters"), item, in)
	return r.expandBody(t.root, in)
}

// expandBody reads a template but for its parameters.
func (r *reader) expandBody(root *tree.Node, in *names) *value {
	body := &value{kind: root.Type(), path: in.from.at, from: in.from}
	if body.kind != tree.Map {
		r.once(in.from.at, "the template %q is no map", in.from.file)
		return body
	}
	rest := *root
	rest.Lookup = nil
	rest.Members = slices.DeleteFunc(slices.Clone(root.Members), func(m tree.Member) bool { return m.Key.Text == "parameters" })
	body.members = r.expandMap(&rest, nil, in, nil)
	return body
}

// templateFile is the file that a template: names; ok is false where it lies
// elsewhere, or where only a run knows.
func (r *reader) templateFile(name *value) (file string, ok bool) {
	text := r.settled(name.scalar())
	if strings.Contains(text, "${{") || strings.Contains(text, "$(") {
		r.once(name.path, "which template %q is is known only in a run", shortened(name.scalar()))
		return "", false
	}
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		if !strings.EqualFold(text[i+1:], "self") {
			r.remote(name, text[:i], text[i+1:])
			return "", false
		}
		text = "/" + text[:i]
	}
	text = strings.ReplaceAll(text, `\`, "/")
	if !strings.HasPrefix(text, "/") {
		text = path.Join(path.Dir(name.from.file), text)
	}
	file = path.Clean(strings.TrimLeft(text, "/"))
	if file == "." || file == ".." || strings.HasPrefix(file, "../") {
		r.once(name.path, "the template %q lies outside of what is checked", shortened(name.scalar()))
		return "", false
	}
	return file, true
}

// load reads a template's file once.
func (r *reader) load(file string) template {
	if t, known := r.loaded[file]; known {
		return t
	}
	t := r.parseTemplate(file)
	r.loaded[file] = t
	return t
}

func (r *reader) parseTemplate(file string) template {
	if r.options.Lookup == nil {
		return template{problem: "no other file is looked at"}
	}
	data, err := r.options.Lookup(file)
	if errors.Is(err, fs.ErrNotExist) {
		return template{problem: "there is no such file"}
	}
	if err != nil {
		return template{problem: err.Error()}
	}
	text, bad := tree.Decode(data)
	if bad != nil {
		return template{problem: bad.Message}
	}
	if r.bytes -= len(text); r.bytes < 0 {
		return template{problem: fmt.Sprintf("the templates together have more than %d bytes", maxTemplateBytes)}
	}
	return parsedTemplate(tree.ParseYAML(text))
}

func parsedTemplate(parts []tree.Part) template {
	for _, part := range parts {
		if part.Err != nil {
			return template{problem: part.Err.Error()}
		}
		if part.Root.IsSet() {
			return template{root: part.Root}
		}
	}
	return template{problem: "it is empty"}
}

// remote notes a template of another repository, which cannot be read.
func (r *reader) remote(name *value, file, alias string) {
	include := pipeline.Include{Kind: "project", Name: alias, Path: name.path}
	for _, repository := range r.root.get("resources").get("repositories").all() {
		if !strings.EqualFold(repository.get("repository").scalar(), alias) {
			continue
		}
		include.Name = repository.get("name").scalar()
		include.Ref = repository.get("ref").scalar()
		include.Path = repository.get("repository").path
		if repository.has("ref") {
			include.Path = repository.get("ref").path
		}
	}
	include.Pinned = pipeline.IsCommit(include.Ref)
	include.Exact = pipeline.IsExactVersion(strings.TrimPrefix(include.Ref, "refs/tags/"))
	if !slices.ContainsFunc(r.out.Includes, func(i pipeline.Include) bool { return i.Name == include.Name }) {
		r.out.Includes = append(r.out.Includes, include)
	}
	r.once(name.path, "the template %q of the repository %s was not read", file, alias)
}

// once notes what is not known, each thing once.
func (r *reader) once(path finding.Path, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if !r.noted[message] {
		r.noted[message] = true
		r.incomplete(path, "%s", message)
	}
}
