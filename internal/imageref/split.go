package imageref

import (
	"fmt"
	"strings"
)

// parts are the pieces of a reference as its separators cut it.
type parts struct {
	name, tag, digest string
	hasTag, hasDigest bool
}

// split cuts text into name[:tag][@digest]. A colon before the last slash
// belongs to a port.
func split(text string) parts {
	var p parts
	p.name, p.digest, p.hasDigest = strings.Cut(text, "@")
	if colon := strings.LastIndexByte(p.name, ':'); colon > strings.LastIndexByte(p.name, '/') {
		p.name, p.tag, p.hasTag = p.name[:colon], p.name[colon+1:], true
	}
	return p
}

// problem says what is wrong with the cut and with the tag; "" where nothing
// is. The name and the digest are judged elsewhere.
func (p parts) problem() string {
	switch {
	case strings.IndexByte(p.digest, '@') >= 0:
		return `it holds "@" more than once`
	case p.hasDigest && p.digest == "":
		return `nothing follows its "@"; a digest such as sha256:<64 hex digits> is expected`
	case p.name == "" && p.hasDigest, p.hasTag && hexDigits[p.name] != 0 && isHex(p.tag, 32, maxTag):
		return "it is a digest without a repository; repository@digest is expected"
	case !p.hasTag && !p.hasDigest && isHex(p.name, 64, 64):
		return "it is the ID of an image (64 hex digits) and not a reference; repository@sha256:<digest> is expected"
	case p.name == "":
		return "it has no repository"
	case p.hasTag && !masked(p.tag):
		return badTag(p.tag)
	default:
		return ""
	}
}

// setTag fills the tag where it is known.
func (r *Reference) setTag(p parts) {
	if !masked(p.tag) {
		r.Tag = p.tag
	}
}

// hexDigits holds how long the digests of the known algorithms are.
var hexDigits = map[string]int{"sha256": 64, "sha384": 96, "sha512": 128}

// setDigest fills the digest where it is known, or what is wrong with it.
func (r *Reference) setDigest(p parts) {
	if !p.hasDigest || masked(p.digest) {
		return
	}
	if r.BadDigest = badDigest(p.digest); r.BadDigest == "" {
		r.Digest = p.digest
	}
}

// badDigest says what is wrong with a digest; "" where nothing is.
func badDigest(digest string) string {
	algorithm, hex, found := strings.Cut(digest, ":")
	want := hexDigits[algorithm]
	switch {
	case !found:
		return "its digest has no algorithm; sha256:<64 hex digits> is expected"
	case want == 0:
		return fmt.Sprintf("its digest has the unknown algorithm %q; sha256, sha384 or sha512 is expected", shorten(algorithm))
	case len(hex) != want:
		return fmt.Sprintf("its %s digest has %d characters; %d hex digits are expected", algorithm, len(hex), want)
	case !isHex(hex, want, want) || strings.ToLower(hex) != hex:
		return fmt.Sprintf("its %s digest holds something else than the hex digits 0-9 and a-f (lower case)", algorithm)
	default:
		return ""
	}
}
