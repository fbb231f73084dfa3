package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mostMemory is what one file may cost, whatever is in it.
const mostMemory = 512 << 20

// bomb is a tower of lists, each of which uses the one below nine times: 9^12
// values.
func bomb(indent string) string {
	text := indent + "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		use := fmt.Sprintf("*a%d, ", i-1)
		text += fmt.Sprintf("%sa%d: &a%d [%s]\n", indent, i, i, strings.TrimSuffix(strings.Repeat(use, 9), ", "))
	}
	return text
}

func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func manyKeys(n int, format, separator string) string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(keys, separator)
}

// Reliability 37, 58: what exceeds a limit is never passed, is listed as not
// looked at, and costs no more memory than anything else.
func TestCheck_HostileFileIsBoundedAndNamed(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers: [{name: web, image: \"shop:1.4.2\"}]\n"
	const large = 100 << 20
	tests := []struct{ name, file, text, want string }{
		{"an alias bomb in a manifest", "pod.yaml", pod + bomb(""), "more than 1000000 values"},
		{"an alias bomb in a workflow", ".github/workflows/ci.yml", "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n" + bomb(""), "more than 1000000 values"},
		{"an alias bomb in a GitLab pipeline", ".gitlab-ci.yml", "a: {script: [make]}\n" + bomb("."), "more than 1000000 values"},
		{"an alias bomb in a Compose file", "compose.yaml", "services: {a: {image: \"a:1\"}}\nx-a:\n" + bomb("  "), "more than 1000000 values"},
		{"an alias bomb in a file of no known kind", "values.yaml", bomb(""), "more than 1000000 values"},
		{"10,000 levels in a manifest", "pod.yaml", pod + "x: " + nested(10_000) + "\n", "nested deeper than 200 levels"},
		{"10,000 levels in a file of no known kind", "values.yaml", "x: " + nested(10_000) + "\n", "nested deeper than 200 levels"},
		{"10,000 levels of JSON", "pod.json", `{"apiVersion": "v1", "kind": "Pod", "x": ` + nested(10_000) + "}", "nested deeper than 200 levels"},
		{"100 MB of text in a manifest", "pod.yaml", pod + "x: " + strings.Repeat("x", large), "larger than 10 MiB"},
		{"100 MB of text before a manifest", "pod.yaml", "# " + strings.Repeat("x", large) + "\n" + pod, "larger than 10 MiB"},
		{"100 MB of text in JSON", "pod.json", `{"apiVersion": "v1", "kind": "Pod", "x": "` + strings.Repeat("x", large) + `"}`, "larger than 10 MiB"},
		{"an object behind 100 MB of JSON", "data.json", `{"x": ["` + strings.Repeat("x", large) + `"], "apiVersion": "v1", "kind": "Pod"}`, "larger than 10 MiB"},
		{"100 MB of text in a Dockerfile", "Dockerfile", "FROM alpine:3.22.1\nRUN echo " + strings.Repeat("x", large), "larger than 10 MiB"},
		{"a million keys in a manifest", "pod.yaml", pod + "x:\n" + manyKeys(1_000_000, "  k%d: 1", "\n"), "larger than 10 MiB"},
		{"a million short keys in a manifest", "pod.yaml", pod + "x:\n" + manyKeys(1_000_000, " %x:", "\n"), "more than 1000000 values"},
		{"a million keys of JSON", "pod.json", `{"apiVersion": "v1", "kind": "Pod", "x": {` + manyKeys(1_000_000, `"k%d":1`, ",") + "}}", "larger than 10 MiB"},
		{"60,000 documents", "pods.yaml", strings.Repeat("--- {apiVersion: v1, kind: Pod}\n", 60_000), "more than 50000 documents"},
		{"12,000 objects", "pods.yaml", strings.Repeat("--- {apiVersion: v1, kind: Service}\n", 12_000), "more than 10000 objects"},
		{"12,000 objects in a List", "pods.yaml", "apiVersion: v1\nkind: List\nitems:\n" + strings.Repeat("- {apiVersion: v1, kind: Service}\n", 12_000), "more than 10000 objects"},
		{"9 MB of instructions", "Dockerfile", "FROM alpine:3.22.1\n" + strings.Repeat("RUN make\n", 1_000_000), "more than 524288"},
		{"30,000 steps of a workflow", ".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + strings.Repeat("      - run: make\n", 30_000), "more than 5000 steps"},
		{"100,000 containers", "pod.yaml", strings.Replace(pod, "[{", "["+strings.Repeat(`{image: "a:1"}, `, 100_000)+"{", 1), "more than 1000 containers"},
	}
	const secret, job = "more secrets in one file than can be kept out of the report", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - run: make\n      env:\n"
	env := strings.Replace(pod, "}]\n", ", env: [\n%s\n    ]}]\n", 1)
	tests = append(tests, []struct{ name, file, text, want string }{
		{"180,000 passwords of a container", "pod.yaml", fmt.Sprintf(env, manyKeys(180_000, "    {name: DB_PASSWORD_%d, value: s3cr3t%[1]dX}", ",\n")), secret},
		{"180,000 passwords that are ordinary words", "pod.yaml", fmt.Sprintf(env, manyKeys(180_000, "    {name: DB_PASSWORD_%d, value: w%[1]d}", ",\n")), secret},
		{"7,200 passwords in 2,400 Pods", "pods.yaml", manyKeys(2400, "--- {apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: a, env: [{name: A_TOKEN, value: a3cr3t%dX}, {name: B_TOKEN, value: b3cr3t%[1]dX}, {name: C_TOKEN, value: c3cr3t%[1]dX}]}]}}", "\n"), secret},
		{"200,000 values of a Secret", "secret.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n" + manyKeys(200_000, "  password_%d: s3cr3t%[1]dX", "\n"), secret},
		{"a Secret of 9 MB", "secret.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n  a: |\n" + manyKeys(150_000, "    %032[1]d%[1]016dXy", "\n"), secret},
		{"200,000 passwords of a ConfigMap", "map.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n" + manyKeys(200_000, "  DB_PASSWORD_%d: s3cr3t%[1]dX", "\n"), secret},
		{"200,000 passwords of a Compose service", "compose.yaml", "services:\n  a:\n    image: a\n    environment:\n" + manyKeys(200_000, "      DB_PASSWORD_%d: s3cr3t%[1]dX", "\n"), secret},
		{"400,000 AWS keys in a text", "a.txt", manyKeys(400_000, "AKIAQ2W%06dABCDEFG", "\n"), "limit exceeded"},
		{"300,000 beginnings of private keys", "a.txt", strings.Repeat("-----BEGIN RSA PRIVATE KEY-----\n", 300_000), "resembles a secret"},
		{"10,000 Pods", "pods.yaml", manyKeys(10_000, "--- {apiVersion: v1, kind: Pod, metadata: {name: p%d}, spec: {containers: [{name: a, image: a}]}}", "\n"), "2500 objects with a Pod"},
		{"10,000 Pods in a List", "pods.json", `{"apiVersion": "v1", "kind": "List", "items": [` + manyKeys(10_000, `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p%d"}, "spec": {"containers": [{"image": "a"}]}}`, ",") + "]}", "2500 objects with a Pod"},
		{"100,000 services", "compose.yaml", "services:\n" + manyKeys(100_000, "  s%d: {image: \"a:latest\"}", "\n"), "more than 1000 services"},
		{"100,000 images of a kustomization", "kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n" + manyKeys(100_000, "- {name: a%d, newTag: latest}", "\n"), "more than 1000 images"},
		{"200,000 variables of a step", ".github/workflows/ci.yml", job + manyKeys(200_000, "        A%d: ${{ secrets.A%[1]d }}", "\n"), "more than 150000 values"},
		{"400,000 lines of a GitLab script", ".gitlab-ci.yml", "a:\n  script:\n" + strings.Repeat("  - docker push a:latest\n", 400_000), "more than 150000 values"},
		{"50,000 GitLab jobs with references", ".gitlab-ci.yml", ".a: {script: [x]}\n" + manyKeys(50_000, "j%d: {script: [!reference [.a, script]]}", "\n"), "limit exceeded"},
	}...)
	program := buildProgram(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, map[string]string{tt.file: tt.text})
			p := runProgram(t, program, dir, "check", "--verbose", ".")
			os.RemoveAll(filepath.Join(dir, tt.file))
			if p.code != 1 && p.code != 3 {
				t.Errorf("exit code %d, want 1 or 3:\n%s%s", p.code, p.out, p.err)
			}
			_, unseen, _ := strings.Cut(p.out, "not looked at (")
			if !strings.Contains(unseen, tt.file) || !strings.Contains(unseen, tt.want) {
				t.Errorf("%s is not listed as not looked at, because of %q:\n%s%s", tt.file, tt.want, p.out, p.err)
			}
			if p.peak > mostMemory {
				t.Errorf("%d MiB of memory, want at most %d", p.peak>>20, mostMemory>>20)
			}
		})
	}
}

// What cannot be read is no success, whichever rules are wanted and whatever
// severity fails. Reliability 58
func TestCheck_UnreadableFileIsDeniedWhateverIsWanted(t *testing.T) {
	dir := tree(t, map[string]string{
		"block.yaml": "apiVersion: v1\nkind: [\n",
		"flow.yaml":  `{apiVersion: v1, kind: Pod, spec: {containers: [{image: "nginx:latest"}`,
		"brace.json": `{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "nginx:latest"}`,
	})
	for _, file := range []string{"block.yaml", "flow.yaml", "brace.json"} {
		for _, flags := range [][]string{nil, {"--only", "image"}, {"--fail-on", "critical"}, {"--profile", "minimal"}, {"--strict"}} {
			code, out := check(t, dir, append(flags, file)...)
			if code != 1 || !strings.Contains(out, "analysis/unparsable") {
				t.Errorf("guard check %s %s: exit code %d, want 1:\n%s", strings.Join(flags, " "), file, code, out)
			}
		}
	}
}

// A letter written as an escape hides nothing.
func TestCheck_ManifestWithEscapedKeysIsRead(t *testing.T) {
	dir := tree(t, map[string]string{"pod.json": `{"\u0061piVersion": "v1", "\u006bind": "Pod", "spec": {"containers": [{"image": "nginx:latest"}]}}`})
	if code, out := check(t, dir, "--only", "image", "."); code != 1 || !strings.Contains(out, "image/tag-latest") {
		t.Errorf("exit code %d, want 1:\n%s", code, out)
	}
}

// Large JSON that is data is listed as not looked at, and no fault.
func TestCheck_LargeJSONOfNoKindIsNotDenied(t *testing.T) {
	entries := strings.Repeat(`"node_modules/x": {"version": "1.0.0", "kind": "x", "apiVersion": "y"}, `, 200_000)
	dir := tree(t, map[string]string{"package-lock.json": `{"name": "web", "lockfileVersion": 3, "packages": {` + entries + `"": {}}}`})
	code, out := check(t, dir, "--verbose", ".")
	if code != 0 || !strings.Contains(out, "package-lock.json: not looked at: larger than 10 MiB") || strings.Contains(out, "analysis/") {
		t.Errorf("exit code %d, want 0:\n%s", code, out)
	}
	if code, out := check(t, dir, "--strict", "."); code != 3 {
		t.Errorf("--strict: exit code %d, want 3:\n%s", code, out)
	}
}
