package gitlab

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// includes lists include: in its forms: a path or URL, a map, a list of both.
func (r *reader) includes(v value) []value {
	v, _ = r.follow(v, 0)
	switch {
	case v.isList():
		return r.flat(v, 0)
	case v.isSet():
		return []value{v}
	}
	return nil
}

// note adds one include to the model; those of included files are told with
// these.
func (r *reader) note(v value) (include pipeline.Include, ok bool) {
	include, ok = includeOf(v)
	switch {
	case !ok:
		r.incomplete(v.path, "an include of a form that is not known")
	case !v.foreign:
		include.Files = []string{}
		r.out.Includes = append(r.out.Includes, include)
	}
	return include, ok
}

// readFor notes a file that was read for an include.
func (r *reader) readFor(at finding.Path, name string) {
	for i := range r.out.Includes {
		if include := &r.out.Includes[i]; include.Path.String() == at.String() {
			include.Files = append(include.Files, name)
		}
	}
}

// includeOf reads one include; ok is false where its kind is not known.
func includeOf(v value) (include pipeline.Include, ok bool) {
	if name := v.scalar(); name != "" {
		if isURL(name) {
			return remote(name, "", v.path), true
		}
		return pipeline.Include{Kind: "local", Name: name, Path: v.path}, true
	}
	for _, kind := range []string{"project", "remote", "component", "template", "local", "artifact"} {
		if at := v.get(kind); at.scalar() != "" {
			return typed(kind, at, v), true
		}
	}
	return pipeline.Include{}, false
}

func typed(kind string, at, v value) pipeline.Include {
	switch kind {
	case "remote":
		return remote(at.scalar(), v.get("integrity").scalar(), at.path)
	case "component":
		name, ref, _ := strings.Cut(at.scalar(), "@")
		return atRef(pipeline.Include{Kind: kind, Name: name, Path: at.path}, ref)
	case "project":
		return atRef(pipeline.Include{Kind: kind, Name: at.scalar(), Path: at.path}, v.get("ref").scalar())
	case "artifact":
		kind = "local" // of the pipeline itself
	}
	return pipeline.Include{Kind: kind, Name: at.scalar(), Path: at.path}
}

func atRef(include pipeline.Include, ref string) pipeline.Include {
	include.Ref = ref
	include.Pinned = pipeline.IsCommit(ref)
	include.Exact = pipeline.IsExactVersion(ref)
	return include
}

// remote is a file at a URL. It cannot change where its hash is given, or
// where the URL names a commit.
func remote(url, integrity string, path finding.Path) pipeline.Include {
	include := pipeline.Include{Kind: "remote", Name: url, Path: path, Pinned: strings.HasPrefix(integrity, "sha256-")}
	for part := range strings.SplitSeq(url, "/") {
		include.Pinned = include.Pinned || pipeline.IsCommit(part)
		include.Exact = include.Exact || pipeline.IsExactVersion(part)
	}
	return include
}

func isURL(name string) bool {
	return strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
}
