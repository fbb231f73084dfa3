package signature

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guard/internal/imageref"
)

// FieldError says which field of a policy is wrong, and why.
type FieldError struct {
	Field   string // "trust[0].authorities[1].keys[0].pem"
	Message string

	Verbatim bool // nothing in Message is the name of a field
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Message }

// Validate says everything that is wrong with a policy: its error joins one
// [FieldError] for each. Files must have been read before, see [Policy.Read].
func (p Policy) Validate() error {
	v := &validator{}
	for i, entry := range p.Trust {
		v.trust(fmt.Sprintf("trust[%d]", i), entry)
	}
	return errors.Join(v.problems...)
}

type validator struct{ problems []error }

func (v *validator) fail(field, format string, args ...any) {
	v.problems = append(v.problems, &FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (v *validator) trust(at string, t Trust) {
	if len(t.Images) == 0 {
		v.fail(at+".images", "is missing; a pattern such as registry.example.com/team/** is expected")
	}
	for i, pattern := range t.Images {
		if err := imageref.CheckPattern(pattern); err != nil {
			v.fail(fmt.Sprintf("%s.images[%d]", at, i), "%v", err)
		}
	}
	if len(t.Authorities) == 0 && len(t.Attestations) == 0 {
		v.fail(at+".authorities", "is missing, and so is attestations: the entry demands nothing, so every image would pass")
	}
	v.authorities(at, t.Authorities, t.Threshold)
	seen := map[string]bool{}
	for i, a := range t.Attestations {
		at := fmt.Sprintf("%s.attestations[%d]", at, i)
		v.name(at+".name", a.Name, seen)
		v.attestation(at, a)
	}
}

func (v *validator) attestation(at string, a Attestation) {
	switch a.PredicateType {
	case "":
		v.fail(at+".predicate_type", "is missing; for example %s", PredicateProvenanceV1)
	case PredicateCosignSign:
		v.fail(at+".predicate_type", "is what cosign writes into a signature; use authorities for that")
	}
	if len(a.Authorities) == 0 {
		v.fail(at+".authorities", "is missing: an attestation that anybody may have signed proves nothing")
	}
	v.authorities(at, a.Authorities, a.Threshold)
	switch {
	case a.ConditionFile != "" && a.Condition == "":
		v.fail(at+".condition_file", "%q has not been read, or is empty", a.ConditionFile)
	case a.Condition != "" && a.Holds == nil:
		v.fail(at+"."+a.conditionField(), "has not been compiled")
	}
}

func (v *validator) authorities(at string, list []Authority, threshold int) {
	if threshold < All || threshold > len(list) {
		v.fail(at+".threshold", "is %d; with %d authorities, 1 to %d or all is expected", threshold, len(list), max(1, len(list)))
	}
	names := map[string]bool{}
	keys := map[string]string{}
	for i, a := range list {
		at := fmt.Sprintf("%s.authorities[%d]", at, i)
		v.name(at+".name", a.Name, names)
		v.authority(at, a, keys)
	}
}

func (v *validator) name(field, name string, seen map[string]bool) {
	switch {
	case name == "":
		v.fail(field, "is missing")
	case seen[name]:
		v.fail(field, "%q is there twice", name)
	}
	seen[name] = true
}

func (v *validator) authority(at string, a Authority, keys map[string]string) {
	switch {
	case len(a.Keys) == 0 && len(a.Identities) == 0:
		v.fail(at, "has neither keys nor identities, so nobody could sign")
	case len(a.Keys) > 0 && len(a.Identities) > 0:
		v.fail(at, "has keys and identities; make two authorities of them")
	}
	for i, key := range a.Keys {
		v.key(fmt.Sprintf("%s.keys[%d]", at, i), key, keys)
	}
	for i, identity := range a.Identities {
		v.identity(fmt.Sprintf("%s.identities[%d]", at, i), identity)
	}
	v.demands(at, a)
	v.root(at, a)
}

// demands are checked against each other: what could never be met is a
// mistake, and so is what would prove nothing.
func (v *validator) demands(at string, a Authority) {
	if a.Logs < 0 {
		v.fail(at+".logs", "is %d; it may not be negative", a.Logs)
	}
	if a.Logs > 0 && a.NoTransparencyLog {
		v.fail(at+".logs", "is set, although no transparency log is demanded")
	}
	if len(a.Keys) > 0 && a.SignedCertificateTimestamp {
		v.fail(at+".signed_certificate_timestamp", "is demanded of keys, which have no certificate")
	}
	if len(a.Identities) > 0 && a.NoTransparencyLog && !a.SignedTimestamp {
		v.fail(at+".no_transparency_log", "leaves nothing that proves when a certificate was used, which is valid for minutes; demand signed_timestamp then")
	}
}

func (v *validator) root(at string, a Authority) {
	if a.TrustedRootFile != "" && len(a.TrustedRoot) == 0 {
		v.fail(at+".trusted_root_file", "%q has not been read", a.TrustedRootFile)
		return
	}
	if len(a.TrustedRoot) == 0 {
		if why := a.needsRoot(); why != "" {
			v.fail(at+".trusted_root", "is missing: %s; cosign trusted-root create makes one", why)
		}
		return
	}
	var head struct {
		MediaType string `json:"mediaType"`
	}
	if err := json.Unmarshal(a.TrustedRoot, &head); err != nil || !strings.HasPrefix(head.MediaType, "application/vnd.dev.sigstore.trustedroot") {
		v.fail(at+".trusted_root", "is no Sigstore trusted root in JSON")
	}
}

// needsRoot says why an authority needs a trusted root; empty where it does not.
func (a Authority) needsRoot() string {
	switch {
	case len(a.Identities) > 0:
		return "it says which certificate authority counts"
	case !a.NoTransparencyLog:
		return "it says which transparency log counts (no_transparency_log does without)"
	case a.SignedTimestamp:
		return "it says which timestamp authority counts"
	}
	return ""
}

func (v *validator) key(at string, k Key, seen map[string]string) {
	if scheme := kmsScheme(k.File); scheme != "" {
		v.fail(at+".file", "%s needs the network at every verification; write the public key into a file (cosign public-key --key %s) and name that", scheme, k.File)
		return
	}
	if k.PEM == "" {
		if k.File != "" {
			v.fail(at+".file", "%q has not been read, or is empty", k.File)
		} else {
			v.fail(at+".pem", "is empty")
		}
		return
	}
	if !k.NotAfter.IsZero() && k.NotAfter.Before(k.NotBefore) {
		v.fail(at+".not_after", "is before not_before, so no signature could be in time")
	}
	public, err := ParsePublicKey(k.PEM)
	if err != nil {
		v.fail(at+".pem", "%v", err)
		return
	}
	hash := KeyHash(public)
	if first, twice := seen[hash]; twice {
		v.fail(at, "is the same key as %s; one signature would count twice", first)
		return
	}
	seen[hash] = at
}

// kmsScheme gives the scheme of a reference to a key that lives in a service.
func kmsScheme(file string) string {
	scheme, _, ok := strings.Cut(file, "://")
	if !ok || scheme == "file" {
		return ""
	}
	return scheme + "://"
}

func (v *validator) identity(at string, i Identity) {
	v.either(at, "issuer", i.Issuer, i.IssuerRegexp)
	v.either(at, "subject", i.Subject, i.SubjectRegexp)
	for name, value := range i.Extensions {
		if !slices.Contains(ExtensionNames, name) {
			v.fail(at+".extensions", "has no %q; known are %s", name, strings.Join(ExtensionNames, ", "))
		} else if value == "" {
			v.fail(at+".extensions."+name, "is empty, which would accept every value")
		}
	}
}

func (v *validator) either(at, field, exact, expression string) {
	switch {
	case exact == "" && expression == "":
		v.fail(at+"."+field, "is missing")
	case exact != "" && expression != "":
		v.fail(at+"."+field, "and %s_regexp are both there", field)
	case expression != "":
		if _, err := CompileAnchored(expression); err != nil {
			v.fail(at+"."+field+"_regexp", "%v", err)
		}
	}
}
