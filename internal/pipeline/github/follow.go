package github

import (
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/symbol"
)

// mayWriteEnvironment tells whether a step can leave variables to later ones.
func mayWriteEnvironment(step pipeline.Step) bool {
	return step.Script != nil && strings.Contains(step.Script.Text, "GITHUB_ENV")
}

// follow works out what the step of a place leaves behind.
func (m *moment) follow() stepResult {
	return stepResult{outputs: map[string]symbol.Value{}, environment: map[string]symbol.Value{}}
}
