package verify_test

import (
	"testing"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/signaturetest"
)

// RELIABILITY 35: an intermediate certificate that has ended vouches for what
// was signed before, and for nothing after, however valid the certificate below
// it is; also where no log, but a timestamp authority says when that was.
func TestVerify_AnIntermediateCertificateThatHasEnded(t *testing.T) {
	withoutLog := 0
	for _, s := range shapes {
		if s.is.has(keyed) {
			continue
		}
		if !s.is.has(logged) {
			withoutLog++
		}
		for _, after := range []bool{true, false} {
			name := s.name + "/signed before"
			if after {
				name = s.name + "/signed after"
			}
			t.Run(name, func(t *testing.T) {
				w := newWorld(t)
				end := w.authority.Now.Add(-20 * time.Minute)
				w.authority.LimitIntermediate(end)
				if w.at = end.Add(-time.Minute); after {
					w.at = end.Add(time.Minute)
				}
				w.workflow = w.authority.Issue(signaturetest.Holder{
					URI: workflow, Issuer: issuer, NotBefore: w.at.Add(-5 * time.Minute), NotAfter: w.authority.Now.Add(time.Hour),
				})
				image := w.repo.Push()
				w.repo.Attach(image.Digest, s.sign(w, image.Digest))
				result := w.verify(image, s.policy(w))
				if result.Holds() == after {
					t.Fatalf("got %s: %+v", result.Status, outcome(result))
				}
				if after && (result.Status != signature.Invalid || outcome(result).Failures[0].Reason != signature.ReasonCertificate) {
					t.Errorf("got %s: %+v", result.Status, outcome(result))
				}
			})
		}
	}
	if withoutLog < 3 {
		t.Errorf("only %d shapes are in no log", withoutLog)
	}
}
