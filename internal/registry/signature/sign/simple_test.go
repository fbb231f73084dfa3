package sign_test

import (
	"slices"
	"testing"

	"github.com/sigstore/cosign/v2/pkg/cosign"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// signedBy demands the signature of a key.
func signedBy(t *testing.T, key sign.Key) signature.Policy {
	t.Helper()
	public, err := key.PublicPEM()
	check(t, err)
	return signature.Policy{Trust: []signature.Trust{{Images: []string{"**"}, SameRepository: true, Authorities: []signature.Authority{{Name: "key", Keys: []signature.Key{{PEM: public}}, NoTransparencyLog: true}}}}}
}

// What is signed in cosign 2's form counts for guard and for cosign's own
// library, for this image and this key alone; several hang side by side.
func TestAttachSignature(t *testing.T) {
	pair, stranger := newCosignKey(t), newCosignKey(t)
	key, other := load(t, pair.bytes.PrivateBytes), load(t, stranger.bytes.PrivateBytes)
	for where, repo := range repositories(t) {
		t.Run(where, func(t *testing.T) {
			image, unsigned := repo.Push(), repo.Push()
			for _, k := range []sign.Key{other, key} {
				_, err := sign.AttachSignature(t.Context(), repo, image, k)
				check(t, err)
			}
			foreign := repo.Push()
			_, err := sign.AttachSignature(t.Context(), repo, foreign, other)
			check(t, err)
			for _, c := range []struct {
				image signature.Image
				want  signature.Status
			}{{image, signature.Satisfied}, {unsigned, signature.Unsigned}, {foreign, signature.Invalid}} {
				result, err := verify.Verify(t.Context(), repo, c.image, signedBy(t, key))
				if err != nil || result.Status != c.want {
					t.Errorf("got %+v, %v, want %s", result, err, c.want)
				}
				_, _, theirs := cosign.VerifyImageSignatures(t.Context(), digestOf(t, c.image), &cosign.CheckOpts{
					SigVerifier: pair.signer, ClaimVerifier: cosign.SimpleClaimVerifier, IgnoreTlog: true, IgnoreSCT: true, Offline: true,
				})
				if (theirs == nil) != (c.want == signature.Satisfied) {
					t.Errorf("cosign says %v, want %s", theirs, c.want)
				}
			}
		})
	}
	if _, err := sign.AttachSignature(t.Context(), signaturetest.NewRepository(t), signature.Image{Repository: "x.example.com/a", Digest: "latest"}, key); err == nil {
		t.Error("a tag is signed")
	}
}

func TestCosign_AcceptsGuardsSignature(t *testing.T) {
	cosign := newCosign(t)
	key := load(t, cosign.Read("k.key"))
	repo := signaturetest.NewRepository(t)
	image, other := repo.Push(), repo.Push()
	_, err := sign.AttachSignature(t.Context(), repo, image, key)
	check(t, err)
	accept := []string{"verify", "--key", "k.pub", "--insecure-ignore-tlog", "--private-infrastructure"}
	cosign.Run(slices.Concat(accept, []string{image.Repository + "@" + image.Digest})...)
	if out, err := cosign.Try(slices.Concat(accept, []string{other.Repository + "@" + other.Digest})...); err == nil {
		t.Errorf("cosign accepts another image:\n%s", out)
	}
}
