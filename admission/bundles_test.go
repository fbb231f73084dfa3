package admission_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"

	"guard/admission"
	"guard/admission/admissiontest"
	"guard/internal/bundle"
	"guard/internal/imageref"
	"guard/internal/policy"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/transport"
)

// ruleStore is a registry with bundles of one rule, which forbids a word in the
// names of Pods.
type ruleStore struct {
	t      testing.TB
	host   string
	client *registry.Client
	key    signaturetest.Signer
	away   atomic.Bool
	answer atomic.Int64 // status, instead of anything else; 0: none
	asked  atomic.Int64
	conf   string // directory of the configuration
}

func newRuleStore(t testing.TB) *ruleStore {
	t.Helper()
	s := &ruleStore{t: t, key: signaturetest.NewSigner(t), conf: t.TempDir()}
	inner := ociserver.New(ocimem.New(), nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		if s.away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if code := s.answer.Load(); code != 0 {
			w.WriteHeader(int(code))
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.host = strings.TrimPrefix(server.URL, "http://")
	var err error
	s.client, err = registry.New(registry.Options{Transport: transport.Options{Allow: []string{s.host}, Insecure: []string{s.host}, Budget: time.Second, Backoff: time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	admissiontest.Replace(t, filepath.Join(s.conf, "team.pub"), []byte(s.key.PublicPEM(t)))
	s.configure(`"oci://` + s.name() + `:stable"`)
	return s
}

func (s *ruleStore) name() string { return s.host + "/team/policy" }

func (s *ruleStore) configure(entry string) {
	admissiontest.Replace(s.t, filepath.Join(s.conf, "guard.yaml"), fmt.Appendf(nil, "version: 1\nfail-on: high\npolicies: [%s]\npolicy-trust:\n  - images: [%q]\n    authorities: [{name: team, keys: [{file: team.pub}], no-transparency-log: true}]\n", entry, s.name()))
}

const forbidding = `# METADATA
# title: A forbidden name
# description: A rule for a test.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [recommended]
#   remediation: Use another name.
#   since: 0.1.0
package guard.rules.team.forbidden

deny contains {"message": "the name is forbidden", "path": ["metadata", "name"]} if {
	input.value.metadata.name == "%s"
}
`

// ship stores a version that forbids a name, signed by somebody, under a tag.
func (s *ruleStore) ship(version, forbidden string, by *signaturetest.Signer) (digest string) {
	s.t.Helper()
	dir := s.t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "team"), 0o755); err != nil {
		s.t.Fatal(err)
	}
	admissiontest.Replace(s.t, filepath.Join(dir, "team/forbidden.rego"), fmt.Appendf(nil, forbidding, forbidden))
	files, err := policy.Pack(s.t.Context(), policy.Source{Name: "policy", FS: os.DirFS(dir), Custom: true})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.store(version, files, by)
}

func (s *ruleStore) store(version string, files map[string][]byte, by *signaturetest.Signer) (digest string) {
	s.t.Helper()
	b, err := bundle.Build(version, files)
	if err != nil {
		s.t.Fatal(err)
	}
	repository, err := s.client.Run().Repository((*imageref.Classifier)(nil).Parse(s.name()))
	if err != nil {
		s.t.Fatal(err)
	}
	digest, err = bundle.Push(s.t.Context(), repository.Signatures(), "stable", b)
	if err != nil {
		s.t.Fatal(err)
	}
	if by != nil {
		der, err := x509.MarshalPKCS8PrivateKey(by.Key)
		if err != nil {
			s.t.Fatal(err)
		}
		key, err := sign.LoadKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil)
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := sign.AttachSignature(s.t.Context(), repository.Signatures(), signature.Image{Repository: s.name(), Digest: digest}, key); err != nil {
			s.t.Fatal(err)
		}
	}
	return digest
}

func (s *ruleStore) reloader(cache string) *admission.Reloader {
	return &admission.Reloader{Dir: os.DirFS(s.conf), Name: "guard.yaml", Outside: admission.Outside{Registry: s.client, PolicyCache: cache}, Poll: time.Nanosecond}
}

// forbids tells which name a handler forbids.
func forbids(t testing.TB, h *admission.Handler, name string) bool {
	t.Helper()
	review := create(strings.Replace(pod(good), `"name":"web"`, `"name":"`+name+`"`, 1))
	answer := h.Review(t.Context(), review)
	return strings.Contains(answer.Message, "the name is forbidden")
}

// RELIABILITY 53: what runs is replaced by a newer bundle of the right signer,
// and by nothing else; the digest of the policies says which one decides.
func TestReloader_FollowsABundle(t *testing.T) {
	s := newRuleStore(t)
	first := s.ship("1.0.0", "alpha", &s.key)
	r := s.reloader(t.TempDir())
	if _, err := r.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !forbids(t, r.Handler(), "alpha") || len(r.Bundles()) != 1 || r.Bundles()[0] != s.name()+"@"+first+" 1.0.0" {
		t.Fatalf("the rules of the bundle do not decide: %v", r.Bundles())
	}
	if changed, err := r.Load(t.Context()); changed || err != nil {
		t.Fatalf("nothing has changed: %t, %v", changed, err)
	}
	before := r.Handler()
	s.ship("1.1.0", "beta", &s.key)
	if changed, err := r.Load(t.Context()); !changed || err != nil {
		t.Fatalf("the tag has moved: %t, %v", changed, err)
	}
	if r.Handler().Policies.Digest() == before.Policies.Digest() || !forbids(t, r.Handler(), "beta") || forbids(t, r.Handler(), "alpha") {
		t.Error("the new bundle does not decide, or the digest of the policies is the same")
	}
	stranger := signaturetest.NewSigner(t)
	broken := map[string][]byte{"guard/rules/team/forbidden.rego": []byte("package guard.rules.team.forbidden\n\ndeny contains 1 if http.send({})\n")}
	for _, step := range []struct {
		ship func()
		want string
	}{
		{func() { s.ship("1.2.0", "gamma", nil) }, "refused: unsigned"},
		{func() { s.ship("1.3.0", "gamma", &stranger) }, "refused: invalid"},
		{func() { s.ship("1.0.5", "gamma", &s.key) }, "version 1.0.5 is older, running is 1.1.0"},
		{func() { s.ship("1.1.0", "gamma", &s.key) }, "a version means one bundle for ever"},
		{func() { s.store("1.4.0", broken, &s.key) }, "forbidden.rego:"},
	} {
		step.ship()
		if changed, err := r.Load(t.Context()); !changed || err == nil || !strings.Contains(err.Error(), step.want) || !strings.Contains(r.Problem(), step.want) {
			t.Errorf("got %t, %v, want %s", changed, err, step.want)
		}
		if changed, _ := r.Load(t.Context()); changed {
			t.Errorf("%s: the same is told again", step.want)
		}
		if !forbids(t, r.Handler(), "beta") {
			t.Errorf("%s: the last good one does not decide", step.want)
		}
	}
	s.ship("1.5.0", "delta", &s.key)
	if changed, err := r.Load(t.Context()); !changed || err != nil || r.Problem() != "" || !forbids(t, r.Handler(), "delta") {
		t.Errorf("a good one does not count: %t, %v, %s", changed, err, r.Problem())
	}
	s.configure(`{bundle: "oci://` + s.name() + `:stable", at-least: 2.0.0}`)
	if _, err := r.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "guard.yaml:3") || !forbids(t, r.Handler(), "delta") {
		t.Errorf("got %v", err)
	}
}

// While the registry is away nothing changes, and that is said. A start without
// it takes what was accepted before, and nothing else.
func TestReloader_WithoutTheRegistryOfABundle(t *testing.T) {
	s := newRuleStore(t)
	s.ship("1.0.0", "alpha", &s.key)
	cache := t.TempDir()
	r := s.reloader(cache)
	if _, err := r.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.away.Store(true)
	if changed, err := r.Load(t.Context()); !changed || err == nil || !strings.Contains(r.Problem(), "unavailable") || !forbids(t, r.Handler(), "alpha") {
		t.Errorf("got %t, %v, %q", changed, err, r.Problem())
	}
	if changed, _ := r.Load(t.Context()); changed {
		t.Error("the same is told again")
	}
	again := s.reloader(cache)
	if _, err := again.Load(t.Context()); err != nil || !forbids(t, again.Handler(), "alpha") || !strings.Contains(again.Problem(), "from the cache, as accepted on") {
		t.Errorf("a restart with a cache: %v, %q", err, again.Problem())
	}
	for name, bare := range map[string]*admission.Reloader{"an empty cache": s.reloader(t.TempDir()), "no cache": s.reloader("")} {
		if _, err := bare.Load(t.Context()); err == nil || bare.Handler() != nil {
			t.Errorf("%s: there are rules: %v", name, err)
		}
	}
	s.away.Store(false)
	for _, r := range []*admission.Reloader{r, again} {
		if changed, err := r.Load(t.Context()); !changed || err != nil || r.Problem() != "" || r.Age() > time.Minute {
			t.Errorf("the registry is back: %t, %v, %q", changed, err, r.Problem())
		}
	}
	// A rollback while it was down is one, too.
	s.ship("0.9.0", "beta", &s.key)
	after := s.reloader(cache)
	if _, err := after.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "version 0.9.0 is older, the last that was accepted is 1.0.0") {
		t.Errorf("got %v", err)
	}
}

// A registry that lets nobody in any more, or has lost the bundle, locks no
// cluster out: what was accepted before decides, and that is said.
func TestReloader_IsNotLockedOutByARegistry(t *testing.T) {
	s := newRuleStore(t)
	s.ship("1.0.0", "alpha", &s.key)
	cache := t.TempDir()
	if _, err := s.reloader(cache).Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, code := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound} {
		s.answer.Store(int64(code))
		again := s.reloader(cache)
		if _, err := again.Load(t.Context()); err != nil || !forbids(t, again.Handler(), "alpha") || !strings.Contains(again.Problem(), "from the cache, as accepted on") {
			t.Errorf("%d: %v, %q", code, err, again.Problem())
		}
		bare := s.reloader(t.TempDir())
		if _, err := bare.Load(t.Context()); err == nil || bare.Handler() != nil {
			t.Errorf("%d, an empty cache: there are rules: %v", code, err)
		}
	}
}

// A digest names one content for ever: it is asked for once.
func TestReloader_AsksForADigestOnce(t *testing.T) {
	s := newRuleStore(t)
	s.configure(`"oci://` + s.name() + "@" + s.ship("1.0.0", "alpha", &s.key) + `"`)
	r := s.reloader(t.TempDir())
	if _, err := r.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.away.Store(true)
	asked := s.asked.Load()
	if changed, err := r.Load(t.Context()); changed || err != nil || s.asked.Load() != asked {
		t.Errorf("got %t, %v, %d requests", changed, err, s.asked.Load()-asked)
	}
}

// RELIABILITY 59: without rules it is not ready and denies; it gets ready by
// itself once the registry answers.
func TestServe_WaitsForTheRegistryOfItsRules(t *testing.T) {
	a, dir, s := admissiontest.NewAuthority(t), t.TempDir(), newRuleStore(t)
	a.Write(t, dir, time.Now().Add(time.Hour))
	s.ship("1.0.0", "web", &s.key)
	s.away.Store(true)
	var decisions safeBuffer
	w := start(t, a, files(dir, admission.Options{ConfigDir: s.conf, Config: "guard.yaml", Reload: 10 * time.Millisecond, Poll: time.Second, Outside: admission.Outside{Registry: s.client, PolicyCache: t.TempDir()}, Decisions: &decisions}))
	if code, text := w.side(t, "/readyz"); code != 503 || !strings.Contains(text, "no policies are loaded") || !strings.Contains(text, "unavailable") {
		t.Errorf("got %d %s", code, text)
	}
	if answer, err := w.ask(pod(good)); err != nil || !strings.Contains(answer, `"allowed":false`) {
		t.Errorf("it admits without rules: %s %v", answer, err)
	}
	s.away.Store(false)
	eventually(t, func() bool { code, _ := w.side(t, "/readyz"); return code == 200 })
	if answer, err := w.ask(pod(good)); err != nil || !strings.Contains(answer, "the name is forbidden") {
		t.Errorf("the rules do not decide: %s %v", answer, err)
	}
	s.ship("1.1.0", "other", &s.key)
	eventually(t, func() bool {
		answer, err := w.ask(pod(good))
		return err == nil && strings.Contains(answer, `"allowed":true`)
	})
	s.ship("1.0.1", "web", &s.key)
	eventually(t, func() bool {
		code, text := w.side(t, "/readyz")
		return code == 200 && strings.Contains(text, "version 1.0.1 is older, running is 1.1.0")
	})
	if _, text := w.side(t, "/metrics"); !strings.Contains(text, "guard_configuration_good 0") || !strings.Contains(text, "guard_bundles_age_seconds ") {
		t.Errorf("the metrics do not say so: %s", text)
	}
	eventually(t, func() bool {
		digests := map[string]bool{}
		for line := range strings.Lines(decisions.String()) {
			if _, after, found := strings.Cut(line, `"policies":"`); found {
				digests[after[:strings.IndexByte(after, '"')]] = true
			}
		}
		return len(digests) >= 2
	})
}

// safeBuffer may be written and read at once.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
