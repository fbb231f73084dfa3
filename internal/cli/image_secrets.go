package cli

import (
	"slices"
	"strings"

	"guard/internal/document"
	"guard/internal/registry"
)

// withoutSecrets hides what looks like a secret in the texts of an image, as
// in any file.
func withoutSecrets(image registry.Image) registry.Image {
	image.Annotations = mapped(image.Annotations, redactor(nil, nil, image.Annotations))
	image.Platforms = slices.Clone(image.Platforms)
	for i := range image.Platforms {
		p := &image.Platforms[i]
		redact := redactor(slices.Concat(p.Env, p.Entrypoint, p.Cmd), p.History, p.Labels)
		p.Env, p.Entrypoint, p.Cmd = each(p.Env, redact), each(p.Entrypoint, redact), each(p.Cmd, redact)
		p.Labels, p.Annotations, p.History = mapped(p.Labels, redact), mapped(p.Annotations, redact), slices.Clone(p.History)
		for j := range p.History {
			p.History[j].CreatedBy, p.History[j].Comment = redact(p.History[j].CreatedBy), redact(p.History[j].Comment)
		}
	}
	return image
}

// redactor knows the secrets of some texts.
func redactor(texts []string, history []registry.Step, labels map[string]string) func(string) string {
	lines := slices.Clone(texts)
	for _, step := range history {
		lines = append(lines, step.CreatedBy, step.Comment)
	}
	for name, value := range labels {
		lines = append(lines, name+"="+value)
	}
	slices.Sort(lines)
	return document.Load("image.txt", []byte(strings.Join(lines, "\n")), document.Options{})[0].Redact
}

func each(list []string, change func(string) string) []string {
	if list == nil {
		return nil
	}
	changed := make([]string, len(list))
	for i, text := range list {
		changed[i] = change(text)
	}
	return changed
}

// mapped changes values as they stand behind their names, which tell of
// secrets too.
func mapped(values map[string]string, change func(string) string) map[string]string {
	if values == nil {
		return nil
	}
	changed := map[string]string{}
	for name, value := range values {
		whole := change(name + "=" + value)
		if after, ok := strings.CutPrefix(whole, name+"="); ok {
			changed[name] = after
		} else {
			changed[name] = change(value)
		}
	}
	return changed
}
