package pipeline

import (
	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// Pipeline is the model of one pipeline file, whoever runs it. Every element
// carries its path into the file. A field is never missing in the JSON form:
// what the file does not say is "", null or an empty list.
type Pipeline struct {
	Provider    string       `json:"provider"` // github, gitlab, azure
	Form        string       `json:"form"`     // workflow, action (a GitHub composite action), ci (GitLab), pipeline, template (Azure)
	Name        string       `json:"name"`
	Triggers    []Trigger    `json:"triggers"`
	Inputs      []Input      `json:"inputs"`      // what a caller or a person may set when it starts
	Permissions *Permissions `json:"permissions"` // of the whole file; null where it says nothing
	Jobs        []Job        `json:"jobs"`        // of a composite action: one job that holds its steps
	Includes    []Include    `json:"includes"`    // GitLab include:, repositories of Azure's templates
	Env         []Variable   `json:"env"`         // env:, variables:
	Concurrency *Concurrency `json:"concurrency"` // of the whole file; null where unset
	Expressions []Expression `json:"expressions"` // ${{ … }} of GitHub outside of scripts
	Invalid     []Problem    `json:"invalid"`     // syntax that the provider refuses
	Incomplete  []Problem    `json:"incomplete"`  // what could not be followed
	Exceeded    []Problem    `json:"-"`           // limits of a file, beyond which nothing was looked at

	// What an analysis of the runs found out; empty before.
	Activities []Activity `json:"activities"`
	Runs       []Run      `json:"runs"`   // those that may start
	Pushes     []Pushed   `json:"pushes"` // builds and pushes of images
	Deploys    []Deployed `json:"deploys"`
	DeadTags   []DeadTag  `json:"dead_tags"` // tag rules that no run can fire
	Vacuous    []Vacuous  `json:"vacuous"`   // conditions that decide nothing

	HeldJobs   []HeldJob    `json:"held_jobs"`
	Lost       []Lost       `json:"lost"`
	Undeployed []Undeployed `json:"undeployed"`
	Tests      Tests        `json:"tests"`

	Waits [][]int `json:"-"` // by job: the indexes of those it waits for; of GitHub also those they wait for. Not to be changed
}

// Problem is something that is wrong with, or unknown of, a pipeline.
type Problem struct {
	Message string       `json:"message"`
	Path    finding.Path `json:"path"`
}

// Trigger is one event that starts the pipeline. A list is empty where the
// file does not narrow the event down by it.
type Trigger struct {
	Event          string       `json:"event"` // push, pull_request, schedule, …
	Branches       []string     `json:"branches"`
	BranchesIgnore []string     `json:"branches_ignore"`
	Tags           []string     `json:"tags"`
	TagsIgnore     []string     `json:"tags_ignore"`
	Types          []string     `json:"types"`     // activities of the event: opened, closed, published
	Workflows      []string     `json:"workflows"` // names of the workflows whose end it is
	Path           finding.Path `json:"path"`
}

// Input is one value that whoever starts the pipeline sets.
type Input struct {
	Name    string       `json:"name"`
	Event   string       `json:"event"`   // workflow_dispatch, workflow_call; "action" of a composite action, "spec" and "variable" of GitLab
	Options []string     `json:"options"` // the only values it takes; empty where any is taken
	Default string       `json:"default"` // its value where nobody sets it
	Free    bool         `json:"free"`    // any text is taken: no options, and neither a boolean nor a number
	Path    finding.Path `json:"path"`
}

// Permissions is what a job's token may do.
type Permissions struct {
	All    string       `json:"all"`    // "read-all", "write-all" or ""
	Scopes []Scope      `json:"scopes"` // empty where permissions are {}
	Path   finding.Path `json:"path"`
}

// Scope is one permission: packages: write.
type Scope struct {
	Name   string       `json:"name"`
	Access string       `json:"access"` // read, write, none
	Path   finding.Path `json:"path"`
}

// Job is one job.
type Job struct {
	ID            string       `json:"id"` // its key
	Name          string       `json:"name"`
	Path          finding.Path `json:"path"`
	Stage         string       `json:"stage"` // GitLab, Azure
	Needs         []Need       `json:"needs"`
	Condition     Text         `json:"condition"` // if:
	Runner        []string     `json:"runner"`    // labels of the machine it runs on: runs-on, tags, pool
	Permissions   *Permissions `json:"permissions"`
	Timeout       Text         `json:"timeout"`       // timeout-minutes, timeout; "" where unset
	Endless       string       `json:"endless"`       // how long it may run where neither it nor a setting limits that: "six hours"; "" where something does
	Environment   Text         `json:"environment"`   // its name; "" where unset
	Deployment    *Deployment  `json:"deployment"`    // null where it is about no environment
	Coverage      Text         `json:"coverage"`      // the pattern that finds the coverage of tests in the log; "" where unset
	Reports       []Report     `json:"reports"`       // GitLab artifacts:reports:
	Retry         Text         `json:"retry"`         // how often it is tried again; "" where unset
	Interruptible Text         `json:"interruptible"` // whether a newer pipeline may end it; "" where unset
	Release       Text         `json:"release"`       // the tag of the release that it makes; "" where it makes none
	Container     *Image       `json:"container"`
	Services      []Image      `json:"services"`
	With          []Variable   `json:"with"`           // what it hands to a reusable workflow
	Uses          *Use         `json:"uses"`           // a reusable workflow; null where the job has steps
	SecretsPassed string       `json:"secrets_passed"` // "inherit" or ""
	SecretsPath   finding.Path `json:"secrets_path"`
	Env           []Variable   `json:"env"`
	Matrix        []Axis       `json:"matrix"`
	Steps         []Step       `json:"steps"`
	Outputs       []Variable   `json:"outputs"`           // what other jobs can read of it
	MayFail       Text         `json:"continue_on_error"` // continue-on-error, allow_failure: its failure is taken for success; "" where unset
	Concurrency   *Concurrency `json:"concurrency"`       // null where unset
	Secrets       []Secret     `json:"secrets"`           // the secrets it reads, each once
	UsesToken     bool         `json:"uses_token"`        // something in it reads the provider's own token
	Trigger       bool         `json:"trigger"`           // a job that only starts another pipeline (GitLab trigger:)
	Hidden        bool         `json:"hidden"`            // a template that never runs by itself (GitLab .name)
}

// Axis is one variable of a matrix with the values that are written in the
// file.
type Axis struct {
	Name     string   `json:"name"`
	Values   []string `json:"values"`
	Known    bool     `json:"known"`    // these are all its values
	Included bool     `json:"included"` // some values go with certain values of others only (include: of GitHub)
}

// Secret is a secret of the provider's store, named where it is read first.
type Secret struct {
	Name string       `json:"name"` // "DEPLOY_KEY"
	Path finding.Path `json:"path"`
}

// Need is one job that must run before.
type Need struct {
	Job      string       `json:"job"`
	Optional bool         `json:"optional"` // nobody minds where there is no such job
	Path     finding.Path `json:"path"`
}

// Step is one step of a job. GitLab's before_script, script and after_script
// are a step each.
type Step struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Holder    string       `json:"holder"` // for messages: "step Build", "step 3"; never ""
	Path      finding.Path `json:"path"`
	Condition Text         `json:"condition"`
	Uses      *Use         `json:"uses"` // null for a script
	With      []Variable   `json:"with"`
	Env       []Variable   `json:"env"`
	Script    *Script      `json:"script"`            // null for an action
	MayFail   Text         `json:"continue_on_error"` // its failure is taken for success; "" where unset
	Directory string       `json:"-"`                 // in which the script runs, as written; "" for the workspace
}

// Concurrency is the group of runs of which one goes on at a time: concurrency
// of GitHub, resource_group of GitLab.
type Concurrency struct {
	Group  string       `json:"group"`
	Cancel string       `json:"cancel"` // whether a new run ends the one that goes on, as written; "" where unset
	Path   finding.Path `json:"path"`
}

// Script is a piece of shell, or of another language, in a pipeline.
type Script struct {
	Text        string            `json:"text"`
	Shell       string            `json:"shell"` // bash, sh, pwsh, python, …; "" where unset
	Path        finding.Path      `json:"path"`
	Commands    []shell.Command   `json:"commands"`    // empty where the language is not a POSIX-like shell
	Expressions []Expression      `json:"expressions"` // ${{ … }} in the text
	Workflow    []WorkflowCommand `json:"workflow_commands"`
	Secrets     []SecretUse       `json:"secrets"` // what it does with secrets, in the order of the text
	Unread      string            `json:"unread"`  // why the commands could not be read; "" where they were
}

// Expression is one ${{ … }} of GitHub.
type Expression struct {
	Text     string       `json:"text"`     // without ${{ and }}
	Contexts []string     `json:"contexts"` // "secrets.TOKEN", "github.event.pull_request.title", "secrets" for the whole object
	Secrets  []string     `json:"secrets"`  // names of the secrets whose value it may yield; a comparison yields none
	Outsider string       `json:"outsider"` // a text that it may yield and that somebody without write access chooses; "" where none
	Path     finding.Path `json:"path"`
}

// SecretUse is one place at which a script uses a secret.
type SecretUse struct {
	Name    string       `json:"name"`    // of the secret: "DEPLOY_KEY"
	Inline  bool         `json:"inline"`  // the provider writes the value into the text of the script; else a variable holds it
	Command string       `json:"command"` // the program that gets it; "" for an assignment, and where that is not known
	Option  string       `json:"option"`  // the option of the program whose value holds it: "-p"; "" where it is none's
	Printed bool         `json:"printed"` // it is written to the job's log
	Traced  bool         `json:"traced"`  // set -x writes the command to the job's log
	File    string       `json:"file"`    // the file of the workspace that it is written to; "" where it is written to none
	Guarded bool         `json:"guarded"` // umask or chmod keeps others from reading the file
	Path    finding.Path `json:"path"`
}

// WorkflowCommand is a ::name:: that a script prints.
type WorkflowCommand struct {
	Name string       `json:"name"` // set-output, add-path, …
	Path finding.Path `json:"path"`
}

// Use is one uses: of an action or reusable workflow.
type Use struct {
	Raw    string       `json:"raw"`
	Kind   string       `json:"kind"`   // action, workflow, local, docker, task (Azure)
	Owner  string       `json:"owner"`  // "actions"
	Name   string       `json:"name"`   // "actions/checkout", with the path behind the repository; "Docker", a task
	Ref    string       `json:"ref"`    // behind @, of a task its major version; "" where none
	Pinned bool         `json:"pinned"` // Ref is a full commit SHA
	Path   finding.Path `json:"path"`
}

// Include is one include: of GitLab, or one repository whose templates Azure
// inserts.
type Include struct {
	Kind   string       `json:"kind"` // local, project, remote, template, component
	Name   string       `json:"name"`
	Ref    string       `json:"ref"`    // "" where none is given
	Pinned bool         `json:"pinned"` // Ref is a full commit SHA, or the remote file has an integrity hash
	Exact  bool         `json:"exact"`  // Ref is an exact version (1.2.3, v1.2.3)
	Files  []string     `json:"files"`  // files of the project that were read for it, those that they include among them; what they hold stands at Path
	Path   finding.Path `json:"path"`
}

// Image is an image a job runs in or beside.
type Image struct {
	Raw  string       `json:"raw"`
	Name string       `json:"name"` // the service's key or alias; "" for the job's own
	Path finding.Path `json:"path"`
	Env  []Variable   `json:"env"`
}

// Variable is a name with a value.
type Variable struct {
	Name    string       `json:"name"`
	Value   string       `json:"value"`
	Secrets []string     `json:"secrets"` // names of the secrets whose value it may hold
	Path    finding.Path `json:"path"`
}

// Text is a string that may be unset ("").
type Text struct {
	Value string       `json:"value"`
	Path  finding.Path `json:"path"`
}
