package github

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"guard/internal/finding"
	"guard/internal/tree"
)

// wording turns a message of actionlint into one of guard's.
type wording struct {
	pattern *regexp.Regexp
	words   string // with $1, $2 for what the pattern's groups match
}

// wordings lists the messages of actionlint's parser that stand for something
// GitHub refuses. All others are left out on purpose: they are advice (an
// unused anchor), or stricter than GitHub is (an empty list of needs, an empty
// string, a missing name of an environment), or told by another rule (the same
// key twice).
//
// They are compiled when the first workflow is refused, which few are.
var wordings = sync.OnceValue(func() []wording {
	return []wording{
		{regexp.MustCompile(`^unexpected key "(.+?)" for "(?P<section>.+?)" section`), `key "$1" is not known in ${section}`},
		{regexp.MustCompile(`^unexpected key "(.+?)" for (?:element of )?"?(?P<section>.+?)"?(?: section)?\. expected`), `key "$1" is not known in ${section}`},
		{regexp.MustCompile(`^expected ".+?" key for "?(?P<section>.+?)"? section but got "(.+?)"$`), `key "$2" is not known in ${section}`},
		{regexp.MustCompile(`^"(on|jobs)" section is missing in workflow$`), `the workflow has no $1`},
		{regexp.MustCompile(`^"(steps|runs-on)" section is missing in job "(.*)"$`), `job "$2" has no $1`},
		{regexp.MustCompile(`^when a reusable workflow is called with "uses", "(.+?)" is not available\..* in job "(.*)"$`), `job "$2" calls a reusable workflow, so it cannot have $1`},
		{regexp.MustCompile(`^"(.+?)" is only available for a reusable workflow call .* in job "(.*)"$`), `job "$2" calls no reusable workflow, so it cannot have $1`},
		{regexp.MustCompile(`^step must run script with "run" section or run action with "uses" section$`), `the step has neither run nor uses`},
		{regexp.MustCompile(`^"(.+?)" section must be sequence node but got (\w+) node`), `$1 must be a list, found a $2`},
		{regexp.MustCompile(`^expected scalar node for string value but found (\w+) node`), `a text is expected, found a $1`},
		{regexp.MustCompile(`^expected bool value but found (\w+) node`), `true or false is expected, found a $1`},
		{regexp.MustCompile(`^expected scalar node for (integer|float) value but found (\w+) node`), `a number is expected, found a $2`},
		{regexp.MustCompile(`^expecting a single \$\{\{\.\.\.\}\} expression or (.+?), but found plain text node$`), `$1 is expected, or one expression; found plain text`},
		{regexp.MustCompile(`^"?(.+?)"? (?:section )?is (\w+) node but mapping node is expected$`), `$1 must be a map, found a $2`},
		{regexp.MustCompile(`^"(.+?)" section should not be empty\. please remove`), `$1 is empty`},
		{regexp.MustCompile(`^GitHub Actions does not support YAML merge key "<<"$`), `GitHub does not know the merge key "<<"`},
		{regexp.MustCompile(`^recursive alias "(.+?)" is found`), `the alias "$1" contains itself`},
		{regexp.MustCompile(`^"type" is missing at "(.+?)" input of workflow_call event$`), `input "$1" of workflow_call has no type`},
		{regexp.MustCompile(`^"value" is missing at "(.+?)" output of workflow_call event$`), `output "$1" of workflow_call has no value`},
		{regexp.MustCompile(`^input type of workflow_dispatch event must be one of .* but got "(.*)"$`), `an input of workflow_dispatch cannot have the type "$1"`},
		{regexp.MustCompile(`^invalid value "(.*?)" for input type of workflow_call event`), `an input of workflow_call cannot have the type "$1"`},
		{regexp.MustCompile(`^expected mapping node for secrets or "inherit" string node but found "(.*)" node$`), `secrets must be a map or the word inherit, found "$1"`},
	}
})

// plainWords turns the words of actionlint's messages into those of people.
var plainWords = strings.NewReplacer(
	`boolean literal "true" or "false"`, "true or false", "float number literal", "a number", "integer literal", "a whole number",
	"sequence", "list", "mapping", "map", "scalar", "single value",
)

// sections are names of places that read better with an article.
var sections = map[string]string{
	"workflow": "a workflow", "job": "a job", "schedule": "an entry of schedule",
	"step to run shell command": "a step that runs a script", "step to execute action": "a step that runs an action",
}

// refusal words an error of actionlint; ok is false where GitHub makes none of
// it.
func refusal(message string) (words string, ok bool) {
	for _, w := range wordings() {
		if m := w.pattern.FindStringSubmatchIndex(message); m != nil {
			return plainWords.Replace(w.expand(message, m)), true
		}
	}
	return "", false
}

// expand fills the words of a message with what its pattern matched.
func (w wording) expand(message string, match []int) string {
	words := w.words
	if i := w.pattern.SubexpIndex("section"); i >= 0 {
		section := message[match[2*i]:match[2*i+1]]
		section = cmp.Or(sections[section], section)
		words = strings.ReplaceAll(words, "${section}", strings.ReplaceAll(section, "$", "$$"))
	}
	return string(w.pattern.ExpandString(nil, words, message, match))
}

// newerKeys are keys that GitHub knows and actionlint 1.7.12 does not, by the
// key that holds them. They stand in GitHub's own workflow schema
// (actions/languageservices, workflow-v1.0.json).
var newerKeys = map[string][]string{
	"":            {"description"},                                          // of the workflow
	"jobs":        {"cancel-timeout-minutes"},                               // of a job
	"steps":       {"background", "wait", "wait-all", "cancel", "parallel"}, // of a step
	"parallel":    {"background", "wait", "wait-all", "cancel", "parallel"},
	"concurrency": {"queue"},
	"services":    {"entrypoint", "command"}, // of a service
	"snapshot":    {"if"},
}

// accepted tells whether GitHub takes what actionlint's parser does not.
func accepted(message string, path finding.Path, node *tree.Node) bool {
	switch {
	case strings.Contains(node.Scalar(), "${{"): // any value may be an expression, except one of text
		return !isUnknownKey(message) || isNewerKey(path)
	case isEvent(path):
		return true
	case isUnknownKey(message):
		return isNewerKey(path)
	case strings.HasPrefix(message, "step must run"):
		return hasAny(node, newerKeys["steps"])
	case strings.HasPrefix(message, `"steps" section is missing`):
		return node.Get("steps").IsSet() // what is wrong with them is said elsewhere
	case strings.Contains(message, "section should not be empty"):
		return node.Type() != tree.Null // {} is fine
	}
	return false
}

func isUnknownKey(message string) bool {
	return strings.HasPrefix(message, "unexpected key") || strings.HasPrefix(message, `expected "`)
}

// isEvent tells whether a path is that of an event below on:, whose value
// GitHub does not look at closely: pull_request: [] is taken.
func isEvent(path finding.Path) bool {
	if len(path) != 2 {
		return false
	}
	key, _ := path[0].Key()
	return key == "on"
}

// isNewerKey looks for the last key of a path in the newer keys of what holds
// it, names of jobs and services and numbers of steps left out.
func isNewerKey(path finding.Path) bool {
	if len(path) == 0 {
		return false
	}
	key, _ := path[len(path)-1].Key()
	return slices.Contains(newerKeys[holderOf(path[:len(path)-1])], key)
}

func holderOf(path finding.Path) string {
	if len(path) == 0 {
		return ""
	}
	if name, _ := path[len(path)-1].Key(); name == "concurrency" || name == "snapshot" || len(path) == 1 {
		return name
	}
	name, _ := path[len(path)-2].Key()
	return name
}

func hasAny(n *tree.Node, keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return n.Key(key) != nil })
}
