package activity

import (
	"strings"
	"testing"

	"guard/internal/pipeline"
	"guard/internal/pipeline/github"
	"guard/internal/tree"
)

// show writes an activity in one line, what is not set left out: "push docker
// push app:1".
func show(a pipeline.Activity) string {
	parts := []string{string(a.Kind), a.Tool}
	for _, image := range a.Images {
		text := image.Text
		if image.Tag {
			text = "tag " + text
		}
		if image.File != "" {
			text += " of " + image.File
		}
		parts = append(parts, "<"+text+">")
	}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	add("pushes", a.Pushes)
	add("target", strings.Trim(a.Target.Kind+"/"+a.Target.Name, "/"))
	add("namespace", a.Target.Namespace)
	add("context", a.Target.Context)
	add("files", strings.Join(a.Files, ","))
	add("limit", a.Limit)
	add("lock", a.Lock)
	add("like", a.Like)
	add("ignored", a.Ignored)
	add("weak", a.Weak)
	if a.Waits {
		parts = append(parts, "waits")
	}
	if a.Atomic {
		parts = append(parts, "atomic")
	}
	for _, secret := range a.Args {
		add("secret", secret.Name)
	}
	return strings.Join(parts, " ")
}

func showAll(all []pipeline.Activity) []string {
	lines := []string{}
	for _, a := range all {
		lines = append(lines, show(a))
	}
	return lines
}

func readGitHub(t testing.TB, text string) *pipeline.Pipeline {
	t.Helper()
	parts := tree.ParseYAML(text)
	if len(parts) == 0 || parts[0].Err != nil {
		t.Fatalf("no YAML: %v\n%s", parts, text)
	}
	return github.Read(tree.NewSource("w.yml", text), parts[0].Root)
}
