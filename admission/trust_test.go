package admission_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"guard/admission"
	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/transport"
)

// client asks registries on the loopback address.
func client(t testing.TB, host string) *registry.Client {
	t.Helper()
	c, err := registry.New(registry.Options{Transport: transport.Options{Allow: []string{host}, Insecure: []string{host}, Budget: 20 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func hostOf(repository string) string { host, _, _ := strings.Cut(repository, "/"); return host }

// trusting demands signatures by a key of what lies in a repository; in
// production an approval, too.
func trusting(t testing.TB, repository string, key signaturetest.Signer) *admission.Handler {
	t.Helper()
	text := fmt.Sprintf(`version: 1
environments: {production: {names: [production], approval: proved}}
admission: {namespaces: [{names: [live-*], environment: production}]}
trust:
  - images: ["%[1]s"]
    authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]
    attestations:
      - {name: approval, predicate-type: "urn:guard:approval:v1", authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]}
`, repository)
	h, err := admission.Load(t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte(text)}, "release.pub": {Data: []byte(key.PublicPEM(t))}}, "guard.yaml", admission.Outside{Registry: client(t, hostOf(repository))})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// approved signs an image, and an approval of it for production.
func approved(t testing.TB, r *signaturetest.Repository, key signaturetest.Signer, image signature.Image) {
	t.Helper()
	sign := signaturetest.Signing{Signer: key}
	approval := statement.Approval{Approver: "jane", Environment: "production", ApprovedAt: time.Now(), Expires: time.Now().Add(time.Hour)}
	r.Attach(image.Digest,
		sign.Cosign(t, signaturetest.Payload(t, image.Repository, image.Digest)),
		sign.Attest(t, signaturetest.Statement(t, "https://in-toto.io/Statement/v1", statement.PredicateApproval, image.Digest, approval)),
	)
}

func podOf(t testing.TB, image string) string {
	return with(t, pod(good), `spec.containers.0.image="`+image+`"`)
}

// Where a trust policy counts, a Pod runs only from a digest of which the
// policy accepts what is signed.
func TestReview_DemandsProof(t *testing.T) {
	r, key := signaturetest.NewFallbackRepository(t), signaturetest.NewSigner(t)
	h := trusting(t, r.Name(), key)
	signed, unsigned, foreign := r.Push(), r.Push(), r.Push()
	approved(t, r, key, signed)
	approved(t, r, signaturetest.NewSigner(t), foreign)
	for _, test := range []struct {
		name, image, namespace string
		want                   string
	}{
		{"signed", r.Name() + "@" + signed.Digest, "live-1", ""},
		{"signed, a tag beside it", r.Name() + ":3f2a9c1e8b7d6f5a4c3b2a19080706050403020f@" + signed.Digest, "live-1", ""},
		{"not signed", r.Name() + "@" + unsigned.Digest, "live-1", "provenance/signature-missing"},
		{"signed by somebody else", r.Name() + "@" + foreign.Digest, "live-1", "provenance/signature-untrusted"},
		{"approved for another environment", r.Name() + "@" + signed.Digest, "shop", "provenance/attestation-missing"},
		{"by tag", r.Name() + ":3f2a9c1e8b7d6f5a4c3b2a19080706050403020f", "live-1", "image/not-digest-pinned"},
		{"no entry is for it", "registry.example.com/other@" + signed.Digest, "live-1", "provenance/signature-untrusted"},
	} {
		request := create(podOf(t, test.image))
		request.Namespace = test.namespace
		got := h.Review(t.Context(), request)
		if denied := strings.Join(rules(got), " "); got.Allowed != (test.want == "") || !strings.Contains(denied, test.want) {
			t.Errorf("%s: allowed %v, %q: %s", test.name, got.Allowed, denied, got.Message)
		}
	}
}

// An update that brings no image in needs no proof again; one that does, does.
func TestReview_DemandsProofOfNewImagesOnly(t *testing.T) {
	r, key := signaturetest.NewRepository(t), signaturetest.NewSigner(t)
	h := trusting(t, r.Name(), key)
	old, other := podOf(t, r.Name()+"@"+r.Push().Digest), podOf(t, r.Name()+"@"+r.Push().Digest)
	if got := h.Review(t.Context(), update(old, with(t, old, `metadata.labels={"a":"b"}`))); !got.Allowed {
		t.Errorf("a label: %s", got.Message)
	}
	if got := h.Review(t.Context(), update(old, other)); got.Allowed {
		t.Error("another image without proof was admitted")
	}
}

// images answers what a test wants it to.
type images struct {
	image  func(context.Context) (registry.Image, error)
	verify func(context.Context) (signature.Result, error)
}

func (i images) Image(ctx context.Context, _ imageref.Reference, _ admission.Puller) (registry.Image, error) {
	return i.image(ctx)
}
func (i images) Verify(ctx context.Context, _ imageref.Reference, _ admission.Puller) (signature.Result, error) {
	return i.verify(ctx)
}

// RELIABILITY 8, 32 and 62: a registry that does not answer, in whatever way,
// ends in a denial that says so, in time, and where nothing is denied in a
// warning.
func TestReview_ARegistryThatDoesNotAnswerIsNoPass(t *testing.T) {
	const digest = "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	slow := make(chan struct{})
	t.Cleanup(func() { close(slow) })
	for name, answer := range map[string]http.HandlerFunc{
		"refused": nil,
		"500":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"429":     func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "60"); w.WriteHeader(429) },
		"garbage": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"black hole": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-slow:
			case <-r.Context().Done():
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			host := gone.Addr().String()
			if answer != nil {
				server := httptest.NewServer(answer)
				t.Cleanup(server.CloseClientConnections)
				host = strings.TrimPrefix(server.URL, "http://")
			}
			for _, mode := range []string{"deny", "warn"} {
				h := trusting(t, host+"/team/app", signaturetest.NewSigner(t))
				h.Admission.Mode = mode
				ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
				defer cancel()
				began := time.Now()
				got := h.Review(ctx, create(podOf(t, host+"/team/app"+digest)))
				if got.Allowed != (mode == "warn") || got.Audit["decision"] != "undecided" || time.Since(began) > 15*time.Second {
					t.Errorf("%s: allowed %v, %v, after %s: %s", mode, got.Allowed, got.Audit, time.Since(began), got.Message)
				}
				if mode == "deny" && strings.Contains(got.Message, "unsigned") {
					t.Errorf("no answer is taken for no signature: %s", got.Message)
				}
			}
		})
	}
	for name, broken := range map[string]images{
		"an error": {verify: func(context.Context) (signature.Result, error) { return signature.Result{}, errors.New("injected") }},
		"a panic":  {verify: func(context.Context) (signature.Result, error) { panic("injected") }},
		"incomplete": {verify: func(context.Context) (signature.Result, error) {
			return signature.Result{Status: signature.Incomplete, Signature: &signature.Demand{Status: signature.Incomplete}}, nil
		}},
		"half of what is demanded": {verify: func(context.Context) (signature.Result, error) {
			return signature.Result{Status: signature.Satisfied, Signature: &signature.Demand{Status: signature.Satisfied}}, nil
		}},
		"the other half": {verify: func(context.Context) (signature.Result, error) {
			return signature.Result{Status: signature.Satisfied, Attestations: []signature.Demand{{Name: "approval", PredicateType: "urn:other", Status: signature.Satisfied}}}, nil
		}},
		"nothing": {verify: func(context.Context) (signature.Result, error) { return signature.Result{Entry: -1}, nil }},
	} {
		h := trusting(t, "registry.example.com/team/app", signaturetest.NewSigner(t))
		h.Facts.Images = broken
		if got := h.Review(t.Context(), create(podOf(t, "registry.example.com/team/app"+digest))); got.Allowed || got.Audit["decision"] != "undecided" {
			t.Errorf("%s: %s", name, got.Audit["decision"])
		}
	}
}

// A policy-only review never waits for a registry, however many wait for one.
func TestReview_ASlowRegistryHoldsUpNobodyElse(t *testing.T) {
	h := trusting(t, "registry.example.com/team/app", signaturetest.NewSigner(t))
	waiting := atomic.Int64{}
	h.Facts.Images = images{verify: func(ctx context.Context) (signature.Result, error) {
		waiting.Add(1)
		<-ctx.Done()
		return signature.Result{}, ctx.Err()
	}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	image := podOf(t, "registry.example.com/team/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	ended := make(chan bool, 200)
	for range cap(ended) {
		go func() { ended <- h.Review(ctx, create(image)).Allowed }()
	}
	eventually(t, func() bool { return waiting.Load() >= 64 })
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	if got := h.Review(t.Context(), create(bad)); got.Allowed || !slices.Contains(rules(got), "image/tag-latest spec.containers[0].image") {
		t.Errorf("got %+v", got)
	}
	cancel()
	for range cap(ended) {
		if <-ended {
			t.Error("admitted without an answer")
		}
	}
}

// What was proved of a digest is believed for a while, and longer as long as
// the registry does not answer; what was not proved is asked again.
func TestImages_KeepWhatWasProved(t *testing.T) {
	r, key := signaturetest.NewFallbackRepository(t), signaturetest.NewSigner(t)
	h := trusting(t, r.Name(), key)
	image := r.Push()
	request := create(podOf(t, r.Name()+"@"+image.Digest))
	request.Namespace = "live-1"
	if got := h.Review(t.Context(), request); got.Allowed {
		t.Fatal("admitted before it was signed")
	}
	approved(t, r, key, image)
	if got := h.Review(t.Context(), request); !got.Allowed {
		t.Fatalf("not admitted after it was signed: %s", got.Message)
	}
	for range 3 {
		if got := h.Review(t.Context(), request); !got.Allowed {
			t.Errorf("not admitted from what is known: %s", got.Message)
		}
	}
}

// RELIABILITY 24: a validating webhook cannot pin. Where proof is demanded, a
// tag is refused, whatever it names, and the message has the digest to write.
func TestReview_ATagIsRefusedWithItsDigest(t *testing.T) {
	r, key := signaturetest.NewRepository(t), signaturetest.NewSigner(t)
	h := trusting(t, r.Name(), key)
	image := r.Push()
	approved(t, r, key, image)
	m, err := r.Manifest(t.Context(), image.Digest)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.PutManifest(t.Context(), "1.4.2", m.MediaType, m.Bytes); err != nil {
		t.Fatal(err)
	}
	request := create(podOf(t, r.Name()+":1.4.2"))
	request.Namespace = "live-1"
	got := h.Review(t.Context(), request)
	if got.Allowed || !strings.Contains(got.Message, r.Name()+":1.4.2@"+image.Digest) {
		t.Errorf("allowed %v: %s", got.Allowed, got.Message)
	}
	request = create(podOf(t, r.Name()+":1.4.2@"+image.Digest))
	request.Namespace = "live-1"
	if got := h.Review(t.Context(), request); !got.Allowed {
		t.Errorf("what the message says is refused: %s", got.Message)
	}
}

// What was broken before excuses no image that comes in: a container for
// debugging needs its proof beside an old fault, too.
func TestReview_OldFaultsExcuseNoNewImage(t *testing.T) {
	r, key := signaturetest.NewRepository(t), signaturetest.NewSigner(t)
	h := trusting(t, r.Name(), key)
	signed, unsigned := r.Push(), r.Push()
	approved(t, r, key, signed)
	old := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	hardened := `{"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}`
	for digest, want := range map[string]string{signed.Digest: "grandfathered", unsigned.Digest: "denied"} {
		request := update(old, with(t, old, `spec.ephemeralContainers.+={"name":"debug","image":"`+r.Name()+"@"+digest+`","securityContext":`+hardened+`}`))
		request.Subresource, request.Namespace = "ephemeralcontainers", "live-1"
		if got := h.Review(t.Context(), request); got.Audit["decision"] != want || got.Allowed != (want == "grandfathered") {
			t.Errorf("%s, want %s: %s", got.Audit["decision"], want, got.Message)
		}
	}
}

// The configuration's own time limit counts where it is shorter.
func TestServer_GoesByTheTimeOfTheConfiguration(t *testing.T) {
	h := trusting(t, "registry.example.com/team/app", signaturetest.NewSigner(t))
	h.Admission.Timeout = time.Second
	var left time.Duration
	h.Facts.Images = images{verify: func(ctx context.Context) (signature.Result, error) {
		until, _ := ctx.Deadline()
		left = time.Until(until)
		return signature.Result{}, errors.New("injected")
	}}
	request := create(podOf(t, "registry.example.com/team/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"))
	if got := admission.NewServer(func() *admission.Handler { return h }, nil).Review(t.Context(), request); got.Allowed || left <= 0 || left > time.Second {
		t.Errorf("%s left, allowed %v", left, got.Allowed)
	}
}
