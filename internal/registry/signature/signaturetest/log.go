package signaturetest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/tlog"
)

// logEntry is an entry of a transparency log.
type logEntry struct {
	kind   string
	body   []byte
	logID  string
	at     time.Time
	index  int64
	signed []byte // the log's promise
}

type object = map[string]any

// logSignature logs a signature over a digest.
func (a *Authority) logSignature(s Signer, message, made []byte, at time.Time) logEntry {
	a.t.Helper()
	return a.log("hashedrekord", at, object{
		"data":      object{"hash": object{"algorithm": "sha256", "value": hexSum(message)}},
		"signature": object{"content": made, "publicKey": object{"content": s.verifierPEM(a.t)}},
	})
}

// logEnvelope logs a signature over an envelope.
func (a *Authority) logEnvelope(verifier, envelope, payload, made []byte, at time.Time) logEntry {
	a.t.Helper()
	return a.log("dsse", at, object{
		"envelopeHash": object{"algorithm": "sha256", "value": hexSum(envelope)},
		"payloadHash":  object{"algorithm": "sha256", "value": hexSum(payload)},
		"signatures":   []object{{"signature": base64.StdEncoding.EncodeToString(made), "verifier": verifier}},
	})
}

func (a *Authority) log(kind string, at time.Time, spec object) logEntry {
	a.t.Helper()
	body, err := json.Marshal(object{"apiVersion": "0.0.1", "kind": kind, "spec": spec})
	must(a.t, err)
	id, err := a.virtual.RekorLogID()
	must(a.t, err)
	a.nextIndex++
	entry := logEntry{kind: kind, body: body, logID: id, at: at, index: a.nextIndex}
	entry.signed, err = a.virtual.RekorSignPayload(tlog.RekorPayload{
		Body: base64.StdEncoding.EncodeToString(body), IntegratedTime: at.Unix(), LogIndex: entry.index, LogID: id,
	})
	must(a.t, err)
	return entry
}

// annotation is the entry as cosign keeps it.
func (e logEntry) annotation(a *Authority) string {
	a.t.Helper()
	data, err := json.Marshal(object{
		"SignedEntryTimestamp": e.signed,
		"Payload":              object{"body": e.body, "integratedTime": e.at.Unix(), "logIndex": e.index, "logID": e.logID},
	})
	must(a.t, err)
	return string(data)
}

// answer is the entry as the log's API gives it.
func (e logEntry) answer(a *Authority) object {
	a.t.Helper()
	proof, err := a.virtual.GetInclusionProof(e.body)
	must(a.t, err)
	return object{
		"body": e.body, "integratedTime": e.at.Unix(), "logID": e.logID, "logIndex": e.index,
		"verification": object{"inclusionProof": proof, "signedEntryTimestamp": e.signed},
	}
}

// proto is the entry as bundles keep it, with a proof that the log holds it.
func (e logEntry) proto(a *Authority) *protorekor.TransparencyLogEntry {
	a.t.Helper()
	id, err := hex.DecodeString(e.logID)
	must(a.t, err)
	proof, err := a.virtual.GetInclusionProof(e.body)
	must(a.t, err)
	rootHash, err := hex.DecodeString(*proof.RootHash)
	must(a.t, err)
	return &protorekor.TransparencyLogEntry{
		LogIndex: e.index, LogId: &protocommon.LogId{KeyId: id}, KindVersion: &protorekor.KindVersion{Kind: e.kind, Version: "0.0.1"},
		IntegratedTime: e.at.Unix(), InclusionPromise: &protorekor.InclusionPromise{SignedEntryTimestamp: e.signed},
		InclusionProof: &protorekor.InclusionProof{
			LogIndex: *proof.LogIndex, TreeSize: *proof.TreeSize, RootHash: rootHash,
			Checkpoint: &protorekor.Checkpoint{Envelope: *proof.Checkpoint},
		},
		CanonicalizedBody: e.body,
	}
}

func hexSum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
