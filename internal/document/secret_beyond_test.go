package document

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"guard/internal/pipeline/github"
)

// Reliability 54: past a limit nobody knows which values are secrets, so none
// is shown.
func TestRedact_ShowsNothingOfAFileBeyondALimit(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
	env := "{image: a, env: [{name: DB_PASSWORD, value: Tr0ub4dor&3}]}"
	tests := map[string]struct{ file, text, limit string }{
		"more that resembles a secret than is looked at": {"notes.txt", strings.Repeat("adafruit twitter facebook = ", 1<<18), "too much of the text resembles a secret"},
		"a secret of 70 KB":               {"pod.yaml", pod + "spec: {containers: [{image: a, env: [{name: DB_PASSWORD, value: " + strings.Repeat("Tr0ub4dor", 8000) + "}]}]}\n", "more than 65536 bytes"},
		"more containers than are read":   {"pod.yaml", pod + "spec:\n  containers:\n" + strings.Repeat("  - "+env+"\n", maxContainers+1), "more than 1000 containers"},
		"more objects than are read":      {"pods.yaml", strings.Repeat("--- {apiVersion: v1, kind: Service}\n", maxObjects) + "---\n" + pod + "spec: {containers: [" + env + "]}\n", "more than 10000 objects"},
		"more levels than are read":       {"pod.yaml", pod + "spec: {containers: [" + env + "]}\nx: " + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "\n", "nested deeper"},
		"a Dockerfile larger than any":    {"Dockerfile", "FROM a\nENV DB_PASSWORD Tr0ub4dor&3\n#" + strings.Repeat("x", maxDockerfileBytes), "more than 524288"},
		"more instructions than are read": {"Dockerfile", "FROM a\n" + strings.Repeat("RUN a\n", maxInstructions) + "ENV DB_PASSWORD Tr0ub4dor&3\n", "more than 300 stages or 5000 instructions"},
		"variables inside each other":     {"Dockerfile", "FROM a\nENV DB_PASSWORD Tr0ub4dor&3\nRUN " + strings.Repeat("${a:-", maxDockerNesting+1), "nested deeper"},
		"more jobs than are read":         {".github/workflows/ci.yml", "on: push\njobs:\n" + strings.Repeat("  %d: {runs-on: x, env: {DB_PASSWORD: x}, steps: [{run: a}]}\n", github.MaxJobs+1), "more than"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(tt.text, "%d:") {
				tt.text = numbered(tt.text)
			}
			for _, d := range Load(tt.file, []byte(tt.text), Options{}) {
				if !d.Concealed() {
					t.Fatalf("kind %s: a limit is reached, and the file not concealed", d.Kind)
				}
				if got := d.Redact(`container web: "Tr0ub4dor&3" is no value`); got != notShown {
					t.Errorf("kind %s: got %q", d.Kind, got)
				}
				for _, p := range append(d.Unparsable, d.Incomplete...) {
					if p.Beyond && !strings.Contains(d.Redact("cannot be read: "+p.Message+` "Tr0ub4dor&3"`), tt.limit) {
						t.Errorf("got %q, want guard's own words of the limit: %s", d.Redact(p.Message), tt.limit)
					}
				}
			}
		})
	}
}

// numbered replaces each %d by the number of its line.
func numbered(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.Replace(line, "%d", fmt.Sprintf("j%d", i), 1)
	}
	return strings.Join(lines, "\n")
}

// Reliability 54: what a file that is too large begins with is no input of a
// rule either.
func TestTooLarge_ShowsNothing(t *testing.T) {
	documents := TooLarge("pod.yaml", strings.NewReader("password: Tr0ub4dor&3\n"), "larger than 10 MiB")
	form, err := json.Marshal(documents[0])
	if err != nil || strings.Contains(string(form), "Tr0ub4dor") || !documents[0].Concealed() {
		t.Errorf("%v: got %s", err, form)
	}
	if got := documents[0].Redact("cannot be read: " + documents[0].Unparsable[0].Message); got != "not looked at: larger than 10 MiB" {
		t.Errorf("got %q", got)
	}
}

// What is large, broken or not followed is shown as ever.
func TestConcealed_IsNoFileWhoseSecretsAreKnown(t *testing.T) {
	for name, tt := range map[string]struct{ file, text string }{
		"a dashboard of 70 KB":    {"config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {board.json: " + strings.Repeat("panel", 15_000) + "}\n"},
		"a Secret of 70 KB":       {"secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: " + strings.Repeat("Tr0ub4dor", 8000) + "}\n"},
		"a broken manifest":       {"pod.yaml", "apiVersion: v1\nkind: [\n"},
		"a broken Dockerfile":     {"Dockerfile", "FROM a\nENV\nCOPY x\n"},
		"an unknown variable":     {"Dockerfile", "ARG A\nFROM a:$A\n"},
		"a template":              {"chart/templates/a.yaml", "{{ if .Values.a }}\nkind: Pod\n{{ end }}\n"},
		"a pipeline that extends": {".gitlab-ci.yml", "a: {extends: .gone, script: [make]}\n"},
	} {
		for _, d := range Load(tt.file, []byte(tt.text), Options{}) {
			if d.Concealed() {
				t.Errorf("%s: kind %s is concealed", name, d.Kind)
			}
		}
	}
}
