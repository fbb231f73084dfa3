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
	// Image says what a tag or a digest names. Its errors are those of package
	// registry.
	Image(ctx context.Context, ref imageref.Reference, as Puller) (registry.Image, error)
	// Verify says what of what is signed about a digest the trust policy
	// accepts. What a registry does not answer is in the result.
	Verify(ctx context.Context, ref imageref.Reference, as Puller) (signature.Result, error)
}

// The times for which an answer is believed.
const (
	fresh    = 10 * time.Minute // of a digest; then it is looked at again
	freshTag = 30 * time.Second // of a tag, which may move
	stale    = time.Hour        // as long as the registry does not answer
)

// registries asks registries, and keeps what they have said.
type registries struct {
	client   *registry.Client
	pullers  *pullers         // nil: everybody has the credentials of the webhook
	verifier *verify.Verifier // nil: there is no trust policy
	policy   string           // digest of the trust policy
	images   *registry.Cache[registry.Image]
	results  *registry.Cache[signature.Result]
	rooms    *rooms
	failures *failures // nil: what could not be had is asked for again
	now      func() time.Time
}

// NewImages asks registries by a client, and holds what is signed to a trust
// policy. With secrets, images are asked for with the credentials of whoever is
// to pull them. An error says what is wrong with the policy.
func NewImages(client *registry.Client, policy signature.Policy, secrets PullSecrets) (Images, error) {
	r := &registries{
		client: client, pullers: newPullers(secrets), rooms: newRooms(), now: time.Now,
		images:  registry.NewCache[registry.Image](registry.CacheOptions{}),
		results: registry.NewCache[signature.Result](registry.CacheOptions{}),
	}
	if len(policy.Trust) == 0 {
		return r, nil
	}
	var err error
	if r.verifier, err = verify.New(policy); err != nil {
		return nil, err
	}
	r.policy, err = policy.Digest()
	return r, err
}

// holdsTo tells whether a trust policy is the one that what is signed is held to.
func (r *registries) holdsTo(policy signature.Policy) (bool, error) {
	if len(policy.Trust) == 0 || r.verifier == nil {
		return len(policy.Trust) == 0 && r.verifier == nil, nil
	}
	digest, err := policy.Digest()
	return digest == r.policy, err
}

// Image implements [Images].
func (r *registries) Image(ctx context.Context, ref imageref.Reference, as Puller) (registry.Image, error) {
	client, scope, err := r.pullers.client(ctx, r.client, as)
	if err != nil {
		return registry.Image{}, err
	}
	key, believed := registry.Key{Registry: ref.Registry, Repository: ref.Repository, Reference: ref.Digest, Scope: scope}, fresh
	if ref.Digest == "" {
		key.Reference, believed = ref.Tag, freshTag
	}
	return known(ctx, r, r.images, key, believed, as.Namespace, func(ctx context.Context) (registry.Image, int64, error) {
		ctx, span := trace.Start(ctx, "registry resolve")
		span.Set("server.address", ref.Registry)
		image, err := client.Run().Resolve(ctx, ref)
		span.End(err)
		return image, imageSize(&image), err
	})
}

// known gives what is believed, or finds it out for a namespace. As long as a registry does not
// answer, it gives what it said before, if that is not too old.
func known[V any](ctx context.Context, r *registries, cache *registry.Cache[V], key registry.Key, believed time.Duration, namespace string, fetch registry.Fetch[V]) (V, error) {
	period := r.now().UnixNano() / int64(believed)
	key.Run = period
	if err := r.failures.known(key); err != nil {
		var none V
		return none, err
	}
	value, err := cache.Get(ctx, key, longest, func(ctx context.Context) (V, int64, error) {
		leave, err := r.rooms.enter(ctx, key.Registry, namespace)
		if err != nil {
			var none V
			return none, 0, err
		}
		defer leave()
		return fetch(ctx)
	})
	r.failures.note(key, err)
	if err == nil || !away(err) {
		return value, err
	}
	for key.Run--; key.Run >= period-int64(stale/believed); key.Run-- {
		if old, known := cache.Known(key); known {
			return old, nil
		}
	}
	return value, err
}

// away tells whether an error says no more than that a registry has not
// answered.
func away(err error) bool {
	var unproved *notProved
	if errors.As(err, &unproved) {
		return isOpen(unproved.result.Status)
	}
	return errors.Is(err, registry.ErrUnavailable)
}

// notProved is a result that is not kept: what is not signed may be in a
// moment, and the registry may answer again.
type notProved struct{ result signature.Result }

func (e *notProved) Error() string { return string(e.result.Status) }

// Verify implements [Images].
func (r *registries) Verify(ctx context.Context, ref imageref.Reference, as Puller) (signature.Result, error) {
	if r.verifier == nil {
		return signature.Result{}, errors.New("there is no trust policy")
	}
	client, scope, err := r.pullers.client(ctx, r.client, as)
	if err != nil {
		return signature.Result{}, err
	}
	key := registry.Key{Registry: ref.Registry, Repository: ref.Repository, Reference: ref.Digest, Policy: r.policy, Scope: scope}
	result, err := known(ctx, r, r.results, key, fresh, as.Namespace, func(ctx context.Context) (signature.Result, int64, error) { return r.verify(ctx, client, ref) })
	var unproved *notProved
	if errors.As(err, &unproved) {
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

func (r *registries) verify(ctx context.Context, client *registry.Client, ref imageref.Reference) (_ signature.Result, _ int64, err error) {
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
	return result, resultSize(&result), nil
}

// resultSize is about how many bytes a result keeps.
func resultSize(r *signature.Result) int64 {
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

// imageSize is about how many bytes an image keeps.
func imageSize(image *registry.Image) int64 {
	size := int64(1 << 10)
	for _, p := range image.Platforms {
		size += 1<<10 + int64(len(p.Layers))<<8
		for name, value := range p.Labels {
			size += int64(len(name) + len(value))
		}
		for _, variable := range p.Env {
			size += int64(len(variable))
		}
		for _, step := range p.History {
			size += int64(len(step.CreatedBy) + len(step.Comment))
		}
	}
	return size
}
