package keyless_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/registrytest"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/keyless"
	"guard/internal/registry/signature/sign"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
	"guard/internal/registry/transport"
)

const (
	issuer        = "https://token.actions.githubusercontent.com"
	workflow      = "acme/app/.github/workflows/release.yml@refs/heads/main"
	subject       = "https://github.com/" + workflow
	predicateType = "https://example.com/approval/v1"
)

// world is an authority behind HTTP, and a token that it believes.
type world struct {
	t         *testing.T
	authority *signaturetest.Authority
	services  *signaturetest.Services
	token     string
	host      string
	options   transport.Options
	keyless   sign.Keyless
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, authority: signaturetest.NewAuthority(t)}
	w.services = w.authority.Services()
	w.token = w.services.Token(issuer, workflow, time.Now().Add(10*time.Minute))
	w.host = "127.0.0.1:" + registrytest.NewNetwork(t).Plain(w.services)
	w.options = transport.Options{Allow: []string{"127.0.0.1"}, Insecure: []string{w.host}, Timeout: 20 * time.Second, Backoff: time.Millisecond}
	token, err := sign.ParseToken([]byte(w.token), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.keyless = sign.Keyless{
		Image:         signature.Image{Repository: "ghcr.io/acme/app", Digest: signature.DigestOf([]byte("image"))},
		PredicateType: predicateType, Predicate: []byte(`{"a": 1}`), Token: token,
		Services: sign.Services{Fulcio: "http://" + w.host, Rekor: "http://" + w.host + "/", Timestamp: "http://" + w.host + signaturetest.PathTimestamp},
	}
	return w
}

func (w *world) sign() (sign.Attestation, error) {
	w.t.Helper()
	client, err := transport.New(w.options)
	if err != nil {
		w.t.Fatal(err)
	}
	return keyless.Sign(w.t.Context(), client, w.keyless)
}

// by is an authority of policies that demands everything there is.
func (w *world) by(identity signature.Identity) signature.Authority {
	return signature.Authority{
		Name: "workflow", TrustedRoot: w.authority.TrustedRoot(), Identities: []signature.Identity{identity},
		SignedTimestamp: w.keyless.Services.Timestamp != "", NoTransparencyLog: w.keyless.Services.Rekor == "", SignedCertificateTimestamp: true,
	}
}

func demand(by signature.Authority) signature.Policy {
	return signature.Policy{Trust: []signature.Trust{{Images: []string{"**"}, Attestations: []signature.Attestation{
		{Name: "wanted", PredicateType: predicateType, Authorities: []signature.Authority{by}},
	}}}}
}

func TestSign_HoldsByTheIdentityOfTheToken(t *testing.T) {
	identities := map[string]struct {
		identity signature.Identity
		want     bool
	}{
		"exact":            {signature.Identity{Issuer: issuer, Subject: subject}, true},
		"an expression":    {signature.Identity{IssuerRegexp: `^https://token\.actions\.githubusercontent\.com$`, SubjectRegexp: `^https://github\.com/acme/app/.*$`}, true},
		"another subject":  {signature.Identity{Issuer: issuer, Subject: subject + "2"}, false},
		"another issuer":   {signature.Identity{Issuer: issuer + ".evil.tld", Subject: subject}, false},
		"another workflow": {signature.Identity{Issuer: issuer, SubjectRegexp: `^https://github\.com/acme/other/.*$`}, false},
	}
	for _, repo := range []*signaturetest.Repository{signaturetest.NewRepository(t), signaturetest.NewFallbackRepository(t)} {
		w := newWorld(t)
		w.keyless.Image = repo.Push()
		w.keyless.Services.TrustedRoot = w.authority.TrustedRoot()
		made, err := w.sign()
		if err != nil {
			t.Fatal(err)
		}
		if want := subject + " (" + issuer + ")"; made.By != want {
			t.Errorf("signed by %q, want %q", made.By, want)
		}
		if _, err := sign.AttachTag(t.Context(), repo, made); err == nil {
			t.Error("it is attached as a tag, which does not hold the certificate")
		}
		if _, err := sign.AttachBundle(t.Context(), repo, made, time.Now()); err != nil {
			t.Fatal(err)
		}
		for name, tt := range identities {
			result, err := verify.Verify(t.Context(), repo, w.keyless.Image, demand(w.by(tt.identity)))
			if err != nil || result.Holds() != tt.want {
				t.Errorf("%s: got %+v, %v", name, result, err)
			}
		}
	}
}

// cosign is a judge that knows nothing of guard.
func TestCosign_AcceptsWhatIsSignedWithoutAKey(t *testing.T) {
	cosign := signaturetest.NewCosign(t)
	for _, repo := range []*signaturetest.Repository{signaturetest.NewRepository(t), signaturetest.NewFallbackRepository(t)} {
		w := newWorld(t)
		w.keyless.Image = repo.Push()
		made, err := w.sign()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sign.AttachBundle(t.Context(), repo, made, time.Now()); err != nil {
			t.Fatal(err)
		}
		cosign.Write("root.json", w.authority.TrustedRoot())
		for identity, want := range map[string]bool{subject: true, subject + "2": false} {
			out, err := cosign.Try("verify-attestation", "--new-bundle-format", "--trusted-root", "root.json", "--use-signed-timestamps", "--type", predicateType,
				"--certificate-identity", identity, "--certificate-oidc-issuer", issuer, w.keyless.Image.Repository+"@"+w.keyless.Image.Digest)
			if (err == nil) != want {
				t.Errorf("as %s: %v\n%s", identity, err, out)
			}
		}
	}
}

// holds verifies what was signed, without a registry.
func (w *world) holds(made sign.Attestation) bool {
	w.t.Helper()
	verifier, err := verify.New(demand(w.by(signature.Identity{Issuer: issuer, Subject: subject})))
	if err != nil {
		w.t.Fatal(err)
	}
	data, err := made.Bundle()
	if err != nil {
		w.t.Fatal(err)
	}
	return verifier.Check(w.t.Context(), w.keyless.Image, []attached.Set{{Digest: w.keyless.Image.Digest, Items: []attached.Item{{Kind: attached.Bundle, Bytes: data}}}}).Holds()
}

func TestSign_NeedsALogOrAClock(t *testing.T) {
	for _, rekor := range []bool{true, false} {
		for _, clock := range []bool{true, false} {
			w := newWorld(t)
			if !rekor {
				w.keyless.Services.Rekor = ""
			}
			if !clock {
				w.keyless.Services.Timestamp = ""
			}
			made, err := w.sign()
			if !rekor && !clock {
				if err == nil || w.services.Asked(signaturetest.PathCertificate) > 0 {
					t.Errorf("nothing proves the time: %v", err)
				}
			} else if err != nil || !w.holds(made) {
				t.Errorf("log %t, clock %t: %v", rekor, clock, err)
			}
			if asked := w.services.Asked(signaturetest.PathEntries) > 0; asked != rekor {
				t.Errorf("log %t: asked %t", rekor, asked)
			}
		}
	}
}

type answer = func(w http.ResponseWriter, r *http.Request, right http.HandlerFunc)

func status(code int) answer {
	return func(w http.ResponseWriter, r *http.Request, _ http.HandlerFunc) {
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(map[string]any{"code": code, "message": "you have shown " + r.Header.Get("Authorization")})
	}
}

func says(text string) answer {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) { fmt.Fprint(w, text) }
}

// TestSign_Failures wants of every service's every failure an error that says
// who failed and why, and holds nothing of the token. What fails before the
// log is never logged.
func TestSign_Failures(t *testing.T) {
	services := map[string]string{
		signaturetest.PathCertificate: "the certificate authority: ", signaturetest.PathTimestamp: "the timestamp authority: ", signaturetest.PathEntries: "the transparency log: ",
	}
	failures := map[string]struct {
		answer answer
		want   error
		says   string
	}{
		"401": {status(401), transport.ErrUnauthorized, "you have shown"}, "403": {status(403), transport.ErrUnauthorized, "you have shown"},
		"404": {status(404), transport.ErrNotFound, "not found"}, "400": {status(400), transport.ErrInvalid, "status 400"},
		"429": {status(429), transport.ErrUnavailable, "status 429"}, "500": {status(500), transport.ErrUnavailable, "status 500"},
		"slow": {func(_ http.ResponseWriter, r *http.Request, _ http.HandlerFunc) { <-r.Context().Done() }, transport.ErrUnavailable, "unavailable"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request, _ http.HandlerFunc) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, transport.ErrRefused, "redirects"},
		"too much":       {says(strings.Repeat("a", 5<<20)), transport.ErrInvalid, "larger than"},
		"garbage":        {says("<html>"), nil, ""},
		"nothing":        {says(""), nil, ""},
		"an empty thing": {says("{}"), nil, ""},
		"a hang-up":      {func(http.ResponseWriter, *http.Request, http.HandlerFunc) { panic(http.ErrAbortHandler) }, transport.ErrUnavailable, ""},
	}
	for path, who := range services {
		for name, failure := range failures {
			t.Run(who+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				if name == "slow" {
					w.options.Timeout = 300 * time.Millisecond
				}
				w.services.Answer(path, failure.answer)
				_, err := w.sign()
				w.refused(err, who, failure.says)
				if failure.want != nil && !errors.Is(err, failure.want) {
					t.Errorf("got %v, want %v", err, failure.want)
				}
				if path != signaturetest.PathEntries && w.services.Asked(signaturetest.PathEntries) > 0 {
					t.Error("it was logged")
				}
			})
		}
	}
}

// refused wants an error that says something and nothing of the token.
func (w *world) refused(err error, says ...string) {
	w.t.Helper()
	if err == nil {
		w.t.Fatal("no error")
	}
	for _, text := range says {
		if !strings.Contains(err.Error(), text) {
			w.t.Errorf("got %q, want %q in it", err, text)
		}
	}
	for _, part := range strings.Split(w.token, ".") {
		if strings.Contains(err.Error(), part) {
			w.t.Errorf("the error shows the token: %v", err)
		}
	}
}

// record gives the right answer of a service to somebody else.
func record(right http.HandlerFunc, r *http.Request) []byte {
	recorder := httptest.NewRecorder()
	right(recorder, r)
	return recorder.Body.Bytes()
}

// TestSign_WrongAnswers are answers that are right in themselves.
func TestSign_WrongAnswers(t *testing.T) {
	tests := map[string]struct {
		path   string
		change func(w *world) answer
		says   string
	}{
		"a certificate for another key": {signaturetest.PathCertificate, func(w *world) answer {
			other := w.authority.Issue(signaturetest.Holder{URI: subject, Issuer: issuer})
			return func(rw http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
				_ = json.NewEncoder(rw).Encode(w.services.Chain(other.Certificate))
			}
		}, "its certificate is for another key"},
		"a certificate of an authority that nobody trusts": {signaturetest.PathCertificate, func(w *world) answer {
			w.keyless.Services.TrustedRoot = w.authority.TrustedRoot()
			return func(rw http.ResponseWriter, r *http.Request, _ http.HandlerFunc) {
				other := signaturetest.NewAuthority(w.t).Services()
				other.Believe(w.services)
				other.ServeHTTP(rw, r)
			}
		}, "does not hold by the trusted root"},
		"the entry of something else": {signaturetest.PathEntries, func(w *world) answer {
			var first []byte
			w.services.Answer(signaturetest.PathEntries, func(rw http.ResponseWriter, r *http.Request, right http.HandlerFunc) {
				first = record(right, r)
				rw.WriteHeader(http.StatusInternalServerError)
			})
			w.options.Timeout = 100 * time.Millisecond
			if _, err := w.sign(); err == nil || first == nil {
				w.t.Fatalf("nothing was kept: %v", err)
			}
			w.options.Timeout = 20 * time.Second
			return func(rw http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) { _, _ = rw.Write(first) }
		}, "the transparency log: its entry is of something else"},
		"an entry of a log that nobody trusts": {signaturetest.PathEntries, func(w *world) answer {
			w.keyless.Services.TrustedRoot = w.authority.TrustedRoot()
			other := signaturetest.NewAuthority(w.t).Services()
			return func(rw http.ResponseWriter, r *http.Request, _ http.HandlerFunc) { other.ServeHTTP(rw, r) }
		}, "does not hold by the trusted root"},
		"an entry without proof": {signaturetest.PathEntries, func(w *world) answer {
			return func(rw http.ResponseWriter, r *http.Request, right http.HandlerFunc) {
				var entry map[string]map[string]any
				if err := json.Unmarshal(record(right, r), &entry); err != nil {
					w.t.Error(err)
				}
				for _, e := range entry {
					delete(e, "verification")
				}
				_ = json.NewEncoder(rw).Encode(entry)
			}
		}, "does not prove that the log holds it"},
		"a timestamp of something else": {signaturetest.PathTimestamp, func(w *world) answer {
			return func(rw http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
				_, _ = rw.Write(w.authority.Stamp([]byte("else"), time.Now()))
			}
		}, "its timestamp is of something else"},
		"a conflict that leads to another host": {signaturetest.PathEntries, func(*world) answer {
			return func(rw http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
				rw.Header().Set("Location", "https://evil.tld/api/v1/log/entries/00")
				rw.WriteHeader(http.StatusConflict)
			}
		}, "it leads to another host"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.services.Answer(tt.path, tt.change(w))
			_, err := w.sign()
			w.refused(err, tt.says)
		})
	}
}

// The log answers a second time with where the entry is, if its first answer
// was lost.
func TestSign_TakesTheEntryThatIsThereAlready(t *testing.T) {
	w := newWorld(t)
	var kept []byte
	w.services.Answer(signaturetest.PathEntries, func(rw http.ResponseWriter, r *http.Request, right http.HandlerFunc) {
		if kept == nil {
			kept = record(right, r)
			panic(http.ErrAbortHandler)
		}
		rw.Header().Set("Location", signaturetest.PathEntries+"/00")
		rw.WriteHeader(http.StatusConflict)
	})
	w.services.Answer(signaturetest.PathEntries+"/00", func(rw http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) { _, _ = rw.Write(kept) })
	if made, err := w.sign(); err != nil || !w.holds(made) {
		t.Errorf("got %v", err)
	}
}

func TestSign_ATokenThatTheAuthorityDoesNotBelieve(t *testing.T) {
	w := newWorld(t)
	w.token = signaturetest.NewAuthority(t).Services().Token(issuer, workflow, time.Now().Add(time.Minute))
	token, err := sign.ParseToken([]byte(w.token), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.keyless.Token = token
	_, err = w.sign()
	w.refused(err, "the certificate authority: ", "unauthorized", "not by this issuer")
}

// No service is asked in plain HTTP, or at an address that is not public,
// unless that is declared: then no token leaves.
func TestSign_AsksOnlyWhereItMay(t *testing.T) {
	for name, change := range map[string]func(*transport.Options){
		"in plain HTTP": func(o *transport.Options) { o.Insecure = nil },
		"on loopback":   func(o *transport.Options) { o.Allow = nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			change(&w.options)
			_, err := w.sign()
			w.refused(err, "the certificate authority: ", "refused")
			if !errors.Is(err, transport.ErrRefused) || w.services.Asked(signaturetest.PathCertificate) > 0 {
				t.Errorf("it was asked: %v", err)
			}
		})
	}
}
