package verify

import (
	"errors"
	"fmt"

	"github.com/sigstore/sigstore-go/pkg/bundle"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/statement"
)

// candidate is something attached that has been read and not yet verified.
type candidate struct {
	item    attached.Item
	subject string // the digest on which it hangs
	entity  *bundle.Bundle
	// statement is what the envelope says; empty for a signature over a digest.
	statement signature.Statement
	// broken is why it could not be read; nil where it could.
	broken *signature.Failure
}

// newCandidate reads an item. A panic of a library on hostile bytes breaks the
// item and nothing else.
func newCandidate(item attached.Item, subject string) (c candidate) {
	c = candidate{item: item, subject: subject}
	defer func() {
		if p := recover(); p != nil {
			c.broken = c.failure(signature.ReasonMalformed, fmt.Errorf("reading it failed: %v", p))
		}
	}()
	reason, err := c.read()
	if err != nil {
		c.broken = c.failure(reason, err)
	}
	return c
}

func (c *candidate) read() (signature.Reason, error) {
	var err error
	switch c.item.Kind {
	case attached.CosignSignature:
		c.entity, err = cosignSignature(c.item)
	case attached.CosignAttestation:
		c.entity, err = cosignAttestation(c.item)
	case attached.Bundle:
		c.entity = &bundle.Bundle{}
		err = c.entity.UnmarshalJSON(c.item.Bytes)
	default:
		err = fmt.Errorf("kind %q is not known", c.item.Kind)
	}
	if err != nil {
		return signature.ReasonMalformed, err
	}
	return c.readStatement()
}

// readStatement reads what the envelope holds. Whether it is signed is asked
// later, of the same bytes.
func (c *candidate) readStatement() (signature.Reason, error) {
	envelope := c.entity.GetDsseEnvelope()
	if envelope == nil {
		if c.entity.GetMessageSignature() == nil {
			return signature.ReasonMalformed, errors.New("there is neither an envelope nor a signature in it")
		}
		return "", nil
	}
	if envelope.GetPayloadType() != statement.PayloadType {
		return signature.ReasonPayloadType, fmt.Errorf("the payload type is %q; %s is expected", envelope.GetPayloadType(), statement.PayloadType)
	}
	var err error
	c.statement, err = statement.Parse(envelope.GetPayload())
	return signature.ReasonStatement, err
}

// isSignature tells whether it says no more than that somebody signed: a
// signature over a digest, or cosign's statement of that. Any other statement
// is an attestation.
func (c *candidate) isSignature() bool {
	return c.statement.PredicateType == "" || c.statement.PredicateType == signature.PredicateCosignSign
}

// mayBe tells whether it is of a type. What could not be read may be what was
// looked for.
func (c *candidate) mayBe(predicateType string) bool {
	wanted := predicateType == signature.PredicateCosignSign
	switch {
	case c.item.Kind == attached.CosignSignature:
		return wanted
	case c.broken != nil && c.item.Kind == attached.CosignAttestation:
		return !wanted
	case c.broken != nil:
		return true
	case wanted:
		return c.isSignature()
	}
	return c.statement.PredicateType == predicateType
}

// maxMessage bounds what of an error is kept: libraries quote what they read.
const maxMessage = 500

func (c *candidate) failure(reason signature.Reason, err error) *signature.Failure {
	message := err.Error()
	if len(message) > maxMessage {
		message = message[:maxMessage] + "…"
	}
	return &signature.Failure{Where: c.item.Where, Reason: reason, Message: message}
}
