package document

import (
	"guard/internal/finding"
	"guard/internal/imageref"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// Kind says what a document is.
type Kind string

// The kinds. Image documents are made from registry facts, project documents
// from everything that was loaded.
const (
	KindDockerfile Kind = "dockerfile"
	KindKubernetes Kind = "kubernetes"
	KindCompose    Kind = "compose"
	KindPipeline   Kind = "pipeline"
	KindGitOps     Kind = "gitops"
	KindImage      Kind = "image"
	KindFile       Kind = "file"
	KindProject    Kind = "project"
)

// Kinds lists all kinds.
var Kinds = []Kind{KindDockerfile, KindKubernetes, KindCompose, KindPipeline, KindGitOps, KindImage, KindFile, KindProject}

// Document is one thing that rules are evaluated on. Its JSON form is the
// input that rules see; the fields without a JSON name are for Go only. It is
// immutable once loaded.
//
// Of the models, the one of the document's kind is set. A field of a model is
// never missing: what a file does not say is "", null, false or an empty
// list, as its comment says.
type Document struct {
	Kind   Kind   `json:"kind"`
	File   string `json:"file"`   // relative to the root of the check, forward slashes
	Object string `json:"object"` // what people call it: "Deployment/shop/web"; "" for a whole file

	Value      *tree.Node         `json:"value"`                // the document as it stands in the file
	Images     []Image            `json:"images"`               // every image reference in it
	Secrets    []Secret           `json:"secrets"`              // literal secrets in it
	Kubernetes *Kubernetes        `json:"kubernetes,omitempty"` // kind kubernetes
	Workload   *Workload          `json:"workload,omitempty"`   // kind kubernetes, where the object holds a Pod
	Dockerfile *Dockerfile        `json:"dockerfile,omitempty"` // kind dockerfile
	Compose    *Compose           `json:"compose,omitempty"`    // kind compose
	Pipeline   *pipeline.Pipeline `json:"pipeline,omitempty"`   // kind pipeline
	GitOps     *GitOps            `json:"gitops,omitempty"`     // kind gitops
	Text       *FileText          `json:"text,omitempty"`       // kind file
	Unparsable []Problem          `json:"unparsable"`           // what of this document could not be read as its kind
	Incomplete []Problem          `json:"incomplete"`           // what could not be followed
	Waivers    []Waiver           `json:"waivers,omitempty"`    // kind project: waivers that are wrong

	Changes []Change `json:"changes,omitempty"` // kind project: changes to what decides the check itself

	Source *tree.Source `json:"-"` // the file's text

	hidden   []Secret   // of other files, which parts of the document come from
	redactor *redactor  // of the whole file; nil where the document was not loaded from one
	original *tree.Node // Value as it stands in the file; nil where Value is that

	// Parts names the files that a pipeline consists of besides its own: what it
	// includes, and its templates. They are documents of their own, too.
	Parts []string `json:"-"`

	// Elsewhere answers where a path in another file stands. Only the project
	// document has it, since its elements come from many files.
	Elsewhere func(file string, path finding.Path) finding.Location `json:"-"`
}

// Problem is something that is wrong with, or unknown of, a document.
type Problem struct {
	Message string       `json:"message"`
	Path    finding.Path `json:"path"`

	// Beyond says that a limit was reached and what stands beyond it was not
	// looked at, so that nobody knows which of the file's values are secrets.
	// Message is guard's own then, with no word of the file in it.
	Beyond bool `json:"-"`
}

// Image is one use of an image in a document.
type Image struct {
	imageref.Reference
	Path          finding.Path `json:"path"`
	Role          Role         `json:"role"`
	Holder        string       `json:"holder"`   // who uses it, for messages: "container web", "stage build", "service db"; never ""
	Own           bool         `json:"own"`      // built by this repository, or named by the config's images.own
	Outsider      string       `json:"outsider"` // the outsider-controlled value in it: "github.head_ref"; "" where none
	enough        bool         // what is not known of it changes nothing
	Stage         bool         `json:"stage"`          // names an earlier build stage, so it is no image at all
	Injected      bool         `json:"injected"`       // the word "auto", which Istio replaces when it makes the Pod
	RawRepository bool         `json:"raw_repository"` // the name of a repository on its forge stands in it, and may hold upper case
	PullRule      string       `json:"pull_rule"`      // Kubernetes imagePullPolicy, Compose pull_policy; "" where unset
	Running       string       `json:"running"`        // the digest that a container was started from, by the status of its Pod; "" where none is known
	Facts         *ImageFacts  `json:"facts"`          // what a registry says of it; never null
}

// Role says what an image is used for.
type Role string

// The roles.
const (
	RoleBase      Role = "base"      // FROM, COPY --from, RUN --mount=from
	RoleContainer Role = "container" // a Kubernetes container or a Compose service
	RoleInit      Role = "init"
	RoleEphemeral Role = "ephemeral"
	RoleVolume    Role = "volume"  // a Kubernetes image volume
	RoleService   Role = "service" // a pipeline job's service container
	RoleBuilt     Role = "built"   // what a Compose service with build: is named
	RolePushed    Role = "pushed"
	RoleDeployed  Role = "deployed" // what a pipeline or kustomization deploys
	RoleAction    Role = "action"   // docker:// in uses:
	RoleJob       Role = "job"      // the container a pipeline job runs in
)

// Secret is a literal secret. The value itself never leaves Go.
type Secret struct {
	Source      string       `json:"source"`      // "pattern": text of a known format; "name": a value under a name like a secret's
	Pattern     string       `json:"pattern"`     // the pattern's id, "github-pat"; "" for source name where the value is of no known format
	Description string       `json:"description"` // what it is, for messages: "GitHub personal access token"; "" for source name
	Name        string       `json:"name"`        // the variable's or key's name; "" where there is none
	Redacted    string       `json:"redacted"`    // at most 4 first characters and ****
	Holder      string       `json:"holder"`      // who holds it: "container web", "job build", "stage final"; "" for a whole file
	Place       string       `json:"place"`       // "env", "arg", "service-env", "file", "config"
	Throwaway   bool         `json:"throwaway"`   // a value as tests use it (postgres, test, changeme) in a CI service or test container
	Path        finding.Path `json:"path"`

	Value   string `json:"-"`
	Written string `json:"-"` // how the file writes it, where that is not Value: in base64
}

// FileText is the model of kind file.
type FileText struct {
	Name string `json:"name"` // base name
	Text string `json:"text"`
	Size int    `json:"size"` // in bytes
}

// Waiver is a waiver that is wrong, as the project document shows it.
type Waiver struct {
	State  string       `json:"state"`  // "expired", "unused", "invalid"
	Rule   string       `json:"rule"`   // the rule it names; "" where it names none
	Reason string       `json:"reason"` // what is wrong: "ended on 2026-01-31"
	File   string       `json:"file"`
	Path   finding.Path `json:"path"`
}

// Change is a change to the configuration, a waiver, the baseline or a rule
// that has no effect on this check, since a trusted revision decides.
type Change struct {
	What string       `json:"what"` // "the configuration", "a waiver", "what a waiver excuses", "the baseline", "the snapshot of the forge's settings", "a rule", "what the trust policy names"
	File string       `json:"file"`
	Path finding.Path `json:"path"`
}

// Entry is one key with its value, such as a label.
type Entry struct {
	Key   string       `json:"key"`
	Value string       `json:"value"`
	Path  finding.Path `json:"path"`
}

// Text is a string that may be unset ("").
type Text struct {
	Value string       `json:"value"`
	Path  finding.Path `json:"path"` // where it stands, or where it would
}

// Flag is a boolean that may be unset (null).
type Flag struct {
	Value *bool        `json:"value"`
	Path  finding.Path `json:"path"` // where it stands, or where it would
}

// Number is an integer that may be unset (null).
type Number struct {
	Value *int64       `json:"value"`
	Path  finding.Path `json:"path"` // where it stands, or where it would
}

// Locate answers where path stands in the document's file. A path to
// something missing is answered by its deepest existing ancestor.
func (d *Document) Locate(path finding.Path) finding.Location {
	if d.original != nil {
		return d.Source.Locate(d.original, path)
	}
	return d.Source.Locate(d.Value, path)
}
