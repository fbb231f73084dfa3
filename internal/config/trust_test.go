package config_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"guard/internal/config"
	"guard/internal/registry/signature"
)

func publicKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func reader(files map[string]string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		text, ok := files[path]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return []byte(text), nil
	}
}

// compiler remembers what it is to compile, and takes no text with bad_ in it.
func compiler(compiled *[]string) func(string) (signature.Condition, error) {
	return func(text string) (signature.Condition, error) {
		if strings.Contains(text, "bad_") {
			return nil, errors.New("line 1, column 2: bad_name is bad")
		}
		if compiled != nil {
			*compiled = append(*compiled, text)
		}
		return func(context.Context, signature.Statement) error { return nil }, nil
	}
}

const trustRoot = `{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`

func TestReadTrust_ReadsEverything(t *testing.T) {
	c, err := config.Load(".guard.yaml", []byte(`version: 1
trust:
  - images: ["registry.example.com/team/**"]
    authorities:
      - {name: release, keys: [{file: keys/release.pub, not-before: 2026-01-01, not-after: 2027-01-01T00:00:00Z}], no-transparency-log: true}
      - name: ci
        identities:
          - {issuer: https://token.example.com, subject-regexp: '^https://git\.example\.com/team/.*$', extensions: {buildTrigger: push}}
        trusted-root-file: root.json
        logs: 1
        signed-certificate-timestamp: true
    threshold: all
    attestations:
      - name: provenance
        predicate-type: https://slsa.dev/provenance/v1
        authorities: [{name: release, keys: [{file: keys/release.pub}], no-transparency-log: true}]
        threshold: 1
        condition: input.predicate.runDetails
      - name: sbom
        predicate-type: https://spdx.dev/Document
        authorities: [{name: release, keys: [{file: keys/release.pub}], no-transparency-log: true}]
        condition-file: sbom.rego
    index-covers-platforms: true
    same-repository: true
`))
	if err != nil {
		t.Fatal(err)
	}
	pub := publicKey(t)
	var compiled []string
	policy, err := c.ReadTrust(reader(map[string]string{"keys/release.pub": pub, "root.json": trustRoot, "sbom.rego": "input.predicate.files"}), compiler(&compiled))
	if err != nil {
		t.Fatal(err)
	}
	entry := policy.Trust[0]
	key := entry.Authorities[0].Keys[0]
	identity := entry.Authorities[1].Identities[0]
	switch {
	case entry.Threshold != signature.All, !entry.IndexCoversPlatforms, !entry.SameRepository:
		t.Errorf("entry = %+v", entry)
	case key.PEM != pub, !key.NotBefore.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), !key.NotAfter.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)):
		t.Errorf("key = %+v", key)
	case identity.Issuer != "https://token.example.com", identity.Extensions["buildTrigger"] != "push":
		t.Errorf("identity = %+v", identity)
	case string(entry.Authorities[1].TrustedRoot) != trustRoot, entry.Authorities[1].Logs != 1, !entry.Authorities[1].SignedCertificateTimestamp:
		t.Errorf("authority = %+v", entry.Authorities[1])
	case entry.Attestations[0].PredicateType != "https://slsa.dev/provenance/v1", entry.Attestations[0].Threshold != 1:
		t.Errorf("attestation = %+v", entry.Attestations[0])
	case !slices.Equal(compiled, []string{"input.predicate.runDetails", "input.predicate.files"}), entry.Attestations[1].Holds == nil:
		t.Errorf("compiled %q", compiled)
	case c.Trust.Trust[0].Attestations[0].Holds != nil:
		t.Error("the configuration has changed")
	}
}

func TestReadTrust_SaysWhereAMistakeStands(t *testing.T) {
	pub := publicKey(t)
	for name, c := range map[string]struct{ text, want string }{
		"a key that is not there": {
			"trust:\n  - images: [a/b]\n    authorities:\n      - {name: x, keys: [{file: gone.pub}], no-transparency-log: true}\n",
			`gone.pub`},
		"an empty key": {
			"trust:\n  - images: [a/b]\n    authorities:\n      - {name: x, keys: [{file: empty.pub}], no-transparency-log: true}\n",
			`.guard.yaml:5:33: trust[0].authorities[0].keys[0].file: "empty.pub" has not been read, or is empty`},
		"an expression without anchors": {
			"trust:\n  - images: [a/b]\n    authorities:\n      - name: x\n        identities: [{issuer: i, subject-regexp: evil.example.com}]\n        trusted-root-file: root.json\n",
			`.guard.yaml:6:50: trust[0].authorities[0].identities[0].subject-regexp`},
		"an entry that demands nothing": {
			"trust:\n  - images: [a/b]\n",
			`.guard.yaml:3:5: trust[0].authorities: is missing`},
		"a condition that cannot be compiled": {
			"trust:\n  - images: [a/b]\n    attestations:\n      - {name: x, predicate-type: y, condition: bad_name, authorities: [{name: x, keys: [{file: ok.pub}], no-transparency-log: true}]}\n",
			`.guard.yaml:5:49: trust[0].attestations[0].condition: line 1, column 2: bad_name is bad`},
		"a condition that is not there": {
			"trust:\n  - images: [a/b]\n    attestations:\n      - {name: x, predicate-type: y, condition-file: gone.rego, authorities: [{name: x, keys: [{file: ok.pub}], no-transparency-log: true}]}\n",
			`.guard.yaml:5:54: trust[0].attestations[0].condition-file: "gone.rego": open gone.rego`},
		"an empty condition": {
			"trust:\n  - images: [a/b]\n    attestations:\n      - {name: x, predicate-type: y, condition-file: empty.rego, authorities: [{name: x, keys: [{file: ok.pub}], no-transparency-log: true}]}\n",
			`.guard.yaml:5:54: trust[0].attestations[0].condition-file: "empty.rego" has not been read, or is empty`},
		"a pattern that is none": {
			"trust:\n  - images: ['a//b']\n    authorities: [{name: x, keys: [{file: ok.pub}], no-transparency-log: true}]\n",
			`.guard.yaml:3:14: trust[0].images[0]`},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := config.Load(".guard.yaml", []byte("version: 1\n"+c.text))
			if err != nil {
				t.Fatal(err)
			}
			_, err = loaded.ReadTrust(reader(map[string]string{"ok.pub": pub, "empty.pub": "", "root.json": trustRoot, "empty.rego": ""}), compiler(nil))
			if err == nil || !config.IsError(err) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ReadTrust = %v, want %q", err, c.want)
			}
		})
	}
}

func TestLoad_RefusesTrustThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"an unknown key":       {"trust:\n  - {image: [a/b]}\n", `.guard.yaml:3:6: unknown key "image", did you mean "images"?`},
		"a threshold of zero":  {"trust:\n  - {images: [a/b], threshold: 0}\n", `trust[0].threshold: expected a number from 1 on, found "0"`},
		"a negative threshold": {"trust:\n  - {images: [a/b], threshold: -1}\n", `trust[0].threshold: expected a number from 1 on, found "-1"`},
		"a quoted flag":        {"trust:\n  - {images: [a/b], same-repository: 'yes'}\n", `trust[0].same-repository: expected true or false`},
		"a date that is none":  {"trust:\n  - {images: [a/b], authorities: [{name: x, keys: [{file: k, not-after: soon}]}]}\n", `expected a date like 2027-01-31`},
		"a key given twice":    {"trust:\n  - {images: [a/b], authorities: [{name: x, keys: [{file: k, pem: p}]}]}\n", `expected either pem or file, found both`},
		"two conditions":       {"trust:\n  - {images: [a/b], attestations: [{name: x, condition: a, condition-file: b}]}\n", `expected either condition or condition-file, found both`},
		"an empty name":        {"trust:\n  - {images: [a/b], authorities: [{name: ''}]}\n", `expected a text, found an empty one`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Load(".guard.yaml", []byte("version: 1\n"+c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Load = %v, want %q", err, c.want)
			}
		})
	}
}
