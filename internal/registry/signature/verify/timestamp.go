package verify

import (
	"github.com/sigstore/sigstore-go/pkg/root"

	"guard/internal/registry/signature/attached"
)

// materialFor gives what is trusted for one signature.
func (k checker) materialFor(c *candidate) root.TrustedMaterial {
	if c.item.Kind == attached.CosignAttestation {
		return envelopeTimestamps{TrustedMaterial: k.material, envelope: c.item.Bytes}
	}
	return k.material
}

// envelopeTimestamps accepts timestamps over a whole envelope too: cosign 2
// has attestations stamped so, where bundles have the signature stamped. The
// envelope holds the signature, so neither can be of another one.
type envelopeTimestamps struct {
	root.TrustedMaterial
	envelope []byte
}

// TimestampingAuthorities gives the trusted ones.
func (e envelopeTimestamps) TimestampingAuthorities() []root.TimestampingAuthority {
	var list []root.TimestampingAuthority
	for _, authority := range e.TrustedMaterial.TimestampingAuthorities() {
		list = append(list, envelopeTimestamp{authority, e.envelope})
	}
	return list
}

type envelopeTimestamp struct {
	root.TimestampingAuthority
	envelope []byte
}

// Verify accepts a timestamp over the signature or over the envelope.
func (e envelopeTimestamp) Verify(stamp, made []byte) (*root.Timestamp, error) {
	if at, err := e.TimestampingAuthority.Verify(stamp, made); err == nil {
		return at, nil
	}
	return e.TimestampingAuthority.Verify(stamp, e.envelope)
}
