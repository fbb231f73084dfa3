package signature

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"guard/internal/imageref"
)

// Policy is what must be proved of which images. The first entry that has a
// pattern for an image decides; an image that none matches is untrusted.
type Policy struct {
	Trust []Trust `json:"trust"`
}

// Digest names a policy by everything it says, for caches of what came of it.
func (p Policy) Digest() (string, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("digest of the trust policy: %w", err)
	}
	return DigestOf(data), nil
}

// Match gives the index of the entry that decides about an image, or -1 where
// none is for it.
func (p Policy) Match(image Image) int {
	var classifier imageref.Classifier
	ref := classifier.Parse(image.Repository)
	return slices.IndexFunc(p.Trust, func(t Trust) bool {
		return slices.ContainsFunc(t.Images, func(pattern string) bool { return imageref.Match(pattern, ref) })
	})
}

// Trust is what must be proved of the images of some repositories.
type Trust struct {
	// Images are patterns of repositories as [imageref.Match] reads them:
	// "docker.io/org" is that organisation, and neither "docker.io/org-evil"
	// nor "docker.io.evil.tld/org".
	Images []string `json:"images"`

	// Authorities may sign the image. Empty where only attestations are
	// demanded.
	Authorities []Authority `json:"authorities,omitempty"`
	// Threshold is how many authorities must have signed, each by a signer of
	// its own; 0 means one. [All] means all of them.
	Threshold int `json:"threshold,omitempty"`

	// Attestations that must all be there.
	Attestations []Attestation `json:"attestations,omitempty"`

	// IndexCoversPlatforms lets what is signed on an index count for the
	// images named in it. What is signed on an image never counts for an index.
	IndexCoversPlatforms bool `json:"index_covers_platforms,omitempty"`
	// SameRepository demands that a signature names the image's own
	// repository. A mirrored image fails it, and so do signatures that are
	// bundles, which name none. Attestations are not asked.
	SameRepository bool `json:"same_repository,omitempty"`
}

// All as a threshold demands every authority.
const All = -1

// Attestation is a statement that must be attached, signed by an authority.
type Attestation struct {
	Name          string      `json:"name"`
	PredicateType string      `json:"predicate_type"`
	Authorities   []Authority `json:"authorities"`
	Threshold     int         `json:"threshold,omitempty"`

	// Condition is what a statement must say to count, as Rego; "" where
	// anything goes. It may stand in a file.
	Condition     string `json:"condition,omitempty"`
	ConditionFile string `json:"condition_file,omitempty"`
	// Holds is Condition, compiled; see [Policy.Compile].
	Holds Condition `json:"-"`
}

// Condition says why a statement, which has been verified, does not count; nil
// where it does. It bounds its own time.
type Condition func(ctx context.Context, s Statement) error

// Authority is who may sign: holders of keys, or identities to which a
// certificate authority has issued short-lived certificates. It has either, not
// both.
type Authority struct {
	Name       string     `json:"name"`
	Keys       []Key      `json:"keys,omitempty"`       // any of them
	Identities []Identity `json:"identities,omitempty"` // any of them

	// TrustedRoot is a Sigstore trusted_root.json: the certificate
	// authorities, logs and timestamp authorities that count.
	TrustedRoot     []byte `json:"trusted_root,omitempty"`
	TrustedRootFile string `json:"trusted_root_file,omitempty"`

	// NoTransparencyLog accepts signatures that are in no log.
	NoTransparencyLog bool `json:"no_transparency_log,omitempty"`
	// Logs is in how many different logs a signature must be; 0 means one.
	Logs int `json:"logs,omitempty"`
	// SignedTimestamp demands a timestamp of a timestamp authority.
	SignedTimestamp bool `json:"signed_timestamp,omitempty"`
	// SignedCertificateTimestamp demands that the certificate is in a
	// certificate transparency log.
	SignedCertificateTimestamp bool `json:"signed_certificate_timestamp,omitempty"`
}

// Key is a public key, given or in a file.
type Key struct {
	PEM  string `json:"pem,omitempty"`
	File string `json:"file,omitempty"`
	// NotBefore and NotAfter bound when a signature may have been made. The
	// time is proved by a log or a timestamp authority; a signature without
	// either fails where a bound is set.
	NotBefore time.Time `json:"not_before,omitzero"`
	NotAfter  time.Time `json:"not_after,omitzero"`
}

// Identity is the holder of a certificate. Of each pair exactly one is set; an
// expression must begin with ^ and end with $.
type Identity struct {
	Issuer        string `json:"issuer,omitempty"`
	IssuerRegexp  string `json:"issuer_regexp,omitempty"`
	Subject       string `json:"subject,omitempty"`
	SubjectRegexp string `json:"subject_regexp,omitempty"`
	// Extensions of Fulcio's certificates that must have exactly these values;
	// [ExtensionNames] lists the names.
	Extensions map[string]string `json:"extensions,omitempty"`
}

// ExtensionNames are the names an [Identity] may ask for, as sigstore-go
// writes them in its results.
var ExtensionNames = []string{
	"buildConfigDigest", "buildConfigURI", "buildSignerDigest", "buildSignerURI", "buildTrigger", "runInvocationURI", "runnerEnvironment",
	"sourceRepositoryDigest", "sourceRepositoryIdentifier", "sourceRepositoryOwnerIdentifier", "sourceRepositoryOwnerURI",
	"sourceRepositoryRef", "sourceRepositoryURI", "sourceRepositoryVisibilityAtSigning",
}
