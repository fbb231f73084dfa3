package gitlab

import (
	"cmp"
	"strings"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// shortSHA is the length of CI_COMMIT_SHORT_SHA.
const shortSHA = 8

// Events of GitLab, as CI_PIPELINE_SOURCE names them.
const (
	eventPush     = "push"
	eventSchedule = "schedule"
	eventWeb      = "web"
)

// mergeTrain is the type of the merge request pipelines that a merge train
// starts.
const mergeTrain = "merge_train"

// world is what is known of the project around the file.
type world struct {
	branch     string // the default branch
	source     string // what starts the pipeline; "" for the run's event
	repository string // path of the project: "acme/shop"; "" where unknown
}

// predefinedIn lists GitLab's own variables in a run, those among them that
// are unset there as null. It stands for the run as flow.Run describes it: a
// branch that is pushed has no open merge request, unless the run is about
// one.
func predefinedIn(run flow.Run, in world) map[string]worth {
	p := &predefinedVariables{run: run, in: in, values: map[string]worth{}}
	p.always()
	p.commit()
	p.project()
	p.mergeRequest()
	return p.values
}

type predefinedVariables struct {
	run    flow.Run
	in     world
	values map[string]worth
}

// isMergeRequest tells whether GitLab runs a pipeline of a merge request.
func isMergeRequest(run flow.Run) bool { return run.Event == mergeRequest }

func (p *predefinedVariables) text(name, text string) { p.values[name] = plain(text) }

func (p *predefinedVariables) part(name string, part symbol.Part) {
	part.Source = "$" + name
	p.values[name] = textWorth(symbol.Of(part))
}

func (p *predefinedVariables) kind(kind symbol.Kind, names ...string) {
	for _, name := range names {
		p.part(name, symbol.Part{Kind: kind, Name: name})
	}
}

func (p *predefinedVariables) null(names ...string) {
	for _, name := range names {
		p.values[name] = worth{}
	}
}

// maybe are variables that hold the text or are not set.
func (p *predefinedVariables) maybe(text string, names ...string) {
	for _, name := range names {
		p.values[name] = oneOf(worth{}, plain(text))
	}
}

// boolean are variables that hold true or false.
func (p *predefinedVariables) boolean(names ...string) {
	for _, name := range names {
		p.values[name] = oneOf(plain("true"), plain("false"))
	}
}

// unknown are variables of which nothing is known, not even whether they are
// set.
func (p *predefinedVariables) unknown(names ...string) {
	for _, name := range names {
		p.values[name] = textWorth(symbol.Value{{Kind: symbol.Unknown, Reason: "$" + name + " is not known here", Source: "$" + name}})
	}
}

func (p *predefinedVariables) always() {
	p.text("CI", "true")
	p.text("GITLAB_CI", "true")
	p.text("CI_SERVER", "yes")
	p.text("CI_SERVER_NAME", "GitLab")
	p.text("CI_REGISTRY_USER", "gitlab-ci-token")
	p.text("CI_DEFAULT_BRANCH", p.in.branch)
	p.text("CI_PIPELINE_SOURCE", cmp.Or(p.in.source, p.run.Event))
	p.kind(symbol.RunNumber, "CI_PIPELINE_ID", "CI_PIPELINE_IID")
	p.kind(symbol.Date, "CI_PIPELINE_CREATED_AT", "CI_JOB_STARTED_AT")
	p.kind(symbol.Actor, "GITLAB_USER_LOGIN", "GITLAB_USER_NAME", "GITLAB_USER_EMAIL", "GITLAB_USER_ID")
	p.kind(symbol.Opaque, "CI_API_V4_URL", "CI_API_GRAPHQL_URL", "CI_BUILDS_DIR", "CI_CONFIG_PATH", "CI_PAGES_DOMAIN", "CI_PAGES_URL",
		"CI_PIPELINE_URL", "CI_PROJECT_DIR", "CI_SERVER_FQDN", "CI_SERVER_HOST", "CI_SERVER_PORT", "CI_SERVER_PROTOCOL", "CI_SERVER_URL",
		"CI_SERVER_VERSION", "CI_SERVER_VERSION_MAJOR", "CI_SERVER_VERSION_MINOR", "CI_TEMPLATE_REGISTRY_HOST",
		"CI_DEPENDENCY_PROXY_SERVER", "CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX", "CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX")
	p.maybe("true", "CI_KUBERNETES_ACTIVE", "CI_DEPLOY_FREEZE", "CI_DEBUG_TRACE", "CI_GITLAB_FIPS_MODE")
	p.unknown("CI_PIPELINE_NAME")
	p.null("CI_PIPELINE_SCHEDULE_DESCRIPTION", "CI_PIPELINE_TRIGGERED", "CI_TRIGGER_SHORT_TOKEN", "TRIGGER_PAYLOAD",
		"CHAT_CHANNEL", "CHAT_INPUT", "CHAT_USER_ID",
		"CI_EXTERNAL_PULL_REQUEST_IID", "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME", "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME",
		"CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY", "CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY")
	switch p.run.Event {
	case eventSchedule:
		p.unknown("CI_PIPELINE_SCHEDULE_DESCRIPTION")
	case "trigger":
		p.text("CI_PIPELINE_TRIGGERED", "true")
		p.unknown("TRIGGER_PAYLOAD", "CI_TRIGGER_SHORT_TOKEN")
	case "chat":
		p.kind(symbol.Opaque, "CHAT_CHANNEL", "CHAT_USER_ID")
		p.unknown("CHAT_INPUT")
	}
}

func (p *predefinedVariables) commit() {
	sha := symbol.SHA
	if p.run.Situation == flow.MergeQueue {
		sha = symbol.MergeSHA
	}
	p.part("CI_COMMIT_SHA", symbol.Part{Kind: sha})
	p.part("CI_COMMIT_SHORT_SHA", symbol.Part{Kind: sha, Length: shortSHA})
	p.kind(symbol.Opaque, "CI_COMMIT_BEFORE_SHA", "CI_COMMIT_MESSAGE", "CI_COMMIT_TITLE", "CI_COMMIT_AUTHOR")
	p.kind(symbol.Date, "CI_COMMIT_TIMESTAMP")
	p.boolean("CI_COMMIT_REF_PROTECTED")
	p.unknown("CI_COMMIT_DESCRIPTION")
	ref := p.run.Branch
	p.null("CI_COMMIT_BRANCH", "CI_COMMIT_TAG", "CI_COMMIT_TAG_MESSAGE")
	switch {
	case p.run.Tag != "":
		ref = p.run.Tag
		p.text("CI_COMMIT_TAG", ref)
		p.unknown("CI_COMMIT_TAG_MESSAGE")
	case !isMergeRequest(p.run):
		p.text("CI_COMMIT_BRANCH", ref)
	}
	p.text("CI_COMMIT_REF_NAME", ref)
	p.text("CI_COMMIT_REF_SLUG", slug(ref))
}

// slug is a ref as GitLab makes it fit for host names.
func slug(ref string) string {
	text := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, strings.ToLower(ref))
	if len(text) > 63 {
		text = text[:63]
	}
	return strings.Trim(text, "-")
}

func (p *predefinedVariables) project() {
	owner, name := "", p.in.repository
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		owner, name = name[:i], name[i+1:]
	}
	path := symbol.Part{Kind: symbol.Repository, Name: "path", Text: p.in.repository}
	p.part("CI_PROJECT_NAME", symbol.Part{Kind: symbol.Repository, Name: "name", Text: name})
	p.part("CI_PROJECT_NAMESPACE", symbol.Part{Kind: symbol.Repository, Name: "owner", Text: owner})
	p.part("CI_PROJECT_PATH", path)
	if p.run.Untrusted() {
		p.values["CI_PROJECT_PATH"] = oneOf(textWorth(symbol.Of(forkPath(p.in, "CI_PROJECT_PATH"))), p.values["CI_PROJECT_PATH"])
		p.values["CI_PROJECT_NAMESPACE"] = oneOf(textWorth(symbol.Of(symbol.Part{Kind: symbol.Repository, Name: forkOwner, Text: owner})), p.values["CI_PROJECT_NAMESPACE"])
	}
	p.kind(symbol.Opaque, "CI_PROJECT_ID", "CI_PROJECT_PATH_SLUG", "CI_PROJECT_ROOT_NAMESPACE", "CI_PROJECT_TITLE", "CI_PROJECT_URL",
		"CI_PROJECT_NAMESPACE_ID", "CI_PROJECT_NAMESPACE_SLUG", "CI_REGISTRY")
	p.unknown("CI_PROJECT_DESCRIPTION", "CI_PROJECT_CLASSIFICATION_LABEL", "CI_PROJECT_REPOSITORY_LANGUAGES", "CI_PROJECT_TOPICS")
	p.values["CI_PROJECT_VISIBILITY"] = oneOf(plain("public"), plain("internal"), plain("private"))
	p.values["CI_REGISTRY_IMAGE"] = textWorth(symbol.Join(p.values["CI_REGISTRY"].text, symbol.Text("/"),
		symbol.Of(symbol.Part{Kind: symbol.Repository, Name: "lower path", Source: "$CI_REGISTRY_IMAGE"})))
}

// The names of what is a fork's, and so not the project's own.
const (
	forkOwnPath = "fork's path"
	forkOwner   = "fork's owner"
)

// forkPath is the path of a fork; its text is the path that it does not have.
func forkPath(in world, name string) symbol.Part {
	return symbol.Part{Kind: symbol.Repository, Name: forkOwnPath, Text: in.repository, Source: "$" + name}
}

// mergeRequestVariables are set in pipelines of merge requests only.
var mergeRequestVariables = []string{
	"CI_MERGE_REQUEST_APPROVED", "CI_MERGE_REQUEST_ASSIGNEES", "CI_MERGE_REQUEST_DESCRIPTION", "CI_MERGE_REQUEST_DIFF_BASE_SHA",
	"CI_MERGE_REQUEST_DIFF_ID", "CI_MERGE_REQUEST_DRAFT", "CI_MERGE_REQUEST_EVENT_TYPE", "CI_MERGE_REQUEST_ID", "CI_MERGE_REQUEST_IID",
	"CI_MERGE_REQUEST_LABELS", "CI_MERGE_REQUEST_MILESTONE", "CI_MERGE_REQUEST_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_PATH",
	"CI_MERGE_REQUEST_PROJECT_URL", "CI_MERGE_REQUEST_REF_PATH", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
	"CI_MERGE_REQUEST_SOURCE_BRANCH_PROTECTED", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID",
	"CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", "CI_MERGE_REQUEST_SOURCE_PROJECT_URL", "CI_MERGE_REQUEST_SQUASH_ON_MERGE",
	"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
	"CI_MERGE_REQUEST_TITLE",
}

func (p *predefinedVariables) mergeRequest() {
	p.null(mergeRequestVariables...)
	p.null("CI_OPEN_MERGE_REQUESTS")
	if isMergeRequest(p.run) || p.run.IsPullRequest() {
		p.kind(symbol.Opaque, "CI_OPEN_MERGE_REQUESTS")
	}
	if !isMergeRequest(p.run) {
		return
	}
	p.unknown("CI_MERGE_REQUEST_ASSIGNEES", "CI_MERGE_REQUEST_LABELS", "CI_MERGE_REQUEST_MILESTONE", "CI_MERGE_REQUEST_DESCRIPTION",
		"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA")
	p.kind(symbol.Opaque, "CI_MERGE_REQUEST_ID", "CI_MERGE_REQUEST_DIFF_ID", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_TITLE",
		"CI_MERGE_REQUEST_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_URL", "CI_MERGE_REQUEST_REF_PATH",
		"CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "CI_MERGE_REQUEST_SOURCE_PROJECT_URL")
	p.part("CI_MERGE_REQUEST_IID", symbol.Part{Kind: symbol.PRNumber})
	p.boolean("CI_MERGE_REQUEST_DRAFT", "CI_MERGE_REQUEST_SQUASH_ON_MERGE", "CI_MERGE_REQUEST_SOURCE_BRANCH_PROTECTED",
		"CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED")
	p.maybe("true", "CI_MERGE_REQUEST_APPROVED")
	p.text("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", p.run.Branch)
	p.text("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", p.run.Base)
	p.part("CI_MERGE_REQUEST_PROJECT_PATH", symbol.Part{Kind: symbol.Repository, Name: "path", Text: p.in.repository})
	p.part("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", symbol.Part{Kind: symbol.Repository, Name: "path", Text: p.in.repository})
	if p.run.Untrusted() {
		p.part("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", forkPath(p.in, "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH"))
	}
	p.values["CI_MERGE_REQUEST_EVENT_TYPE"] = oneOf(plain("detached"), plain("merged_result"))
	if p.run.Situation == flow.MergeQueue {
		p.text("CI_MERGE_REQUEST_EVENT_TYPE", mergeTrain)
	}
}
