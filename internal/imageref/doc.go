// Package imageref parses an image reference once, so that nobody splits on
// ":" again, and says what kind of name its tag is.
//
//	ref := (*imageref.Classifier)(nil).Parse("ghcr.io/acme/shop:main-a1b2c3d")
//	ref.Repository // "acme/shop"
//	ref.Class      // imageref.ClassBranchSHA
//
// Three things are kept apart. A reference that no runtime would accept is
// Invalid (or has a BadDigest). One that holds a variable or a template is
// Unresolved, and what is known of it is still filled in. Everything else has
// a class. A reference that a runtime would accept is never Unresolved, so no
// spelling of a tag escapes judgement by looking like a template.
//
// The grammar is that of container runtimes (github.com/distribution/reference);
// what a short name stands for comes from go-containerregistry.
package imageref
