package verify_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// RELIABILITY 36: one that holds is enough, whatever stands beside it and in
// whatever order.
func TestVerify_InvalidOnesDoNotSpoilAValidOne(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	valid := w.withWorkflow().Cosign(t, w.payload(image.Digest))
	var items []attached.Item
	for _, signer := range []signaturetest.Signer{signaturetest.NewSigner(t), w.authority.Issue(signaturetest.Holder{URI: "https://evil.tld", Issuer: issuer})} {
		items = append(items, w.with(signer).Cosign(t, w.payload(image.Digest)), w.with(signer, w.authority).Cosign(t, w.payload(image.Digest)))
	}
	items = append(items,
		w.withWorkflow().Cosign(t, w.payload(w.repo.Push().Digest)),
		attached.Item{Kind: attached.CosignSignature, Bytes: []byte("<")},
		attached.Item{Kind: attached.Bundle, Bytes: []byte("{}")},
		valid,
	)
	v, err := verify.New(signed(w.byWorkflow()))
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		rand.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		result := v.Check(image, []attached.Set{{Digest: image.Digest, Items: items}})
		if got := outcome(result); !result.Holds() || len(got.Accepted) != 1 || len(got.Failures) != len(items)-1 {
			t.Fatalf("got %s, %d accepted and %d failures", result.Status, len(got.Accepted), len(got.Failures))
		}
	}
	without := slices.DeleteFunc(slices.Clone(items), func(i attached.Item) bool {
		return i.Annotations["dev.cosignproject.cosign/signature"] == valid.Annotations["dev.cosignproject.cosign/signature"]
	})
	if result := v.Check(image, []attached.Set{{Digest: image.Digest, Items: without}}); result.Status != signature.Invalid {
		t.Errorf("without the valid one: got %s", result.Status)
	}
}

// RELIABILITY 36: the cap is respected, and a signature behind it is not
// "unsigned".
func TestVerify_ASignatureBehindTheCapIsIncomplete(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	other := signaturetest.NewSigner(t)
	var items []attached.Item
	for range attached.MaxItems {
		items = append(items, w.with(other).Cosign(t, w.payload(image.Digest)))
	}
	w.repo.Attach(image.Digest, append(items, w.withKey().Cosign(t, w.payload(image.Digest)))...)
	if result := w.verify(image, signed(w.byKey())); result.Status != signature.Incomplete {
		t.Errorf("got %s, want incomplete", result.Status)
	}
	image = w.repo.Push()
	items[0] = w.withKey().Cosign(t, w.payload(image.Digest))
	w.repo.Attach(image.Digest, append(items, items[1])...)
	if result := w.verify(image, signed(w.byKey())); !result.Holds() || len(result.Problems) != 1 {
		t.Errorf("before the cap: got %s with problems %v", result.Status, result.Problems)
	}
}

func TestVerify_AnImageWithOnlyProvenanceIsNotSigned(t *testing.T) {
	w := newWorld(t)
	for name, item := range map[string]func(string) attached.Item{
		"a bundle":       func(d string) attached.Item { return w.withWorkflow().Bundle(t, w.provenance(d)) },
		"behind the tag": func(d string) attached.Item { return w.withWorkflow().Attest(t, w.provenance(d)) },
	} {
		t.Run(name, func(t *testing.T) {
			image := w.repo.Push()
			w.repo.Attach(image.Digest, item(image.Digest))
			result := w.verify(image, signed(w.byWorkflow()))
			if result.Status != signature.Unsigned || !strings.Contains(result.Signature.Message, signature.PredicateProvenanceV1) {
				t.Errorf("got %s: %s", result.Status, result.Signature.Message)
			}
		})
	}
}

func TestVerify_NothingIsUnsigned(t *testing.T) {
	w := newWorld(t)
	if result := w.verify(w.repo.Push(), signed(w.byKey())); result.Status != signature.Unsigned || result.Signature.Message != "there is no signature" {
		t.Errorf("got %+v", result.Signature)
	}
	if result := w.verify(w.repo.Push(), attestedTo(w.byKey())); result.Status != signature.Unsigned || !strings.Contains(result.Attestations[0].Message, "no attestation") {
		t.Errorf("got %+v", result.Attestations)
	}
}

// RELIABILITY 35: one of two attestations that are demanded.
func TestVerify_EveryAttestationIsDemanded(t *testing.T) {
	w := newWorld(t)
	const other = "https://example.com/scan"
	policy := attestedTo(w.byKey())
	policy.Trust[0].Attestations = append(policy.Trust[0].Attestations, signature.Attestation{
		Name: "scan", PredicateType: other, Authorities: []signature.Authority{w.byKey()},
	})
	scan := func(digest string) attached.Item {
		return w.withKey().Bundle(t, signaturetest.Statement(t, "https://in-toto.io/Statement/v1", other, digest, map[string]any{}))
	}
	tests := map[string]struct {
		items func(digest string) []attached.Item
		want  signature.Status
	}{
		"both": {func(d string) []attached.Item {
			return []attached.Item{w.withKey().Attest(t, w.provenance(d)), scan(d)}
		}, signature.Satisfied},
		"the first only": {func(d string) []attached.Item { return []attached.Item{w.withKey().Attest(t, w.provenance(d))} }, signature.Unsigned},
		"the other only": {func(d string) []attached.Item { return []attached.Item{scan(d)} }, signature.Unsigned},
		"the first twice": {func(d string) []attached.Item {
			return []attached.Item{w.withKey().Attest(t, w.provenance(d)), w.withKey().Bundle(t, w.provenance(d))}
		}, signature.Unsigned},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			image := w.repo.Push()
			w.repo.Attach(image.Digest, tt.items(image.Digest)...)
			if result := w.verify(image, policy); result.Status != tt.want {
				t.Errorf("got %s, want %s: %+v", result.Status, tt.want, result.Attestations)
			}
		})
	}
}

func TestVerify_CountsAuthoritiesBySignersOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	second := *w
	second.key = signaturetest.NewSigner(t)
	byKey, bySecond, byWorkflow := w.byKey(), second.byKey(), w.byWorkflow()
	bySecond.Name = "second"
	again := w.byWorkflow()
	again.Name = "again"
	key := func(d string) attached.Item { return w.withKey().Cosign(t, w.payload(d)) }
	keyTwo := func(d string) attached.Item { return second.withKey().Bundle(t, w.signatureStatement(d)) }
	flow := func(d string) attached.Item { return w.withWorkflow().Bundle(t, w.signatureStatement(d)) }
	otherFlow := func(d string) attached.Item {
		s := w.with(w.authority.Issue(signaturetest.Holder{URI: workflow + "-2", Issuer: issuer}), w.authority)
		return s.Bundle(t, w.signatureStatement(d))
	}
	type sign = func(string) attached.Item
	tests := []struct {
		name        string
		authorities []signature.Authority
		threshold   int
		items       []sign
		want        signature.Status
	}{
		{"any of two, the first", []signature.Authority{byKey, byWorkflow}, 0, []sign{key}, signature.Satisfied},
		{"any of two, the other", []signature.Authority{byKey, byWorkflow}, 0, []sign{flow}, signature.Satisfied},
		{"any of two, neither", []signature.Authority{byKey, byWorkflow}, 0, []sign{keyTwo}, signature.Invalid},
		{"all of two, both", []signature.Authority{byKey, byWorkflow}, signature.All, []sign{flow, key}, signature.Satisfied},
		{"all of two, one", []signature.Authority{byKey, byWorkflow}, signature.All, []sign{key}, signature.Invalid},
		{"all of two, one twice", []signature.Authority{byKey, byWorkflow}, signature.All, []sign{key, key}, signature.Invalid},
		{"two of three", []signature.Authority{byKey, bySecond, byWorkflow}, 2, []sign{keyTwo, flow}, signature.Satisfied},
		{"two of three, one", []signature.Authority{byKey, bySecond, byWorkflow}, 2, []sign{keyTwo}, signature.Invalid},
		{"one signer for two authorities", []signature.Authority{byWorkflow, again}, 2, []sign{flow, flow}, signature.Invalid},
		{"two signers for two authorities", []signature.Authority{byWorkflow, again}, 2, []sign{flow, otherFlow}, signature.Satisfied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			image := w.repo.Push()
			var items []attached.Item
			for _, s := range tt.items {
				items = append(items, s(image.Digest))
			}
			w.repo.Attach(image.Digest, items...)
			policy := signed(tt.authorities...)
			policy.Trust[0].Threshold = tt.threshold
			if result := w.verify(image, policy); result.Status != tt.want {
				t.Errorf("got %s, want %s: %s", result.Status, tt.want, result.Signature.Message)
			}
		})
	}
}

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

// RELIABILITY 35: signed on an index is not signed on its images, unless the
// policy says so; and never the other way round.
func TestVerify_IndexAndImageAreTwoThings(t *testing.T) {
	w := newWorld(t)
	index, child := w.repo.PushIndex()
	alone := child
	alone.Index = ""
	w.repo.Attach(index.Digest, w.withKey().Cosign(t, w.payload(index.Digest)))
	_, signedChild := w.repo.PushIndex()
	w.repo.Attach(signedChild.Digest, w.withKey().Cosign(t, w.payload(signedChild.Digest)))
	above := signature.Image{Repository: w.repo.Name(), Digest: signedChild.Index}
	tests := []struct {
		name   string
		image  signature.Image
		covers bool
		want   signature.Status
	}{
		{"the signed index itself", index, false, signature.Satisfied},
		{"its image", child, false, signature.Unsigned},
		{"its image, where the index covers it", child, true, signature.Satisfied},
		{"its image asked for alone, where the index would cover it", alone, true, signature.Unsigned},
		{"a signed image through its unsigned index", signedChild, false, signature.Satisfied},
		{"the unsigned index of a signed image", above, false, signature.Unsigned},
		{"the unsigned index of a signed image, where an index covers", above, true, signature.Unsigned},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy := signed(w.byKey())
			policy.Trust[0].IndexCoversPlatforms = tt.covers
			result := w.verify(tt.image, policy)
			if result.Status != tt.want {
				t.Fatalf("got %s, want %s", result.Status, tt.want)
			}
			if tt.covers && result.Holds() && outcome(result).Accepted[0].Subject != index.Digest {
				t.Errorf("got %+v, want the subject to be the index", outcome(result).Accepted)
			}
		})
	}
	stranger := w.repo.Push()
	stranger.Index = index.Digest
	policy := signed(w.byKey())
	policy.Trust[0].IndexCoversPlatforms = true
	if _, err := verify.Verify(t.Context(), w.repo, stranger, policy); err == nil || !strings.Contains(err.Error(), "does not name") {
		t.Errorf("an image that the index does not name: got %v", err)
	}
}

// A signature for the index that hangs on the image is for something else.
func TestVerify_ASignatureForTheIndexOnTheImageDoesNotHold(t *testing.T) {
	w := newWorld(t)
	index, child := w.repo.PushIndex()
	w.repo.Attach(child.Digest, w.withKey().Cosign(t, w.payload(index.Digest)))
	policy := signed(w.byKey())
	policy.Trust[0].IndexCoversPlatforms = true
	if result := w.verify(child, policy); result.Status != signature.Invalid || outcome(result).Failures[0].Reason != signature.ReasonSubject {
		t.Errorf("got %+v", outcome(result))
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
		return v.Check(image, []attached.Set{{Digest: image.Digest, Items: []attached.Item{item}}})
	}
	for _, reference := range []string{w.repo.Name(), w.repo.Name() + ":1", w.repo.Name() + "@" + image.Digest} {
		if result := sign(reference, true); !result.Holds() {
			t.Errorf("%s: got %+v", reference, outcome(result))
		}
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

// broken is a repository of which some answers fail.
type broken struct {
	*signaturetest.Repository
	tag string // that fails; "referrers" for those
}

var errServer = errors.New("503 Service Unavailable")

func (b broken) Manifest(ctx context.Context, name string) (signature.Manifest, error) {
	if name == b.tag {
		return signature.Manifest{}, errServer
	}
	return b.Repository.Manifest(ctx, name)
}

func (b broken) Referrers(ctx context.Context, digest string) ([]signature.Descriptor, error) {
	if b.tag == "referrers" {
		return nil, errServer
	}
	return b.Repository.Referrers(ctx, digest)
}

// RELIABILITY 8, 32: a registry that fails is not an image without a signature;
// what holds elsewhere holds.
func TestVerify_AFailureOfTheRegistryIsNeverUnsigned(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	signedImage := w.repo.Push()
	w.repo.Attach(signedImage.Digest, w.withKey().Cosign(t, w.payload(signedImage.Digest)))
	for _, tag := range []string{attached.Tag(image.Digest, ".sig"), attached.Tag(image.Digest, ".att"), "referrers"} {
		result, err := verify.Verify(t.Context(), broken{w.repo, tag}, image, signed(w.byKey()))
		if err != nil {
			t.Fatal(err)
		}
		if result.Status != signature.Unavailable || len(result.Problems) != 1 {
			t.Errorf("%s: got %s with problems %v", tag, result.Status, result.Problems)
		}
	}
	result, err := verify.Verify(t.Context(), broken{w.repo, "referrers"}, signedImage, signed(w.byKey()))
	if err != nil || !result.Holds() || len(result.Problems) != 1 {
		t.Errorf("a valid one elsewhere: got %+v, %v", result, err)
	}
	_, child := w.repo.PushIndex()
	policy := signed(w.byKey())
	policy.Trust[0].IndexCoversPlatforms = true
	result, err = verify.Verify(t.Context(), broken{w.repo, child.Index}, child, policy)
	if err != nil || result.Status != signature.Unavailable {
		t.Errorf("an index that cannot be read: got %s, %v", result.Status, err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	result, err = verify.Verify(cancelled, w.repo, signedImage, signed(w.byKey()))
	if err != nil || result.Status != signature.Unavailable {
		t.Errorf("cancelled: got %s, %v", result.Status, err)
	}
}

// lying is a repository that sends another index than was asked for.
type lying struct {
	*signaturetest.Repository
	index string
	sends []byte
}

func (l lying) Manifest(ctx context.Context, name string) (signature.Manifest, error) {
	m, err := l.Repository.Manifest(ctx, name)
	if name == l.index {
		m.Bytes = l.sends
	}
	return m, err
}

// RELIABILITY 25: an index with other bytes than its digest names nothing.
func TestVerify_AnotherIndexThanWasAskedForDoesNotCount(t *testing.T) {
	w := newWorld(t)
	index, _ := w.repo.PushIndex()
	w.repo.Attach(index.Digest, w.withKey().Cosign(t, w.payload(index.Digest)))
	stranger := w.repo.Push()
	stranger.Index = index.Digest
	policy := signed(w.byKey())
	policy.Trust[0].IndexCoversPlatforms = true
	source := lying{w.repo, index.Digest, []byte(`{"manifests": [{"digest": "` + stranger.Digest + `"}]}`)}
	result, err := verify.Verify(t.Context(), source, stranger, policy)
	if err != nil || result.Status != signature.Unavailable {
		t.Errorf("got %s, %v", result.Status, err)
	}
}

func TestCheck_IgnoresWhatHangsOnSomethingElse(t *testing.T) {
	w := newWorld(t)
	image, other := w.repo.Push(), w.repo.Push()
	item := w.withKey().Cosign(t, w.payload(other.Digest))
	v, err := verify.New(signed(w.byKey()))
	if err != nil {
		t.Fatal(err)
	}
	if result := v.Check(image, []attached.Set{{Digest: other.Digest, Items: []attached.Item{item}}}); result.Status != signature.Unsigned {
		t.Errorf("got %s", result.Status)
	}
	image.Index = other.Digest // which the policy does not let cover it
	if result := v.Check(image, []attached.Set{{Digest: other.Digest, Items: []attached.Item{item}}}); result.Status != signature.Unsigned {
		t.Errorf("on its index: got %s", result.Status)
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
