package document

import (
	"slices"
	"strconv"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// maxImageText is how much of one text of an image is looked at, in bytes,
// maxImageTexts how many texts of one image, and maxImageSecrets how many
// secrets of it are told.
const (
	maxImageText    = 64 << 10
	maxImageTexts   = 4096
	maxImageSecrets = 20
)

// imageText is a text of an image, and where it stands. Name is that of the
// variable or label it is the value of; "" where there is none.
type imageText struct{ place, name, value string }

// ImageTexts are the texts of an image that may hold secrets.
type ImageTexts struct{ all []imageText }

// Variable adds one as the configuration has it: NAME=value.
func (t *ImageTexts) Variable(text string) {
	name, value, _ := strings.Cut(text, "=")
	t.all = append(t.all, imageText{"variable " + name, name, value})
}

// Label adds a label.
func (t *ImageTexts) Label(name, value string) {
	t.all = append(t.all, imageText{"label " + name, name, value})
}

// Step adds a step of the history, and what it was run with.
func (t *ImageTexts) Step(text string) {
	for _, argument := range buildArgs(text) {
		name, value, _ := strings.Cut(argument, "=")
		t.all = append(t.all, imageText{"history, build argument " + name, name, value})
	}
	t.all = append(t.all, imageText{"history", "", text})
}

// Secrets finds the literal secrets. Complete is false where there is more
// than is looked at, or told.
func (t *ImageTexts) Secrets() (found []ImageSecret, complete bool) {
	complete = true
	seen := map[imageText]bool{}
	for _, text := range t.all {
		switch {
		case seen[text]: // another platform has it too
			continue
		case len(seen) == maxImageTexts:
			return distinctSecrets(found), false
		case len(text.value) > maxImageText:
			complete = false
		default:
			found = append(found, text.secrets()...)
		}
		seen[text] = true
	}
	if found = distinctSecrets(found); len(found) > maxImageSecrets {
		return found[:maxImageSecrets], false
	}
	return found, complete
}

// distinctSecrets leaves out what was found before, at whatever place: a variable stands
// in the history too.
func distinctSecrets(found []ImageSecret) []ImageSecret {
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(s ImageSecret) bool {
		was := seen[s.value]
		seen[s.value] = true
		return was
	})
}

// secrets finds those of known formats, else one for the name of the text.
func (t imageText) secrets() []ImageSecret {
	place, name, value := t.place, t.name, t.value
	if value == "" || isPublic(name) {
		return nil
	}
	text := value
	if name != "" {
		text = name + "=" + value
	}
	l := &loader{source: tree.NewSource("image", text), options: &Options{}}
	var found []ImageSecret
	for _, s := range l.literalSecrets() {
		found = append(found, ImageSecret{Place: place, What: s.Description, Redacted: s.Redacted, value: s.Value})
	}
	if len(found) > 0 || name == "" {
		return found
	}
	if s, ok := l.namedSecret(name, &tree.Node{Kind: tree.String, Text: value}, finding.Path{}, place, "env"); ok {
		found = append(found, ImageSecret{Place: place, What: "a secret by its name", Redacted: s.Redacted, value: s.Value})
	}
	return found
}

// buildArgs are those that a step of the history was run with, as NAME=value:
// RUN |2 A=1 B=2 /bin/sh -c make.
func buildArgs(step string) []string {
	_, rest, found := strings.Cut(step, "|")
	count, rest, more := strings.Cut(rest, " ")
	n, err := strconv.Atoi(count)
	if !found || !more || err != nil || n <= 0 {
		return nil
	}
	words := strings.Fields(rest)
	return words[:min(n, len(words))]
}
