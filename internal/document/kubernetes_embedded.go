package document

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/tree"
)

// maxPods bounds how many Pods one object holds.
const maxPods = 1000

// embedded searches an object of an unknown kind for Pod templates: a
// "template" whose "spec" has a list of "containers" with an image. Kinds
// that write down such a shape without meaning a Pod are left alone.
func (r *reader) embedded(root place, typ objectType) []Workload {
	if typ.kind == "CustomResourceDefinition" || patternGroups[typ.group] {
		return nil
	}
	s := podSearch{}
	s.visit(root.node)
	var pods []Workload
	for _, path := range s.found {
		template := root.follow(path)
		pod := r.pod(podPlace{spec: template.get("spec"), metadata: template.get("metadata")}, typ.kind)
		pods = append(pods, pod)
	}
	if len(s.found) == maxPods {
		r.exceeded(root, fmt.Sprintf("more than %d Pod templates in one object", maxPods))
	}
	return pods
}

// patternGroups are API groups whose objects describe what Pods should look
// like instead of being made into Pods.
var patternGroups = map[string]bool{
	"kyverno.io": true, "policies.kyverno.io": true, "cli.kyverno.io": true,
	"templates.gatekeeper.sh": true, "constraints.gatekeeper.sh": true, "mutations.gatekeeper.sh": true, "expansion.gatekeeper.sh": true,
}

// podSearch goes down a tree and notes the paths of Pod templates.
type podSearch struct {
	path  finding.Path
	found []finding.Path
}

func (s *podSearch) visit(n *tree.Node) {
	if n == nil || len(s.found) == maxPods {
		return
	}
	for i, item := range n.Items {
		s.enter(finding.Index(i), item)
	}
	for _, m := range n.Members {
		s.enter(finding.Key(m.Key.Text), m.Value)
	}
}

func (s *podSearch) enter(step finding.Step, n *tree.Node) {
	if n.IsScalar() {
		return
	}
	s.path = append(s.path, step)
	if name, _ := step.Key(); name == "template" && holdsContainers(n.Dig("spec", "containers")) {
		s.found = append(s.found, append(finding.Path{}, s.path...))
	} else {
		s.visit(n)
	}
	s.path = s.path[:len(s.path)-1]
}

// holdsContainers tells whether a list looks like containers: at least one of
// its maps has an image.
func holdsContainers(n *tree.Node) bool {
	if n.Type() != tree.List {
		return false
	}
	for _, item := range n.Items {
		if _, ok := item.Get("image").Str(); ok {
			return true
		}
	}
	return false
}
