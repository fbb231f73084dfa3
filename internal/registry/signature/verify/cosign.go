package verify

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	cosignbundle "github.com/sigstore/cosign/v2/pkg/cosign/bundle"
	"github.com/sigstore/cosign/v2/pkg/oci/static"
	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"

	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/statement"
)

// mediaTypeV01 is the version of bundles that may hold a promise of the log
// without a proof, as cosign's annotations do.
const mediaTypeV01 = "application/vnd.dev.sigstore.bundle+json;version=0.1"

// cosignSignature makes a bundle of a layer that cosign has signed: the
// signature is in the annotations and is made over the layer.
func cosignSignature(item attached.Item) (*bundle.Bundle, error) {
	made, err := base64.StdEncoding.DecodeString(item.Annotations[static.SignatureAnnotationKey])
	if err != nil {
		return nil, fmt.Errorf("read annotation %s: %w", static.SignatureAnnotationKey, err)
	}
	if len(made) == 0 {
		return nil, fmt.Errorf("annotation %s is missing", static.SignatureAnnotationKey)
	}
	material, err := verificationMaterial(item.Annotations)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(item.Bytes)
	return bundle.NewBundle(&protobundle.Bundle{
		MediaType:            mediaTypeV01,
		VerificationMaterial: material,
		Content: &protobundle.Bundle_MessageSignature{MessageSignature: &protocommon.MessageSignature{
			MessageDigest: &protocommon.HashOutput{Algorithm: protocommon.HashAlgorithm_SHA2_256, Digest: sum[:]},
			Signature:     made,
		}},
	})
}

// cosignAttestation makes a bundle of a layer that is an envelope.
func cosignAttestation(item attached.Item) (*bundle.Bundle, error) {
	envelope, err := statement.ParseEnvelope(item.Bytes)
	if err != nil {
		return nil, err
	}
	content, err := protoEnvelope(envelope)
	if err != nil {
		return nil, err
	}
	material, err := verificationMaterial(item.Annotations)
	if err != nil {
		return nil, err
	}
	return bundle.NewBundle(&protobundle.Bundle{
		MediaType:            mediaTypeV01,
		VerificationMaterial: material,
		Content:              &protobundle.Bundle_DsseEnvelope{DsseEnvelope: content},
	})
}

func protoEnvelope(e statement.Envelope) (*protodsse.Envelope, error) {
	payload, err := e.Decode()
	if err != nil {
		return nil, err
	}
	made := &protodsse.Envelope{PayloadType: e.PayloadType, Payload: payload}
	for _, s := range e.Signatures {
		raw, err := base64.StdEncoding.DecodeString(s.Sig)
		if err != nil {
			return nil, fmt.Errorf("read signature of DSSE envelope: %w", err)
		}
		made.Signatures = append(made.Signatures, &protodsse.Signature{Sig: raw, Keyid: s.KeyID})
	}
	return made, nil
}

// verificationMaterial reads what cosign writes beside a signature: the
// certificate, the entry of the log, the timestamp. Intermediate certificates
// are not read: the trusted root has them.
func verificationMaterial(annotations map[string]string) (*protobundle.VerificationMaterial, error) {
	material := &protobundle.VerificationMaterial{
		Content: &protobundle.VerificationMaterial_PublicKey{PublicKey: &protocommon.PublicKeyIdentifier{}},
	}
	if text := annotations[static.CertificateAnnotationKey]; text != "" {
		block, _ := pem.Decode([]byte(text))
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("annotation %s holds no certificate", static.CertificateAnnotationKey)
		}
		material.Content = &protobundle.VerificationMaterial_Certificate{Certificate: &protocommon.X509Certificate{RawBytes: block.Bytes}}
	}
	var err error
	if material.TlogEntries, err = logEntries(annotations[static.BundleAnnotationKey]); err != nil {
		return nil, fmt.Errorf("annotation %s: %w", static.BundleAnnotationKey, err)
	}
	if material.TimestampVerificationData, err = timestamps(annotations[static.RFC3161TimestampAnnotationKey]); err != nil {
		return nil, fmt.Errorf("annotation %s: %w", static.RFC3161TimestampAnnotationKey, err)
	}
	return material, nil
}

// logEntries reads the entry of the log. One without the log's signature is as
// good as none.
func logEntries(text string) ([]*protorekor.TransparencyLogEntry, error) {
	if text == "" {
		return nil, nil
	}
	var logged cosignbundle.RekorBundle
	if err := json.Unmarshal([]byte(text), &logged); err != nil {
		return nil, err
	}
	if len(logged.SignedEntryTimestamp) == 0 {
		return nil, nil
	}
	encoded, ok := logged.Payload.Body.(string)
	if !ok {
		return nil, errors.New("the body is no text")
	}
	body, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	var head struct {
		Kind       string `json:"kind"`
		APIVersion string `json:"apiVersion"`
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	id, err := hex.DecodeString(logged.Payload.LogID)
	if err != nil {
		return nil, fmt.Errorf("read id of the log: %w", err)
	}
	return []*protorekor.TransparencyLogEntry{{
		LogIndex:          logged.Payload.LogIndex,
		LogId:             &protocommon.LogId{KeyId: id},
		KindVersion:       &protorekor.KindVersion{Kind: head.Kind, Version: head.APIVersion},
		IntegratedTime:    logged.Payload.IntegratedTime,
		InclusionPromise:  &protorekor.InclusionPromise{SignedEntryTimestamp: logged.SignedEntryTimestamp},
		CanonicalizedBody: body,
	}}, nil
}

func timestamps(text string) (*protobundle.TimestampVerificationData, error) {
	if text == "" {
		return nil, nil
	}
	var signed cosignbundle.RFC3161Timestamp
	if err := json.Unmarshal([]byte(text), &signed); err != nil {
		return nil, err
	}
	if len(signed.SignedRFC3161Timestamp) == 0 {
		return nil, nil
	}
	return &protobundle.TimestampVerificationData{
		Rfc3161Timestamps: []*protocommon.RFC3161SignedTimestamp{{SignedTimestamp: signed.SignedRFC3161Timestamp}},
	}, nil
}
