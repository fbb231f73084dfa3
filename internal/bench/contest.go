package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
)

// contest is one call of one tool.
type contest struct {
	name string
	args []string
	want int                              // violations it must find; -1 where there is nothing to compare with
	read func(stdout []byte) (int, error) // counts them in what the tool prints
}

// contests lists the calls. All tools get the same directory and the same
// three rules; the last two are guard alone.
func contests(tools map[string]string, c *corpus, rules string) []contest {
	three := "image/tag-latest,kubernetes/run-as-non-root,kubernetes/privileged"
	guard := func(name string, want int, args ...string) contest {
		return contest{name, append([]string{tools["guard"], "check", "-o", "json"}, args...), want, countGuard}
	}
	return []contest{
		guard("guard", c.violations(), c.dir, "--only", three),
		{"conftest", []string{tools["conftest"], "test", "--policy", filepath.Join(rules, "conftest"), "--output", "json", c.dir}, c.violations(), countConftest},
		{"gator", []string{tools["gator"], "test", "--filename", filepath.Join(rules, "gator"), "--filename", c.dir, "--output", "json"}, c.violations(), countGator},
		{"kyverno", []string{tools["kyverno"], "apply", filepath.Join(rules, "kyverno", "rules.yaml"), "--resource", c.dir}, c.violations(), countKyverno},
		guard("guard, whole default profile", -1, c.dir),
		guard("guard, one small file", -1, c.tiny),
	}
}

func countGuard(stdout []byte) (int, error) {
	var report struct{ Findings []json.RawMessage }
	err := json.Unmarshal(stdout, &report)
	return len(report.Findings), err
}

func countConftest(stdout []byte) (n int, err error) {
	var files []struct{ Failures []json.RawMessage }
	err = json.Unmarshal(stdout, &files)
	for _, file := range files {
		n += len(file.Failures)
	}
	return n, err
}

func countGator(stdout []byte) (int, error) {
	var results []json.RawMessage
	err := json.Unmarshal(stdout, &results)
	return len(results), err
}

var kyvernoSummary = regexp.MustCompile(`pass: \d+, fail: (\d+), warn: \d+, error: (\d+), skip: \d+`)

func countKyverno(stdout []byte) (int, error) {
	m := kyvernoSummary.FindSubmatch(stdout)
	if m == nil {
		return 0, fmt.Errorf("kyverno printed no summary")
	}
	if string(m[2]) != "0" {
		return 0, fmt.Errorf("kyverno could not evaluate %s rules", m[2])
	}
	return strconv.Atoi(string(m[1]))
}
