package statement

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
)

// PayloadType is the payload type of an envelope that holds a statement.
const PayloadType = "application/vnd.in-toto+json"

// Envelope is a DSSE envelope.
type Envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     string      `json:"payload"` // base64
	Signatures  []Signature `json:"signatures"`
}

// Signature is a signature over an envelope's payload and its type.
type Signature struct {
	KeyID string `json:"keyid,omitempty"`
	Sig   string `json:"sig"` // base64
}

// ParseEnvelope reads an envelope as cosign stores it.
func ParseEnvelope(data []byte) (Envelope, error) {
	if err := CheckJSON(data); err != nil {
		return Envelope{}, err
	}
	var e Envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return Envelope{}, fmt.Errorf("read DSSE envelope: %w", err)
	}
	if _, err := e.Decode(); err != nil {
		return Envelope{}, err
	}
	return e, nil
}

// Decode gives the payload.
func (e Envelope) Decode() ([]byte, error) {
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		return nil, fmt.Errorf("read payload of DSSE envelope: %w", err)
	}
	if len(payload) == 0 {
		return nil, fmt.Errorf("the payload of the DSSE envelope is empty")
	}
	return payload, nil
}

// Encoding is what a DSSE signature is made over: the payload bound to its
// type (pre-authentication encoding, version 1).
func Encoding(payloadType string, payload []byte) []byte {
	head := "DSSEv1 " + strconv.Itoa(len(payloadType)) + " " + payloadType + " " + strconv.Itoa(len(payload)) + " "
	return append([]byte(head), payload...)
}
