package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// reasons orders what may be wrong: a signature that fails later has come
// further.
var reasons = []signature.Reason{
	signature.ReasonMalformed, signature.ReasonPayloadType, signature.ReasonKind, signature.ReasonSubject, signature.ReasonSignature, signature.ReasonIdentity,
	signature.ReasonKeyPeriod, signature.ReasonCertificate, signature.ReasonLog, signature.ReasonTimestamp, signature.ReasonTransparency,
}

// further gives the failure of the key that a signature came closer to.
func further(a, b *signature.Failure) *signature.Failure {
	if a == nil || slices.Index(reasons, b.Reason) > slices.Index(reasons, a.Reason) {
		return b
	}
	return a
}

// diagnose says why a signature was refused. sigstore-go's errors are texts, so
// its steps are asked one by one; nothing here makes a signature hold.
func (k checker) diagnose(verifier *verify.Verifier, c *candidate, refused error) (signature.Reason, error) {
	d := diagnosis{checker: k, verifier: verifier, candidate: c}
	for _, step := range []struct {
		reason signature.Reason
		ask    func() error
	}{
		{signature.ReasonMalformed, d.open},
		{signature.ReasonKind, d.kind},
		{signature.ReasonSubject, d.subject},
		{signature.ReasonSignature, d.signature},
		{signature.ReasonIdentity, d.identity},
		{d.periodReason(), d.period},
		{signature.ReasonLog, d.log},
		{signature.ReasonTimestamp, d.timestamps},
		{d.periodReason(), d.validThen},
		{signature.ReasonTransparency, d.transparency},
	} {
		if err := step.ask(); err != nil {
			return step.reason, err
		}
	}
	return signature.ReasonSignature, refused
}

// diagnosis walks through the steps of sigstore-go's verification.
type diagnosis struct {
	checker   checker
	verifier  *verify.Verifier
	candidate *candidate
	content   verify.VerificationContent
	times     []verify.TimestampVerificationResult
	logTimes  []verify.TimestampVerificationResult
}

func (d *diagnosis) open() (err error) {
	d.content, err = d.candidate.entity.VerificationContent()
	return err
}

func (d *diagnosis) byKey() bool { return len(d.checker.identities) == 0 }

func (d *diagnosis) kind() error {
	signedByKey := d.content.Certificate() == nil
	switch {
	case d.byKey() && !signedByKey:
		return errors.New("it is signed with a certificate, not with a key")
	case !d.byKey() && signedByKey:
		return errors.New("it is signed with a key, not with a certificate")
	}
	return nil
}

// subject asks of a signature over a manifest whether it is this one.
func (d *diagnosis) subject() error {
	message := d.candidate.entity.GetMessageSignature()
	if d.candidate.item.Kind != attached.Bundle || message == nil {
		return nil
	}
	if signed := message.GetMessageDigest().GetDigest(); !bytes.Equal(signed, d.candidate.digest()) {
		return fmt.Errorf("it is about sha256:%x, not about %s", signed, d.candidate.subject)
	}
	return nil
}

func (d *diagnosis) signature() error {
	content, err := d.candidate.entity.SignatureContent()
	if err != nil {
		return err
	}
	switch item := d.candidate.item; {
	case content.EnvelopeContent() != nil:
		return verify.VerifySignature(content, d.content, d.checker.material)
	case item.Kind == attached.CosignSignature:
		return verify.VerifySignatureWithArtifacts(content, d.content, d.checker.material, []io.Reader{bytes.NewReader(item.Bytes)})
	}
	digest := []verify.ArtifactDigest{{Algorithm: "sha256", Digest: d.candidate.digest()}}
	return verify.VerifySignatureWithArtifactDigests(content, d.content, d.checker.material, digest)
}

func (d *diagnosis) identity() error {
	leaf := d.content.Certificate()
	if leaf == nil {
		return nil
	}
	if severalSubjects(leaf) {
		return errSeveralSubjects
	}
	summary, err := certificate.SummarizeCertificate(leaf)
	if err != nil {
		return err
	}
	_, err = d.checker.identities.Verify(summary)
	return err
}

func (d *diagnosis) periodReason() signature.Reason {
	if d.byKey() {
		return signature.ReasonKeyPeriod
	}
	return signature.ReasonCertificate
}

// period asks whether the time that a log gives is one at which the key or
// certificate was valid.
func (d *diagnosis) period() error {
	entries, err := d.candidate.entity.TlogEntries()
	if err != nil {
		return nil // told by the log's own step
	}
	for _, entry := range entries {
		at := entry.IntegratedTime()
		if !at.IsZero() && !d.content.ValidAtTime(at, d.checker.material) {
			return fmt.Errorf("it was logged at %s, when what signed it was not valid", at.UTC())
		}
	}
	return nil
}

func (d *diagnosis) log() (err error) {
	d.logTimes, err = d.verifier.VerifyTransparencyLogInclusion(d.candidate.entity)
	return err
}

func (d *diagnosis) timestamps() (err error) {
	d.times, err = d.verifier.VerifyObserverTimestamps(d.candidate.entity, d.logTimes)
	return err
}

// validThen asks whether the key or certificate was valid at every proved time.
func (d *diagnosis) validThen() error {
	leaf := d.content.Certificate()
	for _, at := range d.times {
		if leaf == nil && !d.content.ValidAtTime(at.Timestamp, d.checker.material) {
			return fmt.Errorf("it was made at %s, outside of the key's period", at.Timestamp.UTC())
		}
		if leaf == nil {
			continue
		}
		if _, err := verify.VerifyLeafCertificate(at.Timestamp, leaf, d.checker.material); err != nil {
			return err
		}
	}
	return nil
}

func (d *diagnosis) transparency() error {
	leaf := d.content.Certificate()
	if leaf == nil || !d.checker.sct || len(d.times) == 0 {
		return nil
	}
	chains, err := verify.VerifyLeafCertificate(d.times[0].Timestamp, leaf, d.checker.material)
	if err != nil {
		return err
	}
	return verify.VerifySignedCertificateTimestamp(chains, 1, d.checker.material)
}
