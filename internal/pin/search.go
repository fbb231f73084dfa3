package pin

import (
	"slices"
	"strings"

	"guard/internal/document"
	"guard/internal/imageref"
	"guard/internal/pipeline"
)

// search finds the references of one file.
type search struct {
	*Pinner
	out   *candidates
	noted map[Note]bool
}

func (s *search) document(d *document.Document) {
	for _, problem := range d.Unparsable {
		s.note(at(d, problem.Path, Unread, ""), Left, problem.Message)
	}
	if d.Kind == document.KindFile {
		for _, problem := range d.Incomplete {
			s.note(at(d, problem.Path, Unread, ""), Left, problem.Message)
		}
	}
	if s.wants(Image) {
		for i := range d.Images {
			s.image(d, &d.Images[i])
		}
		for i := range s.out.Retagged {
			if image := &s.out.Retagged[i]; s.holds(d, image) {
				s.note(at(d, image.Path, Image, image.Raw), Left, "a Kustomization gives it its tag")
			}
		}
	}
	if s.wants(Action) && d.Pipeline != nil {
		for _, job := range d.Pipeline.Jobs {
			s.action(d, job.Uses)
			for _, step := range job.Steps {
				s.action(d, step.Uses)
			}
		}
	}
}

// holds tells whether a retagged image is one of this document: it is written
// at its path.
func (s *search) holds(d *document.Document, image *document.Image) bool {
	node, exact := d.Written(image.Path)
	return exact && d.Kind == document.KindKubernetes && node.Scalar() == image.Raw
}

// note tells of a reference once, however often one place is used.
func (s *search) note(c Change, state State, reason string) {
	n := c.note(state, reason)
	if !s.noted[n] {
		s.noted[n] = true
		s.notes = append(s.notes, n)
	}
}

// image takes one image for a candidate, or says why not.
func (s *search) image(d *document.Document, image *document.Image) {
	if image.Stage || image.Role == document.RoleBuilt || image.Role == document.RolePushed {
		return
	}
	c := candidate{Change: at(d, image.Path, Image, image.Raw), image: image.Reference, pinned: image.Digest}
	if reason := s.untouchable(image); reason != "" {
		s.note(c.Change, Left, reason)
		return
	}
	switch {
	case image.Own:
		s.note(c.Change, Own, "it is built here, or images.own names it")
		return
	case image.Digest != "" && (!s.options.Update || image.Tag == ""):
		s.countPinned(d, image)
		return
	case image.Tag == "" && image.Digest == "" && !s.options.Latest:
		s.note(c.Change, Left, "it has no tag, so nobody said which release is meant; give it one, or --latest pins what latest is now")
		return
	}
	start, reason := written(d, image)
	if reason != "" {
		s.note(c.Change, Left, reason)
		return
	}
	c.start = start
	s.add(c)
}

func (s *search) untouchable(image *document.Image) string {
	switch {
	case image.Unresolved:
		return image.Reason
	case image.Invalid != "":
		return image.Invalid
	case image.BadDigest != "":
		return image.BadDigest
	}
	return ""
}

// countPinned counts what is pinned, each place once.
func (s *search) countPinned(d *document.Document, image *document.Image) {
	place := at(d, image.Path, Image, image.Raw)
	s.countOnce(d.Source.Offset(place.Line, place.Column))
}

// countOnce counts what is pinned at an offset. Pinned places are kept apart
// from candidates by their sign.
func (s *search) countOnce(offset int) {
	if key := -1 - offset; !s.out.seen[key] {
		s.out.seen[key] = true
		s.pinned++
	}
}

// add takes a candidate, each place once: what stands behind an anchor is
// changed there for all who use it.
func (s *search) add(c candidate) {
	if !s.out.seen[c.start] {
		s.out.seen[c.start] = true
		s.out.list = append(s.out.list, c)
	}
}

// action takes one uses: for a candidate, or says why not.
func (s *search) action(d *document.Document, use *pipeline.Use) {
	if use == nil || !slices.Contains([]string{"action", "workflow", "local"}, use.Kind) {
		return
	}
	c := candidate{Change: at(d, use.Path, Action, use.Raw), ref: use.Ref}
	if use.Kind == "local" {
		if use.Ref != "" {
			s.note(c.Change, Own, "it lies in this repository")
		}
		return
	}
	parts := strings.SplitN(use.Name, "/", 3)
	switch {
	case strings.ContainsAny(use.Raw, "${}"):
		s.note(c.Change, Left, "it is put together from expressions")
		return
	case use.Ref == "" || len(parts) < 2:
		s.note(c.Change, Left, "expected owner/repository@ref")
		return
	}
	c.repo = parts[0] + "/" + parts[1]
	start, reason := scalar(d, use.Path, use.Raw)
	if reason != "" {
		s.note(c.Change, Left, reason)
		return
	}
	c.start = start
	s.version(d, &c, use)
}

// version settles which tag or branch an action is pinned to, and the comment
// that says so.
func (s *search) version(d *document.Document, c *candidate, use *pipeline.Use) {
	line := restOfLine(d.Source.Text, c.start+len(use.Raw))
	if !use.Pinned {
		c.offset, c.length, c.suffix = comment(line, c.start+len(use.Raw), use.Ref)
		s.add(*c)
		return
	}
	c.pinned, c.ref = use.Ref, versionIn(line)
	if !s.options.Update || c.ref == "" {
		s.countOnce(c.start)
		return
	}
	s.add(*c)
}

// to is what a candidate is rewritten to.
func (c *candidate) to(answer string) string {
	before, _, _ := strings.Cut(c.From, "@")
	if c.Kind == Image && c.image.Tag == "" {
		before += ":latest"
	}
	return before + "@" + answer
}

// question is what is asked for an image: its tag, whatever digest it has.
func (c *candidate) question() imageref.Reference {
	before, _, _ := strings.Cut(c.From, "@")
	return (*imageref.Classifier)(nil).Parse(before)
}
