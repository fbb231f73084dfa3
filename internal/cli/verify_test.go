package cli_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/registry/signature/admit"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
)

// signedShop is a shop whose policy demands a verdict and an approval by a key,
// and the key's file.
func signedShop(t *testing.T) *shop {
	t.Helper()
	s := newShop(t)
	s.unsigned = true
	key := signaturetest.NewSigner(t)
	der, err := x509.MarshalPKCS8PrivateKey(key.Key)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(s.dir, ".git/release.key"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	writeFile(t, filepath.Join(s.dir, "release.pub"), key.PublicPEM(t))
	authority := "authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]"
	s.configuration = fmt.Sprintf(`version: 1
profile: minimal
trust:
  - images: [%q]
    attestations:
      - {name: verdict, predicate-type: "https://slsa.dev/verification_summary/v1", %s}
      - {name: approval, predicate-type: "urn:guard:approval:v1", %s}
`, s.registry.Name(), authority, authority)
	return s
}

// must runs a command that must end with a code.
func (s *shop) must(code int, args ...string) string {
	s.t.Helper()
	got, out := s.guard(args...)
	if got != code {
		s.t.Fatalf("guard %s: exit code %d, want %d:\n%s", strings.Join(args, " "), got, code, out)
	}
	return out
}

func TestVerify_VerdictAndApproval(t *testing.T) {
	s := signedShop(t)
	image := s.registry.Name() + "@" + s.push()
	key := []string{"--key", ".git/release.key"}
	with := func(args ...string) []string { return append(args, key...) }
	wants := func(code int, says string, args ...string) {
		t.Helper()
		out := s.must(code, append([]string{"verify", image}, args...)...)
		if !strings.Contains(out, says) {
			t.Errorf("guard verify %s does not say %q:\n%s", strings.Join(args, " "), says, out)
		}
	}
	wants(1, "failed: verdict: unsigned")
	s.must(0, with("check", "Dockerfile", "--attest", image)...)
	wants(1, "failed: approval: unsigned")
	s.must(0, with("approve", image, "--environment", "staging", "--approver", "jane")...)
	wants(1, `the approval is for "staging", not for "production"`)
	wants(0, "passed: everything", "--environment", "staging")
	s.must(0, with("approve", image, "--approver", "jane", "--expires", "2026-11-25", "--reason", "change 4711", "--attach-as", "tag")...)
	wants(0, "passed: everything", "--max-age", "1h")

	var verdict admit.Verdict
	if err := json.Unmarshal([]byte(s.must(0, "verify", image, "-o", "json")), &verdict); err != nil || verdict.Status != admit.Passed || len(verdict.Checks) != 2 || len(verdict.Checks[1].Signers) != 1 {
		t.Errorf("%v: %+v", err, verdict)
	}
}

func TestVerify_AFailedCheckIsAVerdictToo(t *testing.T) {
	s := signedShop(t)
	image := s.registry.Name() + "@" + s.push()
	writeFile(t, filepath.Join(s.dir, "bad/Dockerfile"), "FROM nginx:latest\n")
	s.must(1, "check", "bad", "--attest", image, "--key", ".git/release.key")
	if out := s.must(1, "verify", image); !strings.Contains(out, "the verdict of urn:guard is FAILED") {
		t.Error(out)
	}
	// Where guard could not look there is no verdict.
	s.revision = s.feature
	image = s.registry.Name() + "@" + s.push()
	writeFile(t, filepath.Join(s.dir, "empty/.guardignore"), "*\n")
	s.must(3, "check", "empty", "--attest", image, "--key", ".git/release.key")
	if out := s.must(1, "verify", image); !strings.Contains(out, "failed: verdict: unsigned") {
		t.Error(out)
	}
}

func TestVerify_Failures(t *testing.T) {
	s := newShop(t)
	image := s.registry.Name() + "@" + s.push()
	if out := s.must(0, "verify", image); !strings.Contains(out, "passed   provenance") {
		t.Error(out)
	}
	if out := s.must(1, "verify", image, "--max-age", "1h"); !strings.Contains(out, "verdict: it is demanded") {
		t.Error(out)
	}
	s.must(1, "verify", s.registry.Name()+":gone")
	whole := s.configuration
	s.configuration = whole + "environments: {production: {names: [production], approval: proved}}\n"
	if out := s.must(1, "verify", image); !strings.Contains(out, "approval: it is demanded") {
		t.Error(out)
	}
	s.configuration = "version: 1\n"
	if out := s.must(1, "verify", image); !strings.Contains(out, "not trusted") {
		t.Error(out)
	}
	s.configuration = whole
	s.registry.Attach(image[strings.Index(image, "@")+1:], attached.Item{Kind: attached.Bundle, Bytes: []byte("{}")})
	s.must(0, "verify", image)
}

func TestSigning_WrongCalls(t *testing.T) {
	s := signedShop(t)
	image := s.registry.Name() + "@" + s.push()
	writeFile(t, filepath.Join(s.dir, "wrong.key"), "canary-1a2b3c4d5e6f")
	for _, args := range []string{
		"approve", "approve " + image, "approve " + image + " --approver jane", "approve " + image + " --approver jane --key gone.key", "approve " + image + " --approver jane --key wrong.key",
		"approve " + s.registry.Name() + ":" + s.tag + " --approver jane --key .git/release.key", "approve " + image + " --approver jane --key .git/release.key --expires 2020-01-01",
		"approve " + image + " --approver jane --key .git/release.key --expires soon", "approve " + image + " --approver jane --key .git/release.key --attach-as x",
		"approve " + image + " --approver jane --key .git/release.key -e nowhere", "check --key .git/release.key", "check --attest " + image,
		"check --attest " + image + " --key .git/release.key --diff main", "check --attest " + image + " --key .git/release.key --only image", "verify " + image + " --max-age -1s",
	} {
		if out := s.must(2, strings.Fields(args)...); strings.Contains(out, "canary") {
			t.Errorf("guard %s shows the key:\n%s", args, out)
		}
	}
	out := s.must(3, "approve", s.registry.Name()+"@sha256:"+strings.Repeat("0", 64), "--approver", "jane", "--key", ".git/release.key")
	if !strings.Contains(out, "not found") {
		t.Error(out)
	}
}
