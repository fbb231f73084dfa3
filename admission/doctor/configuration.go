package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guard/admission"
	"guard/internal/finding"
)

// judge decides by the configuration as it stands, here; nil where it cannot.
type judge struct{ handler *admission.Handler }

// digest tells one set of policies from all others; "" where it is not known.
func (j judge) digest() string {
	if j.handler == nil {
		return ""
	}
	return j.handler.Policies.Digest()
}

// denies tells whether an object of a namespace is denied for what it says of
// itself, whatever the proof of its images.
func (j judge) denies(ctx context.Context, namespace string, object []byte) (bool, error) {
	h := *j.handler
	h.Facts = nil
	i := h.Inspect(ctx, admission.Existing{
		Resource: admission.Resource{Version: "v1", Resource: "pods"}, Kind: "Pod", Namespace: namespace, Name: "guard-doctor", Object: object,
	}, time.Now())
	switch {
	case i.Unread != "":
		return false, errors.New(i.Unread)
	case i.Exempt != "":
		return false, errors.New(i.Exempt)
	}
	for _, f := range i.Findings {
		if f.Action == finding.Deny {
			return true, nil
		}
	}
	return false, nil
}

// configuration tells whether the configuration can be used, as it stands.
func (e *examination) configuration() {
	if e.deployedErr != nil {
		return
	}
	spec := e.deployed.Spec.Template.Spec
	file, _ := spec.arg("config")
	kept := e.volume("config")
	if file == "" || kept == "" {
		e.unknown("the configuration", errors.New("it is in no ConfigMap"))
		return
	}
	found, err := read[struct {
		Data       map[string]string
		BinaryData map[string][]byte
	}](e, e.at("/api/v1", "configmaps/"+kept))
	if err != nil {
		e.unknown("the ConfigMap "+kept, err)
		return
	}
	for key, text := range found.BinaryData {
		found.Data[key] = string(text)
	}
	e.judge.handler, err = e.load(found.Data, file)
	switch {
	case errors.Is(err, errHere):
		e.unknown("the configuration", err)
	case err != nil:
		e.wrong("Put it right in the values and upgrade. Until then the replicas decide by the last one that could be used, and none can start.", "the configuration in the ConfigMap %s cannot be used: %v", kept, err)
	default:
		e.ok("the configuration can be used")
	}
}

// exempt lists whom the configuration asks nothing of, and where it denies
// nothing.
func (e *examination) exempt() {
	if e.judge.handler == nil {
		return
	}
	a := e.judge.handler.Admission
	for what, names := range map[string][]string{"users": a.Exempt.Users, "groups": a.Exempt.Groups, "namespaces": a.Exempt.Namespaces} {
		if names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "kube-system" || name == e.options.Namespace }); len(names) > 0 {
			e.note("Take out of admission.exempt what need not be there.", "the configuration holds these %s to no rule: %s", what, strings.Join(names, ", "))
		}
	}
	if a.Mode == "warn" {
		e.note("Set admission.mode to deny when the warnings have been seen to.", "the configuration denies nothing: its mode is warn")
	}
	slices.SortFunc(e.found, func(a, b Check) int { return strings.Compare(a.Message, b.Message) })
	e.fine("the configuration holds everybody to its rules")
}

// errHere says that something is wrong on this machine, not in the cluster.
var errHere = errors.New("it cannot be read here")

// load makes of files what decides.
func (e *examination) load(files map[string]string, name string) (*admission.Handler, error) {
	dir, err := os.MkdirTemp("", "guard-doctor-")
	if err != nil {
		return nil, errors.Join(errHere, err)
	}
	defer os.RemoveAll(dir)
	for key, text := range files {
		if !filepath.IsLocal(key) || filepath.Base(key) != key {
			return nil, errors.Join(errHere, errors.New("a key of the ConfigMap is no name of a file"))
		}
		if err := os.WriteFile(filepath.Join(dir, key), []byte(text), 0o600); err != nil {
			return nil, errors.Join(errHere, err)
		}
	}
	registries, err := admission.NewRegistry(os.LookupEnv)
	if err != nil {
		return nil, errors.Join(errHere, err)
	}
	return admission.Load(e.ctx, os.DirFS(dir), name, admission.Outside{Namespaces: labels{e.api}, Registry: registries})
}

// labels asks for those of namespaces.
type labels struct{ api API }

// Labels implements [admission.Namespaces].
func (l labels) Labels(ctx context.Context, namespace string) (map[string]string, error) {
	text, err := l.api.Get(ctx, "/api/v1/namespaces/"+namespace)
	if err != nil {
		return nil, err
	}
	var found struct{ Metadata metadata }
	err = json.Unmarshal(text, &found)
	return found.Metadata.Labels, err
}
