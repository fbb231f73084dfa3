package signaturetest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"testing"
	"time"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	"google.golang.org/protobuf/encoding/protojson"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/statement"
)

// The media types of bundles.
const (
	BundleV01 = "application/vnd.dev.sigstore.bundle+json;version=0.1"
	BundleV02 = "application/vnd.dev.sigstore.bundle+json;version=0.2"
	// BundleV03Old is how the first clients wrote the third version.
	BundleV03Old = "application/vnd.dev.sigstore.bundle+json;version=0.3"
	BundleV03    = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// Signing is how something is signed.
type Signing struct {
	Signer Signer
	Logs   []*Authority // that log it
	Stamp  *Authority   // that stamps it; nil: nobody
	At     time.Time    // when all of them do; zero: now
	// Version of the bundle; empty: 0.3.
	Version string
	// PayloadType of the envelope; empty: that of statements.
	PayloadType string
}

// Payload is what cosign signs of an image.
func Payload(t testing.TB, reference, digest string) []byte {
	t.Helper()
	data, err := json.Marshal(object{
		"critical": object{
			"identity": object{"docker-reference": reference}, "image": object{"docker-manifest-digest": digest},
			"type": "cosign container image signature",
		},
		"optional": nil,
	})
	must(t, err)
	return data
}

// Statement is an in-toto statement of a version about a digest.
func Statement(t testing.TB, version, predicateType, digest string, predicate any) []byte {
	t.Helper()
	data, err := json.Marshal(object{
		"_type": version, "predicateType": predicateType, "predicate": predicate,
		"subject": []object{{"name": "image", "digest": object{"sha256": digest[len("sha256:"):]}}},
	})
	must(t, err)
	return data
}

// Cosign signs a payload as cosign does behind the tag .sig.
func (s Signing) Cosign(t testing.TB, payload []byte) attached.Item {
	t.Helper()
	made := s.Signer.Sign(t, payload)
	item := attached.Item{Kind: attached.CosignSignature, Bytes: payload, Annotations: s.annotations()}
	item.Annotations["dev.cosignproject.cosign/signature"] = base64.StdEncoding.EncodeToString(made)
	for _, log := range s.Logs {
		item.Annotations["dev.sigstore.cosign/bundle"] = log.logSignature(s.Signer, payload, made, s.at(log)).annotation(log)
	}
	s.stamp(t, item, made)
	return item
}

// Attest signs a statement as cosign does behind the tag .att.
func (s Signing) Attest(t testing.TB, payload []byte) attached.Item {
	t.Helper()
	envelope, made := s.envelope(t, payload)
	item := attached.Item{Kind: attached.CosignAttestation, Bytes: envelope, Annotations: s.annotations()}
	item.Annotations["dev.cosignproject.cosign/signature"] = ""
	for _, log := range s.Logs {
		item.Annotations["dev.sigstore.cosign/bundle"] = log.logEnvelope(s.Signer.verifierPEM(t), envelope, payload, made, s.at(log)).annotation(log)
	}
	s.stamp(t, item, envelope)
	return item
}

// Bundle signs a statement and makes a Sigstore bundle of it.
func (s Signing) Bundle(t testing.TB, payload []byte) attached.Item {
	t.Helper()
	envelope, made := s.envelope(t, payload)
	material := s.material(t, made)
	for _, log := range s.Logs {
		material.TlogEntries = append(material.TlogEntries, log.logEnvelope(s.Signer.verifierPEM(t), envelope, payload, made, s.at(log)).proto(log))
	}
	return s.item(t, &protobundle.Bundle{VerificationMaterial: material, Content: &protobundle.Bundle_DsseEnvelope{DsseEnvelope: &protodsse.Envelope{
		Payload: payload, PayloadType: s.payloadType(), Signatures: []*protodsse.Signature{{Sig: made}},
	}}})
}

// MessageBundle signs an image's manifest and makes a Sigstore bundle of it.
func (s Signing) MessageBundle(t testing.TB, manifest []byte) attached.Item {
	t.Helper()
	made := s.Signer.Sign(t, manifest)
	material := s.material(t, made)
	for _, log := range s.Logs {
		material.TlogEntries = append(material.TlogEntries, log.logSignature(s.Signer, manifest, made, s.at(log)).proto(log))
	}
	sum := sha256.Sum256(manifest)
	return s.item(t, &protobundle.Bundle{VerificationMaterial: material, Content: &protobundle.Bundle_MessageSignature{
		MessageSignature: &protocommon.MessageSignature{
			MessageDigest: &protocommon.HashOutput{Algorithm: protocommon.HashAlgorithm_SHA2_256, Digest: sum[:]}, Signature: made,
		},
	}})
}

func (s Signing) item(t testing.TB, made *protobundle.Bundle) attached.Item {
	t.Helper()
	made.MediaType = s.Version
	if made.MediaType == "" {
		made.MediaType = BundleV03
	}
	data, err := protojson.Marshal(made)
	must(t, err)
	return attached.Item{Kind: attached.Bundle, Bytes: data}
}

func (s Signing) material(t testing.TB, made []byte) *protobundle.VerificationMaterial {
	t.Helper()
	material := &protobundle.VerificationMaterial{Content: &protobundle.VerificationMaterial_PublicKey{
		PublicKey: &protocommon.PublicKeyIdentifier{Hint: signature.KeyHash(s.Signer.Key.Public())},
	}}
	if c := s.Signer.Certificate; c != nil {
		leaf := &protocommon.X509Certificate{RawBytes: c.Raw}
		material.Content = &protobundle.VerificationMaterial_Certificate{Certificate: leaf}
		if s.Version == BundleV01 || s.Version == BundleV02 { // which have it in a chain
			material.Content = &protobundle.VerificationMaterial_X509CertificateChain{X509CertificateChain: &protocommon.X509CertificateChain{Certificates: []*protocommon.X509Certificate{leaf}}}
		}
	}
	if s.Stamp != nil {
		material.TimestampVerificationData = &protobundle.TimestampVerificationData{
			Rfc3161Timestamps: []*protocommon.RFC3161SignedTimestamp{{SignedTimestamp: s.Stamp.Stamp(made, s.at(s.Stamp))}},
		}
	}
	return material
}

func (s Signing) envelope(t testing.TB, payload []byte) (envelope, made []byte) {
	t.Helper()
	made = s.Signer.Sign(t, statement.Encoding(s.payloadType(), payload))
	envelope, err := json.Marshal(statement.Envelope{
		PayloadType: s.payloadType(), Payload: base64.StdEncoding.EncodeToString(payload),
		Signatures: []statement.Signature{{Sig: base64.StdEncoding.EncodeToString(made)}},
	})
	must(t, err)
	return envelope, made
}

func (s Signing) payloadType() string {
	if s.PayloadType == "" {
		return statement.PayloadType
	}
	return s.PayloadType
}

func (s Signing) annotations() map[string]string {
	annotations := map[string]string{}
	if c := s.Signer.Certificate; c != nil {
		annotations["dev.sigstore.cosign/certificate"] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return annotations
}

func (s Signing) stamp(t testing.TB, item attached.Item, over []byte) {
	t.Helper()
	if s.Stamp == nil {
		return
	}
	data, err := json.Marshal(object{"SignedRFC3161Timestamp": s.Stamp.Stamp(over, s.at(s.Stamp))})
	must(t, err)
	item.Annotations["dev.sigstore.cosign/rfc3161timestamp"] = string(data)
}

func (s Signing) at(log *Authority) time.Time {
	if s.At.IsZero() {
		return log.Now
	}
	return s.At
}
