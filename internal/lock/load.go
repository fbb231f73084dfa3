package lock

import (
	"fmt"

	"guard/internal/imageref"
	"guard/internal/tree"
	"guard/internal/tree/strict"
)

// MaxBytes is how large a lock file may be.
const MaxBytes = 8 << 20

// Error is what is wrong with a lock file.
type Error struct {
	File    string
	Line    int // 1-based; 0 where the whole file is meant
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Load reads what [Lock.Write] has written, strictly; name is the file's, for
// messages. What is wrong is an [*Error].
func Load(name string, data []byte) (*Lock, error) {
	root, bad := strict.Parse(data, MaxBytes)
	if bad != nil {
		return nil, &Error{name, bad.Line, bad.Message}
	}
	if version := root.Get("version"); version.Scalar() != fmt.Sprint(Version) {
		return nil, &Error{name, lineOf(version, root), fmt.Sprintf("version: expected %d, found %s", Version, strict.Shown(version))}
	}
	var f file
	if bad := strict.Decode(root, &f); bad != nil {
		return nil, &Error{name, bad.Line, bad.Message}
	}
	l := New(f.Time, f.Images)
	seen := map[string]bool{}
	for i, facts := range f.Images {
		problem := facts.problem()
		if seen[facts.Reference] {
			problem = fmt.Sprintf("reference: %q is there already", facts.Reference)
		}
		if seen[facts.Reference] = true; problem != "" {
			return nil, &Error{name, lineOf(root.Get("images").Item(i), root), fmt.Sprintf("images[%d]: %s", i, problem)}
		}
	}
	return l, nil
}

func lineOf(n, or *tree.Node) int {
	if n == nil {
		n = or
	}
	return int(n.Line)
}

// problem is what types cannot say.
func (f *Facts) problem() string {
	ref := (*imageref.Classifier)(nil).Parse(f.Reference)
	switch {
	case ref.Invalid != "" || ref.BadDigest != "" || ref.Unresolved || Key(ref) != f.Reference:
		return fmt.Sprintf("reference: expected registry/repository:tag or @digest, found %q", f.Reference)
	case !isDigest(f.Digest):
		return fmt.Sprintf("digest: expected sha256:<64 hex digits>, found %q", f.Digest)
	case ref.Digest != "" && ref.Digest != f.Digest:
		return fmt.Sprintf("digest: the reference says %s, found %s", ref.Digest, f.Digest)
	case len(f.Platforms) == 0:
		return "platforms: expected one at least, found none"
	}
	for i, p := range f.Platforms {
		if p.OS == "" || p.Architecture == "" || !isDigest(p.Digest) || !isDigest(p.ConfigDigest) {
			return fmt.Sprintf("platforms[%d]: expected os, architecture and two digests", i)
		}
	}
	return ""
}

// isDigest tells whether a text is a digest that an image may have.
func isDigest(text string) bool {
	ref := (*imageref.Classifier)(nil).Parse("x@" + text)
	return text != "" && ref.Digest == text && ref.BadDigest == ""
}
