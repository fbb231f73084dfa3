package signature_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/signature"
)

const emptyRoot = `{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`

func publicPEM(t *testing.T, public any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func ecdsaKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// valid is a policy in which every kind of authority occurs.
func valid(t *testing.T) signature.Policy {
	t.Helper()
	return signature.Policy{Trust: []signature.Trust{{
		Images: []string{"ghcr.io/acme/**"},
		Authorities: []signature.Authority{
			{Name: "key", Keys: []signature.Key{{PEM: publicPEM(t, ecdsaKey(t, elliptic.P256()).Public())}}, NoTransparencyLog: true},
			{Name: "workflow", TrustedRoot: []byte(emptyRoot), Identities: []signature.Identity{
				{Issuer: "https://token.actions.githubusercontent.com", SubjectRegexp: "^https://github.com/acme/.+$", Extensions: map[string]string{"buildTrigger": "push"}},
			}},
		},
		Threshold: signature.All,
		Attestations: []signature.Attestation{{
			Name: "provenance", PredicateType: signature.PredicateProvenanceV1,
			Authorities: []signature.Authority{{Name: "builder", NoTransparencyLog: true, Keys: []signature.Key{{PEM: publicPEM(t, ecdsaKey(t, elliptic.P384()).Public())}}}},
		}},
	}}}
}

func TestValidate_AcceptsEveryKindOfAuthority(t *testing.T) {
	if err := valid(t).Validate(); err != nil {
		t.Error(err)
	}
}

// RELIABILITY 12: what a policy does not mean must not be accepted.
func TestValidate_NamesTheFieldThatIsWrong(t *testing.T) {
	weakRSA, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(ecdsaKey(t, elliptic.P256()))
	if err != nil {
		t.Fatal(err)
	}
	private := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	key := func(e *signature.Trust) *signature.Authority { return &e.Authorities[0] }
	workflow := func(e *signature.Trust) *signature.Identity { return &e.Authorities[1].Identities[0] }
	tests := []struct {
		name, field, message string
		damage               func(*signature.Trust)
	}{
		{"no pattern", "images", "is missing", func(e *signature.Trust) { e.Images = nil }},
		{"an empty pattern", "images[0]", "empty", func(e *signature.Trust) { e.Images[0] = "" }},
		{"a bad pattern", "images[0]", "[", func(e *signature.Trust) { e.Images[0] = "ghcr.io/[" }},
		{"nothing demanded", "authorities", "every image would pass", func(e *signature.Trust) { e.Authorities, e.Attestations, e.Threshold = nil, nil, 0 }},
		{"a negative threshold", "threshold", "-2", func(e *signature.Trust) { e.Threshold = -2 }},
		{"a threshold that cannot be met", "threshold", "3", func(e *signature.Trust) { e.Threshold = 3 }},
		{"no name", "authorities[0].name", "is missing", func(e *signature.Trust) { key(e).Name = "" }},
		{"a name twice", "authorities[1].name", "twice", func(e *signature.Trust) { e.Authorities[1].Name = "key" }},
		{"nobody could sign", "authorities[0]", "neither", func(e *signature.Trust) { key(e).Keys = nil }},
		{"keys and identities", "authorities[0]", "two authorities", func(e *signature.Trust) { key(e).Identities = e.Authorities[1].Identities }},
		{"an empty key", "authorities[0].keys[0].pem", "is empty", func(e *signature.Trust) { key(e).Keys[0].PEM = "" }},
		{"no PEM", "authorities[0].keys[0].pem", "no key in PEM", func(e *signature.Trust) { key(e).Keys[0].PEM = "ssh-ed25519 AAAA" }},
		{"a private key", "authorities[0].keys[0].pem", "private", func(e *signature.Trust) { key(e).Keys[0].PEM = private }},
		{"two keys in one", "authorities[0].keys[0].pem", "more after", func(e *signature.Trust) { key(e).Keys[0].PEM += key(e).Keys[0].PEM }},
		{"a weak RSA key", "authorities[0].keys[0].pem", "1024 bits", func(e *signature.Trust) { key(e).Keys[0].PEM = publicPEM(t, weakRSA.Public()) }},
		{"a weak curve", "authorities[0].keys[0].pem", "P-224", func(e *signature.Trust) {
			key(e).Keys[0].PEM = publicPEM(t, ecdsaKey(t, elliptic.P224()).Public())
		}},
		{"a key twice", "authorities[2].keys[0]", "same key", func(e *signature.Trust) {
			again := *key(e)
			again.Name = "again"
			e.Authorities = append(e.Authorities, again)
		}},
		{"a file that was not read", "authorities[0].keys[0].file", "has not been read", func(e *signature.Trust) { key(e).Keys[0] = signature.Key{File: "k.pub"} }},
		{"a key in a service", "authorities[0].keys[0].file", "needs the network", func(e *signature.Trust) { key(e).Keys[0] = signature.Key{File: "awskms:///alias/k"} }},
		{"a period that ends before it begins", "authorities[0].keys[0].not_after", "before", func(e *signature.Trust) {
			key(e).Keys[0].NotBefore, key(e).Keys[0].NotAfter = time.Unix(2, 0), time.Unix(1, 0)
		}},
		{"negative logs", "authorities[1].logs", "negative", func(e *signature.Trust) { e.Authorities[1].Logs = -1 }},
		{"logs, and no log demanded", "authorities[0].logs", "no transparency log", func(e *signature.Trust) { key(e).Logs = 2 }},
		{"a log without a root", "authorities[0].trusted_root", "which transparency log", func(e *signature.Trust) { key(e).NoTransparencyLog = false }},
		{"a timestamp without a root", "authorities[0].trusted_root", "timestamp authority", func(e *signature.Trust) { key(e).SignedTimestamp = true }},
		{"identities without a root", "authorities[1].trusted_root", "certificate authority", func(e *signature.Trust) { e.Authorities[1].TrustedRoot = nil }},
		{"a root that is none", "authorities[1].trusted_root", "no Sigstore trusted root", func(e *signature.Trust) { e.Authorities[1].TrustedRoot = []byte("{}") }},
		{"a certificate log for keys", "authorities[0].signed_certificate_timestamp", "no certificate", func(e *signature.Trust) { key(e).SignedCertificateTimestamp = true }},
		{"nothing that proves the time", "authorities[1].no_transparency_log", "signed_timestamp", func(e *signature.Trust) { e.Authorities[1].NoTransparencyLog = true }},
		{"no issuer", "authorities[1].identities[0].issuer", "is missing", func(e *signature.Trust) { workflow(e).Issuer = "" }},
		{"no subject", "authorities[1].identities[0].subject", "is missing", func(e *signature.Trust) { workflow(e).SubjectRegexp = "" }},
		{"a subject in two forms", "authorities[1].identities[0].subject", "both", func(e *signature.Trust) { workflow(e).Subject = "x" }},
		{"an expression without ^", "authorities[1].identities[0].subject_regexp", "not anchored", func(e *signature.Trust) { workflow(e).SubjectRegexp = "https://github.com/acme/.*$" }},
		{"an expression without $", "authorities[1].identities[0].subject_regexp", "not anchored", func(e *signature.Trust) { workflow(e).SubjectRegexp = "^https://github.com/acme/" }},
		{"an expression that ends with a literal $", "authorities[1].identities[0].subject_regexp", "not anchored", func(e *signature.Trust) { workflow(e).SubjectRegexp = `^a\$` }},
		{"a bad expression", "authorities[1].identities[0].subject_regexp", "no regular expression", func(e *signature.Trust) { workflow(e).SubjectRegexp = "^($" }},
		{"an unknown extension", "authorities[1].identities[0].extensions", `no "trigger"`, func(e *signature.Trust) { workflow(e).Extensions = map[string]string{"trigger": "push"} }},
		{"an empty extension", "authorities[1].identities[0].extensions.buildTrigger", "every value", func(e *signature.Trust) { workflow(e).Extensions["buildTrigger"] = "" }},
		{"no predicate type", "attestations[0].predicate_type", "is missing", func(e *signature.Trust) { e.Attestations[0].PredicateType = "" }},
		{"a signature as an attestation", "attestations[0].predicate_type", "use authorities", func(e *signature.Trust) { e.Attestations[0].PredicateType = signature.PredicateCosignSign }},
		{"an attestation by anybody", "attestations[0].authorities", "is missing", func(e *signature.Trust) { e.Attestations[0].Authorities = nil }},
		{"an empty key of an attestation", "attestations[0].authorities[0].keys[0].pem", "is empty", func(e *signature.Trust) { e.Attestations[0].Authorities[0].Keys[0].PEM = "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy := valid(t)
			tt.damage(&policy.Trust[0])
			err := policy.Validate()
			var field *signature.FieldError
			if !errors.As(err, &field) {
				t.Fatalf("got %v, want a FieldError", err)
			}
			want := "trust[0]." + tt.field
			if !strings.Contains(err.Error(), want+": ") || !strings.Contains(err.Error(), tt.message) {
				t.Errorf("got %q, want field %s and %q", err, want, tt.message)
			}
		})
	}
}

func TestCompileAnchored_MatchesWholeTextsOnly(t *testing.T) {
	tests := []struct {
		expression, text string
		want             bool
	}{
		{"^https://github.com/acme/.*$", "https://github.com/acme/app", true},
		{"^https://github.com/acme/.*$", "https://github.com/acme-evil/app", false},
		{"^https://github.com/acme/.*$", "https://evil.tld/?https://github.com/acme/app", false},
		{"^a|b$", "axb", false},
		{"^a|b$", "abc", false},
		{"^a|b$", "b", true},
		{"^(?m)a$", "a\nevil", false},
		{"^(?m:^a$)$", "x\na", false},
	}
	for _, tt := range tests {
		compiled, err := signature.CompileAnchored(tt.expression)
		if err != nil {
			t.Fatal(err)
		}
		if got := compiled.MatchString(tt.text); got != tt.want {
			t.Errorf("%s on %q: got %t, want %t", tt.expression, tt.text, got, tt.want)
		}
	}
}

func TestRead_FillsInFilesAndLeavesTheOriginal(t *testing.T) {
	policy := valid(t)
	text := policy.Trust[0].Authorities[0].Keys[0].PEM
	policy.Trust[0].Authorities[0].Keys[0] = signature.Key{File: "file://keys/release.pub"}
	policy.Trust[0].Authorities[1].TrustedRoot, policy.Trust[0].Authorities[1].TrustedRootFile = nil, "root.json"
	policy.Trust[0].Attestations[0].Authorities[0].Keys[0] = signature.Key{File: "missing.pub"}
	files := map[string]string{"keys/release.pub": text, "root.json": emptyRoot}
	read := func(path string) ([]byte, error) {
		if data, ok := files[path]; ok {
			return []byte(data), nil
		}
		return nil, fmt.Errorf("no %s", path)
	}
	if _, err := policy.Read(read); err == nil || !strings.Contains(err.Error(), "trust[0].attestations[0]: authorities[0]: keys[0].file: no missing.pub") {
		t.Errorf("got %v, want the field of the missing file", err)
	}
	files["missing.pub"] = publicPEM(t, ecdsaKey(t, elliptic.P256()).Public())
	filled, err := policy.Read(read)
	if err != nil {
		t.Fatal(err)
	}
	if err := filled.Validate(); err != nil {
		t.Error(err)
	}
	if policy.Trust[0].Authorities[0].Keys[0].PEM != "" || policy.Trust[0].Attestations[0].Authorities[0].Keys[0].PEM != "" {
		t.Error("the policy that was given has been changed")
	}
}

func TestValidDigest(t *testing.T) {
	hex64 := strings.Repeat("a1", 32)
	for digest, want := range map[string]bool{
		"sha256:" + hex64: true, "sha256:" + strings.ToUpper(hex64): false, hex64: false, "sha256:" + hex64[2:]: false,
		"sha512:" + hex64: false, "sha256:" + hex64 + "\n": false, "sha256:" + strings.Repeat("zz", 32): false, "": false,
	} {
		if got := signature.ValidDigest(digest); got != want {
			t.Errorf("%q: got %t, want %t", digest, got, want)
		}
	}
}

// RELIABILITY 33: whatever changes in a policy, its digest changes.
func TestDigest_ChangesWithEveryField(t *testing.T) {
	base := valid(t)
	digest := func(p signature.Policy) string {
		d, err := p.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	seen := map[string]string{digest(base): "nothing"}
	if _, ok := seen[digest(base)]; !ok {
		t.Error("the digest of one policy differs")
	}
	changes := map[string]func(*signature.Trust){
		"pattern":     func(e *signature.Trust) { e.Images = []string{"ghcr.io/acme"} },
		"pattern cut": func(e *signature.Trust) { e.Images = []string{"ghcr.io", "acme/**"} },
		"threshold":   func(e *signature.Trust) { e.Threshold = 1 },
		"covers":      func(e *signature.Trust) { e.IndexCoversPlatforms = true },
		"repository":  func(e *signature.Trust) { e.SameRepository = true },
		"key":         func(e *signature.Trust) { e.Authorities = slices.Clone(e.Authorities); e.Authorities[0].Keys = nil },
		"log": func(e *signature.Trust) {
			e.Authorities = slices.Clone(e.Authorities)
			e.Authorities[0].NoTransparencyLog = false
		},
		"root": func(e *signature.Trust) {
			e.Authorities = slices.Clone(e.Authorities)
			e.Authorities[1].TrustedRoot = []byte("{}")
		},
		"attestation": func(e *signature.Trust) { e.Attestations = nil },
	}
	for name, change := range changes {
		p := signature.Policy{Trust: slices.Clone(base.Trust)}
		change(&p.Trust[0])
		d := digest(p)
		if other, twice := seen[d]; twice {
			t.Errorf("changing %s gives the digest of changing %s", name, other)
		}
		seen[d] = name
	}
}
