package check

import (
	"context"
	"slices"
	"strings"
	"sync"

	"guard/internal/document"
	"guard/internal/imagefacts"
	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/admit"
	"guard/internal/registry/transport"
)

// Verification holds images to a trust policy.
type Verification struct {
	Policy signature.Policy

	// Verify says what the policy accepts of what hangs on an image, which the
	// reference names. It bounds the time that all its answers take together.
	// It is nil where nobody can say so.
	Verify func(ctx context.Context, ref imageref.Reference, image signature.Image) (signature.Result, error)

	Unable string // why Verify is nil, a clause

	Environment string // where the images are to run, and whose approval is demanded of them; "": not known, and none is

	Source string // the repository that is checked, as package trace writes places; "" where not known
}

// maxVerified bounds the images whose signatures are looked at in a run, and
// parallelVerified how many at a time.
const (
	maxVerified      = 1000
	parallelVerified = 4
)

// content is what is signed: a digest in a repository.
type content struct {
	ref   imageref.Reference // one that names it
	image signature.Image
}

func contentOf(ref imageref.Reference, digest string) content {
	return content{ref, signature.Image{Repository: ref.Registry + "/" + ref.Repository, Digest: digest}}
}

func (c content) compare(other content) int {
	return strings.Compare(c.image.Repository+"@"+c.image.Digest, other.image.Repository+"@"+other.image.Digest)
}

// verify looks once at what is signed about each image that the policy has an
// entry for: about the digest that its reference was resolved to.
func (r *run) verify(ctx context.Context) error {
	if r.Verification.Verify == nil {
		return nil
	}
	all := r.contents()
	answers := make([]document.TrustFacts, len(all))
	places := make(chan struct{}, parallelVerified)
	var group sync.WaitGroup
	for i, c := range all {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			answers[i] = r.verified(ctx, c)
		})
	}
	group.Wait()
	r.trusted = make(map[signature.Image]document.TrustFacts, len(all))
	for i, c := range all {
		r.trusted[c.image] = answers[i]
	}
	return context.Cause(ctx)
}

// contents are the images to look at, each once, in order.
func (r *run) contents() []content {
	var all []content
	for _, q := range r.allQuestions() {
		c := contentOf(q.ref, r.answers[q.key].facts.Digest)
		if q.trust && c.image.Digest != "" && r.Verification.Policy.Match(c.image) >= 0 {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, content.compare)
	all = slices.CompactFunc(all, func(a, b content) bool { return a.image == b.image })
	return all[:min(len(all), maxVerified)]
}

func (r *run) verified(ctx context.Context, c content) (facts document.TrustFacts) {
	defer func() {
		if value := recover(); value != nil {
			facts = imagefacts.Untold("internal error")
		}
	}()
	result, err := r.Verification.Verify(ctx, c.ref, c.image)
	if err != nil {
		return imagefacts.Untold(transport.Clean(err.Error()))
	}
	environment := r.Verification.Environment
	return imagefacts.Trust(result, admit.Options{
		Trust: r.Verification.Policy.Trust, Environment: environment, AnyEnvironment: environment == "", Approval: environment != "", Now: r.Now,
	})
}
