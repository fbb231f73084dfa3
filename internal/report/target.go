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
// empty one is an error, as is a format that is none of formats.
func ParseTarget(formats []Format, s string) (Target, error) {
	name, path, hasPath := strings.Cut(s, "=")
	format, err := named(formats, name)
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

// DefaultTargets says which of the formats to print where nobody chose: text,
// and in GitHub Actions also annotations, both on standard output.
func DefaultTargets(formats []Format, env func(string) string) []Target {
	var targets []Target
	for _, f := range formats {
		if f.Name == textFormat.Name {
			targets = append([]Target{{Format: f}}, targets...)
		}
		if f.Name == githubFormat.Name && env("GITHUB_ACTIONS") == "true" {
			targets = append(targets, Target{Format: f, Group: true})
		}
	}
	return targets
}
