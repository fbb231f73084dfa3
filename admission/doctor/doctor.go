package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// API asks an API server.
type API interface {
	// Get reads what is at a path, which may have a query, as JSON. What the API
	// server itself answers with an error is ErrAbsent, ErrForbidden or a [*Refusal].
	Get(ctx context.Context, path string) ([]byte, error)
	// Post sends JSON to a path, which may have a query.
	Post(ctx context.Context, path string, body []byte) ([]byte, error)
}

// What an API says of what it cannot do.
var (
	ErrAbsent    = errors.New("it is not there")
	ErrForbidden = errors.New("you may not do that")
)

// Refusal is that an API server refuses something, and why.
type Refusal struct{ Message string }

func (r *Refusal) Error() string { return r.Message }

// Options say what is looked at.
type Options struct {
	Namespace      string // of the webhook
	ProbeNamespace string // in which Pods are created with dryRun; "": none are
}

// Status is what came of one look.
type Status string

// The statuses.
const (
	OK      Status = "ok"
	Note    Status = "note"    // not wrong, but to be known
	Wrong   Status = "wrong"   // to be put right
	Unknown Status = "unknown" // it could not be looked at
)

// Check is one thing that was looked at. One look may tell of several.
type Check struct {
	ID      string `json:"id"`
	Status  Status `json:"status"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// Report is what was found, in the order in which it was looked at.
type Report struct {
	Checks  []Check        `json:"checks"`
	Summary map[Status]int `json:"summary"`
}

// looks are all checks. The later ones take for granted what the first have
// told of.
var looks = []struct {
	id   string
	look func(*examination)
}{
	{"kubernetes-version", (*examination).version},
	{"armed", (*examination).armed},
	{"rules", (*examination).rules},
	{"fails-closed", (*examination).failsClosed},
	{"timeout", (*examination).timeout},
	{"selectors", (*examination).selectors},
	{"lock-out", (*examination).lockOut},
	{"out-of-reach", (*examination).outOfReach},
	{"trusted-authority", (*examination).trustedAuthority},
	{"certificate", (*examination).certificate},
	{"replicas", (*examination).replicas},
	{"spread", (*examination).spread},
	{"disruption-budget", (*examination).disruptionBudget},
	{"same-program", (*examination).sameProgram},
	{"configuration", (*examination).configuration},
	{"exempt", (*examination).exempt},
	{"answers", (*examination).answers},
	{"policy-of-the-api-server", (*examination).policy},
	{"rights-needed", (*examination).rightsNeeded},
	{"rights-beyond", (*examination).rightsBeyond},
	{"mutating-webhooks", (*examination).mutating},
	{"refuses", (*examination).refuses},
	{"admits", (*examination).admits},
}

// Run looks at everything. The context bounds how long that takes.
func Run(ctx context.Context, api API, o Options) Report {
	e := &examination{ctx: ctx, api: api, options: o}
	e.hooks, e.hooksErr = read[configuration](e, hooksPath+name)
	e.deployed, e.deployedErr = read[deployment](e, e.at("/apis/apps/v1", "deployments/"+name))
	if e.deployedErr == nil {
		e.pods, e.podsErr = read[list[pod]](e, e.at("/api/v1", "pods?labelSelector="+e.deployed.Spec.Selector.query()))
	} else {
		e.podsErr = e.deployedErr
	}
	r := Report{Summary: map[Status]int{}}
	for _, l := range looks {
		e.id, e.found = l.id, nil
		l.look(e)
		for _, c := range e.found {
			r.Summary[c.Status]++
		}
		r.Checks = append(r.Checks, e.found...)
	}
	return r
}

// examination is one run.
type examination struct {
	ctx     context.Context
	api     API
	options Options

	hooks       configuration
	hooksErr    error
	deployed    deployment
	deployedErr error
	pods        list[pod]
	podsErr     error
	judge       judge // the configuration as it stands

	id    string // of the check that goes on
	found []Check
}

// The names that the chart gives.
const (
	name       = "guard-webhook"
	registered = "/apis/admissionregistration.k8s.io/v1/"
	hooksPath  = registered + "validatingwebhookconfigurations/"
)

// at is a path in the webhook's namespace.
func (e *examination) at(group, rest string) string {
	return group + "/namespaces/" + e.options.Namespace + "/" + rest
}

func read[T any](e *examination, path string) (value T, err error) {
	text, err := e.api.Get(e.ctx, path)
	if err != nil {
		return value, err
	}
	if err := json.Unmarshal(text, &value); err != nil {
		return value, fmt.Errorf("what the API server answers cannot be read: %w", err)
	}
	return value, nil
}

// maxListed is how many objects of a kind are looked at.
const maxListed = 5000

// readAll reads a list. One that goes on after maxListed objects is an error:
// what was not looked at must not pass for looked at.
func readAll[T any](e *examination, path string) ([]T, error) {
	all, err := read[list[T]](e, fmt.Sprintf("%s?limit=%d", path, maxListed))
	if err == nil && all.Metadata.Continue != "" {
		err = fmt.Errorf("there are more than %d", maxListed)
	}
	return all.Items, err
}

func (e *examination) tell(s Status, message, remedy string) {
	e.found = append(e.found, Check{ID: e.id, Status: s, Message: message, Remedy: remedy})
}

func (e *examination) ok(format string, args ...any) { e.tell(OK, fmt.Sprintf(format, args...), "") }

// fine says that all is well where nothing else was said.
func (e *examination) fine(format string, args ...any) {
	if len(e.found) == 0 {
		e.ok(format, args...)
	}
}

func (e *examination) note(remedy, format string, args ...any) {
	e.tell(Note, fmt.Sprintf(format, args...), remedy)
}

func (e *examination) wrong(remedy, format string, args ...any) {
	e.tell(Wrong, fmt.Sprintf(format, args...), remedy)
}

// unknown says that something could not be looked at.
func (e *examination) unknown(what string, err error) {
	remedy := ""
	if errors.Is(err, ErrForbidden) {
		remedy = "Run the doctor as somebody who may."
	}
	e.tell(Unknown, fmt.Sprintf("%s: %v", what, err), remedy)
}
