package doctor

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// oldest is the oldest minor version of Kubernetes 1 that will do.
const oldest = 30

func (e *examination) version() {
	v, err := read[struct{ Major, Minor, GitVersion string }](e, "/version")
	if err != nil {
		e.unknown("the version of Kubernetes", err)
		return
	}
	digits := strings.TrimRight(v.Minor, "+")
	minor, err := strconv.Atoi(digits)
	switch {
	case err != nil || v.Major != "1":
		e.unknown("the version of Kubernetes", errors.New("it calls itself "+v.GitVersion))
	case minor < oldest:
		e.wrong("Upgrade the cluster.", "Kubernetes %s is older than 1.%d: match conditions, and the policy that holds while guard is away, do not work", v.GitVersion, oldest)
	default:
		e.ok("Kubernetes %s", v.GitVersion)
	}
}

// policy tells what holds while the webhook is away.
func (e *examination) policy() {
	const remedy = "Set validatingAdmissionPolicy.enabled to true and upgrade, unless you have left it out on purpose."
	_, err := read[struct{}](e, registered+"validatingadmissionpolicies/"+name)
	if err == nil {
		err = e.bound()
	}
	switch {
	case errors.Is(err, ErrAbsent):
		e.note(remedy, "the ValidatingAdmissionPolicy %s or its binding is not there, so nothing holds where the webhook is disarmed", name)
	case err != nil:
		e.unknown("the ValidatingAdmissionPolicy "+name, err)
	}
	e.fine("the API server's own policy denies the plainest faults while guard is away")
}

func (e *examination) bound() error {
	b, err := read[struct {
		Spec struct{ ValidationActions []string }
	}](e, registered+"validatingadmissionpolicybindings/"+name)
	if err == nil && !slices.Contains(b.Spec.ValidationActions, "Deny") {
		e.note("Set validatingAdmissionPolicy.actions to [Deny], unless you have chosen otherwise on purpose.", "the ValidatingAdmissionPolicy denies nothing: its actions are %s", strings.Join(b.Spec.ValidationActions, ", "))
	}
	return err
}

// mutating lists who changes Pods before guard sees them.
func (e *examination) mutating() {
	all, err := readAll[configuration](e, registered+"mutatingwebhookconfigurations")
	if err != nil {
		e.unknown("the mutating webhooks", err)
		return
	}
	var names []string
	for _, c := range all {
		for _, h := range c.Webhooks {
			if covers(h.Rules, "", "pods", "CREATE") {
				names = append(names, h.Name)
			}
		}
	}
	if len(names) > 0 {
		e.note("Nothing is to be done: the API server asks guard after all of them, whatever their reinvocationPolicy. A Pod may be denied for what they put into it, though its Deployment was admitted.",
			"Pods are changed by %s before guard sees them", strings.Join(names, ", "))
	}
	e.fine("no other webhook changes Pods")
}
