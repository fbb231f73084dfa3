package verify_test

import (
	"strings"
	"testing"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// RELIABILITY 35: the same log twice is one log.
func TestVerify_CountsDifferentLogs(t *testing.T) {
	w := newWorld(t)
	second := signaturetest.NewAuthority(t)
	both := w.byWorkflow()
	both.Logs, both.TrustedRoot = 2, w.authority.TrustedRoot(second)
	tests := map[string]struct {
		logs []*signaturetest.Authority
		want bool
	}{
		"two logs":                       {[]*signaturetest.Authority{w.authority, second}, true},
		"one log":                        {[]*signaturetest.Authority{w.authority}, false},
		"one log twice":                  {[]*signaturetest.Authority{w.authority, w.authority}, false},
		"a trusted log and another":      {[]*signaturetest.Authority{w.authority, signaturetest.NewAuthority(t)}, false},
		"two logs, and one of them anew": {[]*signaturetest.Authority{w.authority, second, second}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			image := w.repo.Push()
			w.repo.Attach(image.Digest, w.with(w.workflow, tt.logs...).Bundle(t, w.signatureStatement(image.Digest)))
			result := w.verify(image, signed(both))
			if result.Holds() != tt.want {
				t.Fatalf("got %s: %+v", result.Status, outcome(result))
			}
			if !tt.want && outcome(result).Failures[0].Reason != signature.ReasonLog {
				t.Errorf("got %+v", outcome(result).Failures)
			}
		})
	}
}

func TestVerify_CertificateLogWhereItIsDemanded(t *testing.T) {
	w := newWorld(t)
	demanded := w.byWorkflow()
	demanded.SignedCertificateTimestamp = true
	sign := func(a *signaturetest.Authority, inLog bool) signature.Result {
		image := w.repo.Push()
		signer := w.authority.Issue(signaturetest.Holder{URI: workflow, Issuer: issuer, InCertificateLog: inLog})
		w.repo.Attach(image.Digest, w.with(signer, w.authority).Cosign(t, w.payload(image.Digest)))
		return w.verify(image, signed(demanded))
	}
	if result := sign(w.authority, true); !result.Holds() {
		t.Errorf("a logged certificate: got %+v", outcome(result))
	}
	if result := sign(w.authority, false); result.Status != signature.Invalid || outcome(result).Failures[0].Reason != signature.ReasonTransparency {
		t.Errorf("a certificate that is in no log: got %+v", outcome(result))
	}
}

// RELIABILITY 35: a key outside of its period.
func TestVerify_KeysHaveAPeriod(t *testing.T) {
	w := newWorld(t)
	now := w.authority.Now
	hour := time.Hour
	tests := []struct {
		name     string
		from, to time.Time
		logged   bool
		reason   signature.Reason // empty where it holds
	}{
		{"within", now.Add(-hour), now.Add(hour), true, ""},
		{"from then on", now.Add(-hour), time.Time{}, true, ""},
		{"before it", now.Add(hour), time.Time{}, true, signature.ReasonKeyPeriod},
		{"after it", time.Time{}, now.Add(-hour), true, signature.ReasonKeyPeriod},
		{"at no known time", now.Add(-hour), now.Add(hour), false, signature.ReasonTimestamp},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, s := w.byLoggedKey(), w.withLoggedKey()
			if !tt.logged {
				a, s = w.byKey(), w.withKey()
			}
			a.Keys[0].NotBefore, a.Keys[0].NotAfter = tt.from, tt.to
			image := w.repo.Push()
			w.repo.Attach(image.Digest, s.Cosign(t, w.payload(image.Digest)))
			result := w.verify(image, signed(a))
			if result.Holds() != (tt.reason == "") {
				t.Fatalf("got %s: %+v", result.Status, outcome(result))
			}
			if tt.reason != "" && outcome(result).Failures[0].Reason != tt.reason {
				t.Errorf("got %+v, want %s", outcome(result).Failures, tt.reason)
			}
		})
	}
}

func TestVerify_AsksForExtensions(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	w.repo.Attach(image.Digest, w.withWorkflow().Cosign(t, w.payload(image.Digest)))
	for value, want := range map[string]bool{source: true, source + "-evil": false} {
		a := w.byWorkflow()
		a.Identities[0].Extensions = map[string]string{"sourceRepositoryURI": value}
		if result := w.verify(image, signed(a)); result.Holds() != want || !want && outcome(result).Failures[0].Reason != signature.ReasonIdentity {
			t.Errorf("%s: got %+v", value, outcome(result))
		}
	}
}

// Names that policies may use are those of the certificates.
func TestExtensionNames_AreKnown(t *testing.T) {
	w := newWorld(t)
	for _, name := range signature.ExtensionNames {
		a := w.byWorkflow()
		a.Identities[0].Extensions = map[string]string{name: "a value that nobody has"}
		image := w.repo.Push()
		w.repo.Attach(image.Digest, w.withWorkflow().Cosign(t, w.payload(image.Digest)))
		if result := w.verify(image, signed(a)); result.Holds() {
			t.Errorf("%s is not asked for", name)
		}
	}
}

// RELIABILITY 35: the reference inside a signature, where that is demanded.
func TestVerify_SameRepositoryWhereItIsDemanded(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	sign := func(reference string, same bool) signature.Result {
		v, err := verify.New(signature.Policy{Trust: []signature.Trust{{
			Images: []string{"**"}, Authorities: []signature.Authority{w.byKey()}, SameRepository: same,
		}}})
		if err != nil {
			t.Fatal(err)
		}
		item := w.withKey().Cosign(t, signaturetest.Payload(t, reference, image.Digest))
		return v.Check(t.Context(), image, []attached.Set{{Digest: image.Digest, Items: []attached.Item{item}}})
	}
	for _, reference := range []string{w.repo.Name(), w.repo.Name() + ":1", w.repo.Name() + "@" + image.Digest} {
		if result := sign(reference, true); !result.Holds() {
			t.Errorf("%s: got %+v", reference, outcome(result))
		}
	}
	w.repo.Attach(image.Digest, w.withKey().Bundle(t, w.signatureStatement(image.Digest)))
	policy := signed(w.byKey())
	policy.Trust[0].SameRepository = true
	if result := w.verify(image, policy); result.Status != signature.Invalid || outcome(result).Failures[0].Reason != signature.ReasonReference {
		t.Errorf("a bundle, which names no repository: got %+v", outcome(result))
	}
	for _, reference := range []string{"", "evil.tld/team/app", w.repo.Name() + "-evil", w.repo.Name() + "/below", "$X"} {
		if result := sign(reference, true); result.Status != signature.Invalid || outcome(result).Failures[0].Reason != signature.ReasonReference {
			t.Errorf("%q: got %+v", reference, outcome(result))
		}
		if result := sign(reference, false); !result.Holds() {
			t.Errorf("%q, not demanded: got %+v", reference, outcome(result))
		}
	}
}

func TestVerify_APayloadThatCosignDoesNotWriteDoesNotHold(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	good := string(w.payload(image.Digest))
	tests := []struct {
		name, from, to string
		reason         signature.Reason
	}{
		{"another kind of payload", "cosign container image signature", "atomic container signature", signature.ReasonPayloadType},
		{"a digest twice", `"docker-manifest-digest"`, `"docker-manifest-digest":"x","docker-manifest-digest"`, signature.ReasonStatement},
		{"no digest", `"docker-manifest-digest"`, `"digest"`, signature.ReasonSubject},
		{"no JSON", `{`, ``, signature.ReasonStatement},
	}
	for _, tt := range tests {
		payload := []byte(strings.Replace(good, tt.from, tt.to, 1))
		w.repo.Attach(image.Digest, w.withKey().Cosign(t, payload))
		if result := w.verify(image, signed(w.byKey())); result.Status != signature.Invalid || outcome(result).Failures[0].Reason != tt.reason {
			t.Errorf("%s: got %+v", tt.name, outcome(result))
		}
	}
}

func TestVerify_SignedTimestampWhereItIsDemanded(t *testing.T) {
	w := newWorld(t)
	loggedToo, key := w.byWorkflow(), w.byKey()
	loggedToo.SignedTimestamp = true
	key.SignedTimestamp, key.TrustedRoot = true, w.authority.TrustedRoot()
	for name, tt := range map[string]struct {
		by   signature.Authority
		with signaturetest.Signing
	}{
		"a logged certificate": {loggedToo, w.withWorkflow()},
		"a key":                {key, w.withKey()},
	} {
		t.Run(name, func(t *testing.T) {
			for _, stamped := range []bool{true, false} {
				if stamped {
					tt.with.Stamp = w.authority
				} else {
					tt.with.Stamp = nil
				}
				image := w.repo.Push()
				w.repo.Attach(image.Digest, tt.with.Bundle(t, w.signatureStatement(image.Digest)))
				result := w.verify(image, signed(tt.by))
				if result.Holds() != stamped || !stamped && outcome(result).Failures[0].Reason != signature.ReasonTimestamp {
					t.Errorf("stamped %t: got %+v", stamped, outcome(result))
				}
			}
		})
	}
}
