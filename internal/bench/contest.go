package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// contest is one call of one tool.
type contest struct {
	name string
	args []string
	want int                              // violations it must find; -1 where there is nothing to compare with
	read func(stdout []byte) (int, error) // counts them in what the tool prints
}

// contests lists the calls. All tools get the same directory and the same
// three rules. The smallest comes first: the system counts what the parent has
// in memory when it starts a process as the child's, and that grows with what
// the tools print.
func contests(tools map[string]string, c *corpus, rules string) []contest {
	all := []contest{
		{"guard, one small file", []string{"check", "-o", "json", c.tiny}, -1, countGuard},
		{"guard", []string{"check", "-o", "json", c.dir, "--only", "image/tag-latest,kubernetes/run-as-non-root,kubernetes/privileged"}, c.violations(), countGuard},
		{"guard, whole default profile", []string{"check", "-o", "json", c.dir}, -1, countGuard},
		{"conftest", []string{"test", "--policy", filepath.Join(rules, "conftest"), "--output", "json", c.dir}, c.violations(), countConftest},
		{"gator", []string{"test", "--filename", filepath.Join(rules, "gator"), "--filename", c.dir, "--output", "json"}, c.violations(), countGator},
		{"kyverno", []string{"apply", filepath.Join(rules, "kyverno", "rules.yaml"), "--resource", c.dir}, c.violations(), countKyverno},
	}
	var calls []contest
	for _, call := range all {
		tool, _, _ := strings.Cut(call.name, ",")
		if binary, ok := tools[tool]; ok {
			call.args = append([]string{binary}, call.args...)
			calls = append(calls, call)
		}
	}
	return calls
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
