package report

import (
	"fmt"
	"strings"
)

// Target is a format and where its output goes.
type Target struct {
	Format Format
	Path   string // "" is standard output
	Group  bool   // see [Options]
}

// ParseTarget reads FORMAT or FORMAT=PATH. The path "-" is standard output; an
// empty one is an error, as is a format that [Lookup] does not know.
func ParseTarget(s string) (Target, error) {
	name, path, hasPath := strings.Cut(s, "=")
	format, err := Lookup(name)
	if err != nil {
		return Target{}, err
	}
	if hasPath && path == "" {
		return Target{}, fmt.Errorf("output %q has no path behind =, expected %s=PATH", s, name)
	}
	if path == "-" {
		path = ""
	}
	return Target{Format: format, Path: path}, nil
}

// DefaultTargets says what to print where nobody chose: text, and in GitHub
// Actions also annotations, both on standard output.
func DefaultTargets(env func(string) string) []Target {
	targets := []Target{{Format: textFormat}}
	if env("GITHUB_ACTIONS") == "true" {
		targets = append(targets, Target{Format: githubFormat, Group: true})
	}
	return targets
}
