package document

import (
	"strings"
	"testing"
)

// Reliability 44
func TestLoad_TellsRawTemplatesFromOtherText(t *testing.T) {
	const (
		template = "a raw template, not looked at"
		pod      = "apiVersion: v1\nkind: Pod\n"
	)
	tests := []struct {
		name, file, text       string
		unparsable, incomplete string // part of the message
		line                   int
	}{
		{"a value of a manifest", "pod.yaml", pod + "metadata:\n  name: {{ .Name }}\n", "", template, 4},
		{"a condition in a manifest", "pod.yaml", "{{- if .Values.on }}\n" + pod + "{{- end }}\n", "", template, 1},
		{"quotes inside quotes", "pod.yaml", pod + `metadata: {name: "{{ template "shop.name" . }}-web"}` + "\n", "", template, 3},
		{"a Jinja loop", "compose.yaml", "services:\n{% for s in all %}\n  {{ s }}: {image: a}\n{% endfor %}\n", "", template, 2},
		{"a chart's template that is one include", "templates/web.yaml", "{{- include \"common.web\" . }}\n", "", template, 1},
		{"a manifest that is broken elsewhere", "pod.yaml", pod + "metadata:\n  annotations: {run: '{{ .x }}'}\n name: x\n", "expected", "", 5},
		{"a workflow that is broken elsewhere", ".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n    - run: docker inspect -f '{{.State}}'\n   - run: x\n", "expected", "", 5},
		{"a mark in a manifest's string", "map.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {a: '{{ .x }}'}\n", "", "", 0},
		{"a configuration of no known kind", ".goreleaser.yml", "builds:\n- ldflags: {{ .Version }}\n", "", "", 0},
		{"a broken one of no known kind", "alertmanager.yaml", "slack:\n- title: a\n   text: '{{ template \"t\" . }}'\n  - {{ x }}\n", "", "", 0},
		{"an Ansible task", "roles/web/tasks/main.yml", "- name: x\n  copy: {src: {{ a }}, dest: b}\n", "", "", 0},
		{"a Dockerfile with names in percent signs", "Dockerfile-debian.template", "FROM php:%%VERSION%%\n%%EXTRAS%%\nUSER 1\n", "", "a raw template", 2},
		{"a Dockerfile with a typo beside a format", "Dockerfile", "FROM a:1.2.3\nRUNN b\nRUN docker inspect -f '{{.State}}'\nUSER 1\n", "unknown instruction: RUNN", "", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var all Document
			for _, d := range Load(tt.file, []byte(tt.text), Options{}) {
				all.Source, all.Value = d.Source, d.Value
				all.Unparsable, all.Incomplete = append(all.Unparsable, d.Unparsable...), append(all.Incomplete, d.Incomplete...)
			}
			wantProblem(t, &all, "unparsable", all.Unparsable, tt.unparsable, tt.line)
			wantProblem(t, &all, "incomplete", all.Incomplete, tt.incomplete, tt.line)
		})
	}
}

func TestLoad_LooksAtNothingOfADockerfileTemplate(t *testing.T) {
	documents := Load("Dockerfile.template", []byte("FROM php:%%VERSION%%\n%%EXTRAS%%\n"), Options{})
	model := documents[len(documents)-1].Dockerfile
	if model == nil || len(model.Stages) != 0 {
		t.Errorf("got stages %v of a template, want none: what fills it in may set the user", model)
	}
	if text := documents[0].Text.Text; !strings.Contains(text, "%%EXTRAS%%") {
		t.Errorf("got text %q, want the whole file, which is looked at for secrets", text)
	}
}
