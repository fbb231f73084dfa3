package github

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"guard/internal/pipeline"
)

// outsiderContexts are texts that people without write access choose: those
// of pull requests, issues, comments and the commits in them. The list is that
// of GitHub's Security Lab.
var outsiderContexts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^github\.(?:head_ref|event\.(?:` +
		`(?:issue|pull_request|discussion)\.(?:title|body)|` +
		`(?:comment|review|review_comment)\.body|` +
		`pages\.(?:\d+|\*)\.page_name|` +
		`(?:commits\.(?:\d+|\*)|head_commit|workflow_run\.head_commit)\.(?:message|author\.(?:email|name))|` +
		`pull_request\.head\.(?:ref|label|repo\.default_branch)|` +
		`workflow_run\.(?:head_branch|display_title|pull_requests\.(?:\d+|\*)\.head\.ref)))$`)
})

// Outsider names a value in a text that someone sets whom nobody has approved:
// a pull request's branch or title, or an input of a manual start that takes
// any text. It is "" where there is none.
func Outsider(p *pipeline.Pipeline, text string) string {
	if !strings.Contains(text, "${{") {
		return ""
	}
	for _, e := range scan(text, nil) {
		for _, context := range e.Contexts {
			if outsiderContexts().MatchString(context) || isFreeInput(p, context) {
				return context
			}
		}
	}
	return ""
}

// isFreeInput tells whether a context is an input of workflow_dispatch that
// takes any text.
func isFreeInput(p *pipeline.Pipeline, context string) bool {
	name, ok := strings.CutPrefix(context, "inputs.")
	if !ok {
		name, ok = strings.CutPrefix(context, "github.event.inputs.")
	}
	return ok && slices.ContainsFunc(p.Inputs, func(in pipeline.Input) bool {
		return in.Event == "workflow_dispatch" && in.Free && strings.EqualFold(in.Name, name)
	})
}
