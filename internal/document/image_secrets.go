package document

import (
	"slices"
	"strconv"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// maxImageText is how much of one text of an image is looked at, in bytes, and
// maxImageSecrets how many secrets of one image are told.
const (
	maxImageText    = 64 << 10
	maxImageSecrets = 20
)

// SecretsOfImage finds literal secrets in the configuration of an image: in
// its variables, written NAME=value, its labels and the steps of its history.
func SecretsOfImage(variables []string, labels []Label, history []string) []ImageSecret {
	found := []ImageSecret{}
	for _, text := range variables {
		name, value, _ := strings.Cut(text, "=")
		found = append(found, secretsIn("variable "+name, name, value)...)
	}
	for _, label := range labels {
		found = append(found, secretsIn("label "+label.Key, label.Key, label.Value)...)
	}
	for _, step := range history {
		for _, text := range buildArgs(step) {
			name, value, _ := strings.Cut(text, "=")
			found = append(found, secretsIn("history, build argument "+name, name, value)...)
		}
		found = append(found, secretsIn("history", "", step)...)
	}
	found = distinctSecrets(found)
	return found[:min(len(found), maxImageSecrets)]
}

// distinctSecrets leaves out what was found before, at whatever place: a variable stands
// in the history too.
func distinctSecrets(found []ImageSecret) []ImageSecret {
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(s ImageSecret) bool {
		key := s.What + "\n" + s.Redacted
		was := seen[key]
		seen[key] = true
		return was
	})
}

// secretsIn finds secrets of known formats in a value, else one for its name.
func secretsIn(place, name, value string) []ImageSecret {
	if value == "" || len(value) > maxImageText || isPublic(name) {
		return nil
	}
	text := value
	if name != "" {
		text = name + "=" + value
	}
	l := &loader{source: tree.NewSource("image", text), options: &Options{}}
	var found []ImageSecret
	for _, s := range l.literalSecrets() {
		found = append(found, ImageSecret{Place: place, What: s.Description, Redacted: s.Redacted})
	}
	if len(found) > 0 || name == "" {
		return found
	}
	if s, ok := l.namedSecret(name, &tree.Node{Kind: tree.String, Text: value}, finding.Path{}, place, "env"); ok {
		found = append(found, ImageSecret{Place: place, What: "a secret by its name", Redacted: s.Redacted})
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
