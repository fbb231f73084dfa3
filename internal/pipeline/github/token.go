package github

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// tokenActions are actions that call GitHub's API with the job's token unless
// they are given another one, and can do nothing of use without it.
// actions/checkout is not among them: it reads, every workflow has it, and
// saying that it uses the token would say nothing.
var tokenActions = []string{
	"actions/create-release", "actions/first-interaction", "actions/github-script", "actions/labeler", "actions/stale",
	"actions/upload-release-asset", "dessant/lock-threads", "ncipollo/release-action", "peter-evans/create-or-update-comment",
	"peter-evans/create-pull-request", "release-drafter/release-drafter", "softprops/action-gh-release", "stefanzweifel/git-auto-commit-action",
}

// usesToken tells whether a job reads github.token or secrets.GITHUB_TOKEN, or
// runs an action that does so unasked.
func usesToken(job *tree.Node) bool {
	found := false
	walkTexts(job, make(finding.Path, 0, 16), func(path finding.Path, text string) {
		found = found || readsToken(text) || isTokenAction(path, text)
	})
	return found
}

func readsToken(text string) bool {
	if !strings.Contains(text, "${{") {
		return false
	}
	return slices.ContainsFunc(scan(text, nil), func(e scanned) bool {
		return slices.Contains(e.Contexts, "github.token") || slices.Contains(e.Contexts, "secrets.GITHUB_TOKEN")
	})
}

func isTokenAction(path finding.Path, text string) bool {
	if len(path) == 0 {
		return false
	}
	name, _, _ := strings.Cut(text, "@")
	key, _ := path[len(path)-1].Key()
	return key == "uses" && slices.Contains(tokenActions, name)
}

// secretsRead lists the secrets that a job reads, each where it is read first.
func (r *reader) secretsRead(job *tree.Node, path finding.Path) []pipeline.Secret {
	secrets := []pipeline.Secret{}
	walkTexts(job, path, func(at finding.Path, text string) {
		for _, name := range secretContexts(text) {
			known := slices.ContainsFunc(secrets, func(s pipeline.Secret) bool { return s.Name == name })
			if !known && len(secrets) < maxSecrets {
				secrets = append(secrets, pipeline.Secret{Name: name, Path: slices.Clone(at)})
			}
		}
	})
	if len(secrets) == maxSecrets {
		r.exceeded(path, fmt.Sprintf("%d secrets in one job; not all of them were looked at", maxSecrets))
	}
	return secrets
}

// maxSecrets bounds how many secrets of a job are listed; GitHub stores 100
// for a repository.
const maxSecrets = 500

// secretContexts names the secrets that the expressions of a text mention.
func secretContexts(text string) []string {
	if !strings.Contains(text, "${{") {
		return nil
	}
	var names []string
	for _, e := range scan(text, nil) {
		for _, context := range e.Contexts {
			if name, ok := strings.CutPrefix(context, "secrets."); ok && name != "*" {
				names = append(names, name)
			}
		}
	}
	return names
}
