package admission

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guard/admission/trace"
	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/verify"
)

// Images answers what registries say of images. Whoever implements it bounds
// the time of an answer by the context alone.
type Images interface {
	// Digest resolves a tag. Its errors are those of package registry.
	Digest(ctx context.Context, ref imageref.Reference, as Puller) (string, error)
	// Verify says what of what is signed about a digest the trust policy
	// accepts. What a registry does not answer is in the result.
	Verify(ctx context.Context, ref imageref.Reference, as Puller) (signature.Result, error)
}

// The times for which a verified digest is believed.
const (
	fresh = 10 * time.Minute // then it is looked at again
	stale = time.Hour        // as long as the registry does not answer
)

// registries asks registries, and keeps what they have said.
type registries struct {
	client   *registry.Client
	pullers  *pullers // nil: everybody has the credentials of the webhook
	verifier *verify.Verifier
	policy   string // digest of the trust policy
	results  *registry.Cache[signature.Result]
	now      func() time.Time
}

// NewImages asks registries by a client, and holds what is signed to a trust
// policy. With secrets, images are asked for with the credentials of whoever is
// to pull them. An error says what is wrong with the policy.
func NewImages(client *registry.Client, policy signature.Policy, secrets PullSecrets) (Images, error) {
	verifier, err := verify.New(policy)
	if err != nil {
		return nil, err
	}
	digest, err := policy.Digest()
	if err != nil {
		return nil, err
	}
	return &registries{client: client, pullers: newPullers(secrets), verifier: verifier, policy: digest, results: registry.NewCache[signature.Result](registry.CacheOptions{}), now: time.Now}, nil
}

func (r *registries) Digest(ctx context.Context, ref imageref.Reference, as Puller) (string, error) {
	client, _, err := r.pullers.client(ctx, r.client, as)
	if err != nil {
		return "", err
	}
	ctx, span := trace.Start(ctx, "registry resolve")
	span.Set("server.address", ref.Registry)
	image, err := client.Run().Resolve(ctx, ref)
	span.End(err)
	return image.Digest, err
}

// notProved is a result that is not kept: what is not signed may be in a
// moment, and the registry may answer again.
type notProved struct{ result signature.Result }

func (e *notProved) Error() string { return string(e.result.Status) }

func (r *registries) Verify(ctx context.Context, ref imageref.Reference, as Puller) (signature.Result, error) {
	client, scope, err := r.pullers.client(ctx, r.client, as)
	if err != nil {
		return signature.Result{}, err
	}
	period := r.now().UnixNano() / int64(fresh)
	key := registry.Key{Registry: ref.Registry, Repository: ref.Repository, Reference: ref.Digest, Policy: r.policy, Scope: scope, Run: period}
	result, err := r.results.Get(ctx, key, longest, func(ctx context.Context) (signature.Result, int64, error) { return r.fetch(ctx, client, ref) })
	var unproved *notProved
	switch {
	case err == nil:
		return result, nil
	case errors.As(err, &unproved) && !isOpen(unproved.result.Status):
		return unproved.result, nil
	}
	for before := period - 1; before >= period-int64(stale/fresh); before-- {
		key.Run = before
		if old, known := r.results.Known(key); known {
			return old, nil
		}
	}
	if unproved != nil {
		return unproved.result, nil
	}
	return result, err
}

// isOpen tells whether a status says no more than that it is not known.
func isOpen(s signature.Status) bool {
	return s == signature.Unavailable || s == signature.Incomplete
}

// longest is the most that a look-up may take which others wait for, too.
const longest = 30 * time.Second

func (r *registries) fetch(ctx context.Context, client *registry.Client, ref imageref.Reference) (_ signature.Result, _ int64, err error) {
	ctx, span := trace.Start(ctx, "registry verify")
	span.Set("server.address", ref.Registry)
	defer func() { span.End(err) }()
	repository, err := client.Run().Repository(ref)
	if err != nil {
		return signature.Result{}, 0, err
	}
	image := signature.Image{Repository: ref.Registry + "/" + ref.Repository, Digest: ref.Digest}
	result, err := r.verifier.Verify(ctx, repository.Signatures(), image)
	if err != nil {
		return result, 0, fmt.Errorf("verify %s: %w", image.Repository, err)
	}
	if !result.Holds() {
		return result, 0, &notProved{result}
	}
	return result, sizeOf(&result), nil
}

// sizeOf is about how many bytes a result keeps.
func sizeOf(r *signature.Result) int64 {
	size := int64(1 << 10)
	for _, demand := range r.Attestations {
		for _, outcome := range demand.Authorities {
			for _, proof := range outcome.Accepted {
				if proof.Statement != nil {
					size += int64(len(proof.Statement.Predicate))
				}
			}
		}
	}
	return size
}
