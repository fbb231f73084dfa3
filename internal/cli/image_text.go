package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"guard/internal/registry"
	"guard/internal/report"
)

// describe writes an image for people.
func describe(b *strings.Builder, image registry.Image) {
	fmt.Fprintln(b, report.Clean(image.Reference))
	field(b, "digest", image.Digest)
	field(b, "media type", image.MediaType)
	table(b, "annotations", image.Annotations)
	for _, p := range image.Platforms {
		describePlatform(b, p)
	}
	for _, d := range image.Attachments {
		fmt.Fprintf(b, "\nattached  %s\n", report.Clean(d.Digest+" "+d.MediaType))
	}
	for _, difference := range image.Inconsistent {
		fmt.Fprintf(b, "\ninconsistent: %s\n", report.Clean(difference))
	}
}

func describePlatform(b *strings.Builder, p registry.Platform) {
	fmt.Fprintf(b, "\n%s\n", report.Clean(p.String()))
	field(b, "digest", p.Digest)
	field(b, "config", p.ConfigDigest)
	field(b, "user", orElse(p.User, "none, which is root"))
	field(b, "created", p.Created)
	field(b, "directory", p.WorkingDir)
	field(b, "entrypoint", quoted(p.Entrypoint))
	field(b, "command", quoted(p.Cmd))
	field(b, "ports", strings.Join(p.Ports, ", "))
	if len(p.Layers) > 0 {
		field(b, "layers", fmt.Sprint(len(p.Layers)))
	}
	table(b, "labels", p.Labels)
	table(b, "annotations", p.Annotations)
	list(b, "environment", p.Env)
	var steps []string
	for _, step := range p.History {
		steps = append(steps, orElse(step.CreatedBy, step.Comment))
	}
	list(b, "history", steps)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func quoted(list []string) string {
	if len(list) == 0 {
		return ""
	}
	text, err := json.Marshal(list)
	if err != nil {
		return ""
	}
	return string(text)
}

// field writes one fact, where there is one.
func field(b *strings.Builder, name, value string) {
	if value != "" {
		fmt.Fprintf(b, "  %-10s  %s\n", name, report.Clean(value))
	}
}

func table(b *strings.Builder, name string, values map[string]string) {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		lines = append(lines, key+"="+values[key])
	}
	list(b, name, lines)
}

func list(b *strings.Builder, name string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s\n", name)
	for _, line := range lines {
		fmt.Fprintf(b, "    %s\n", report.Clean(line))
	}
}
