package check

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"guard/internal/document"
	"guard/internal/imagefacts"
	"guard/internal/imageref"
	"guard/internal/registry"
)

// Facts says what images are. Its errors are those of package registry. It
// bounds the time that all its answers take together.
type Facts interface {
	Image(ctx context.Context, ref imageref.Reference) (registry.Image, error)
}

// maxAsked bounds the references that registries are asked for in a run, and
// parallelAsked how many at a time.
const (
	maxAsked      = 5000
	parallelAsked = 8
)

// question is what a registry is asked for: a tag or a digest.
type question struct {
	key  string
	ref  imageref.Reference
	base string // the image, where it is somebody else's and built upon

	trust bool // a rule wants to know what is signed about it
}

// reply is what a registry says to it.
type reply struct {
	facts    document.ImageFacts
	notFound bool
}

// questionOf asks what a reference names: by its digest, where it has one.
func questionOf(ref imageref.Reference) question {
	if ref.Digest != "" {
		ref.Tag = ""
	}
	return question{key: ref.String(), ref: ref}
}

// tagQuestion asks what the tag beside a digest names.
func tagQuestion(ref imageref.Reference) (question, bool) {
	if ref.Digest == "" || ref.Tag == "" {
		return question{}, false
	}
	ref.Digest = ""
	return questionOf(ref), true
}

// questions lists what the active rules want to know of the images of a file.
func (r *run) questions(documents []*document.Document) ([]question, error) {
	if r.Registry == nil {
		return nil, nil
	}
	var all []question
	for _, d := range documents {
		wanted, err := r.asks(d.Kind, "facts")
		if err != nil {
			return nil, err
		}
		tags, err := r.asks(d.Kind, "tag_digest")
		if err != nil {
			return nil, err
		}
		trust, err := r.asks(d.Kind, "trust")
		if err != nil {
			return nil, err
		}
		for i := range d.Images {
			image := &d.Images[i]
			if !wanted || !image.Pulled() {
				continue
			}
			q := questionOf(image.Reference)
			q.trust = trust
			if image.Role == document.RoleBase && !image.Own {
				q.base = image.Raw
			}
			all = append(all, q)
			if tag, ok := tagQuestion(image.Reference); ok && tags {
				all = append(all, tag)
			}
		}
	}
	return all, nil
}

// askAll finds out everything about images that anybody wants to know.
func (r *run) askAll(ctx context.Context) error {
	if err := r.ask(ctx); err != nil {
		return err
	}
	if r.Verification == nil {
		return nil
	}
	r.sourcesNamed = r.namesSources()
	return r.verify(ctx)
}

// ask puts every question once.
func (r *run) ask(ctx context.Context) error {
	asked := r.allQuestions()
	answers, done := make([]reply, len(asked)), atomic.Int64{}
	places := make(chan struct{}, parallelAsked)
	var group sync.WaitGroup
	for i, q := range asked {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			answers[i] = r.answer(ctx, q)
			if n := done.Add(1); r.Asking != nil {
				r.Asking(int(n), len(asked))
			}
		})
	}
	group.Wait()
	r.answers, r.bases = make(map[string]reply, len(asked)), map[string]string{}
	for i, q := range asked {
		r.answers[q.key] = answers[i]
		r.noteBase(q, answers[i])
	}
	return context.Cause(ctx)
}

// noteBase remembers the revisions of an image that others are built upon.
func (r *run) noteBase(q question, a reply) {
	if r.facts.Builds(&document.Image{Reference: q.ref}) {
		return // from the same commit, perhaps
	}
	for _, p := range a.facts.Platforms {
		if q.base != "" && p.Revision != "" && r.bases[p.Revision] == "" {
			r.bases[p.Revision] = q.base
		}
	}
}

// allQuestions are those of all files, each once, in order.
func (r *run) allQuestions() []question {
	var all []question
	for _, e := range r.entries {
		all = append(all, e.asked...)
	}
	slices.SortFunc(all, func(a, b question) int {
		return cmp.Or(strings.Compare(a.key, b.key), -strings.Compare(a.base, b.base))
	})
	var once []question
	for _, q := range all {
		if n := len(once); n > 0 && once[n-1].key == q.key {
			once[n-1].trust = once[n-1].trust || q.trust
			continue
		}
		once = append(once, q)
	}
	return once[:min(len(once), maxAsked)]
}

func (r *run) answer(ctx context.Context, q question) (a reply) {
	defer func() {
		if value := recover(); value != nil {
			a = reply{facts: imagefacts.Unknown("internal error")}
		}
	}()
	image, err := r.Registry.Image(ctx, q.ref)
	return reply{facts: imagefacts.Of(image, err), notFound: errors.Is(err, registry.ErrNotFound)}
}

// asks tells whether an active rule asks for a field; where there are no
// rules, it may.
func (r *run) asks(kind document.Kind, field string) (bool, error) {
	if r.Evaluator == nil {
		return true, nil
	}
	return r.Evaluator.Asks(kind, field)
}
