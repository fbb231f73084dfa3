package trace

import (
	"guard/internal/imageref"
	"guard/internal/registry/signature"
)

// Input is everything that a chain is judged by.
type Input struct {
	Reference imageref.Reference
	Digest    string     // of what the reference names; "" where not known
	Missing   bool       // the registry says that there is no such image
	Problem   string     // why the digest is not known
	Platforms []Platform // of the image
	Base      *Base      // nil where the image names none

	// GitTag is what the clone knows of the Git tag that the image's tag is
	// called like; nil where the tag is no release.
	GitTag *GitTag

	Verified   *signature.Result // nil where nothing could be verified
	Unverified string            // why it is nil
	Attached   int               // signatures and attestations that hang on the digest, checked or not

	Clone   string            // the repository that the clone is of, as [Place] writes it; "" where not known
	Commits map[string]Commit // what the clone knows of each of [Commits]; nil where there is no clone
}

// Platform is the image for one platform.
type Platform struct {
	Name   string // linux/amd64
	Labels map[string]string
}

// Base is the image that an image says it was built on.
type Base struct {
	Name      string
	Platforms []Platform
	ByTag     bool   // it was found by a tag, which may have named another image then
	Problem   string // why it could not be looked at; "" where it was
}

// GitTag is a tag of the clone.
type GitTag struct {
	Name   string // "" where there is none
	Commit string // what it stands for
	Reason string // why there is none
}

// Commit is what the clone knows of a commit.
type Commit struct {
	Status Status // proved: in the history of what counts; broken: in that of nothing that does
	Hash   string // in full; "" where it is not there
	Ref    string // what holds it: "branch main"
	Reason string // where it is not proved
}
