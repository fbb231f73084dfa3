package verify_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/signature/verify"
)

// Whatever is damaged in a stranger's signatures, it does not hold, and nothing
// panics. (A fuzz target would have all of Sigstore compiled anew for its
// counters, which takes minutes.)
func TestCheck_NoDamageMakesAStrangersSignatureHold(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	trusted := []signature.Authority{w.byKey(), w.byWorkflow()}
	policy := signed(trusted...)
	policy.Trust[0].Threshold = 0
	policy.Trust[0].Attestations = attestedTo(trusted...).Trust[0].Attestations
	v, err := verify.New(policy)
	if err != nil {
		t.Fatal(err)
	}
	stranger := w.with(w.authority.Issue(signaturetest.Holder{URI: "https://evil.tld", Issuer: issuer}), w.authority)
	stranger.Stamp = w.authority
	payload := signaturetest.Statement(t, statement.TypeV1, signature.PredicateProvenanceV1, image.Digest, map[string]any{})
	items := []attached.Item{stranger.Cosign(t, w.payload(image.Digest)), stranger.Attest(t, payload), stranger.Bundle(t, payload)}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 1500 {
		item := damaged(random, items[round%len(items)])
		result := v.Check(t.Context(), image, []attached.Set{{Digest: image.Digest, Items: []attached.Item{item}}})
		if result.Signature.Status == signature.Satisfied || result.Attestations[0].Status == signature.Satisfied {
			t.Fatalf("round %d is accepted: %s %v", round, item.Bytes, item.Annotations)
		}
	}
}

// damaged changes some bytes of an item, in its bytes and annotations alike.
func damaged(random *rand.Rand, item attached.Item) attached.Item {
	annotations, err := json.Marshal(item.Annotations)
	if err != nil {
		panic(err)
	}
	item.Bytes = damage(random, item.Bytes)
	var kept map[string]string
	if json.Unmarshal(damage(random, annotations), &kept) == nil {
		item.Annotations = kept
	}
	return item
}

// pieces are what parsers stumble over.
var pieces = []string{"", "null", "{}", "[]", `""`, "0", "-1", "1e999", `"\u0000"`, "AAAA", "}"}

func damage(random *rand.Rand, data []byte) []byte {
	data = bytes.Clone(data)
	for range random.IntN(3) {
		at := random.IntN(len(data))
		if random.IntN(2) == 0 {
			data[at] ^= byte(1 << random.IntN(8))
			continue
		}
		end := min(len(data), at+random.IntN(40))
		data = slices.Concat(data[:at], []byte(pieces[random.IntN(len(pieces))]), data[end:])
		if len(data) == 0 {
			return []byte("x")
		}
	}
	return data
}
