package document

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/imageref"
	"guard/internal/pipeline"
)

// revision is what a revision of a source means.
type revision struct {
	floats  pipeline.Fact
	follows string // what it follows where it floats
}

var fixed = revision{floats: pipeline.Fact{Holds: "no"}}

func following(format string, args ...any) revision {
	return revision{floats: pipeline.Fact{Holds: "yes"}, follows: fmt.Sprintf(format, args...)}
}

func unclear(format string, args ...any) revision {
	return revision{floats: unknownFact(fmt.Sprintf(format, args...))}
}

// gitRevision reads a revision that may be a branch, a tag, a commit or, for
// Argo CD, a range of versions. A tag is taken as fixed: moving one is no
// everyday act.
func (l *loader) gitRevision(text string) revision {
	switch {
	case text == "" || text == "HEAD":
		return following("the default branch")
	case holdsVariable(text):
		return unclear("%s holds a variable that is not known here", text)
	case strings.HasPrefix(text, "refs/heads/"):
		return following("branch %s", strings.TrimPrefix(text, "refs/heads/"))
	case strings.HasPrefix(text, "refs/tags/"), looksLikeCommit(text), isExactVersion(text):
		return fixed
	case strings.HasPrefix(text, "refs/"):
		return unclear("whether %s moves is not known", text)
	case isRange(text):
		return following("the newest tag that fits %s", text)
	case l.tagMoves(text):
		return following("branch %s", text)
	}
	return unclear("whether %s is a branch or a tag is not known", text)
}

// chartRevision reads the version of a Helm chart, which may be a range. Half
// a version is one, too.
func chartRevision(text string) revision {
	switch {
	case text == "":
		return following("the newest version")
	case holdsVariable(text):
		return unclear("%s holds a variable that is not known here", text)
	case isExactVersion(strings.TrimSpace(strings.TrimPrefix(text, "="))):
		return fixed
	case isRange(text) || isPartOfVersion(text):
		return following("the newest version that fits %s", text)
	}
	return unclear("which version %s is, is not known", text)
}

// artifactRevision reads the tag or digest of an artifact in a registry.
func (l *loader) artifactRevision(text string) revision {
	switch {
	case text == "":
		return following("tag latest")
	case holdsVariable(text):
		return unclear("%s holds a variable that is not known here", text)
	case strings.HasPrefix(text, "sha256:") || isExactVersion(text):
		return fixed
	case isRange(text):
		return following("the newest tag that fits %s", text)
	}
	switch class := l.tagClass(text); {
	case slices.Contains(movingClasses, class) || class == imageref.ClassFloatingVersion:
		return following("tag %s", text)
	case slices.Contains(fixedClasses, class):
		return fixed
	}
	return unclear("whether tag %s moves is not known", text)
}

var (
	movingClasses = []imageref.Class{imageref.ClassBranch, imageref.ClassChannel, imageref.ClassLatest}
	fixedClasses  = []imageref.Class{imageref.ClassSHA, imageref.ClassShortSHA, imageref.ClassBranchSHA, imageref.ClassDateSHA, imageref.ClassSemver}
)

// tagMoves tells whether a name is a branch, or a word that moves like one.
func (l *loader) tagMoves(text string) bool { return slices.Contains(movingClasses, l.tagClass(text)) }

// tagClass is what a name means as a tag, where a slash stands as it does in
// the tags that branches get.
func (l *loader) tagClass(text string) imageref.Class {
	return l.options.Images.Parse("x:" + strings.ReplaceAll(text, "/", "-")).Class
}

// looksLikeCommit tells whether a revision is a commit, or as much of one as tells it
// from others.
func looksLikeCommit(text string) bool {
	return len(text) >= 7 && len(text) <= 64 && strings.Trim(text, "0123456789abcdef") == ""
}

// isExactVersion tells whether a text is one version: 1.2.3, v1.2.3-rc.1+build.
func isExactVersion(text string) bool {
	numbers, _, _ := strings.Cut(strings.TrimPrefix(text, "v"), "+")
	numbers, _, _ = strings.Cut(numbers, "-")
	return strings.Count(numbers, ".") == 2 && isPartOfVersion(numbers) && !isRange(text)
}

// isPartOfVersion tells whether a text is numbers with dots between: 1, v1.2.
func isPartOfVersion(text string) bool {
	parts := strings.Split(strings.TrimPrefix(text, "v"), ".")
	return len(parts) <= 3 && !slices.ContainsFunc(parts, func(part string) bool {
		return part == "" || strings.Trim(part, "0123456789") != ""
	})
}

// isRange tells whether a text asks for one of several versions: ^1.2, >=1.0,
// 1.x, 1.2.*, 1.0 - 2.0.
func isRange(text string) bool {
	if strings.ContainsAny(text, "*^~<>|, ") {
		return true
	}
	numbers, _, _ := strings.Cut(strings.TrimPrefix(text, "v"), "-")
	parts := strings.Split(numbers, ".")
	return len(parts) > 1 && slices.ContainsFunc(parts, func(part string) bool { return part == "x" || part == "X" }) &&
		strings.Trim(numbers, "0123456789.xX") == ""
}
