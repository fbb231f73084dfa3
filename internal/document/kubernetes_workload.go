package document

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/tree"
)

// podPlace is where the parts of one Pod stand in an object.
type podPlace struct {
	spec, metadata place
}

// workloads fills the Pods of an object, however its kind holds them.
func (r *reader) workloads(root place, typ objectType) {
	pods := r.pods(root, typ)
	if len(pods) == 0 {
		return
	}
	r.doc.Workload, r.doc.Kubernetes.MorePods = &pods[0], pods[1:]
}

func (r *reader) pods(root place, typ objectType) []Workload {
	if h, known := r.load.options.holderOf(typ); known {
		return r.held(root, typ, h)
	}
	if read, known := taskKinds[typ.kind]; known && typ.group == "tekton.dev" {
		return read(r, root)
	}
	if templates, known := workflowKinds[typ.kind]; known && typ.group == "argoproj.io" {
		return r.workflow(root.get(templates...))
	}
	return r.embedded(root, typ)
}

// held reads the one Pod of a kind that is known.
func (r *reader) held(root place, typ objectType, h holder) []Workload {
	at, ok := r.podPlace(root, h)
	if !ok {
		return nil
	}
	if typ.group == "" && typ.kind == "Pod" {
		r.pulled = pulledImages(root.node)
		r.made = r.load.options.Live
	}
	pod := r.pod(at, typ.kind)
	pod.LongRunning = !h.finite && r.restarts(root, typ, at)
	r.fragment(&pod, root, typ, h)
	if r.load.options.Live && builtin(typ) {
		whole(&pod)
	}
	return []Workload{pod}
}

// builtin tells whether a kind is Kubernetes' own, of which an API server takes
// whole objects only. Others may hold a part of a Pod.
func builtin(typ objectType) bool {
	return typ.group == "" || typ.group == "apps" || typ.group == "batch"
}

// whole says of a Pod that what it lacks stands nowhere else.
func whole(pod *Workload) {
	pod.Fragment = false
	for i := range pod.Containers {
		pod.Containers[i].Fragment = false
	}
}

// podPlace finds the Pod's specification and metadata. What is missing or of
// the wrong type on the way is said.
func (r *reader) podPlace(root place, h holder) (podPlace, bool) {
	template := root.follow(h.pods)
	at := podPlace{spec: template.get("spec"), metadata: template.get("metadata")}
	if h.bare {
		at = podPlace{spec: template, metadata: root.follow(h.pods[:max(len(h.pods)-1, 0)]).get("metadata")}
	}
	if at.spec.node.Type() == tree.Map {
		return at, true
	}
	r.missingPod(root, at.spec.path, h.optional)
	return at, false
}

// missingPod says why an object that should hold a Pod holds none.
func (r *reader) missingPod(root place, spec finding.Path, optional bool) {
	for i := range spec {
		at := root.follow(spec[:i+1])
		switch {
		case at.node == nil && optional:
			return
		case at.node == nil:
			r.incomplete(root.follow(spec[:i]), fmt.Sprintf("there is no %s, so no Pod was found: a patch of an object that is written elsewhere, or unfinished", at.path))
			return
		case at.node.Kind != tree.Map:
			r.wrong(at, "a map")
			return
		}
	}
}

// restarts tells whether the Pod's containers are started again when they
// end.
func (r *reader) restarts(root place, typ objectType, at podPlace) bool {
	if typ.group != "" || typ.kind != "Pod" {
		return true
	}
	policy := at.spec.node.Get("restartPolicy").Scalar()
	return policy == "" || policy == "Always"
}

// pod reads a Pod.
func (r *reader) pod(at podPlace, controller string) Workload {
	pod := r.podWithoutContainers(at, controller)
	r.podContainers(&pod, r.mapping(at.spec))
	return pod
}

// podWithoutContainers reads a Pod's specification and metadata.
func (r *reader) podWithoutContainers(at podPlace, controller string) Workload {
	spec, metadata := r.mapping(at.spec), r.mapping(at.metadata)
	pod := Workload{
		Controller:  controller,
		Path:        spec.path,
		Metadata:    metadata.path,
		Labels:      r.entries(metadata.get("labels")),
		Annotations: r.entries(metadata.get("annotations")),
		OS:          r.text(r.mapping(spec.get("os")).get("name")).Value,
		Containers:  []Container{},
	}
	r.podSettings(&pod, spec)
	pod.Volumes = r.volumes(spec.get("volumes"))
	return pod
}

// podSettings reads what counts for the Pod as a whole.
func (r *reader) podSettings(pod *Workload, spec place) {
	security, resources := spec.get("securityContext"), r.mapping(spec.get("resources"))
	pod.HostNetwork = r.flag(spec.get("hostNetwork"))
	pod.HostPID = r.flag(spec.get("hostPID"))
	pod.HostIPC = r.flag(spec.get("hostIPC"))
	pod.HostUsers = r.flag(spec.get("hostUsers"))
	pod.AutomountToken = r.flag(spec.get("automountServiceAccountToken"))
	pod.ServiceAccount = r.serviceAccount(spec)
	pod.Security = r.security(security)
	pod.Sysctls = r.sysctls(security)
	pod.Requests = r.entries(resources.get("requests"))
	pod.Limits = r.entries(resources.get("limits"))
}

// serviceAccount also knows the older name of the field.
func (r *reader) serviceAccount(spec place) Text {
	return r.text(spec.get("serviceAccountName")).or(r.text(spec.get("serviceAccount")))
}

func (r *reader) sysctls(security place) []Text {
	names := []Text{}
	if security.node.Type() != tree.Map {
		return names
	}
	for _, at := range r.maps(security.get("sysctls")) {
		names = append(names, r.text(at.get("name")))
	}
	return names
}

// podContainers reads the lists of containers. A list of containers that is
// there and empty is no Pod.
func (r *reader) podContainers(pod *Workload, spec place) {
	r.containers(pod, containerList{at: spec.get("initContainers"), typ: typeInit})
	regular := spec.get("containers")
	r.containers(pod, containerList{at: regular, typ: typeContainer})
	r.containers(pod, containerList{at: spec.get("ephemeralContainers"), typ: typeEphemeral})
	if regular.node.Type() == tree.List && len(regular.node.Items) == 0 {
		r.unparsable(regular, "containers: expected at least one container, found an empty list")
	}
}

// fragment marks a Pod that is only a part of one, as [reader.add] does too. Whoever complains of what
// is missing must know it; why is said in the document's Incomplete.
func (r *reader) fragment(pod *Workload, root place, typ objectType, h holder) {
	switch {
	case h.needs(typ) && root.follow(h.required).node == nil && !r.load.isResource():
		pod.Fragment = true
		r.incomplete(root, fmt.Sprintf("there is no %s, which a whole %s has, so this is taken for a patch: what it lacks may stand elsewhere", h.required, typ.kind))
	case !root.follow(pod.Path).get("containers").node.IsSet():
		pod.Fragment = true
		r.incomplete(place{path: pod.Path}, "there is no list of containers, so this is taken for a patch: what it lacks may stand elsewhere")
	}
}
