package cli_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Reliability 54: a recording holds no secret, whatever file it is in, and
// still most of what was read.
func TestRecord_HoldsNoSecret(t *testing.T) {
	for name, value := range canaries() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := inputs(name, value)
			dir := tree(t, files)
			run(t, dir, "check", "--profile", "strict", "--record", "out.jsonl")
			text := read(t, filepath.Join(dir, "out.jsonl"))
			for _, needle := range needles(name, value) {
				if at := strings.Index(text, needle); at >= 0 {
					t.Errorf("the recording shows %s: …%s…", name, text[max(0, at-120):min(len(text), at+len(needle)+20)])
				}
			}
			if kept := strings.Count(text, `"text":`); kept < len(files)-2 {
				t.Errorf("of %d files %d were kept:\n%s", len(files), kept, text)
			}
			if code, out := execute(t, dir, "policy", "impact", "builtin", "builtin", "--against", "out.jsonl"); code == 1 || strings.Contains(out, value) {
				t.Errorf("exit code %d:\n%s", code, out)
			}
		})
	}
}

// Reliability 54: where a limit was reached, a file is recorded without its text.
func TestRecord_HoldsNothingBeyondALimit(t *testing.T) {
	dir := tree(t, beyond("DB_PASSWORD", "Correct-"+"Horse-"+"77x"))
	run(t, dir, "check", "--record", "out.jsonl")
	text := read(t, filepath.Join(dir, "out.jsonl"))
	if strings.Contains(text, "Horse") {
		t.Error("the recording shows a secret")
	}
	if n := strings.Count(text, `"omitted":`); n != 3 {
		t.Errorf("%d files are without their text, expected 3", n)
	}
}

// Reliability 54: whoever writes into a waiver why a secret stands there may repeat it.
func TestRecord_HoldsNoSecretOfAWaiver(t *testing.T) {
	const secret = "Correct-" + "Horse-" + "77x"
	pod := "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: shop\n  annotations: {guard/waive: \"kubernetes/run-as-non-root until=2026-12-31 -- it is " + secret + "\"}\nspec:\n  containers:\n    - name: a\n" +
		"      image: nginx:latest # guard:ignore image/tag-latest until=2026-12-31 -- it is " + secret + "\n      env: [{name: DB_PASSWORD, value: " + secret + "}]\n"
	dir := tree(t, map[string]string{"pod.yaml": pod})
	_, out := execute(t, dir, "check", "-v", "--record", "out.jsonl", "-o", "json=out.json", "-o", "html=out.html", "-o", "text")
	for name, text := range map[string]string{"text": out, "recording": read(t, filepath.Join(dir, "out.jsonl")), "json": read(t, filepath.Join(dir, "out.json")), "html": read(t, filepath.Join(dir, "out.html"))} {
		if strings.Contains(text, "Horse") {
			t.Errorf("%s shows the secret:\n%s", name, text)
		}
		if !strings.Contains(text, "it is Corr****") {
			t.Errorf("%s does not say why something is waived:\n%s", name, text)
		}
	}
}

// Files that cannot be written without their secrets as what they are, are
// kept so that they can be read all the same.
func TestRecord_StaysReadable(t *testing.T) {
	dir := tree(t, map[string]string{"pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: nginx:latest\n      env:\n        - name: DB_PASSWORD\n          value: q7x\n"})
	run(t, dir, "check", "--record", "out.jsonl")
	lines := strings.Split(strings.TrimSpace(read(t, filepath.Join(dir, "out.jsonl"))), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	var d struct {
		Input struct{ Text, Omitted string }
	}
	if err := json.Unmarshal([]byte(lines[1]), &d); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(d.Input.Text, "q7x") || !strings.Contains(d.Input.Text, "nginx:latest") {
		t.Errorf("recorded as %+v", d.Input)
	}
}

// A recording is there as a whole or not at all, and is not found by the check
// that writes it.
func TestRecord_ReplacesTheFileAsAWhole(t *testing.T) {
	dir := tree(t, map[string]string{"Dockerfile": "FROM nginx:latest\n"})
	run(t, dir, "check", "--record", "out.jsonl", "Dockerfile")
	before := read(t, filepath.Join(dir, "out.jsonl"))
	if code, out := execute(t, dir, "check", "--record", "out.jsonl", "gone"); code != 2 {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if after := read(t, filepath.Join(dir, "out.jsonl")); after != before {
		t.Errorf("a check that failed left\n%s", after)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v, left behind: %q", err, left)
	}
	if !strings.Contains(before, `"files":1`) {
		t.Errorf("recorded\n%s", before)
	}
	for _, name := range []string{"gone/out.jsonl", "."} {
		if code, _ := execute(t, dir, "check", "--record", name); code != 2 {
			t.Errorf("--record %s: exit code %d", name, code)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Versions of rules come from a registry and from files of bundles, held to the
// same trust policy as everywhere.
func TestPolicyImpact_OfBundles(t *testing.T) {
	s := newShipping(t)
	s.ship("1.0.0", "stable", byTeam)
	s.uses(`"oci://` + s.name() + `:stable"`)
	s.rule("medium", `["evil.example.com"]`)
	stable := "oci://" + s.name() + ":stable"
	const passes, fails = `team/known-registry +0 +1 +0 +0 +1`, `team/known-registry +1 +0 +0 +0 +1`
	s.must(0, passes, "policy", "impact", stable, "policy", "--against", "Dockerfile")
	s.must(1, fails, "policy", "impact", "policy", stable, "--against", "Dockerfile")
	s.must(1, fails, "policy", "impact", "policy", "bundle.tar.gz", "--against", "Dockerfile")
	s.must(1, fails, "policy", "impact", "builtin", "bundle.tar.gz", "--against", "Dockerfile", "--profile", "recommended")
	s.ship("1.1.0", "stable", byStranger)
	s.must(3, `signed|signature`, "policy", "impact", stable, "policy", "--against", "Dockerfile")
}
