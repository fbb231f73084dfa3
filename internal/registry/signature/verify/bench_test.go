package verify_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/signature/verify"
)

// BenchmarkCheck verifies one thing that has been fetched, with a policy that
// has been read.
func BenchmarkCheck(b *testing.B) {
	a := signaturetest.NewAuthority(b)
	key := signaturetest.NewSigner(b)
	flow := a.Issue(signaturetest.Holder{URI: workflow, Issuer: issuer})
	image := signature.Image{Repository: "ghcr.io/acme/app", Digest: signature.DigestOf([]byte("image"))}
	byKey := signature.Authority{Name: "key", Keys: []signature.Key{{PEM: key.PublicPEM(b)}}, NoTransparencyLog: true}
	byFlow := signature.Authority{Name: "workflow", TrustedRoot: a.TrustedRoot(), Identities: []signature.Identity{{Issuer: issuer, Subject: workflow}}}
	payload := signaturetest.Statement(b, statement.TypeV1, signature.PredicateCosignSign, image.Digest, map[string]any{})
	logged := signaturetest.Signing{Signer: flow, Logs: []*signaturetest.Authority{a}}
	for name, bench := range map[string]struct {
		by   signature.Authority
		item attached.Item
	}{
		"key bundle":             {byKey, signaturetest.Signing{Signer: key}.Bundle(b, payload)},
		"keyless bundle":         {byFlow, logged.Bundle(b, payload)},
		"keyless behind the tag": {byFlow, logged.Cosign(b, signaturetest.Payload(b, "app", image.Digest))},
	} {
		b.Run(name, func(b *testing.B) {
			v, err := verify.New(signed(bench.by))
			if err != nil {
				b.Fatal(err)
			}
			sets := []attached.Set{{Digest: image.Digest, Items: []attached.Item{bench.item}}}
			b.ReportAllocs()
			for b.Loop() {
				if result := v.Check(b.Context(), image, sets); !result.Holds() {
					b.Fatal(result)
				}
			}
		})
	}
}

// BenchmarkNew reads a policy.
func BenchmarkNew(b *testing.B) {
	a := signaturetest.NewAuthority(b)
	policy := signed(signature.Authority{Name: "workflow", TrustedRoot: a.TrustedRoot(), Identities: []signature.Identity{{Issuer: issuer, Subject: workflow}}})
	for b.Loop() {
		if _, err := verify.New(policy); err != nil {
			b.Fatal(err)
		}
	}
}

// verdicts is a cache of what came of verifying, as whoever verifies often
// keeps one: by digest and policy.
type verdicts struct {
	cache    *registry.Cache[signature.Result]
	verifier *verify.Verifier
	policy   string
	source   *counting
}

// counting is a repository that counts who asks for referrers.
type counting struct {
	*signaturetest.Repository
	asked atomic.Int64
}

func (c *counting) Referrers(ctx context.Context, digest string) ([]signature.Descriptor, error) {
	c.asked.Add(1)
	return c.Repository.Referrers(ctx, digest)
}

func newVerdicts(t testing.TB) (*verdicts, signature.Image) {
	t.Helper()
	a, repo := signaturetest.NewAuthority(t), signaturetest.NewRepository(t)
	image := repo.Push()
	signing := signaturetest.Signing{Signer: a.Issue(signaturetest.Holder{URI: workflow, Issuer: issuer}), Logs: []*signaturetest.Authority{a}}
	repo.Attach(image.Digest, signing.Bundle(t, signaturetest.Statement(t, statement.TypeV1, signature.PredicateCosignSign, image.Digest, map[string]any{})))
	policy := signed(signature.Authority{Name: "workflow", TrustedRoot: a.TrustedRoot(), Identities: []signature.Identity{{Issuer: issuer, Subject: workflow}}})
	verifier, err := verify.New(policy)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := policy.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return &verdicts{registry.NewCache[signature.Result](registry.CacheOptions{}), verifier, hash, &counting{Repository: repo}}, image
}

func (v *verdicts) verify(ctx context.Context, image signature.Image) (signature.Result, error) {
	host, repository, _ := strings.Cut(image.Repository, "/")
	key := registry.Key{Registry: host, Repository: repository, Reference: image.Digest, Policy: v.policy}
	return v.cache.Get(ctx, key, time.Minute, func(ctx context.Context) (signature.Result, int64, error) {
		result, err := v.verifier.Verify(ctx, v.source, image)
		return result, 1 << 10, err
	})
}

// BenchmarkCached verifies a digest that has been verified: at most 50 µs.
func BenchmarkCached(b *testing.B) {
	v, image := newVerdicts(b)
	b.ReportAllocs()
	for b.Loop() {
		if result, err := v.verify(b.Context(), image); err != nil || !result.Holds() {
			b.Fatal(result, err)
		}
	}
	if perOne := b.Elapsed() / time.Duration(b.N); b.N > 1000 && perOne > 50*time.Microsecond {
		b.Errorf("verifying a cached digest takes %s, want at most 50µs", perOne)
	}
}

// RELIABILITY 33: a thousand who want one digest verified at once cause one
// look at the registry.
func TestCached_AThousandAtOnceLookOnce(t *testing.T) {
	v, image := newVerdicts(t)
	var group sync.WaitGroup
	var failed atomic.Int64
	for range 1000 {
		group.Go(func() {
			if result, err := v.verify(t.Context(), image); err != nil || !result.Holds() {
				failed.Add(1)
			}
		})
	}
	group.Wait()
	if asked := v.source.asked.Load(); failed.Load() > 0 || asked != 1 {
		t.Errorf("%d of 1000 failed, the registry was asked %d times, want once", failed.Load(), asked)
	}
}
