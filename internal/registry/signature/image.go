package signature

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Image is what is verified: one content in one repository. No tag is in it,
// because a tag may name something else by the time it is asked for again.
type Image struct {
	// Repository with its registry, as in a reference: "ghcr.io/acme/app".
	Repository string `json:"repository"`
	// Digest of the manifest or index: "sha256:…".
	Digest string `json:"digest"`
	// Index is the digest of the index through which Digest was found; empty
	// where it was asked for itself. What is signed on an index counts for
	// its children only where [Trust.IndexCoversPlatforms] says so.
	Index string `json:"index,omitempty"`
}

// Validate says what is missing or malformed.
func (i Image) Validate() error {
	if i.Repository == "" {
		return fmt.Errorf("the repository of the image is missing")
	}
	if !ValidDigest(i.Digest) {
		return fmt.Errorf("%q is no sha256 digest of an image", i.Digest)
	}
	if i.Index != "" && !ValidDigest(i.Index) {
		return fmt.Errorf("%q is no sha256 digest of an index", i.Index)
	}
	return nil
}

// ValidDigest tells whether a digest is sha256 and well-formed. Registries may
// use others; signatures are made for sha256 only.
func ValidDigest(digest string) bool {
	digits, ok := strings.CutPrefix(digest, "sha256:")
	raw, err := hex.DecodeString(digits)
	return ok && err == nil && len(raw) == 32 && strings.ToLower(digits) == digits
}

// DigestOf is the sha256 digest of some bytes.
func DigestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}
