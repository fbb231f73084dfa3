package process_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/process"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// build makes the program that guard is installed with.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "guard-verifier")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "guard/cmd/guard-verifier").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// request is one that holds: a keyless signature and provenance of a workflow.
func request(t *testing.T) process.Request {
	t.Helper()
	a := signaturetest.NewAuthority(t)
	const subject, issuer = "https://github.com/acme/app", "https://issuer.example"
	signing := signaturetest.Signing{Signer: a.Issue(signaturetest.Holder{URI: subject, Issuer: issuer, SourceRepository: subject}), Logs: []*signaturetest.Authority{a}}
	image := signature.Image{Repository: "ghcr.io/acme/app", Digest: signature.DigestOf([]byte("image"))}
	by := []signature.Authority{{Name: "workflow", TrustedRoot: a.TrustedRoot(), Identities: []signature.Identity{{Issuer: issuer, Subject: subject}}}}
	provenance := signaturetest.Statement(t, "https://in-toto.io/Statement/v1", signature.PredicateProvenanceV1, image.Digest, map[string]any{"a": []int{1, 2}})
	return process.Request{
		Image: image,
		Policy: signature.Policy{Trust: []signature.Trust{{
			Images: []string{"ghcr.io/acme/**"}, Authorities: by,
			Attestations: []signature.Attestation{{Name: "provenance", PredicateType: signature.PredicateProvenanceV1, Authorities: by}},
		}}},
		Sets: []attached.Set{{Digest: image.Digest, Items: []attached.Item{
			signing.Cosign(t, signaturetest.Payload(t, "app", image.Digest)), signing.Bundle(t, provenance),
		}}},
	}
}

func TestAsk_AnswersAsTheVerifierInProcess(t *testing.T) {
	program, r := build(t), request(t)
	v, err := verify.New(r.Policy)
	if err != nil {
		t.Fatal(err)
	}
	other := r
	other.Sets = []attached.Set{{Digest: r.Image.Digest, Problems: []signature.Problem{{Status: signature.Unavailable, Where: "referrers", Message: "503"}}}}
	for name, tt := range map[string]struct {
		request process.Request
		want    signature.Status
	}{"what holds": {r, signature.Satisfied}, "what is not known": {other, signature.Unavailable}} {
		got, err := process.Ask(t.Context(), program, tt.request)
		if err != nil || got.Status != tt.want {
			t.Fatalf("%s: got %+v, %v", name, got, err)
		}
		if diff := cmp.Diff(v.Check(tt.request.Image, tt.request.Sets), got); diff != "" {
			t.Error(diff)
		}
	}
	r.Policy.Trust[0].Images = nil
	if _, err := process.Ask(t.Context(), program, r); err == nil || !strings.Contains(err.Error(), "trust[0].images") {
		t.Errorf("a policy that is wrong: got %v", err)
	}
	r.Image.Digest = "latest"
	if _, err := process.Ask(t.Context(), program, r); err == nil {
		t.Error("a tag is accepted")
	}
}

// RELIABILITY 8: whatever fails is an error, never a result.
func TestAsk_AProgramThatFailsIsAnError(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts")
	}
	scripts := map[string]string{
		"it fails":                   "echo boom >&2; exit 1",
		"it fails after an answer":   `echo '{"result":{"status":"satisfied"}}'; exit 1`,
		"it says nothing":            "exit 0",
		"it says no JSON":            "echo satisfied",
		"it says something unknown":  `echo '{"verdict":"satisfied"}'`,
		"it says neither":            `echo '{}'`,
		"it is about another image":  `echo '{"result":{"image":{"repository":"x","digest":"y"},"status":"satisfied","entry":0}}'`,
		"it fails with a long story": "i=0; while [ $i -lt 5000 ]; do echo boom >&2; i=$((i+1)); done; exit 1",
	}
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			result, err := process.Ask(t.Context(), writeScript(t, script), process.Request{Image: signature.Image{Repository: "a", Digest: "b"}})
			if err == nil || result.Status != "" {
				t.Errorf("got %+v, %v", result, err)
			}
			if err != nil && len(err.Error()) > 10<<10 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
	if _, err := process.Ask(t.Context(), filepath.Join(t.TempDir(), "missing"), process.Request{}); err == nil {
		t.Error("a program that is not there is no error")
	}
}

func TestAsk_EndsWithItsContext(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := process.Ask(ctx, writeScript(t, "exec sleep 600"), process.Request{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestAsk_GivesTheProgramNoEnvironment(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	t.Setenv("GUARD_CANARY", "hunter2")
	_, err := process.Ask(t.Context(), writeScript(t, `echo "canary: $GUARD_CANARY." >&2; exit 1`), process.Request{})
	if err == nil || !strings.Contains(err.Error(), "canary: .") {
		t.Errorf("got %v", err)
	}
}

func writeScript(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBeside_LooksNowhereElse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "guard-verifier"), []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	t.Chdir(dir)
	if program, err := process.Beside(); err == nil {
		t.Errorf("found %s", program)
	}
}
