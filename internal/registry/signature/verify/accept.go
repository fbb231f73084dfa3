package verify

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sigstore/sigstore-go/pkg/verify"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// accept says whether an authority has made a signature, and over this image.
// Of several keys the failure of the one that came furthest is told.
func (a authority) accept(c candidate, j judge) (signature.Proof, *signature.Failure) {
	if c.broken != nil {
		return signature.Proof{}, c.broken
	}
	var failure *signature.Failure
	for _, k := range a.checkers {
		made, failed := k.verify(&c)
		if failed != nil {
			failure = further(failure, failed)
			continue
		}
		if failed = c.concerns(j); failed != nil {
			return signature.Proof{}, failed
		}
		return c.proof(made), nil
	}
	return signature.Proof{}, failure
}

// verify checks everything about a signature but what it is over. A panic of a
// library on hostile bytes is a signature that does not hold.
func (k checker) verify(c *candidate) (made signature.Signer, failed *signature.Failure) {
	defer func() {
		if p := recover(); p != nil {
			failed = c.failure(signature.ReasonMalformed, fmt.Errorf("verifying it failed: %v", p))
		}
	}()
	verifier, err := verify.NewVerifier(k.materialFor(c), k.options...)
	if err != nil {
		return made, c.failure(signature.ReasonMalformed, err)
	}
	result, err := verifier.Verify(c.entity, k.policy(c))
	if err == nil {
		err = unambiguous(c)
	}
	if err != nil {
		reason, because := k.diagnose(verifier, c, err)
		return made, c.failure(reason, because)
	}
	return k.signer(result)
}

// policy is what sigstore-go asks beside the signature itself. What an
// envelope is about is asked by guard, which tells it from a bad signature.
func (k checker) policy(c *candidate) verify.PolicyBuilder {
	artifact := verify.WithoutArtifactUnsafe()
	if c.entity.GetDsseEnvelope() == nil {
		artifact = c.artifact()
	}
	if len(k.identities) == 0 {
		return verify.NewPolicy(artifact, verify.WithKey())
	}
	var options []verify.PolicyOption
	for _, identity := range k.identities {
		options = append(options, verify.WithCertificateIdentity(identity))
	}
	return verify.NewPolicy(artifact, options...)
}

// artifact is what a signature without an envelope must be over: cosign's
// payload, or the image's manifest, of which the digest is enough.
func (c *candidate) artifact() verify.ArtifactPolicyOption {
	if c.item.Kind == attached.CosignSignature {
		return verify.WithArtifact(bytes.NewReader(c.item.Bytes))
	}
	return verify.WithArtifactDigest("sha256", c.digest())
}

// digest gives the bytes of the digest on which it hangs, which was found to be
// well-formed before anything was looked for.
func (c *candidate) digest() []byte {
	raw, _ := hex.DecodeString(strings.TrimPrefix(c.subject, "sha256:"))
	return raw
}

// concerns says that something else is signed than the digest on which it
// hangs.
func (c *candidate) concerns(j judge) *signature.Failure {
	switch {
	case c.item.Kind == attached.CosignSignature:
		return c.payloadConcerns(j)
	case j.sameRepository && c.isSignature():
		return c.failure(signature.ReasonReference, errNoRepository)
	case c.entity.GetDsseEnvelope() == nil:
		return nil // the signature is over the digest itself
	case !slices.Contains(c.statement.Subjects, c.subject):
		return c.failure(signature.ReasonSubject, fmt.Errorf("it is about %s, not about %s", strings.Join(c.statement.Subjects, ", "), c.subject))
	}
	return nil
}

func (c *candidate) proof(made signature.Signer) signature.Proof {
	proof := signature.Proof{Where: c.item.Where, Subject: c.subject, Signer: made}
	if c.statement.Type != "" {
		proof.Statement = &c.statement
	}
	return proof
}

// signer reads from a result who signed, and when at the latest.
func (k checker) signer(result *verify.VerificationResult) (signature.Signer, *signature.Failure) {
	made := signature.Signer{KeyHash: k.keyHash, Time: earliest(result.VerifiedTimestamps)}
	if result.Signature == nil || result.Signature.Certificate == nil {
		return made, nil
	}
	summary := result.Signature.Certificate
	made.Issuer, made.Subject = summary.Issuer, summary.SubjectAlternativeName
	data, err := json.Marshal(summary.Extensions)
	if err == nil {
		err = json.Unmarshal(data, &made.Extensions)
	}
	if err != nil {
		return made, &signature.Failure{Reason: signature.ReasonMalformed, Message: err.Error()}
	}
	delete(made.Extensions, "issuer")
	return made, nil
}

func earliest(list []verify.TimestampVerificationResult) time.Time {
	var first time.Time
	for _, t := range list {
		if first.IsZero() || t.Timestamp.Before(first) {
			first = t.Timestamp
		}
	}
	return first.UTC()
}

var errSeveralSubjects = errors.New("the certificate has several subjects, so it is not clear whose it is")

var errNoRepository = errors.New("it is a bundle, which does not say for which repository it is signed; same_repository demands that")

// unambiguous refuses a certificate of which sigstore-go has compared one subject of
// several.
func unambiguous(c *candidate) error {
	content, err := c.entity.VerificationContent()
	if err != nil {
		return err
	}
	if leaf := content.Certificate(); leaf != nil && severalSubjects(leaf) {
		return errSeveralSubjects
	}
	return nil
}

func severalSubjects(leaf *x509.Certificate) bool {
	return len(leaf.URIs)+len(leaf.EmailAddresses)+len(leaf.DNSNames)+len(leaf.IPAddresses) > 1
}
