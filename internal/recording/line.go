package recording

import (
	"encoding/json"
	"strings"
)

// Version is the version of the lines that guard check --record writes.
const Version = 1

// Run is the first line of a recording of guard check: what holds of all files
// that follow it. Its last line is one, too, and says how many those are.
type Run struct {
	Recording     int      `json:"recording"` // Version
	Time          string   `json:"time"`      // RFC 3339
	Tool          string   `json:"tool"`      // "guard 1.2.3"
	Policies      string   `json:"policies"`  // digest of the rules
	Repository    string   `json:"repository,omitempty"`
	Host          string   `json:"host,omitempty"` // of the repository's forge
	DefaultBranch string   `json:"default_branch,omitempty"`
	Branches      []string `json:"branches,omitempty"`
	Ended         bool     `json:"ended,omitempty"` // it is the last line
	Files         int      `json:"files,omitempty"` // of the last line: how many files were recorded
}

// Check is the operation of the decisions of guard check. All others are those
// of Kubernetes: CREATE, UPDATE, DELETE, CONNECT.
const Check = "CHECK"

// Decision is what was decided about one thing: a line of the webhook's log of
// decisions, or about a file, a line that guard check --record writes. Lines may
// hold more than is read here.
type Decision struct {
	Time       string   `json:"time"`          // RFC 3339
	UID        string   `json:"uid,omitempty"` // of the request; a line that arrived twice has it twice
	Operation  string   `json:"operation"`
	Repository string   `json:"repository,omitempty"` // of a file
	File       string   `json:"file,omitempty"`       // of guard check alone
	Resource   string   `json:"resource,omitempty"`   // deployments.apps
	Namespace  string   `json:"namespace,omitempty"`
	Name       string   `json:"name,omitempty"`
	User       string   `json:"user,omitempty"` // who asked, of an object
	Allowed    bool     `json:"allowed"`
	Audit      Audit    `json:"audit"`
	Waivers    []Waiver `json:"waivers,omitempty"`
	Input      *Input   `json:"input,omitempty"`
}

// Audit is what rules said, as annotations for an audit log.
type Audit struct {
	Decision string `json:"decision,omitempty"` // denied, warned, allowed, undecided, …
	Denied   string `json:"denied,omitempty"`   // ids of rules, with a comma between them
	Warned   string `json:"warned,omitempty"`
	Audited  string `json:"audited,omitempty"`
	Unread   string `json:"unread,omitempty"` // why not all rules could look
}

// Waiver is a finding that does not count.
type Waiver struct {
	Rule    string `json:"rule"`
	Reason  string `json:"reason,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires,omitempty"` // YYYY-MM-DD
	Source  string `json:"source,omitempty"`
}

// Input is what a decision was about, without its secrets.
type Input struct {
	Kind    string          `json:"kind,omitempty"`        // of an object: Deployment
	Groups  []string        `json:"user_groups,omitempty"` // of who asked; not all where they are many
	Object  json.RawMessage `json:"object,omitempty"`
	Text    *string         `json:"text,omitempty"`    // of a file
	Omitted string          `json:"omitted,omitempty"` // why neither is there; "" where one is
}

// About names what a decision is about: a file, or an object as
// Deployment/shop/web.
func (d *Decision) About() string {
	if d.File != "" {
		return d.File
	}
	kind := d.Resource
	if d.Input != nil && d.Input.Kind != "" {
		kind = d.Input.Kind
	}
	var parts []string
	for _, part := range []string{kind, d.Namespace, d.Name} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}

// IDs are the rules in a text of an [Audit].
func IDs(list string) []string {
	var ids []string
	for id := range strings.SplitSeq(list, ",") {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}
