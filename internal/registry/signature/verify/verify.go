package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// Verifier is a policy whose keys, expressions and roots have been read. It may
// be used by many goroutines.
type Verifier struct {
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
	v := &Verifier{}
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
	at := v.match(image)
	if at < 0 {
		return untrusted(image), nil
	}
	sets, err := find(ctx, source, image, v.entries[at].trust.IndexCoversPlatforms)
	if err != nil {
		return signature.Result{}, err
	}
	return v.Check(image, sets), nil
}

// Check says what the policy accepts of what has been found before, without a
// registry. A set counts for the digest it was found for: the image's own, or
// its index's where the policy says so and the caller knows that the index
// names the image.
func (v *Verifier) Check(image signature.Image, sets []attached.Set) signature.Result {
	at := v.match(image)
	if at < 0 {
		return untrusted(image)
	}
	return v.entries[at].check(image, at, sets)
}

// match gives the index of the first entry that is for an image, or -1.
func (v *Verifier) match(image signature.Image) int {
	var classifier imageref.Classifier
	ref := classifier.Parse(image.Repository)
	return slices.IndexFunc(v.entries, func(e entry) bool {
		return slices.ContainsFunc(e.trust.Images, func(pattern string) bool { return imageref.Match(pattern, ref) })
	})
}

func untrusted(image signature.Image) signature.Result {
	return signature.Result{Image: image, Status: signature.Untrusted, Entry: -1}
}

// find gives what hangs on the image, and on its index where that counts.
func find(ctx context.Context, source signature.Source, image signature.Image, covers bool) ([]attached.Set, error) {
	set, err := attached.Find(ctx, source, image.Digest)
	if err != nil {
		return nil, err
	}
	sets := []attached.Set{set}
	if image.Index == "" || image.Index == image.Digest || !covers {
		return sets, nil
	}
	set, err = findIndex(ctx, source, image)
	return append(sets, set), err
}

// findIndex gives what hangs on the index, which must name the image.
func findIndex(ctx context.Context, source signature.Source, image signature.Image) (attached.Set, error) {
	children, err := children(ctx, source, image.Index)
	if err != nil {
		problem := signature.Problem{Status: signature.Unavailable, Where: image.Index, Message: err.Error()}
		return attached.Set{Digest: image.Index, Problems: []signature.Problem{problem}}, nil
	}
	if !slices.Contains(children, image.Digest) {
		return attached.Set{}, fmt.Errorf("the index %s does not name %s", image.Index, image.Digest)
	}
	return attached.Find(ctx, source, image.Index)
}

// children lists the digests that an index names.
func children(ctx context.Context, source signature.Source, index string) ([]string, error) {
	manifest, err := source.Manifest(ctx, index)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(manifest.Bytes)
	if got := "sha256:" + hex.EncodeToString(sum[:]); got != index {
		return nil, fmt.Errorf("the registry sent %s for the index %s", got, index)
	}
	var parsed struct {
		Manifests []struct {
			Digest string `json:"digest"`
		} `json:"manifests"`
	}
	if err := json.Unmarshal(manifest.Bytes, &parsed); err != nil {
		return nil, fmt.Errorf("read index %s: %w", index, err)
	}
	var digests []string
	for _, m := range parsed.Manifests {
		digests = append(digests, m.Digest)
	}
	return digests, nil
}
