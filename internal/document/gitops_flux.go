package document

import (
	"fmt"
	"strings"
)

// flux reads an object of Flux. One that is suspended moves nothing.
func (r *reader) flux(spec place, kind string) {
	if suspended, _ := spec.node.Get("suspend").Bool(); suspended {
		return
	}
	switch kind {
	case "GitRepository":
		r.fluxGit(spec)
	case "OCIRepository":
		r.fluxArtifact(spec)
	case "HelmRelease":
		r.fluxChart(r.mapping(r.mapping(spec.get("chart")).get("spec")))
	case "HelmChart":
		r.fluxChart(spec)
	case "ImagePolicy":
		r.fluxPolicy(spec)
	}
}

// fluxGit reads which commit of a repository is taken. Of several ways to name
// it the first counts that is given: commit, name, semver, tag, branch.
func (r *reader) fluxGit(spec place) {
	address := spec.get("url").node.Scalar()
	ref := r.mapping(spec.get("ref"))
	if address == "" && !ref.node.IsSet() {
		return // a patch of something else
	}
	at, read := ref, following("branch master, which is what Flux takes unless it is told otherwise")
	for _, way := range []struct {
		key  string
		read func(string) revision
	}{
		{"commit", func(string) revision { return fixed }},
		{"name", r.load.gitRevision},
		{"semver", chartRevision},
		{"tag", r.load.gitTag},
		{"branch", func(text string) revision { return following("branch %s", text) }},
	} {
		found := ref.get(way.key)
		if text := found.node.Scalar(); text != "" {
			at, read = found, way.read(text)
			if holdsVariable(text) {
				read = unclear("%s holds a variable that is not known here", text)
			}
			break
		}
	}
	r.source("git", holderOf("source", address), at, read)
}

// gitTag reads the name of a Git tag.
func (l *loader) gitTag(text string) revision {
	if l.tagMoves(text) {
		return following("tag %s", text)
	}
	return fixed
}

// fluxArtifact reads which artifact of a registry is taken: by digest, else
// semver, else tag.
func (r *reader) fluxArtifact(spec place) {
	address := spec.get("url").node.Scalar()
	ref := r.mapping(spec.get("ref"))
	if address == "" && !ref.node.IsSet() {
		return
	}
	digest, semver, tag := ref.get("digest"), ref.get("semver"), ref.get("tag")
	holder := holderOf("source", address)
	switch {
	case digest.node.Scalar() != "":
		r.source("oci", holder, digest, r.load.artifactRevision(digest.node.Scalar()))
	case semver.node.Scalar() != "":
		r.source("oci", holder, semver, chartRevision(semver.node.Scalar()))
	default:
		if tag.node.Scalar() == "" {
			tag = ref
		}
		r.source("oci", holder, tag, r.load.artifactRevision(tag.node.Scalar()))
	}
}

// fluxChart reads which version of a chart is taken. A chart in a Git
// repository or a bucket has the version of that.
func (r *reader) fluxChart(spec place) {
	from := spec.node.Dig("sourceRef", "kind").Scalar()
	chart, version := spec.get("chart").node.Scalar(), spec.get("version")
	if chart == "" && !version.node.IsSet() || from != "" && from != "HelmRepository" {
		return
	}
	holder := "chart"
	if chart != "" {
		holder = "chart " + chart
	}
	r.source("helm", holder, version, chartRevision(version.node.Scalar()))
}

// fluxPolicy reads which image of a repository counts as the newest.
func (r *reader) fluxPolicy(spec place) {
	policy := r.mapping(spec.get("policy"))
	u := GitOpsUpdate{Tool: "Flux", Image: spec.node.Dig("imageRepositoryRef", "name").Scalar(), Path: policy.path}
	pattern := spec.node.Dig("filterTags", "pattern").Scalar()
	for _, strategy := range []string{"semver", "alphabetical", "numerical"} {
		if at := policy.get(strategy); at.node.IsSet() {
			u.Strategy, u.Path = strategy, at.path
		}
	}
	switch only := literalOf(pattern); {
	case u.Strategy == "":
		return // a patch of something else
	case u.Strategy == "semver":
	case only != "":
		r.followsTag(&u, only)
	case u.Strategy == "alphabetical" && pattern == "":
		u.Fault = "takes the tag whose name sorts last, whatever it is"
	case u.Strategy == "numerical" && pattern == "":
		u.Unknown = "whether all tags are numbers is not known"
	}
	r.doc.GitOps.Updates = append(r.doc.GitOps.Updates, u)
}

// literalOf is the one text that a pattern matches; "" where it is no such
// pattern.
func literalOf(pattern string) string {
	inner := strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$")
	if inner == "" || len(inner)+2 != len(pattern) || strings.ContainsAny(inner, `\.+*?()[]{}|^$`) {
		return ""
	}
	return inner
}

// holderOf names something by its address, from which a user and a password
// are left out.
func holderOf(what, address string) string {
	if address == "" {
		return what
	}
	if scheme, rest, found := strings.Cut(address, "://"); found {
		host, path, _ := strings.Cut(rest, "/")
		host = host[strings.LastIndexByte(host, '@')+1:]
		address = strings.TrimSuffix(scheme+"://"+host+"/"+path, "/")
	}
	return fmt.Sprintf("%s (%s)", what, address)
}
