package cli_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/report"
)

// canaries are secrets of many kinds. They are put together here, so that no
// scanner takes this file for one that holds secrets.
func canaries() map[string]string {
	long := "q7Zk2Vw9Xr4Tn8Lb3Hd6Jf1Gm5Pc0Sy"
	return map[string]string{
		"GITHUB_TOKEN":          "ghp" + "_" + long + "aB3dE",
		"GITHUB_FINE_TOKEN":     "github" + "_pat_" + "11ABCDEFG0" + long + long + "abcdefgh",
		"GITLAB_TOKEN":          "glpat" + "-" + long[:20],
		"AWS_ACCESS_KEY_ID":     "AKIA" + "Z7QK2VWXR4TNLBHD",
		"AWS_SECRET_ACCESS_KEY": long + "+/q7Zk2V",
		"SLACK_TOKEN":           "xoxb" + "-123456789012-1234567890123-" + long[:24],
		"STRIPE_API_KEY":        "sk" + "_live_" + long[:24],
		"NPM_TOKEN":             "npm" + "_" + long + "aB3dE",
		"PYPI_TOKEN":            "pypi" + "-AgEIcHlwaS5vcmc" + long + long,
		"SENDGRID_API_KEY":      "SG" + "." + long[:22] + "." + long + long[:11],
		"GCP_API_KEY":           "AIza" + "Sy" + long + "x",
		"TWILIO_API_KEY":        "SK" + strings.Repeat("0a1b2c3d", 4),
		"SHOPIFY_ACCESS_TOKEN":  "shpat" + "_" + strings.Repeat("a1b2c3d4", 4),
		"DIGITALOCEAN_TOKEN":    "dop" + "_v1_" + strings.Repeat("a1b2c3d4", 8),
		"DOCKERHUB_PASSWORD":    "dckr" + "_pat_" + long[:27],
		"HF_TOKEN":              "hf" + "_" + "qZkVwXrTnLbHdJfGmPcSyqZkVwXrTnLbHd",
		"DB_PASSWORD":           "Correct-" + "Horse-" + "77x",
		"DATABASE_URL":          "postgres://shop:" + "bAttery" + "-staple9" + "@db.internal:5432/shop",
		"JWT_SECRET":            "sEcr" + "et!" + long[:12],
		"ADMIN_TOKEN":           "tok" + "-" + long[4:20],
	}
}

// needles are the forms in which a canary must not come out.
func needles(name, value string) []string {
	if name == "DATABASE_URL" {
		value = "bAttery" + "-staple9"
	}
	return []string{value, base64.StdEncoding.EncodeToString([]byte(value))}
}

// inputs holds a canary in every kind of file.
func inputs(name, value string) map[string]string {
	return map[string]string{
		"Dockerfile":               fmt.Sprintf("FROM nginx:latest\nARG %s=%s\nENV %s=%q\nRUN curl -H 'Authorization: %s' https://example.com\n", name, value, name, value, value),
		"k8s/pod.yaml":             fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - {name: a, image: 'nginx:latest', env: [{name: %s, value: %q}]}\n", name, value),
		"k8s/secret.yaml":          fmt.Sprintf("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {%s: %q}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\ndata: {%s: %s}\n", name, value, name, base64.StdEncoding.EncodeToString([]byte(value))),
		"compose.yaml":             fmt.Sprintf("services:\n  a:\n    image: nginx\n    environment:\n      %s: %q\n  b:\n    image: nginx\n    environment: ['%s=%s']\n", name, value, name, value),
		".github/workflows/ci.yml": fmt.Sprintf("on: push\nenv: {%s: %q}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo %s\n", name, value, value),
		".gitlab-ci.yml":           fmt.Sprintf("variables: {%s: %q}\na:\n  image: nginx\n  script: ['docker login -p %s']\n", name, value, value),
		"k8s/line.json":            fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"x":%q}},"spec":{"containers":[{"name":"a","image":"nginx:latest","env":[{"name":%q,"value":%q}]}]}}`, strings.Repeat("x", 8<<10), name, value),
		"app.properties":           fmt.Sprintf("%s=%s\n", name, value),
		"broken.yaml":              fmt.Sprintf("apiVersion: v1\nkind: [\n%s: %s\n", name, value),
	}
}

// beyond holds a secret in files of which not all is looked at, close to what
// is found in them.
func beyond(name, value string) map[string]string {
	container := "    - {name: a, image: 'nginx:%s'}\n"
	return map[string]string{
		"pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n" + strings.Repeat(fmt.Sprintf(container, "1.27.3"), 999) + fmt.Sprintf(container, "latest") +
			fmt.Sprintf("    - name: a\n      env:\n        - name: %s\n          value: %q\n", name, value),
		"Dockerfile": "FROM nginx:1.27.3\n" + strings.Repeat("RUN make\n", 4997) + fmt.Sprintf("USER root\nCMD a\nENV %s %s\n", name, value),
		"large.yaml": fmt.Sprintf("apiVersion: v1\nkind: Pod\nx:\n- name: %s\n  value: %s\n# %s\n", name, value, strings.Repeat("x", 10<<20)),
	}
}

// Reliability 54: where a limit was reached no secret comes out that stands
// beyond it, and what is found is told all the same.
func TestCheck_ShowsNoSecretBeyondALimit(t *testing.T) {
	const name, value = "DB_PASSWORD", "Correct-" + "Horse-" + "77x"
	dir := tree(t, beyond(name, value))
	args := []string{"check", "--only", "image/tag-latest,dockerfile/user-root,analysis", "--verbose", "--color", "never", "-o", "text"}
	for _, f := range report.Formats() {
		args = append(args, "-o", f.Name+"=out."+f.Name)
	}
	told := run(t, dir, args...)
	for _, want := range []string{"image/tag-latest", "dockerfile/user-root", "more than 1000 containers", "5000 instructions", "larger than 10 MiB", "not shown"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not told:\n%s", want, told)
		}
	}
	outputs := map[string]string{"stdout and stderr": told}
	for _, f := range report.Formats() {
		text, err := os.ReadFile(filepath.Join(dir, "out."+f.Name))
		if err != nil {
			t.Fatal(err)
		}
		outputs[f.Name] = string(text)
	}
	for format, text := range outputs {
		if at := strings.Index(text, "Horse"); at >= 0 {
			t.Errorf("%s shows %s: …%s…", format, name, text[max(0, at-200):at+5])
		}
	}
}

// Reliability 54: no secret comes out in any format, whatever file it is in.
func TestCheck_ShowsNoSecretInAnyFormat(t *testing.T) {
	for name, value := range canaries() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range inputs(name, value) {
				full := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			args := []string{"check", "--profile", "strict", "--verbose", "--color", "always", "-o", "text"}
			for _, f := range report.Formats() {
				args = append(args, "-o", f.Name+"=out."+f.Name)
			}
			outputs := map[string]string{"stdout and stderr": run(t, dir, args...), "baseline": run(t, dir, "baseline", "write", "-o", "out.baseline")}
			for _, f := range append(report.Formats(), report.Format{Name: "baseline"}) {
				data, err := os.ReadFile(filepath.Join(dir, "out."+f.Name))
				if err != nil {
					t.Fatal(err)
				}
				outputs[f.Name] = string(data)
			}
			if !strings.Contains(outputs["stdout and stderr"], "Dockerfile:") {
				t.Fatalf("nothing was found:\n%s", outputs["stdout and stderr"])
			}
			for format, text := range outputs {
				for _, needle := range needles(name, value) {
					if at := strings.Index(text, needle); at >= 0 {
						t.Errorf("%s shows %s: …%s…", format, name, text[max(0, at-120):min(len(text), at+len(needle)+20)])
					}
				}
			}
		})
	}
}
