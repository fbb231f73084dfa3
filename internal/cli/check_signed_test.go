package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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
