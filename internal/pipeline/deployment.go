package pipeline

import "guard/internal/finding"

// Deployment is what a job says of the environment it is about, beside its
// name.
type Deployment struct {
	Action   string       `json:"action"`    // start, stop, prepare, verify or access; start where the file does not say
	Deploys  bool         `json:"deploys"`   // what runs in the environment is changed: the action is start
	Tier     string       `json:"tier"`      // production, staging, testing, development or other, as written; "" where unset
	URL      Text         `json:"url"`       // where what was deployed answers; "" where unset
	OnStop   Text         `json:"on_stop"`   // the job that takes it down; "" where unset
	AutoStop Text         `json:"auto_stop"` // after which time it is taken down: "1 week"; "" where unset
	Path     finding.Path `json:"path"`
}

// Report is a file that a job hands to the forge as what it has found out.
type Report struct {
	Kind  string       `json:"kind"`  // junit, coverage_report, dotenv, sast, container_scanning, …
	Files []string     `json:"files"` // as written
	Path  finding.Path `json:"path"`
}
