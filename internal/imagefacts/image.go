package imagefacts

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"guard/internal/document"
	"guard/internal/registry"
	"guard/internal/registry/transport"
)

// The labels that say what an image was built from.
const (
	labelRevision = "org.opencontainers.image.revision"
	labelSource   = "org.opencontainers.image.source"
)

// Of is what a registry has said of an image, as rules see it. Its error is
// one of package registry; with another than [registry.ErrNotFound] the facts
// are not known.
func Of(image registry.Image, err error) document.ImageFacts {
	switch {
	case errors.Is(err, registry.ErrNotFound):
		return document.ImageFacts{Known: true}
	case err != nil:
		return Unknown(transport.Clean(err.Error()))
	}
	facts := document.ImageFacts{Known: true, Exists: true, Digest: image.Digest, Created: built(image.Platforms), Inconsistent: cleaned(image.Inconsistent)}
	for _, p := range image.Platforms {
		facts.Platforms = append(facts.Platforms, platformFacts(p))
	}
	facts.Secrets, facts.MoreSecrets = secretsOf(image.Platforms)
	return facts
}

// Unknown are the facts of an image of which nothing is known. The reason is a
// clause.
func Unknown(reason string) document.ImageFacts { return document.ImageFacts{Reason: reason} }

// maxLabels and maxLabel bound the labels that rules see, and one of them in
// bytes.
const (
	maxLabels = 128
	maxLabel  = 1 << 10
)

func platformFacts(p registry.Platform) document.PlatformFacts {
	facts := document.PlatformFacts{
		Name: transport.Clean(p.String()), OS: transport.Clean(p.OS), Digest: p.Digest,
		User: transport.Clean(p.User), UserState: document.UserState(p.User),
		Revision: transport.Clean(p.Labels[labelRevision]), Source: transport.Clean(p.Labels[labelSource]),
	}
	if IsCommit(facts.Revision) {
		facts.Commit = strings.ToLower(facts.Revision)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Labels)) {
		if len(facts.Labels) == maxLabels {
			break
		}
		facts.Labels = append(facts.Labels, document.Label{Key: transport.Clean(name), Value: document.RedactText(name+"=", p.Labels[name], maxLabel)})
	}
	return facts
}

func cleaned(texts []string) []string {
	clean := make([]string, len(texts))
	for i, text := range texts {
		clean[i] = transport.Clean(text)
	}
	return clean
}

// secretsOf finds the secrets in an image; more is true where it holds more
// than was looked at.
func secretsOf(platforms []registry.Platform) (found []document.ImageSecret, more bool) {
	var texts document.ImageTexts
	for _, p := range platforms {
		for _, variable := range p.Env {
			texts.Variable(variable)
		}
		for _, name := range slices.Sorted(maps.Keys(p.Labels)) {
			texts.Label(name, p.Labels[name])
		}
		for _, step := range p.History {
			texts.Step(step.CreatedBy)
		}
	}
	found, complete := texts.Secrets()
	for i := range found {
		found[i].Place = transport.Clean(found[i].Place)
	}
	return found, !complete
}

// firstImages is when the first images of this form were built. What says it
// is older says nothing: builds that can be repeated name a fixed day.
var firstImages = time.Date(2013, 3, 1, 0, 0, 0, 0, time.UTC)

// built is when the platform that was built last was; "" where none says so
// credibly.
func built(platforms []registry.Platform) string {
	var last time.Time
	for _, p := range platforms {
		if at, err := time.Parse(time.RFC3339, p.Created); err == nil && at.After(firstImages) && at.After(last) {
			last = at
		}
	}
	if last.IsZero() {
		return ""
	}
	return last.UTC().Format(time.RFC3339)
}

// SourceName is the repository that a source label names, as host/owner/name;
// "" where it names none.
func SourceName(label string) string {
	name := strings.ToLower(label)
	for _, prefix := range []string{"https://", "http://", "ssh://", "git://", "git+"} {
		name = strings.TrimPrefix(name, prefix)
	}
	if at := strings.IndexByte(name, '@'); at >= 0 {
		name = strings.Replace(name[at+1:], ":", "/", 1)
	}
	name, _, _ = strings.Cut(name, "#")
	name = strings.TrimSuffix(strings.Trim(name, "/"), ".git")
	if strings.Count(name, "/") < 2 {
		return ""
	}
	return name
}

// IsCommit tells whether a text can be a commit, or begin one.
func IsCommit(text string) bool {
	return len(text) >= 7 && len(text) <= 40 && strings.Trim(strings.ToLower(text), "0123456789abcdef") == ""
}

// NamesNow is the digest that a tag names, by the facts of what it names: of
// that, people also write down the digest for one platform.
func NamesNow(tag document.ImageFacts, recorded string) string {
	if slices.ContainsFunc(tag.Platforms, func(p document.PlatformFacts) bool { return p.Digest == recorded }) {
		return recorded
	}
	return tag.Digest
}
