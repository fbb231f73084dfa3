package verify

import (
	"context"
	"fmt"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// Verifier is a policy whose keys, expressions and roots have been read. It may
// be used by many goroutines.
type Verifier struct {
	policy  signature.Policy
	entries []entry
}

// entry is one entry of the policy.
type entry struct {
	trust        signature.Trust
	authorities  []authority
	attestations [][]authority // of each attestation
}

// New reads a policy. The error joins everything that is wrong with it.
func New(policy signature.Policy) (*Verifier, error) {
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	v := &Verifier{policy: policy}
	for i, trust := range policy.Trust {
		e, err := newEntry(trust)
		if err != nil {
			return nil, fmt.Errorf("trust[%d].%w", i, err)
		}
		v.entries = append(v.entries, e)
	}
	return v, nil
}

func newEntry(trust signature.Trust) (entry, error) {
	e := entry{trust: trust}
	var err error
	if e.authorities, err = newAuthorities(trust.Authorities); err != nil {
		return entry{}, err
	}
	for i, a := range trust.Attestations {
		list, err := newAuthorities(a.Authorities)
		if err != nil {
			return entry{}, fmt.Errorf("attestations[%d].%w", i, err)
		}
		e.attestations = append(e.attestations, list)
	}
	return e, nil
}

// Verify looks at what hangs on an image and says what of it the policy
// accepts. What the registry does not answer is in the result; only a call or a
// policy that is wrong is an error.
func Verify(ctx context.Context, source signature.Source, image signature.Image, policy signature.Policy) (signature.Result, error) {
	v, err := New(policy)
	if err != nil {
		return signature.Result{}, err
	}
	return v.Verify(ctx, source, image)
}

// Verify is [Verify] with a policy that has been read before.
func (v *Verifier) Verify(ctx context.Context, source signature.Source, image signature.Image) (signature.Result, error) {
	if err := image.Validate(); err != nil {
		return signature.Result{}, err
	}
	at := v.policy.Match(image)
	if at < 0 {
		return untrusted(image), nil
	}
	sets, err := attached.FindAll(ctx, source, image, v.entries[at].trust.IndexCoversPlatforms)
	if err != nil {
		return signature.Result{}, err
	}
	return v.Check(ctx, image, sets), nil
}

// Check says what the policy accepts of what has been found before, without a
// registry. A set counts for the digest it was found for: the image's own, or
// its index's where the policy says so and the caller knows that the index
// names the image.
func (v *Verifier) Check(ctx context.Context, image signature.Image, sets []attached.Set) signature.Result {
	at := v.policy.Match(image)
	if at < 0 {
		return untrusted(image)
	}
	return v.entries[at].check(ctx, image, at, sets)
}

func untrusted(image signature.Image) signature.Result {
	return signature.Result{Image: image, Status: signature.Untrusted, Entry: -1}
}
