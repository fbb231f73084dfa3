package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guard/internal/cli"
	"guard/internal/finding"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
)

// signing is a repository that deploys an image which a key must have signed,
// and the key.
type signing struct {
	*shop
	key    signaturetest.Signer
	digest string
}

func newSigning(t *testing.T) *signing {
	t.Helper()
	s := &signing{shop: newShop(t), key: signaturetest.NewSigner(t)}
	s.unsigned = true
	writeFile(t, filepath.Join(s.dir, "release.pub"), s.key.PublicPEM(t))
	s.configuration = fmt.Sprintf("version: 1\nfail-on: low\ntrust:\n  - images: [%q]\n    authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]\n", s.registry.Name())
	s.digest = s.push()
	s.deploy(s.registry.Name() + ":" + s.tag)
	return s
}

// deploy writes the manifest that runs an image.
func (s *signing) deploy(image string) {
	writeFile(s.t, filepath.Join(s.dir, "pod.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: \""+image+"\"}\n")
}

// sign attaches a signature of somebody.
func (s *signing) sign(by signaturetest.Signer) {
	s.registry.Attach(s.digest, signaturetest.Signing{Signer: by}.Cosign(s.t, signaturetest.Payload(s.t, s.registry.Name(), s.digest)))
}

// says runs guard check with some rules and gives what it says of pod.yaml:
// findings, and behind "?" what was not looked at.
func (s *signing) says(rules string, args ...string) []string {
	s.t.Helper()
	code, out := s.guard(slices.Concat([]string{"check", "pod.yaml", "-o", "json", "--only", rules}, args)...)
	return s.read(code, out)
}

func (s *signing) read(code int, out string) []string {
	s.t.Helper()
	var report finding.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		s.t.Fatalf("exit code %d: %v\n%s", code, err, out)
	}
	var all []string
	for _, f := range report.Findings {
		all = append(all, f.Rule+" "+f.Message)
	}
	for _, i := range report.Incomplete {
		all = append(all, "? "+i.Reason)
	}
	return all
}

// expect compares what guard says with expressions, one for each line.
func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i, expression := range want {
		if !regexp.MustCompile(expression).MatchString(got[i]) {
			t.Errorf("got %q, want %q", got[i], expression)
		}
	}
}

const signatures = "provenance/signature-missing"

func TestCheck_SignatureMissing(t *testing.T) {
	s := newSigning(t)
	expect(t, s.says(signatures, "--registry"), `^provenance/signature-missing container web: image .* is not signed: there is no signature$`)
	s.sign(s.key)
	expect(t, s.says(signatures, "--registry"))
	if code, out := s.guard("check", "pod.yaml", "--strict", "--registry", "--only", signatures); code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// Without a trust policy, or without a registry, nobody claims anything.
func TestCheck_SignaturesNobodyAsksFor(t *testing.T) {
	s := newSigning(t)
	expect(t, s.says(signatures))
	s.configuration = "version: 1\n"
	expect(t, s.says(signatures, "--registry"))
}

// What cannot be looked at is said, and never taken for signed or unsigned.
func TestCheck_SignaturesNobodyCanLookAt(t *testing.T) {
	s := newSigning(t)
	s.guard("lock")
	expect(t, s.says(signatures, "--lock", ".guard-lock.json"), `^\? image .* what is signed about it: a lock file keeps no signatures`)
	if code, out := s.alone("check", "pod.yaml", "--strict", "--registry", "--only", signatures); code != 3 || !strings.Contains(out, "what is signed about it: this needs guard-sigstore") {
		t.Errorf("exit code %d: %s", code, out)
	}
	s.registry.Attach(s.digest, slices.Repeat([]attached.Item{signaturetest.Signing{Signer: signaturetest.NewSigner(t)}.Cosign(t, signaturetest.Payload(t, s.registry.Name(), s.digest))}, 100)...)
	expect(t, s.says(signatures, "--registry"), `^\? image .* its signature: .*more is attached than guard looks at`)
}

// alone runs guard where the program that verifies is not there.
func (s *signing) alone(args ...string) (code int, out string) {
	host, _, _ := strings.Cut(s.registry.Name(), "/")
	var buffer bytes.Buffer
	world := worldOf(s.dir, &buffer)
	code = cli.Main(s.t.Context(), append(args, "--registry-allow", host, "--registry-insecure", host), world)
	return code, buffer.String()
}

func TestCheck_SignatureUntrusted(t *testing.T) {
	const rule = "provenance/signature-untrusted"
	s := newSigning(t)
	expect(t, s.says(rule, "--registry"))
	s.sign(signaturetest.NewSigner(t))
	expect(t, s.says(rule, "--registry"), `^provenance/signature-untrusted container web: the signature of image .* is not trusted: 0 of 1 authorities have signed; 1 are demanded: release: `)
	s.sign(s.key)
	expect(t, s.says(rule, "--registry"))
	s.configuration = strings.Replace(s.configuration, s.registry.Name(), "ghcr.io/acme/**", 1)
	expect(t, s.says(rule, "--registry"), `no entry of the trust policy is for image .*, so it is not trusted$`)
	if out := s.must(1, "verify", s.registry.Name()+"@"+s.digest); !strings.Contains(out, "no entry of the trust policy is for this image") {
		t.Errorf("guard verify gives another answer: %s", out)
	}
	// A base image goes into no environment, and a lock file is enough to know.
	writeFile(t, filepath.Join(s.dir, "Dockerfile"), "FROM "+s.registry.Name()+":"+s.tag+"\n")
	s.must(0, "check", "Dockerfile", "--registry", "--strict", "--only", rule)
	s.guard("lock")
	expect(t, s.says(rule, "--lock", ".guard-lock.json"), `no entry of the trust policy is for image`)
	s.deploy(s.registry.Name() + ":gone")
	expect(t, s.says(rule, "--registry"))
}

// newProvenance is a repository that builds and deploys an image with signed
// provenance.
func newProvenance(t *testing.T) *signing {
	t.Helper()
	s := &signing{shop: newShop(t)}
	s.configuration += "images: {own: [" + strings.Split(s.registry.Name(), "/")[0] + "/**]}\n"
	s.deploy(s.registry.Name() + ":" + s.tag)
	return s
}

func TestCheck_AttestationMissing(t *testing.T) {
	const rule = "provenance/attestation-missing"
	s := newProvenance(t)
	s.unsigned = true
	s.digest = s.push()
	expect(t, s.says(rule, "--registry"), `^provenance/attestation-missing .* lacks the attestation "provenance" \(https://slsa.dev/provenance/v1\), which the trust policy demands: there is no attestation of type`)
	s.unsigned, s.signer = false, s.authority.Issue(signaturetest.Holder{URI: shopSource + "/.github/workflows/release.yml@refs/heads/evil", Issuer: tokenIssuer})
	s.push()
	expect(t, s.says(rule, "--registry"), `has no attestation "provenance" \(.*\) that holds, which the trust policy demands: .*ci: `)
	s.signer = s.authority.Issue(s.workflow())
	s.push()
	expect(t, s.says(rule, "--registry"))
	s.must(0, "check", "pod.yaml", "--registry", "--strict", "--only", rule)
	expect(t, s.halfDown(rule), `^\? image .* its attestation "provenance": .*the registry did not give everything`)
}

// halfDown says what guard check says where the registry gives images and
// nothing that hangs on them.
func (s *signing) halfDown(rules string) []string {
	s.t.Helper()
	host, repository, _ := strings.Cut(s.registry.Name(), "/")
	real := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/referrers/") || strings.Contains(r.URL.Path, "/manifests/sha256-") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		real.ServeHTTP(w, r)
	}))
	defer server.Close()
	proxy := strings.TrimPrefix(server.URL, "http://")
	s.configuration = strings.ReplaceAll(s.configuration, s.registry.Name(), proxy+"/"+repository)
	s.deploy(proxy + "/" + repository + ":" + s.tag)
	return s.says(rules, "--registry", "--registry-allow", proxy, "--registry-insecure", proxy)
}

func TestCheck_BuilderUntrusted(t *testing.T) {
	const rule = "provenance/builder-untrusted"
	s := newProvenance(t)
	s.push()
	with := func(params string) []string {
		t.Helper()
		whole := s.configuration
		defer func() { s.configuration = whole }()
		s.configuration += "rules: {" + rule + ": {params: {" + params + "}}}\n"
		return s.says(rule, "--registry")
	}
	s.must(0, "check", "pod.yaml", "--registry", "--strict", "--only", rule)
	expect(t, with(`builders: ["https://github.com/actions"], workflows: ["`+shopWorkflow+`"], triggers: [push]`))
	expect(t, with(`builders: ["https://github.com/act"]`), `was built by what is not allowed: builder "https://github.com/actions/runner/github-hosted"$`)
	expect(t, with(`workflows: ["`+shopSource+`/.github/workflows/release.yml@refs/tags/*"]`), `not allowed: workflow "`+regexp.QuoteMeta(shopWorkflow)+`"$`)
	expect(t, with(`triggers: [release]`), `not allowed: trigger "push"$`)
	s.configuration = strings.Replace(s.configuration, shopWorkflow, shopSource+"/other@refs/heads/main", 1)
	expect(t, s.says(rule, "--registry"), `^\? image .* what built it: there is no provenance that the trust policy demands and accepts$`)
}

func TestCheck_SourceMismatch(t *testing.T) {
	const rule = "provenance/source-mismatch"
	s := newProvenance(t)
	s.push()
	// Nothing says that this repository builds it.
	s.git("remote", "set-url", "origin", "https://github.com/acme/shop-evil.git")
	expect(t, s.says(rule, "--registry"), `^\? image .* whether it was built from the right repository: it is not known to be built here; name the right one in the parameter sources`)
	builds := "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: " + s.registry.Name() + "}]}\n"
	writeFile(t, filepath.Join(s.dir, "skaffold.yaml"), builds)
	expect(t, s.says(rule, "--registry", "skaffold.yaml"), `was built from github.com/acme/shop by its signed provenance, expected is github.com/acme/shop-evil$`)
	s.git("remote", "set-url", "origin", "ssh://git@ssh.github.com:443/acme/shop.git")
	expect(t, s.says(rule, "--registry", "skaffold.yaml"))
	s.must(0, "check", "pod.yaml", "skaffold.yaml", "--registry", "--strict", "--only", rule)
	whole := s.configuration
	s.configuration += "rules: {" + rule + ": {params: {sources: [\"https://github.com/ac\"]}}}\n"
	expect(t, s.says(rule, "--registry"), `expected is https://github.com/ac$`)
	s.configuration = strings.Replace(s.configuration, "github.com/ac\"", "github.com/acme\"", 1)
	s.must(0, "check", "pod.yaml", "--registry", "--strict", "--only", rule)
	s.configuration = strings.Replace(whole, shopWorkflow, shopSource+"/other@refs/heads/main", 1)
	expect(t, s.says(rule, "--registry"), `^\? image .* there is no provenance`)
}

// The digest that the run resolved is the one that is verified, once.
func TestCheck_VerifiesEachDigestOnce(t *testing.T) {
	s := newSigning(t)
	s.sign(s.key)
	for i := range 3 {
		writeFile(t, filepath.Join(s.dir, fmt.Sprintf("pod%d.yaml", i)), "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: \""+s.registry.Name()+"@"+s.digest+"\"}\n")
	}
	s.verified = nil
	s.must(0, "check", ".", "--registry", "--only", signatures)
	if len(s.verified) != 1 || s.verified[0].Digest != s.digest {
		t.Errorf("verified %v, want %s once", s.verified, s.digest)
	}
}

// conditioned gives the provenance of a repository a condition, and tells what
// guard verify, guard trace and guard check make of it.
func (s *signing) conditioned(condition string) (verified, traced string, checked []string) {
	s.t.Helper()
	whole := s.configuration
	defer func() { s.configuration = whole }()
	s.configuration = strings.Replace(whole, "      - name: provenance\n", "      - name: provenance\n        condition"+condition+"\n", 1)
	image := s.registry.Name() + "@" + s.digest
	_, verified = s.guard("verify", image)
	_, traced = s.guard("trace", image)
	return verified, traced, s.says("provenance/attestation-missing", "--registry")
}

// A condition means the same to guard verify, guard trace and the rules.
func TestConditions_MeanTheSameEverywhere(t *testing.T) {
	s := newProvenance(t)
	s.digest = s.push()
	writeFile(t, filepath.Join(s.dir, "policy/release.rego"), "# built by a push\ninput.predicate.buildDefinition.internalParameters.github.event_name == \"push\"\n")
	for name, tt := range map[string]struct{ condition, why string }{
		"it holds":         {`: 'input.predicate.buildDefinition.externalParameters.workflow.ref == "refs/heads/main"'`, ""},
		"one in a file":    {`-file: policy/release.rego`, ""},
		"it is false":      {`: 'input.predicate.buildDefinition.externalParameters.workflow.ref == "refs/heads/evil"'`, "does not meet the condition of the trust policy"},
		"it is undefined":  {`: 'input.predicate.buildDefinition.externalParameters.nothing == "x"'`, "does not meet the condition of the trust policy"},
		"it has no answer": {`: 'to_number(input.predicate.runDetails.builder.id) > 1'`, "its condition cannot be answered"},
	} {
		t.Run(name, func(t *testing.T) {
			verified, traced, checked := s.conditioned(tt.condition)
			if tt.why == "" {
				expect(t, checked)
				if !strings.Contains(verified, "passed: everything") || !strings.Contains(traced, "proved   provenance") {
					t.Errorf("guard verify:\n%s\nguard trace:\n%s", verified, traced)
				}
				return
			}
			expect(t, checked, `has no attestation "provenance" .*`+tt.why)
			if !strings.Contains(verified, "failed   provenance") || !strings.Contains(verified, tt.why) || !strings.Contains(traced, "broken   provenance") || !strings.Contains(traced, tt.why) {
				t.Errorf("guard verify:\n%s\nguard trace:\n%s", verified, traced)
			}
		})
	}
	for condition, want := range map[string]string{
		`: input.predicat.x`:  `.guard.yaml:6:20: trust[0].attestations[0].condition: line 1, column 1: undefined ref: input.predicat.x`,
		`-file: nowhere.rego`: `.guard.yaml:6:25: trust[0].attestations[0].condition-file: "nowhere.rego": no such file or directory`,
	} {
		whole := s.configuration
		s.configuration = strings.Replace(whole, "      - name: provenance\n", "      - name: provenance\n        condition"+condition+"\n", 1)
		for _, command := range []string{"verify " + s.registry.Name() + ":" + s.tag, "trace " + s.registry.Name() + ":" + s.tag, "check --registry"} {
			if out := s.must(2, strings.Fields(command)...); !strings.Contains(out, want) {
				t.Errorf("guard %s: got %s, want %s", command, out, want)
			}
		}
		s.configuration = whole
	}
}

// With --trust a change cannot bring keys or conditions of its own.
func TestCheck_TrustPolicyOfARevision(t *testing.T) {
	s := newSigning(t)
	s.sign(s.key)
	s.says(signatures, "--registry") // writes the configuration
	s.git("add", "-A", "-f")
	s.git("commit", "-q", "-m", "policy")
	other := signaturetest.NewSigner(t)
	writeFile(t, filepath.Join(s.dir, "release.pub"), other.PublicPEM(t))
	expect(t, s.says("provenance", "--registry"), `^provenance/signature-untrusted `)
	expect(t, s.says("provenance,analysis", "--registry", "--trust", "main"), `^analysis/policy-change .*what the trust policy names`)
}
