package doctor

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// replicas tells whether as many answer as should.
func (e *examination) replicas() {
	switch {
	case errors.Is(e.deployedErr, ErrAbsent):
		e.wrong("Install the chart, or name the namespace that it is in with --namespace.", "there is no Deployment %s in the namespace %s", name, e.options.Namespace)
		return
	case e.deployedErr != nil:
		e.unknown("the Deployment "+name, e.deployedErr)
		return
	case e.podsErr != nil:
		e.unknown("the Pods of the webhook", e.podsErr)
		return
	}
	ready, wanted := len(e.ready()), e.deployed.Spec.Replicas
	switch {
	case ready < wanted:
		e.wrong(fmt.Sprintf("kubectl -n %s describe pods -l app.kubernetes.io/component=webhook says what they wait for.", e.options.Namespace), "%d of %d replicas are ready", ready, wanted)
	case wanted < 2:
		e.note("Set replicas to 3, and upgrade.", "there is one replica: while its node is away, everything is denied")
	default:
		e.ok("%d of %d replicas are ready", ready, wanted)
	}
}

func (e *examination) ready() []pod {
	return slices.DeleteFunc(slices.Clone(e.pods.Items), func(p pod) bool { return !p.ready() })
}

// spread tells whether the end of one node takes all replicas away.
func (e *examination) spread() {
	ready := e.ready()
	if len(ready) < 2 {
		return
	}
	nodes, err := readAll[struct{ Spec struct{ Unschedulable bool } }](e, "/api/v1/nodes")
	if err != nil {
		e.unknown("the nodes", err)
		return
	}
	usable := 0
	for _, n := range nodes {
		if !n.Spec.Unschedulable {
			usable++
		}
	}
	used := map[string]bool{}
	for _, p := range ready {
		used[p.Spec.NodeName] = true
	}
	if len(used) == 1 && usable > 1 {
		e.note("kubectl -n "+e.options.Namespace+" rollout restart deployment/"+name+" spreads them.", "all replicas run on the node %s, though there are others", ready[0].Spec.NodeName)
	}
	e.fine("the replicas run on %d of %d nodes", len(used), usable)
}

// disruptionBudget tells whether a drain may take all replicas at once.
func (e *examination) disruptionBudget() {
	if e.deployedErr != nil {
		return
	}
	budgets, err := readAll[struct{ Spec struct{ Selector selector } }](e, e.at("/apis/policy/v1", "poddisruptionbudgets"))
	if err != nil {
		e.unknown("the disruption budgets", err)
		return
	}
	for _, b := range budgets {
		if b.Spec.Selector.matches(e.deployed.Spec.Selector.MatchLabels) {
			e.ok("a disruption budget holds the replicas")
			return
		}
	}
	e.wrong("helm upgrade puts it back.", "no PodDisruptionBudget holds the replicas, so a drain may take all of them at once")
}

// sameProgram tells whether replicas run different images.
func (e *examination) sameProgram() {
	images := map[string]bool{}
	for _, p := range e.ready() {
		for _, c := range p.Spec.Containers {
			images[c.Image] = true
		}
	}
	switch len(images) {
	case 0:
	case 1:
		e.ok("all replicas run the same image")
	default:
		e.wrong("Wait for the rollout to end: kubectl -n "+e.options.Namespace+" rollout status deployment/"+name+".", "the replicas run %d different images", len(images))
	}
}

// probe is a review of which every configuration says yes: that something
// goes, in no namespace of anybody.
const probe = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"guard-doctor","dryRun":true,"operation":"DELETE",` +
	`"kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},` +
	`"namespace":"guard-doctor","name":"probe","userInfo":{"username":"guard-doctor"}}}`

// answers asks each replica, by way of the API server, and compares by which
// policies they decide.
func (e *examination) answers() {
	by := map[string][]string{}
	for _, p := range e.ready() {
		policies, err := e.ask(p.Metadata.Name)
		if err != nil {
			e.unanswered(p.Metadata.Name, err)
			continue
		}
		by[policies] = append(by[policies], p.Metadata.Name)
	}
	switch expected := e.judge.digest(); {
	case len(by) > 1:
		e.wrong("Where the configuration has just changed, wait two minutes; else restart the replicas and see their logs.", "the replicas decide by %d different policies", len(by))
	case len(by) == 1 && expected != "" && by[expected] == nil:
		e.note("Where the configuration has just changed, wait two minutes. A doctor of another version than the webhook sees a difference, too; else see the replicas' logs.",
			"the replicas do not decide by the policies that the configuration gives")
	case len(by) == 1 && len(e.found) == 0:
		e.ok("every replica answers, and by the same policies")
	}
}

// ask asks one replica for a review, and returns by which policies it decides.
func (e *examination) ask(pod string) (policies string, err error) {
	text, err := e.api.Post(e.ctx, e.at("/api/v1", "pods/https:"+pod+":8443/proxy/validate"), []byte(probe))
	if err != nil {
		return "", err
	}
	var answer struct {
		Response struct {
			UID              string
			Allowed          bool
			AuditAnnotations map[string]string
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Response.UID != "guard-doctor" {
		return "", errors.New("its answer is no review")
	}
	if policies = answer.Response.AuditAnnotations["policies"]; !answer.Response.Allowed || policies == "" {
		return "", errors.New("it denies what nobody denies; its log says why")
	}
	return policies, nil
}

func (e *examination) unanswered(pod string, err error) {
	if errors.Is(err, ErrForbidden) || strings.Contains(err.Error(), "no route") {
		e.unknown("the replica "+pod, err)
		return
	}
	e.wrong("See its log: kubectl -n "+e.options.Namespace+" logs "+pod+".", "the replica %s is ready and answers no review: %v", pod, err)
}
