package gitlab

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
	"guard/internal/tree"
)

// The limits on included files; the first is GitLab's own.
const (
	maxIncludes      = 150
	maxIncludeDepth  = 20
	maxIncludedBytes = 4 << 20 // of all files together
	maxGlobs         = 20      // patterns of files
)

// included is a file that was read because another one includes it.
type included struct {
	name string
	root *tree.Node
	path finding.Path // of the include in the file that is read first
}

// joined lays a file over the files that it includes, the later ones over the
// earlier.
func (r *reader) joined(file value, depth int) value {
	below := value{}
	for _, item := range r.includes(file.get("include")) {
		for _, part := range r.parts(item, depth) {
			below = r.merge(below, part, 0)
		}
	}
	if !below.isSet() {
		return file
	}
	return r.merge(below, file, 0)
}

// parts reads the files of one include, with what they include themselves.
func (r *reader) parts(item value, depth int) []value {
	include, ok := r.note(item)
	if !ok {
		r.unread = append(r.unread, "a file")
		r.governing = append(r.governing, "a file")
		return nil
	}
	if include.Kind == "local" && item.get("artifact").isSet() {
		r.skip(include, "another job makes it")
		return nil
	}
	names, reason := r.localNames(include, item)
	if reason != "" {
		r.skip(include, reason)
		if len(names) > 0 && !r.govern(names) {
			r.governing = r.governing[:len(r.governing)-1]
		}
		return nil
	}
	var parts []value
	for _, name := range names {
		part, reason := r.includedFile(name, include.Path, item, depth)
		if reason != "" {
			r.skip(include, reason)
			continue
		}
		if part.isSet() {
			parts = append(parts, part)
		}
	}
	return parts
}

// skip notes that an included file was not read.
func (r *reader) skip(include pipeline.Include, reason string) {
	r.unread = append(r.unread, include.Name)
	if mayGovern(include) {
		r.governing = append(r.governing, include.Name)
	}
	text := fmt.Sprintf("the included %s %q was not read", include.Kind, include.Name)
	switch {
	case reason == notHere && include.Kind == "local":
		return // the file is checked by itself
	case reason != notHere:
		text += ": " + reason
	}
	r.incomplete(include.Path, "%s", text)
}

// notHere is the reason where a file is of another project, or files cannot be
// read at all.
const notHere = "it is not here"

// localNames lists the files that an include names, or why none can be read.
func (r *reader) localNames(include pipeline.Include, item value) (names []string, reason string) {
	if include.Kind != "local" || r.options.Lookup == nil {
		return nil, notHere
	}
	condition, wanted := r.includeRules(item.get("rules"))
	if wanted.IsNo() {
		return nil, ""
	}
	names, reason = r.filesNamed(strings.TrimPrefix(include.Name, "/"))
	switch {
	case reason != "" || wanted.IsYes():
	case !item.foreign && r.addsOnlyJobs(names):
		r.conditions[include.Path.String()] = condition
	default:
		reason = "whether it is depends on rules: " + wanted.Reason
	}
	return names, reason
}

// filesNamed lists the files that a local include means.
func (r *reader) filesNamed(name string) (names []string, reason string) {
	switch {
	case strings.ContainsAny(name, "$"):
		return nil, "variables name it"
	case strings.Contains(name, "*"):
		return r.globbed(name)
	case !fs.ValidPath(path.Clean(name)):
		return nil, "it is not inside the project"
	}
	return []string{path.Clean(name)}, ""
}

// govern tells whether one of some files that may be included has rules of the
// whole pipeline, or includes others.
func (r *reader) govern(names []string) bool {
	for _, name := range names {
		_, root, reason := r.load(name)
		if reason != "" || root.Get("workflow").IsSet() || root.Get("include").IsSet() {
			return true
		}
	}
	return false
}

func (r *reader) globbed(pattern string) (names []string, reason string) {
	if r.options.Glob == nil {
		return nil, "which files the pattern names is not known"
	}
	if r.globs++; r.globs > maxGlobs {
		return nil, fmt.Sprintf("more than %d patterns name files", maxGlobs)
	}
	names, err := r.options.Glob(pattern)
	if err != nil {
		return nil, cause(err)
	}
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !fs.ValidPath(name) })
	slices.Sort(names)
	if len(names) == 0 {
		return nil, "no file is named so"
	}
	return names, ""
}

// includeRules reads rules: of an include, nil where there are none. What they
// answer before any run is known is what holds in all of them.
func (r *reader) includeRules(v value) (condition *plan, wanted logic.Answer) {
	if !v.isSet() {
		return nil, logic.Yes
	}
	in := &context{lookup: r.options.Lookup, worth: func(name string) worth {
		return textWorth(symbol.Nobody("$" + name + " differs from pipeline to pipeline"))
	}}
	condition = &plan{ruled: true, rules: r.rules(v), when: whenAlways}
	return condition, presence(condition.fates(in))
}

// addsOnlyJobs tells whether files bring nothing but jobs of their own, so that
// nothing else differs where they are not included.
func (r *reader) addsOnlyJobs(names []string) bool {
	for _, name := range names {
		_, root, reason := r.load(name)
		if reason != "" || root == nil {
			return false
		}
		for _, m := range root.Members {
			known := r.root.Get(m.Key.Text).IsSet()
			if m.Key.Text == "stages" && known {
				continue
			}
			if known || IsKeyword(m.Key.Text) {
				return false
			}
		}
	}
	return true
}

// includedFile reads one file with what it includes; reason says why it could
// not be read.
func (r *reader) includedFile(name string, at finding.Path, item value, depth int) (part value, reason string) {
	switch {
	case depth >= maxIncludeDepth:
		return value{}, fmt.Sprintf("files include each other more than %d deep", maxIncludeDepth)
	case len(r.files) >= maxIncludes:
		return value{}, fmt.Sprintf("more than %d files are included", maxIncludes)
	}
	header, root, reason := r.load(name)
	if reason != "" {
		return value{}, reason
	}
	root, problem := withInputs(root, header, item.get("inputs"))
	if problem != "" {
		r.incomplete(at, "of the included local %q: %s", name, problem)
	}
	r.files = append(r.files, included{name, root, at})
	r.readFor(at, name)
	return r.joined(value{node: root, path: at, foreign: true}, depth+1), ""
}

// load reads a file: its contents, and the header with its inputs, if it has
// one.
func (r *reader) load(name string) (header, root *tree.Node, reason string) {
	data, err := r.options.Lookup(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, "there is no such file"
	} else if err != nil {
		return nil, nil, cause(err)
	}
	if r.included += len(data); r.included > maxIncludedBytes {
		return nil, nil, fmt.Sprintf("the included files together have more than %d bytes", maxIncludedBytes)
	}
	text, wrong := tree.Decode(data)
	if wrong != nil {
		return nil, nil, wrong.Error()
	}
	for _, part := range tree.ParseYAML(text) {
		switch {
		case part.Err != nil:
			return nil, nil, part.Err.Error()
		case root == nil && part.Root.Get("spec").IsSet() && header == nil:
			header = part.Root
		case root == nil:
			root = part.Root
		}
	}
	if root == nil && header == nil {
		return nil, nil, "it is empty"
	}
	if root != nil && root.Type() != tree.Map {
		return nil, nil, "expected a map, found " + root.Type().String()
	}
	return header, root, ""
}

// cause is an error without the place on this machine where it happened.
func cause(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
