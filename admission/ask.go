package admission

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"guard/admission/trace"
	"guard/internal/document"
	"guard/internal/imagefacts"
	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/admit"
	"guard/internal/registry/transport"
)

// The limits of what is asked for one object.
const (
	maxLooked      = 100 // images, each counted once
	parallelLooked = 16
)

// evaluating is how much of the time of a review is left for the rules when the
// registries have had theirs, at most one part of so many.
const (
	evaluating    = 500 * time.Millisecond
	evaluatingPer = 5
)

// answer is what came of asking for one image.
type answer struct {
	facts document.ImageFacts
	tag   string // why it is not known what the tag beside its digest names; "" where it is, or nobody asked
}

// questionKey names what is asked for: images of the same key are one question.
func questionKey(ref imageref.Reference) string { return ref.String() }

// ask finds out what is wanted of images, of each once. What takes longer than
// there is time for is not known.
func (f *Facts) ask(ctx context.Context, images []imageAt, as Puller, w wants, o admit.Options) map[string]answer {
	ctx, cancel := sooner(ctx)
	defer cancel()
	answers := map[string]answer{}
	var mu sync.Mutex
	var group sync.WaitGroup
	places := make(chan struct{}, parallelLooked)
	for _, image := range images {
		key := questionKey(image.Reference)
		mu.Lock()
		_, asked := answers[key]
		if full := len(answers) >= maxLooked; !asked {
			answers[key] = unanswered(fmt.Sprintf("the object has more than %d images: it was not looked at", maxLooked))
			asked = full
		}
		mu.Unlock()
		if asked {
			continue
		}
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			a := f.askOne(ctx, image.Reference, as, w, o)
			mu.Lock()
			defer mu.Unlock()
			answers[key] = a
		})
	}
	group.Wait()
	return answers
}

// sooner ends before a review does, so that there is an answer in time.
func sooner(ctx context.Context) (context.Context, context.CancelFunc) {
	until, limited := ctx.Deadline()
	if !limited {
		return context.WithTimeout(ctx, longest)
	}
	left := time.Until(until)
	return context.WithTimeout(ctx, min(longest, left-min(evaluating, left/evaluatingPer)))
}

func unanswered(reason string) answer {
	facts := imagefacts.Unknown(reason)
	facts.Trust = imagefacts.Untold(reason)
	return answer{facts: facts}
}

// askedNobody are the answers where nobody is asked.
func askedNobody(images []imageAt, reason string) map[string]answer {
	answers := map[string]answer{}
	for _, image := range images {
		answers[questionKey(image.Reference)] = unanswered(reason)
	}
	return answers
}

// askOne finds out what is wanted of one image.
func (f *Facts) askOne(ctx context.Context, ref imageref.Reference, as Puller, w wants, o admit.Options) (a answer) {
	defer func() {
		if value := recover(); value != nil {
			a = unanswered(transport.Clean(fmt.Sprintf("an error inside of guard: %v", value)))
		}
	}()
	if ref.Invalid != "" || ref.BadDigest != "" || ref.Unresolved {
		return unanswered("it is no reference: " + transport.Clean(cmp.Or(ref.Invalid, ref.BadDigest, ref.Reason)))
	}
	var parts sync.WaitGroup
	var tag document.ImageFacts
	beside := w.tags && ref.Tag != "" && ref.Digest != ""
	if beside {
		parts.Go(func() { tag = f.image(ctx, byTag(ref), as) })
	}
	var trust document.TrustFacts
	if ref.Digest != "" && w.trust {
		parts.Go(func() { trust = f.trusted(ctx, byDigest(ref), as, o) })
	}
	a.facts = document.ImageFacts{Digest: ref.Digest, Reason: "nobody asked the registry for it"}
	if w.image || ref.Digest == "" {
		a.facts = f.image(ctx, byDigest(ref), as)
	}
	if ref.Digest == "" && w.trust {
		trust = f.trustedTag(ctx, ref, a.facts, as, o)
	}
	parts.Wait()
	a.facts.Trust = trust
	if beside {
		a.facts.TagDigest, a.tag = imagefacts.NamesNow(tag, ref.Digest), tag.Reason
	}
	return a
}

// byDigest is a reference without the tag beside its digest.
func byDigest(ref imageref.Reference) imageref.Reference {
	if ref.Digest != "" {
		ref.Tag = ""
	}
	return ref
}

func byTag(ref imageref.Reference) imageref.Reference {
	ref.Digest = ""
	return ref
}

// image asks a registry what an image is.
func (f *Facts) image(ctx context.Context, ref imageref.Reference, as Puller) (facts document.ImageFacts) {
	defer func() {
		if value := recover(); value != nil {
			facts = imagefacts.Unknown(transport.Clean(fmt.Sprintf("an error inside of guard: %v", value)))
		}
	}()
	image, err := f.Images.Image(ctx, ref, as)
	if err == nil && image.Digest == "" {
		err = errors.New("the registry gives no digest of it")
	}
	return imagefacts.Of(image, err)
}

// trusted says what the trust policy makes of a digest. Beyond what the rules
// judge, it wants an answer to everything that the policy demands: what was not
// looked at is not known.
func (f *Facts) trusted(ctx context.Context, ref imageref.Reference, as Puller, o admit.Options) (facts document.TrustFacts) {
	ctx, span := trace.Start(ctx, "trust")
	span.Set("guard.image", ref.Raw)
	defer span.End(nil)
	defer func() {
		if value := recover(); value != nil {
			facts = imagefacts.Untold(transport.Clean(fmt.Sprintf("an error inside of guard: %v", value)))
		}
	}()
	entry := f.Trust.Match(signature.Image{Repository: ref.Registry + "/" + ref.Repository, Digest: ref.Digest})
	if entry < 0 {
		return document.TrustFacts{State: "untrusted"}
	}
	result, err := f.Images.Verify(ctx, ref, as)
	switch {
	case err != nil:
		return imagefacts.Untold(transport.Clean(err.Error()))
	case result.Entry != entry || !whole(&result, &f.Trust.Trust[entry]):
		return imagefacts.Untold("not everything was looked at that the trust policy demands")
	}
	return imagefacts.Trust(result, o)
}

// whole tells whether a result answers everything that is demanded.
func whole(result *signature.Result, demanded *signature.Trust) bool {
	return (result.Signature != nil) == (len(demanded.Authorities) > 0) && len(result.Attestations) == len(demanded.Attestations)
}

// trustedTag says what the trust policy makes of what a tag names now. A node
// may pull something else later, so a rule of its own wants a digest.
func (f *Facts) trustedTag(ctx context.Context, ref imageref.Reference, facts document.ImageFacts, as Puller, o admit.Options) document.TrustFacts {
	switch {
	case !facts.Known:
		return imagefacts.Untold(facts.Reason)
	case !facts.Exists:
		return imagefacts.Untold("the registry has no such image")
	}
	ref.Digest = facts.Digest
	return f.trusted(ctx, byDigest(ref), as, o)
}
