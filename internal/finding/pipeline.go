package finding

// Answer is yes, no or unknown.
type Answer struct {
	Holds  string `json:"holds"`  // yes, no, unknown; "" where there is nothing to ask about
	Reason string `json:"reason"` // why that is unknown; else ""
}

// Pipeline says what the runs of one pipeline can do. It is part of version 1
// of the JSON that guard pipeline writes. A list is never null there.
type Pipeline struct {
	File         string                `json:"file"`
	Provider     string                `json:"provider"` // github, gitlab
	Name         string                `json:"name"`     // as the file says; "" where it does not
	Environments []PipelineEnvironment `json:"environments"`
	Runs         []PipelineRun         `json:"runs"`   // those that may start
	Jobs         []PipelineJob         `json:"jobs"`   // in the order of the file
	Images       []PipelineImage       `json:"images"` // pushed and deployed, in the order of the file
	Unknown      []Incomplete          `json:"unknown"`
}

// PipelineEnvironment is an environment that some run deploys to.
type PipelineEnvironment struct {
	Name    string `json:"name"`    // as the job names it; "" where it names none
	Tier    string `json:"tier"`    // key of the configuration's environments that it is; "" where none
	Named   string `json:"named"`   // how the tier is known: environment, job, namespace, context; "" where it is not
	Unknown string `json:"unknown"` // why its name is not known; "" where it is
}

// PipelineRun is one way the pipeline can start.
type PipelineRun struct {
	ID        string         `json:"id"`        // unique in the pipeline
	Title     string         `json:"title"`     // for people: "push to main"
	Situation string         `json:"situation"` // fork, pull-request, feature, develop, main, hotfix, tag, schedule, manual, merge-queue, other
	Event     string         `json:"event"`     // the provider's name of it
	Branch    string         `json:"branch"`    // whose commit is built; "" where a tag is
	Tag       string         `json:"tag"`
	Starts    Answer         `json:"starts"` // yes or unknown
	Tested    Answer         `json:"tested"` // tests must have passed before all that it deploys or, where it deploys nothing, pushes; "" where it does neither
	Pushes    Answer         `json:"pushes"` // it pushes an image
	Cells     []PipelineCell `json:"cells"`  // one for each of the pipeline's environments, in their order
}

// PipelineCell says how a run reaches an environment.
type PipelineCell struct {
	Environment string   `json:"environment"` // its name
	Tier        string   `json:"tier"`
	Reached     Answer   `json:"reached"`
	Gate        Gate     `json:"gate"`        // the weakest of its ways there
	GateReason  string   `json:"gate_reason"` // of an unknown gate: why; else ""
	Against     string   `json:"against"`     // what the run does against the configuration's map: "reaches production, which …"; "" where nothing
	Jobs        []string `json:"jobs"`        // that deploy
}

// Gate says whether a person lets something go.
type Gate string

// The gates, weakest first.
const (
	NoGate       Gate = ""
	UnknownGate  Gate = "unknown"  // an environment is named, and its settings were not read
	ManualGate   Gate = "manual"   // somebody has to start a job by hand
	ApprovalGate Gate = "approval" // somebody has to agree, which is proved
)

// PipelineJob is one job.
type PipelineJob struct {
	ID          string   `json:"id"`
	Line        int      `json:"line"`
	Stage       string   `json:"stage"`       // of GitLab; else ""
	Needs       []string `json:"needs"`       // as written
	After       []int    `json:"after"`       // indexes of the jobs that it waits for directly, by needs or by stages
	Condition   string   `json:"condition"`   // as written; "" where there is none
	Environment string   `json:"environment"` // as written; "" where there is none
	Uses        string   `json:"uses"`        // the reusable workflow that it calls; "" where none
	Gate        Gate     `json:"gate"`        // in some run
	Activities  []string `json:"activities"`  // what it does, each kind once: lint, test, push, deploy, …
	Runs        []string `json:"runs"`        // ids of the runs in which it takes place, or may
}

// PipelineImage is an image that runs push or deploy.
type PipelineImage struct {
	Use         string   `json:"use"` // pushed, deployed
	Job         string   `json:"job"`
	Tool        string   `json:"tool"`
	Line        int      `json:"line"`
	Image       string   `json:"image"`       // what is not plain text stands in angle brackets: "shop:<sha7>"; "" where the file does not say which
	Unknown     string   `json:"unknown"`     // why it is not known which image that is; "" where it is
	Environment string   `json:"environment"` // that it is deployed to; "" of a pushed one
	Tier        string   `json:"tier"`
	Pushed      Answer   `json:"pushed"` // of a deployed one: it is among those that are pushed
	Runs        []string `json:"runs"`   // ids
}
