package pipeline

import (
	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// ActivityKind says what a step does, in the words of the rules.
type ActivityKind string

// The activities that rules ask for.
const (
	Lint         ActivityKind = "lint"
	Typecheck    ActivityKind = "typecheck"
	Test         ActivityKind = "test"
	Coverage     ActivityKind = "coverage"
	Scan         ActivityKind = "scan"
	Build        ActivityKind = "build"         // an image is built
	Push         ActivityKind = "push"          // an image is pushed, copied or tagged in a registry
	Sign         ActivityKind = "sign"          // an image is signed
	Attest       ActivityKind = "attest"        // provenance or an SBOM is attached to an image
	Deploy       ActivityKind = "deploy"        // what runs in an environment is changed
	Wait         ActivityKind = "wait"          // a rollout is waited for
	Rollback     ActivityKind = "rollback"      // a deployment is undone
	SmokeTest    ActivityKind = "smoke-test"    // what was deployed is asked whether it works
	VersionCheck ActivityKind = "version-check" // the version that runs is compared with the one deployed
	Notify       ActivityKind = "notify"        // people are told
	Canary       ActivityKind = "canary"        // a deployment to a part of the users
	CanaryCheck  ActivityKind = "canary-check"  // a measure decides on a canary
	Credentials  ActivityKind = "credentials"   // access to a cluster or cloud is configured
	Approval     ActivityKind = "approval"      // a person has to agree
	Install      ActivityKind = "install"       // dependencies are installed
	Teardown     ActivityKind = "teardown"      // what tests started is stopped
	Opaque       ActivityKind = "opaque"        // something that cannot be seen into: an unknown program or action
)

// Activity is something that a step does. One command may do several.
type Activity struct {
	Kind    ActivityKind `json:"kind"`
	Tool    string       `json:"tool"`    // what does it: "pytest", "docker/build-push-action", "kubectl set image"
	Job     int          `json:"job"`     // index into the pipeline's jobs
	Step    int          `json:"step"`    // index into the job's steps; -1 where the job does it as a whole: a reusable workflow
	Command int          `json:"-"`       // index into the script's commands; -1 where an action does it
	Path    finding.Path `json:"path"`    // of the command's program, or of uses:
	Ignored string       `json:"ignored"` // how its failure is swallowed where it stands: "|| true", "exit code lost in a pipe"; "" where it is not
	Like    string       `json:"like"`    // of opaque: the activity that its name speaks of ("test"); "" where of none

	// What an image activity is about, as written. Build, Push, Sign, Attest:
	// the names given; Deploy: the images set. Each may hold variables. Empty
	// where they are not known: a bake file, manifests.
	Images []Operand `json:"-"`

	// What a deploy, wait, rollback or canary is about.
	Target  Target   `json:"target"`
	Waits   bool     `json:"waits"`   // a deploy that itself waits until the rollout is done (--wait, --atomic)
	Atomic  bool     `json:"atomic"`  // a deploy that undoes itself when it fails
	Timeout *Operand `json:"-"`       // of a wait, as written; nil where there is none
	Limit   string   `json:"limit"`   // of a wait: its time limit as written; "" where there is none
	Files   []string `json:"files"`   // manifests, charts or Kustomizations that a deploy applies, as written
	Fixes   bool     `json:"-"`       // a linter that is asked to mend what it finds
	Weak    string   `json:"weak"`    // why a check cannot fail, or a rollback ends as if nothing had: "curl without --fail"; "" where it can
	Lock    string   `json:"lock"`    // of an install: "yes" where it takes exactly what a lock file names, "no" where it does not, "" where that is not known
	Args    []Secret `json:"secrets"` // secrets handed over as build arguments
	Pushes  string   `json:"pushes"`  // of a build: "yes", "no", or the condition as written where it depends ("${{ github.event_name != 'pull_request' }}")

	// What a build says of the image itself.
	Labels        []string `json:"labels"`         // keys of the labels and annotations that it sets, those of its Dockerfile included
	LabelsUnknown string   `json:"labels_unknown"` // why there may be others; "" where there are none
	Provenance    string   `json:"provenance"`     // "yes" where it attaches provenance or an SBOM to what it pushes, "no" where it does not, "" where that is not known
}

// Operand is a word of a command, or an input of an action, that an activity
// is about.
type Operand struct {
	Text string       // as written, quotes removed
	Word *shell.Word  // of a command, holding Text; nil for an input
	Path finding.Path // where it stands
	Tag  bool         // Text is a tag alone, of an image that is not named: helm --set image.tag=$TAG
	File string       // the file that the word stands in, where that is not the pipeline's: its variables are not those of the step; else ""

	// Parts are the words that together make Text, in their order; nil where it
	// is one word, or a part of one: crane tag IMAGE TAG.
	Parts []OperandPart
}

// OperandPart is one of the words that an operand is put together from.
type OperandPart struct {
	Before  string // what stands between it and the part before: ":", "@", "/"
	Operand Operand
}

// Target is what a deployment changes: deployment/web in a namespace. What the
// command does not say is "".
type Target struct {
	Kind      string `json:"kind"` // "deployment", "release" (Helm), "application" (Argo CD), …
	Name      string `json:"name"` // as written
	Namespace string `json:"namespace"`
	Context   string `json:"context"` // cluster or context, as written
}
