package pipeline

import (
	"guard/internal/finding"
	"guard/internal/pipeline/symbol"
)

// Run is one way the pipeline can start, and what it does then.
type Run struct {
	ID        string   `json:"id"`        // "push-main", "fork"
	Title     string   `json:"title"`     // for people: "push to main"
	Situation string   `json:"situation"` // fork, pull-request, feature, develop, main, hotfix, tag, schedule, manual, merge-queue, other
	Event     string   `json:"event"`     // the provider's name of it: "pull_request"
	Branch    string   `json:"branch"`    // whose commit is built; "" where a tag is
	Tag       string   `json:"tag"`
	Starts    string   `json:"starts"` // yes or unknown; a run that cannot start is not listed
	Reason    string   `json:"reason"` // why that is unknown
	Jobs      []RunJob `json:"jobs"`   // in the order of the file; those that do not run left out
}

// RunJob is a job in a run.
type RunJob struct {
	Job    string `json:"job"`    // its id
	Index  int    `json:"index"`  // in the pipeline's jobs
	Runs   string `json:"runs"`   // yes or unknown, if all before it goes well
	Reason string `json:"reason"` // why that is unknown
	Manual bool   `json:"-"`      // somebody has to start it by hand
}

// Fact is an answer with its reason where it is unknown.
type Fact struct {
	Holds  string `json:"holds"`  // yes, no, unknown
	Reason string `json:"reason"` // "" unless unknown
}

// Reach is one run in which an element takes place.
type Reach struct {
	Run       string `json:"run"`       // id of the run
	Title     string `json:"title"`     // "push to main"
	Situation string `json:"situation"` // of the run
	Branch    string `json:"branch"`
	Tag       string `json:"tag"`
	Reached   Fact   `json:"reached"` // yes or unknown
	Allowed   Fact   `json:"allowed"` // of a deployment: the configuration lets this branch or tag reach the environment; unknown where it says nothing
	After     After  `json:"after"`   // what must have gone well before, on every path
}

// After says what must have gone well before something takes place, on every
// path that leads there.
type After struct {
	Lint      Fact `json:"lint"`
	Typecheck Fact `json:"typecheck"`
	Test      Fact `json:"test"`
	Coverage  Fact `json:"coverage"`
	Scan      Fact `json:"scan"`
	Build     Fact `json:"build"`   // an image is pushed by this pipeline
	Staging   Fact `json:"staging"` // a deployment to an environment that is not production
	Approval  Fact `json:"approval"`
}

// ImageTag is one image that a push or a deployment names in some runs.
type ImageTag struct {
	Text    string       `json:"text"`    // for people: "ghcr.io/acme/shop:<sha7>"
	Sample  string       `json:"sample"`  // a plain reference it could be; parts that are not known stand as ${…}
	Runs    []string     `json:"runs"`    // ids of the runs that give it this name
	Unknown string       `json:"unknown"` // why its tag or digest is not known; "" where it is
	Path    finding.Path `json:"path"`
	Value   symbol.Value `json:"-"`

	Name          string `json:"name"`           // without tag and digest, as Text has it
	Traceable     bool   `json:"traceable"`      // the tag or digest proves one commit, one release or one content
	RawRepository bool   `json:"raw_repository"` // the name of the repository on its forge stands in it, which may hold upper case
	MergeCommit   bool   `json:"merge_commit"`   // the tag names the throw-away merge commit of a pull request

	TagOnly bool         `json:"tag_only"` // it is a tag without the name of an image
	Built   Fact         `json:"built"`    // of a deployment: it is among the images that are pushed
	Pushed  []PushedName `json:"pushed"`   // of a deployment: what is pushed to the same repository of images
}

// PushedName is a name under which an image is pushed somewhere.
type PushedName struct {
	Text string       `json:"text"`
	File string       `json:"file"` // whose pipeline does it
	Path finding.Path `json:"path"`
}

// Pushed is a build or a push of images.
type Pushed struct {
	Activity int          `json:"activity"` // index into the activities
	Job      string       `json:"job"`
	Holder   string       `json:"holder"` // for messages: "job build, step Push"
	Tool     string       `json:"tool"`
	Images   []ImageTag   `json:"images"`
	Runs     []Reach      `json:"runs"`
	Path     finding.Path `json:"path"`
	Copies   bool         `json:"copies"` // what lies in a registry already gets another name
	Builds   []int        `json:"builds"` // indexes of the activities of the same job that build what is pushed, its own where it builds; empty where they are not known
	Tier     string       `json:"tier"`   // key of the configuration's environments that its job is about; "" where of none
}

// Tests says whether changes are tested.
type Tests struct {
	Run   Fact `json:"run"`   // a pull request, or a push to the default branch, runs a test in some pipeline of the repository
	Asked bool `json:"asked"` // this pipeline builds or deploys in such a run, and is the first of the repository to do so
}

// Deployed is a change of what runs in an environment.
type Deployed struct {
	Activity           int          `json:"activity"`
	Job                string       `json:"job"`
	Holder             string       `json:"holder"`
	Tool               string       `json:"tool"`
	Environment        string       `json:"environment"`         // as the job names it in these runs; "" where it names none
	Tier               string       `json:"tier"`                // key of the configuration's environments that it is; "" where none
	Approval           string       `json:"approval"`            // what the configuration asks for before a deployment there: none, required, proved; "" where it says nothing
	Named              string       `json:"named"`               // how it is known: environment, job, namespace, context; "" where it is not
	EnvironmentUnknown string       `json:"environment_unknown"` // why its name is not known; "" where it is
	Target             Target       `json:"target"`
	Images             []ImageTag   `json:"images"`
	Behind             Behind       `json:"behind"`
	Settings           Settings     `json:"settings"`    // of the environment on the forge
	Access             Fact         `json:"access"`      // the job configures how the cluster or cloud is reached
	Overlaps           Fact         `json:"overlaps"`    // another run may deploy there at the same time
	Concurrency        *Concurrency `json:"concurrency"` // of the job, of the workflows that it is part of, or of the file; null where none is set
	Runs               []Reach      `json:"runs"`
	Path               finding.Path `json:"path"`
}

// Behind says what follows a deployment: later in its job, or in a job that
// waits for it.
type Behind struct {
	Wait         Fact `json:"wait"`          // the rollout is waited for
	Rollback     Fact `json:"rollback"`      // it is undone where it fails
	SmokeTest    Fact `json:"smoke_test"`    // what was deployed is asked whether it works
	VersionCheck Fact `json:"version_check"` // the version that runs is compared with the one deployed
	Notify       Fact `json:"notify"`        // people are told
}

// DeadTag is a rule for tags that no run of the pipeline can fire.
type DeadTag struct {
	Text string       `json:"text"` // as written: "type=semver,pattern={{version}}"
	Path finding.Path `json:"path"`
}

// Vacuous is a condition that decides nothing.
type Vacuous struct {
	Holder string       `json:"holder"` // "job deploy", "job deploy, step Push"
	Text   string       `json:"text"`
	Always bool         `json:"always"` // it always holds; else it never does
	Reason string       `json:"reason"`
	Path   finding.Path `json:"path"`
}

// HeldJob is a job that somebody has to start by hand.
type HeldJob struct {
	Job     string       `json:"job"`
	Blocks  Fact         `json:"blocks"`  // what stands behind it waits for that
	Passed  []string     `json:"passed"`  // ids of the jobs behind it that run without it
	Deploys string       `json:"deploys"` // key of the environment that it deploys to itself; "" where to none
	Path    finding.Path `json:"path"`
}

// Lost is a variable that one step exports and another one needs, though each
// has a shell of its own.
type Lost struct {
	Name     string       `json:"name"`
	Exporter string       `json:"exporter"` // the step that exports it
	Exported finding.Path `json:"exported"` // where
	Holder   string       `json:"holder"`   // the step that needs it
	Path     finding.Path `json:"path"`
}

// Undeployed is a branch that the configuration maps to environments, whose
// runs push images and reach none of them.
type Undeployed struct {
	Branch       string       `json:"branch"`
	Environments []string     `json:"environments"` // keys of those it is mapped to and the pipeline deploys to otherwise
	Holder       string       `json:"holder"`       // who pushes
	Path         finding.Path `json:"path"`         // of the push
}
