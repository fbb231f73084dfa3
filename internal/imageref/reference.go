package imageref

// Reference is an image reference, parsed once. Its JSON form is what rules
// see. Strings are empty where the reference has no such part or where it
// could not be parsed.
type Reference struct {
	Raw        string   `json:"raw"`        // as written, after known variables were replaced
	Registry   string   `json:"registry"`   // "index.docker.io" where none is written, with port
	Repository string   `json:"repository"` // without registry: "library/nginx"
	Name       string   `json:"name"`       // registry/repository as people write it: "nginx", "ghcr.io/acme/app"
	Tag        string   `json:"tag"`        // as written; "" where none is
	Digest     string   `json:"digest"`     // "sha256:…", only where well-formed
	Class      Class    `json:"class"`      // unknown where the tag and digest are, and where Invalid is set
	Classes    []Class  `json:"classes"`    // all readings of an ambiguous tag; else just Class
	Commit     string   `json:"commit"`     // hex digits of the commit that the tag names, as written; "" where it names none
	Version    string   `json:"version"`    // the version in the tag, as written: "3.11" of "3.11-slim"; "" where there is none
	Precision  int      `json:"precision"`  // numbers in Version that fix it: 1 for v1, 2 for 3.11, 3 and more for an exact one; a distribution's code name counts 2
	Traceable  bool     `json:"traceable"`  // the tag or digest names one commit, one release or one content; false where unknown or ambiguous
	Mutable    bool     `json:"mutable"`    // may name another image tomorrow; false where a digest stands beside the tag, and where unknown
	Unresolved bool     `json:"unresolved"` // holds a variable or template that is not known here
	Reason     string   `json:"reason"`     // why it is unresolved, or what makes the class ambiguous
	Invalid    string   `json:"invalid"`    // what is wrong with it as a reference; "" where nothing is
	BadDigest  string   `json:"bad_digest"` // what is wrong with its digest; "" where nothing is
	Symbols    []string `json:"symbols"`    // names of the variables and expressions in it, in order
}

// String returns the canonical form registry/repository:tag@digest, of which
// Parse makes the same parts again. Where the reference is invalid or
// unresolved that is Raw.
func (r Reference) String() string {
	if r.Invalid != "" || r.BadDigest != "" || r.Unresolved {
		return r.Raw
	}
	canonical := r.Registry + "/" + r.Repository
	if r.Tag != "" {
		canonical += ":" + r.Tag
	}
	if r.Digest != "" {
		canonical += "@" + r.Digest
	}
	return canonical
}

// Class says what a tag is.
type Class string

// The classes of DESIGN.
const (
	ClassDigest          Class = "digest"           // a digest and no tag
	ClassSHA             Class = "sha"              // 40 or 64 hex digits
	ClassShortSHA        Class = "short-sha"        // 7 to 39 hex digits
	ClassBranchSHA       Class = "branch-sha"       // main-a1b2c3d
	ClassDateSHA         Class = "date-sha"         // 20240115-a1b2c3d
	ClassSemver          Class = "semver"           // 1.2.3, v1.2.3-rc.1, 1.25.3-alpine
	ClassFloatingVersion Class = "floating-version" // v1, 1.2, 3.11-slim
	ClassDate            Class = "date"             // 20240115
	ClassNumber          Class = "number"           // 1315693, build-42
	ClassBranch          Class = "branch"           // main, feature-x, pr-12
	ClassChannel         Class = "channel"          // stable, prod, edge
	ClassLatest          Class = "latest"           // latest, written
	ClassNone            Class = "none"             // no tag and no digest: latest, implied
	ClassOther           Class = "other"
	ClassUnknown         Class = "unknown" // unresolved
)
