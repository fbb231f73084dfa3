package verify_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

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
		result := v.Check(t.Context(), image, []attached.Set{{Digest: image.Digest, Items: items}})
		if got := outcome(result); !result.Holds() || len(got.Accepted) != 1 || len(got.Failures) != len(items)-1 {
			t.Fatalf("got %s, %d accepted and %d failures", result.Status, len(got.Accepted), len(got.Failures))
		}
	}
	without := slices.DeleteFunc(slices.Clone(items), func(i attached.Item) bool {
		return i.Annotations["dev.cosignproject.cosign/signature"] == valid.Annotations["dev.cosignproject.cosign/signature"]
	})
	if result := v.Check(t.Context(), image, []attached.Set{{Digest: image.Digest, Items: without}}); result.Status != signature.Invalid {
		t.Errorf("without the valid one: got %s", result.Status)
	}
}

// sum is a result without what may depend on the order: it names what was
// accepted, and why the rest was not.
func sum(r signature.Result) (status signature.Status, lines []string) {
	for _, o := range r.Attestations[0].Authorities {
		for _, p := range o.Accepted {
			lines = append(lines, o.Authority+" accepts "+p.Signer.KeyHash+p.Signer.Subject)
		}
		for _, f := range o.Failures {
			lines = append(lines, o.Authority+" refuses "+string(f.Reason))
		}
	}
	slices.Sort(lines)
	return r.Status, lines
}

// RELIABILITY 36: with one that holds or without, for attestations of every
// form too, the order changes nothing.
func TestVerify_TheOrderOfAttestationsChangesNothing(t *testing.T) {
	w := newWorld(t)
	image, other := w.repo.Push(), w.repo.Push()
	stranger := w.with(w.authority.Issue(signaturetest.Holder{URI: "https://evil.tld", Issuer: issuer}), w.authority)
	invalid := []attached.Item{
		w.with(signaturetest.NewSigner(t)).Bundle(t, w.provenance(image.Digest)), stranger.Bundle(t, w.provenance(image.Digest)), stranger.Attest(t, w.provenance(image.Digest)),
		w.withKey().Attest(t, w.provenance(other.Digest)), w.withWorkflow().Bundle(t, w.provenance(other.Digest)), w.with(w.workflow).Bundle(t, w.provenance(image.Digest)),
		{Kind: attached.Bundle, Bytes: []byte("{}")}, {Kind: attached.CosignAttestation, Bytes: []byte("<")},
	}
	v, err := verify.New(attestedTo(w.byKey(), w.byWorkflow()))
	if err != nil {
		t.Fatal(err)
	}
	for want, valid := range map[signature.Status][]attached.Item{
		signature.Invalid:   nil,
		signature.Satisfied: {w.withKey().Attest(t, w.provenance(image.Digest)), w.withWorkflow().Bundle(t, w.provenance(image.Digest))},
	} {
		items := slices.Concat(valid, invalid)
		status, lines := sum(v.Check(t.Context(), image, []attached.Set{{Digest: image.Digest, Items: items}}))
		if status != want {
			t.Errorf("got %s, want %s: %v", status, want, lines)
		}
		for range 20 {
			rand.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
			again, others := sum(v.Check(t.Context(), image, []attached.Set{{Digest: image.Digest, Items: items}}))
			if again != status || !slices.Equal(others, lines) {
				t.Fatalf("got %s %v, want %s %v", again, others, status, lines)
			}
		}
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

func TestCheck_IgnoresWhatHangsOnSomethingElse(t *testing.T) {
	w := newWorld(t)
	image, other := w.repo.Push(), w.repo.Push()
	item := w.withKey().Cosign(t, w.payload(other.Digest))
	v, err := verify.New(signed(w.byKey()))
	if err != nil {
		t.Fatal(err)
	}
	if result := v.Check(t.Context(), image, []attached.Set{{Digest: other.Digest, Items: []attached.Item{item}}}); result.Status != signature.Unsigned {
		t.Errorf("got %s", result.Status)
	}
	image.Index = other.Digest // which the policy does not let cover it
	if result := v.Check(t.Context(), image, []attached.Set{{Digest: other.Digest, Items: []attached.Item{item}}}); result.Status != signature.Unsigned {
		t.Errorf("on its index: got %s", result.Status)
	}
}
