package document

import (
	"guard/internal/finding"
	"guard/internal/pipeline"
)

// GitOps is the model of a Kustomization and of the objects of Argo CD and
// Flux.
type GitOps struct {
	Kind       string         `json:"kind"` // Kustomization, Application, GitRepository, …
	Name       string         `json:"name"`
	Production pipeline.Fact  `json:"production"` // it is for production, as its names and places say
	Sources    []GitOpsSource `json:"sources"`    // where what runs is taken from
	AutoSync   GitOpsSync     `json:"auto_sync"`  // of Argo CD
	Updates    []GitOpsUpdate `json:"updates"`    // images that are replaced without a person
}

// GitOpsSource is a repository, or a chart, that something is taken from at
// some revision.
type GitOpsSource struct {
	Holder   string        `json:"holder"`   // for messages: "source 2 (https://git.example.com/shop)", "chart redis"
	Kind     string        `json:"kind"`     // git, helm, oci
	Revision Text          `json:"revision"` // as written; "" where unset
	Floats   pipeline.Fact `json:"floats"`   // it may be something else tomorrow, though nothing here changes
	Follows  string        `json:"follows"`  // what it follows then: "the default branch", "branch main", "the newest version"; else ""
}

// GitOpsSync says whether what is in Git is applied without a person.
type GitOpsSync struct {
	Automatic pipeline.Fact `json:"automatic"`
	Project   string        `json:"project"` // whose windows may restrict it
	Path      finding.Path  `json:"path"`
}

// GitOpsUpdate is an image that a tool replaces by newer ones.
type GitOpsUpdate struct {
	Tool     string       `json:"tool"`     // "Argo CD Image Updater", "Flux"
	Image    string       `json:"image"`    // as it is called there
	Strategy string       `json:"strategy"` // semver, newest-build, alphabetical, numerical, digest; as written where it is none of them
	Fault    string       `json:"fault"`    // why nobody can say which image comes next: "follows tag latest, which moves"; "" where none is known
	Unknown  string       `json:"unknown"`  // why that is not known; "" where it is
	Path     finding.Path `json:"path"`
}
