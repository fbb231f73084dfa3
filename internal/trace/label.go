package trace

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"guard/internal/imageref"
)

// The labels that name a commit and a repository.
const (
	labelRevision = "org.opencontainers.image.revision"
	labelSource   = "org.opencontainers.image.source"
)

// readTag judges what the tag of the reference says.
func (j *judge) readTag() {
	ref, git := j.in.Reference, j.in.GitTag
	link := Link{Name: LinkTag, Status: Unknown}
	switch {
	case ref.Commit != "":
		link.Status, link.Message = Claimed, "the tag has the form of a commit, which anybody can write"
		link.Evidence = []Evidence{{"commit", ref.Commit}}
		j.commits = named(j.commits, "tag", strings.ToLower(ref.Commit), false)
	case ref.Tag == "":
		link.Message = "the reference has no tag"
	case ref.Class != imageref.ClassSemver:
		link.Message = fmt.Sprintf("the tag %q names neither a commit nor a release", ref.Tag)
	case git != nil && j.in.Clone != "" && j.source() != "" && j.source() != j.in.Clone:
		link.Message = fmt.Sprintf("the tag %q is a release of %s, and the clone is of %s", ref.Tag, j.source(), j.in.Clone)
	case git == nil:
		link.Message = fmt.Sprintf("the tag %q is a release, and there is no clone to look for it in", ref.Tag)
	case git.Name == "":
		link.Message = fmt.Sprintf("the tag %q is a release: %s", ref.Tag, git.Reason)
	default:
		link.Status, link.Message = Claimed, fmt.Sprintf("the clone has a Git tag %s, which can be moved", git.Name)
		link.Evidence = []Evidence{{"commit", git.Commit}}
		j.commits = named(j.commits, "Git tag "+git.Name, git.Commit, false)
	}
	j.tag = link
}

// readRevision judges the label that names a commit.
func (j *judge) readRevision() {
	link, value := j.label(LinkRevision, labelRevision)
	if value != "" {
		if commit := hexOnly(value); commit == "" {
			link.Status, link.Message = Unknown, "it is no commit"
		} else {
			j.commits = named(j.commits, "label revision", commit, false)
		}
	}
	j.revision = link
}

// readSource judges the label that names a repository.
func (j *judge) readSource() {
	link, value := j.label(LinkSource, labelSource)
	if value != "" {
		if place := Place(value); place == "" {
			link.Status, link.Message = Unknown, "it is no address of a repository"
		} else {
			link.Evidence = []Evidence{{labelSource, place}}
			j.places = named(j.places, "label source", place, false)
		}
	}
	j.sourceLabel = link
}

// label judges a label on all platforms, which must agree. The value is "" where
// it says nothing about this image.
func (j *judge) label(name, label string) (link Link, value string) {
	link = Link{Name: name, Status: Unknown}
	holders := map[string][]string{} // platforms, by what they say
	for _, p := range j.in.Platforms {
		holders[p.Labels[label]] = append(holders[p.Labels[label]], p.Name)
	}
	values := slices.Sorted(maps.Keys(holders))
	for _, v := range values {
		if v != "" {
			link.Evidence = append(link.Evidence, Evidence{label, shown(label, v)})
		}
	}
	without := holders[""]
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	switch {
	case len(values) == 0:
		link.Message = "the image has no label " + label
	case len(values) > 1:
		link.Status, link.Message = Broken, "the platforms of the image differ in it: "+differ(holders, label)
	case len(without) > 0:
		link.Message = fmt.Sprintf("%s lacks the label %s", strings.Join(without, ", "), label)
	default:
		return j.ownLabel(link, label, values[0])
	}
	return link, ""
}

// ownLabel tells whether a label is the image's own or its base's.
func (j *judge) ownLabel(link Link, label, value string) (Link, string) {
	base := j.in.Base
	switch {
	case base == nil:
		link.Status, link.Message = Claimed, "the image says so of itself"
	case base.Problem != "":
		link.Message = fmt.Sprintf("it may be inherited from %s, which could not be looked at: %s", base.Name, base.Problem)
		return link, ""
	case slices.ContainsFunc(base.Platforms, func(p Platform) bool { return p.Labels[label] == value }):
		link.Message = fmt.Sprintf("it is inherited from %s, and says nothing about this image", base.Name)
		return link, ""
	case base.ByTag:
		link.Message = fmt.Sprintf("it may be inherited from %s as that was when the image was built; its digest is not named", base.Name)
		return link, ""
	default:
		link.Status, link.Message = Claimed, fmt.Sprintf("the image says so of itself; its base %s does not", base.Name)
	}
	return link, value
}

func differ(holders map[string][]string, label string) string {
	var parts []string
	for _, v := range slices.Sorted(maps.Keys(holders)) {
		parts = append(parts, strings.Join(holders[v], ", ")+" has "+first(shown(label, v), "none"))
	}
	return strings.Join(parts, "; ")
}

// shown is a value without what may be secret in it.
func shown(label, value string) string {
	if label == labelSource {
		return Place(value)
	}
	return value
}
