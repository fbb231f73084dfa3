package attached

import "guard/internal/registry/signature"

// Kind is how something is attached.
type Kind string

// The kinds.
const (
	CosignSignature   Kind = "cosign-signature"   // a layer behind the tag sha256-….sig
	CosignAttestation Kind = "cosign-attestation" // a layer behind the tag sha256-….att
	Bundle            Kind = "bundle"             // a Sigstore bundle that refers to the image
)

// Item is one signature or attestation, not yet checked.
type Item struct {
	Kind        Kind              `json:"kind"`
	Where       string            `json:"where"` // the manifest that holds it, for messages
	Bytes       []byte            `json:"bytes"`
	Annotations map[string]string `json:"annotations,omitempty"` // of the layer
}

// Set is what hangs on one digest.
type Set struct {
	Digest string `json:"digest"`
	Items  []Item `json:"items"`
	// Problems are what could not be looked at. Where there are none, there is
	// nothing beside the items.
	Problems []signature.Problem `json:"problems,omitempty"`
}

// Limits of what is looked at. A digest with more is not trusted for what
// would come after them: the set says that it is incomplete.
const (
	MaxItems = 64
	MaxBytes = 10 << 20 // of one blob
	maxTotal = 32 << 20 // of all blobs
)
