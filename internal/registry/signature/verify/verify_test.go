package verify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/signature/verify"
)

const (
	workflow = "https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main"
	issuer   = "https://token.actions.githubusercontent.com"
	source   = "https://github.com/acme/app"
)

// world is an authority, a repository, and who signs in it.
type world struct {
	t         *testing.T
	repo      *signaturetest.Repository
	authority *signaturetest.Authority
	key       signaturetest.Signer
	workflow  signaturetest.Signer
	// payloadType and predicateType are what is signed instead; empty: nothing.
	payloadType, predicateType string
	at                         time.Time // when it is logged and stamped; zero: now
}

func newWorld(t *testing.T) *world {
	t.Helper()
	a := signaturetest.NewAuthority(t)
	return &world{
		t: t, repo: signaturetest.NewRepository(t), authority: a, key: signaturetest.NewSigner(t),
		workflow: a.Issue(signaturetest.Holder{URI: workflow, Issuer: issuer, SourceRepository: source}),
	}
}

// byKey and byWorkflow are the authorities that policies begin with.
func (w *world) byKey() signature.Authority {
	return signature.Authority{Name: "key", Keys: []signature.Key{{PEM: w.key.PublicPEM(w.t)}}, NoTransparencyLog: true}
}

func (w *world) byLoggedKey() signature.Authority {
	a := w.byKey()
	a.NoTransparencyLog, a.TrustedRoot = false, w.authority.TrustedRoot()
	return a
}

func (w *world) byWorkflow() signature.Authority {
	return signature.Authority{
		Name: "workflow", TrustedRoot: w.authority.TrustedRoot(),
		Identities: []signature.Identity{{Issuer: issuer, SubjectRegexp: `^https://github\.com/acme/app/.*$`}},
	}
}

// signed demands a signature of all of some authorities.
func signed(authorities ...signature.Authority) signature.Policy {
	return signature.Policy{Trust: []signature.Trust{{Images: []string{"**"}, Authorities: authorities, Threshold: signature.All}}}
}

// attestedTo demands provenance.
func attestedTo(authorities ...signature.Authority) signature.Policy {
	return signature.Policy{Trust: []signature.Trust{{Images: []string{"**"}, Attestations: []signature.Attestation{
		{Name: "provenance", PredicateType: signature.PredicateProvenanceV1, Authorities: authorities},
	}}}}
}

func (w *world) with(signer signaturetest.Signer, logs ...*signaturetest.Authority) signaturetest.Signing {
	return signaturetest.Signing{Signer: signer, Logs: logs, PayloadType: w.payloadType, At: w.at}
}
func (w *world) withKey() signaturetest.Signing       { return w.with(w.key) }
func (w *world) withLoggedKey() signaturetest.Signing { return w.with(w.key, w.authority) }
func (w *world) withWorkflow() signaturetest.Signing  { return w.with(w.workflow, w.authority) }

func (w *world) payload(digest string) []byte {
	return signaturetest.Payload(w.t, w.repo.Name(), digest)
}

func (w *world) signatureStatement(digest string) []byte {
	return signaturetest.Statement(w.t, statement.TypeV1, w.states(signature.PredicateCosignSign), digest, map[string]any{})
}

func (w *world) states(predicateType string) string {
	if w.predicateType != "" {
		return w.predicateType
	}
	return predicateType
}

func (w *world) provenance(digest string) []byte {
	return signaturetest.Statement(w.t, statement.TypeV01, w.states(signature.PredicateProvenanceV1), digest, map[string]any{"buildDefinition": map[string]any{"buildType": "x"}})
}

func (w *world) verify(image signature.Image, policy signature.Policy) signature.Result {
	w.t.Helper()
	result, err := verify.Verify(w.t.Context(), w.repo, image, policy)
	if err != nil {
		w.t.Fatal(err)
	}
	return result
}

// outcome is the first outcome of the first demand.
func outcome(r signature.Result) signature.Outcome {
	if r.Signature != nil {
		return r.Signature.Authorities[0]
	}
	return r.Attestations[0].Authorities[0]
}

// shape is a form in which something is signed.
type shape struct {
	name   string
	is     trait
	sign   func(w *world, digest string) attached.Item
	policy func(w *world) signature.Policy
}

// trait is what mutations ask of a shape.
type trait uint

const (
	keyed trait = 1 << iota
	logged
	stamped
	attests
	tagged    // behind a tag
	enveloped // in a DSSE envelope
	message   // a signature over the manifest itself
	firstV    // a bundle of version 0.1
)

func (t trait) has(other trait) bool { return t&other == other }

var shapes = []shape{
	{"a key's signature behind the tag", keyed | tagged,
		func(w *world, d string) attached.Item { return w.withKey().Cosign(w.t, w.payload(d)) },
		func(w *world) signature.Policy { return signed(w.byKey()) }},
	{"a key's logged signature behind the tag", keyed | tagged | logged,
		func(w *world, d string) attached.Item { return w.withLoggedKey().Cosign(w.t, w.payload(d)) },
		func(w *world) signature.Policy { return signed(w.byLoggedKey()) }},
	{"a workflow's signature behind the tag", tagged | logged,
		func(w *world, d string) attached.Item { return w.withWorkflow().Cosign(w.t, w.payload(d)) },
		func(w *world) signature.Policy { return signed(w.byWorkflow()) }},
	{"a key's attestation behind the tag", keyed | tagged | attests | enveloped,
		func(w *world, d string) attached.Item { return w.withKey().Attest(w.t, w.provenance(d)) },
		func(w *world) signature.Policy { return attestedTo(w.byKey()) }},
	{"a key's logged attestation behind the tag", keyed | tagged | attests | enveloped | logged,
		func(w *world, d string) attached.Item { return w.withLoggedKey().Attest(w.t, w.provenance(d)) },
		func(w *world) signature.Policy { return attestedTo(w.byLoggedKey()) }},
	{"a workflow's attestation behind the tag", tagged | attests | enveloped | logged,
		func(w *world, d string) attached.Item { return w.withWorkflow().Attest(w.t, w.provenance(d)) },
		func(w *world) signature.Policy { return attestedTo(w.byWorkflow()) }},
	{"a key's signature as a bundle", keyed | enveloped,
		func(w *world, d string) attached.Item { return w.withKey().Bundle(w.t, w.signatureStatement(d)) },
		func(w *world) signature.Policy { return signed(w.byKey()) }},
	{"a key's logged signature as a bundle", keyed | enveloped | logged,
		func(w *world, d string) attached.Item { return w.withLoggedKey().Bundle(w.t, w.signatureStatement(d)) },
		func(w *world) signature.Policy { return signed(w.byLoggedKey()) }},
	{"a workflow's signature as a bundle", enveloped | logged,
		func(w *world, d string) attached.Item { return w.withWorkflow().Bundle(w.t, w.signatureStatement(d)) },
		func(w *world) signature.Policy { return signed(w.byWorkflow()) }},
	{"a workflow's signature as a bundle of the first version", enveloped | logged | firstV,
		func(w *world, d string) attached.Item {
			s := w.withWorkflow()
			s.Version = signaturetest.BundleV01
			return s.Bundle(w.t, w.signatureStatement(d))
		}, func(w *world) signature.Policy { return signed(w.byWorkflow()) }},
	{"a workflow's signature as a bundle of the second version", enveloped | logged,
		func(w *world, d string) attached.Item {
			s := w.withWorkflow()
			s.Version = signaturetest.BundleV02
			return s.Bundle(w.t, w.signatureStatement(d))
		}, func(w *world) signature.Policy { return signed(w.byWorkflow()) }},
	{"a workflow's attestation as a bundle of the third version, as it was first written", enveloped | attests | logged,
		func(w *world, d string) attached.Item {
			s := w.withWorkflow()
			s.Version = signaturetest.BundleV03Old
			return s.Bundle(w.t, w.provenance(d))
		}, func(w *world) signature.Policy { return attestedTo(w.byWorkflow()) }},
	{"a key's signature over the manifest as a bundle", keyed | message,
		func(w *world, d string) attached.Item { return w.withKey().MessageBundle(w.t, w.manifest(d)) },
		func(w *world) signature.Policy { return signed(w.byKey()) }},
	{"a workflow's signature over the manifest as a bundle", message | logged,
		func(w *world, d string) attached.Item { return w.withWorkflow().MessageBundle(w.t, w.manifest(d)) },
		func(w *world) signature.Policy { return signed(w.byWorkflow()) }},
	{"a key's attestation as a bundle", keyed | enveloped | attests,
		func(w *world, d string) attached.Item { return w.withKey().Bundle(w.t, w.provenance(d)) },
		func(w *world) signature.Policy { return attestedTo(w.byKey()) }},
	{"a workflow's attestation as a bundle", enveloped | attests | logged,
		func(w *world, d string) attached.Item { return w.withWorkflow().Bundle(w.t, w.provenance(d)) },
		func(w *world) signature.Policy { return attestedTo(w.byWorkflow()) }},
	{"a stamped signature that no log has", enveloped | stamped,
		func(w *world, d string) attached.Item { return w.withStamp().Bundle(w.t, w.signatureStatement(d)) },
		func(w *world) signature.Policy { return signed(w.byStampedWorkflow()) }},
	{"a stamped signature behind the tag", tagged | stamped,
		func(w *world, d string) attached.Item { return w.withStamp().Cosign(w.t, w.payload(d)) },
		func(w *world) signature.Policy { return signed(w.byStampedWorkflow()) }},
	{"a stamped attestation behind the tag", tagged | attests | enveloped | stamped,
		func(w *world, d string) attached.Item { return w.withStamp().Attest(w.t, w.provenance(d)) },
		func(w *world) signature.Policy { return attestedTo(w.byStampedWorkflow()) }},
}

func (w *world) withStamp() signaturetest.Signing {
	s := w.with(w.workflow)
	s.Stamp = w.authority
	return s
}

func (w *world) manifest(digest string) []byte {
	w.t.Helper()
	m, err := w.repo.Manifest(w.t.Context(), digest)
	if err != nil {
		w.t.Fatal(err)
	}
	return m.Bytes
}

func (w *world) byStampedWorkflow() signature.Authority {
	a := w.byWorkflow()
	a.NoTransparencyLog, a.SignedTimestamp = true, true
	return a
}

// RELIABILITY 34: valid ones pass, in old and new forms, on both kinds of
// registry.
func TestVerify_AcceptsEveryShape(t *testing.T) {
	w := newWorld(t)
	for name, repo := range map[string]*signaturetest.Repository{"referrers API": w.repo, "fallback tag": signaturetest.NewFallbackRepository(t)} {
		for _, s := range shapes {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				w := *w
				w.t, w.repo = t, repo
				image := repo.Push()
				repo.Attach(image.Digest, s.sign(&w, image.Digest))
				if result := w.verify(image, s.policy(&w)); !result.Holds() {
					t.Errorf("got %+v %+v", result, outcome(result))
				}
			})
		}
	}
}

func TestVerify_SaysWhoSignedWhat(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	w.repo.Attach(image.Digest, w.withWorkflow().Bundle(t, w.provenance(image.Digest)))
	result := w.verify(image, attestedTo(w.byWorkflow()))
	got := result.Statements(signature.PredicateProvenanceV1)
	if len(got) != 1 {
		t.Fatalf("got %d statements, want 1: %+v", len(got), result)
	}
	want := signature.Proof{
		Where: got[0].Where, Subject: image.Digest,
		Signer: signature.Signer{Issuer: issuer, Subject: workflow, Extensions: map[string]string{"sourceRepositoryURI": source}, Time: w.authority.Now.UTC()},
		Statement: &signature.Statement{
			Type: statement.TypeV01, PredicateType: signature.PredicateProvenanceV1, Subjects: []string{image.Digest},
			Predicate: []byte(`{"buildDefinition":{"buildType":"x"}}`),
		},
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(got[0].Where, "sha256:") {
		t.Errorf("it was found in %q", got[0].Where)
	}
}

func TestVerify_NamesTheKeyThatSigned(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	w.repo.Attach(image.Digest, w.withKey().Cosign(t, w.payload(image.Digest)))
	a := w.byKey()
	a.Keys = append([]signature.Key{{PEM: signaturetest.NewSigner(t).PublicPEM(t)}}, a.Keys...)
	result := w.verify(image, signed(a))
	if !result.Holds() || outcome(result).Accepted[0].Signer.KeyHash != signature.KeyHash(w.key.Key.Public()) {
		t.Errorf("got %+v", result)
	}
}

func TestVerify_AnImageThatNoEntryIsForIsUntrusted(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	w.repo.Attach(image.Digest, w.withKey().Cosign(t, w.payload(image.Digest)))
	policy := signed(w.byKey())
	tests := map[string]struct {
		pattern, repository string
		want                signature.Status
	}{ // RELIABILITY 10, 23
		"its own":            {w.repo.Name(), w.repo.Name(), signature.Satisfied},
		"below its registry": {strings.Split(w.repo.Name(), "/")[0], w.repo.Name(), signature.Satisfied},
		"another":            {"ghcr.io/acme", w.repo.Name(), signature.Untrusted},
		"a longer name":      {"docker.io/org", "docker.io/org-evil/app", signature.Untrusted},
		"a longer host":      {"docker.io/org", "docker.io.evil.tld/org/app", signature.Untrusted},
		"a host in a path":   {"docker.io/org", "evil.tld/docker.io/org/app", signature.Untrusted},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy.Trust[0].Images = []string{tt.pattern}
			image.Repository = tt.repository
			result := w.verify(image, policy)
			if result.Status != tt.want || result.Holds() != (tt.want == signature.Satisfied) {
				t.Errorf("got %s, want %s", result.Status, tt.want)
			}
		})
	}
	if result := w.verify(image, signature.Policy{}); result.Status != signature.Untrusted || result.Entry != -1 {
		t.Errorf("an empty policy: got %+v", result)
	}
}

func TestVerify_TheFirstEntryThatIsForTheImageDecides(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	w.repo.Attach(image.Digest, w.withKey().Cosign(t, w.payload(image.Digest)))
	other := w.byKey()
	other.Keys = []signature.Key{{PEM: signaturetest.NewSigner(t).PublicPEM(t)}}
	strict, lax := signed(other).Trust[0], signed(w.byKey()).Trust[0]
	strict.Images = []string{w.repo.Name()}
	if r := w.verify(image, signature.Policy{Trust: []signature.Trust{strict, lax}}); r.Status != signature.Invalid || r.Entry != 0 {
		t.Errorf("got %s by entry %d, want invalid by entry 0", r.Status, r.Entry)
	}
	if r := w.verify(image, signature.Policy{Trust: []signature.Trust{lax, strict}}); !r.Holds() {
		t.Errorf("got %+v", r)
	}
}

func TestVerify_RefusesAPolicyThatMeansNothing(t *testing.T) {
	w := newWorld(t)
	a := w.byKey()
	a.Keys[0].PEM = ""
	if _, err := verify.Verify(t.Context(), w.repo, w.repo.Push(), signed(a)); err == nil || !strings.Contains(err.Error(), "trust[0].authorities[0].keys[0].pem") {
		t.Errorf("got %v", err)
	}
	if _, err := verify.Verify(t.Context(), w.repo, signature.Image{Repository: "x", Digest: "latest"}, signed(w.byKey())); err == nil {
		t.Error("a tag is accepted")
	}
}

// An identity's time is when it was logged, not now: its certificate may have
// ended long ago.
func TestVerify_AcceptsACertificateThatHasEndedSince(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	then := w.authority.Now.Add(-30 * time.Minute)
	s := w.withWorkflow()
	s.Signer = w.authority.Issue(signaturetest.Holder{URI: workflow, Issuer: issuer, NotBefore: then, NotAfter: then.Add(10 * time.Minute)})
	s.At = then.Add(time.Minute)
	w.repo.Attach(image.Digest, s.Cosign(t, w.payload(image.Digest)))
	if result := w.verify(image, signed(w.byWorkflow())); !result.Holds() {
		t.Errorf("got %+v", outcome(result))
	}
}
