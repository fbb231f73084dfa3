package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guard/internal/cli"
	"guard/internal/registry/registrytest"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/keyless"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// keylessShop is a shop whose workflow signs verdicts and approvals by its
// token.
type keylessShop struct {
	*shop
	services    *signaturetest.Services
	host        string // of the services
	environment map[string]string
	token       string
	image       string
}

func newKeylessShop(t *testing.T) *keylessShop {
	t.Helper()
	s := &keylessShop{shop: newShop(t), environment: map[string]string{}}
	s.unsigned = true
	s.services = s.authority.Services()
	s.host = "127.0.0.1:" + registrytest.NewNetwork(t).Plain(s.services)
	s.token = s.services.Token(tokenIssuer, strings.TrimPrefix(shopWorkflow, "https://github.com/"), time.Now().Add(10*time.Minute))
	by := func(subject string) string {
		return fmt.Sprintf("authorities: [{name: ci, trusted-root-file: root.json, signed-timestamp: true, identities: [{issuer: %q, %s}]}]", tokenIssuer, subject)
	}
	writeFile(t, filepath.Join(s.dir, "root.json"), string(s.authority.TrustedRoot()))
	writeFile(t, filepath.Join(s.dir, ".guard.yaml"), fmt.Sprintf(`version: 1
profile: minimal
trust:
  - images: [%q]
    attestations:
      - {name: verdict, predicate-type: "https://slsa.dev/verification_summary/v1", %s}
      - {name: approval, predicate-type: "urn:guard:approval:v1", %s}
`, s.registry.Name(), by(fmt.Sprintf("subject: %q", shopWorkflow)), by(`subject-regexp: "^https://github\\.com/acme/shop/.*$"`)))
	s.image = s.registry.Name() + "@" + s.push()
	return s
}

// run runs guard-sigstore with the services in place of the public ones, and
// makes sure that it shows nothing of the token.
func (s *keylessShop) run(args ...string) (code int, out string) {
	s.t.Helper()
	registry, _, _ := strings.Cut(s.registry.Name(), "/")
	if args[0] != "verify" && !slices.Contains(args, "inspect") && !slices.Contains(args, "--fulcio-url") {
		args = append(args, "--fulcio-url", "http://"+s.host, "--rekor-url", "http://"+s.host, "--timestamp-url", "http://"+s.host+signaturetest.PathTimestamp)
	}
	var buffer bytes.Buffer
	world := worldOf(s.dir, &buffer)
	world.Now, world.Verify, world.SignKeyless = time.Now, verify.Verify, keyless.Sign
	world.Getenv = func(name string) (string, bool) { value, set := s.environment[name]; return value, set }
	code = cli.Main(s.t.Context(), slices.Concat(args, []string{"--registry-allow", registry + "," + s.host, "--registry-insecure", registry + "," + s.host}), world)
	for _, part := range strings.Split(s.token, ".") {
		if strings.Contains(buffer.String(), part) {
			s.t.Errorf("guard %v shows the token:\n%s", args, &buffer)
		}
	}
	return code, buffer.String()
}

func (s *keylessShop) must(code int, args ...string) string {
	s.t.Helper()
	got, out := s.run(args...)
	if got != code {
		s.t.Fatalf("guard %v: exit code %d, want %d:\n%s", args, got, code, out)
	}
	return out
}

func TestKeyless_EverySourceOfATokenSigns(t *testing.T) {
	sources := map[string]func(*keylessShop) []string{
		"a file": func(s *keylessShop) []string {
			writeFile(t, filepath.Join(s.dir, ".git/token"), s.token+"\n")
			return []string{"--identity-token", ".git/token"}
		},
		"a variable": func(s *keylessShop) []string { s.environment["SIGSTORE_ID_TOKEN"] = s.token; return nil },
		"GitHub": func(s *keylessShop) []string {
			s.environment["ACTIONS_ID_TOKEN_REQUEST_URL"] = "http://" + s.host + signaturetest.PathToken + "?api-version=2.0"
			s.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = s.token
			return nil
		},
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			s := newKeylessShop(t)
			with := source(s)
			s.must(1, "verify", s.image)
			out := s.must(0, append([]string{"check", "Dockerfile", "--attest", s.image}, with...)...)
			if want := "signed by " + shopWorkflow + " (" + tokenIssuer + ") and attached to " + s.image; !strings.Contains(out, want) {
				t.Errorf("got %q, want %q", out, want)
			}
			if out := s.must(1, "verify", s.image); !strings.Contains(out, "failed: approval: unsigned") {
				t.Error(out)
			}
			s.must(0, append([]string{"approve", s.image, "--approver", "jane", "--trusted-root", "root.json"}, with...)...)
			if out := s.must(0, "verify", s.image, "--max-age", "1h"); !strings.Contains(out, shopWorkflow) {
				t.Error(out)
			}
		})
	}
}

// every lets all services answer in one way.
func every(answer func(*keylessShop, http.ResponseWriter, *http.Request)) func(*keylessShop) {
	return func(s *keylessShop) {
		for _, path := range []string{signaturetest.PathCertificate, signaturetest.PathEntries, signaturetest.PathTimestamp} {
			only(path, answer)(s)
		}
	}
}

// only lets one service answer in one way.
func only(path string, answer func(*keylessShop, http.ResponseWriter, *http.Request)) func(*keylessShop) {
	return func(s *keylessShop) {
		s.services.Answer(path, func(w http.ResponseWriter, r *http.Request, _ http.HandlerFunc) { answer(s, w, r) })
	}
}

func TestKeyless_WhatFailsAttachesNothing(t *testing.T) {
	status := func(code int) func(*keylessShop, http.ResponseWriter, *http.Request) {
		return func(_ *keylessShop, w http.ResponseWriter, r *http.Request) {
			http.Error(w, r.Header.Get("Authorization"), code)
		}
	}
	text := func(text string) func(*keylessShop, http.ResponseWriter, *http.Request) {
		return func(_ *keylessShop, w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
	}
	for name, tt := range map[string]struct {
		change func(*keylessShop)
		says   string
	}{
		"401":     {every(status(401)), "the certificate authority: 127.0.0.1"},
		"403":     {every(status(403)), "unauthorized"},
		"404":     {every(status(404)), "not found"},
		"429":     {every(status(429)), "status 429"},
		"500":     {every(status(500)), "status 500"},
		"slow":    {every(func(_ *keylessShop, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), "the time for it is over"},
		"garbage": {every(text("<html>")), "its answer holds no certificate"},
		"a certificate for another key": {only(signaturetest.PathCertificate, func(s *keylessShop, w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(s.services.Chain(s.signer.Certificate))
		}), "its certificate is for another key"},
		"no clock":          {only(signaturetest.PathTimestamp, text("late")), "the timestamp authority: its answer is no timestamp"},
		"no log":            {only(signaturetest.PathEntries, status(400)), "the transparency log: 127.0.0.1"},
		"no log's answer":   {only(signaturetest.PathEntries, text("[]")), "the transparency log: its answer is no entry"},
		"a log's that fits": {only(signaturetest.PathEntries, text(`{"00": {"logID": "00"}}`)), "does not prove that the log holds it"},
		"a root of another authority": {func(s *keylessShop) {
			writeFile(s.t, filepath.Join(s.dir, "root.json"), string(signaturetest.NewAuthority(s.t).TrustedRoot()))
		}, "does not hold by the trusted root"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newKeylessShop(t)
			s.environment["SIGSTORE_ID_TOKEN"] = s.token
			tt.change(s)
			for _, args := range [][]string{{"approve", s.image, "--approver", "jane"}, {"check", "Dockerfile", "--attest", s.image}} {
				if out := s.must(3, append(args, "--trusted-root", "root.json", "--registry-timeout", "3s")...); !strings.Contains(out, tt.says) {
					t.Errorf("got %q, want %q in it", out, tt.says)
				}
			}
			_, digest, _ := strings.Cut(s.image, "@")
			if set, err := attached.Find(t.Context(), s.registry, digest); err != nil || len(set.Items) > 0 {
				t.Errorf("attached is %+v, %v", set, err)
			}
		})
	}
}

// What is not there is not signed, and so not logged.
func TestKeyless_LogsNothingOfAnImageThatIsNotThere(t *testing.T) {
	s := newKeylessShop(t)
	s.environment["SIGSTORE_ID_TOKEN"] = s.token
	s.must(3, "approve", s.registry.Name()+"@sha256:"+strings.Repeat("0", 64), "--approver", "jane")
	if asked := s.services.Asked(signaturetest.PathCertificate) + s.services.Asked(signaturetest.PathEntries); asked > 0 {
		t.Errorf("the services were asked %d times", asked)
	}
}

func TestKeyless_WrongCalls(t *testing.T) {
	s := newKeylessShop(t)
	writeFile(t, filepath.Join(s.dir, "token"), s.token)
	writeFile(t, filepath.Join(s.dir, "canary"), "canary-1a2b3c4d5e6f")
	for _, args := range []string{
		"approve IMAGE --approver jane", "approve IMAGE --approver jane --identity-token gone", "approve IMAGE --approver jane --identity-token canary",
		"approve IMAGE --approver jane --identity-token token --key token", "approve IMAGE --approver jane --identity-token token --attach-as tag",
		"approve IMAGE --approver jane --identity-token token --trusted-root gone", "check --identity-token token",
		"approve IMAGE --approver jane --identity-token token --fulcio-url ftp://x", "check --attest IMAGE --identity-token token --fulcio-url https://user:canary-1a@x",
	} {
		if out := s.must(2, strings.Fields(strings.ReplaceAll(args, "IMAGE", s.image))...); strings.Contains(out, "canary-1a") {
			t.Errorf("guard %s shows the token:\n%s", args, out)
		}
	}
}

// GitHub's token is asked for at the address that the job names, and nowhere
// else.
func TestKeyless_GitHubGivesNoToken(t *testing.T) {
	for says, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"unauthorized": func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, `{"message":"`+r.Header.Get("Authorization")+`"}`, http.StatusForbidden)
		},
		"it redirects":               func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/token2", http.StatusFound) },
		"does not answer in JSON":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"it is no identity token":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":"x"}`) },
		"the identity token has exp": nil,
	} {
		t.Run(says, func(t *testing.T) {
			s := newKeylessShop(t)
			s.environment["ACTIONS_ID_TOKEN_REQUEST_URL"] = "http://" + s.host + signaturetest.PathToken + "?api-version=2.0"
			s.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = s.token
			s.services.Answer(signaturetest.PathToken, func(w http.ResponseWriter, r *http.Request, right http.HandlerFunc) {
				if answer == nil {
					s.token = s.services.Token(tokenIssuer, "x", time.Now().Add(-time.Minute))
					r.Header.Set("Authorization", "Bearer "+s.token)
					right(w, r)
					return
				}
				answer(w, r)
			})
			if out := s.must(3, "approve", s.image, "--approver", "jane"); !strings.Contains(out, "GitHub gives no identity token: ") || !strings.Contains(out, says) {
				t.Errorf("got %q, want %q in it", out, says)
			}
			if s.services.Asked("/token2")+s.services.Asked(signaturetest.PathCertificate) > 0 {
				t.Error("somebody else was asked")
			}
		})
	}
}
