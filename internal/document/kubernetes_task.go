package document

import "guard/internal/finding"

// taskKinds are Tekton's kinds that run steps.
var taskKinds = map[string]func(*reader, place) []Workload{
	"Task":        func(r *reader, root place) []Workload { return r.task(root.get("spec"), place{}) },
	"ClusterTask": func(r *reader, root place) []Workload { return r.task(root.get("spec"), place{}) },
	"TaskRun": func(r *reader, root place) []Workload {
		return r.task(root.get("spec", "taskSpec"), root.get("spec", "podTemplate"))
	},
	"Pipeline": func(r *reader, root place) []Workload { return r.pipelineTasks(root.get("spec")) },
	"PipelineRun": func(r *reader, root place) []Workload {
		return r.pipelineTasks(root.get("spec", "pipelineSpec"))
	},
	"StepAction": (*reader).stepAction,
}

// task reads a Task's steps and sidecars as one Pod. The podTemplate of the
// run, where it stands in the same object, gives the Pod's own settings.
func (r *reader) task(spec, podTemplate place) []Workload {
	if !r.mapping(spec).node.IsSet() {
		return nil
	}
	pod := Workload{Controller: r.doc.Kubernetes.Kind, Path: spec.path, Metadata: finding.NewPath("metadata"), Labels: []Entry{}, Annotations: []Entry{}, Containers: []Container{}}
	if podTemplate.path == nil {
		podTemplate = place{path: spec.path}
	}
	r.podSettings(&pod, r.mapping(podTemplate))
	pod.Volumes = append(r.volumes(spec.get("volumes")), r.volumes(podTemplate.get("volumes"))...)
	r.steps(&pod, spec)
	r.containers(&pod, containerList{at: spec.get("sidecars"), typ: typeContainer, word: "sidecar"})
	if len(pod.Containers) == 0 {
		return nil
	}
	return []Workload{pod}
}

// steps reads the steps of a task. What a step refers to with ref stands in
// a StepAction.
func (r *reader) steps(pod *Workload, spec place) {
	list := containerList{at: spec.get("steps"), typ: typeContainer, word: "step"}
	if template := r.mapping(spec.get("stepTemplate")); template.node.IsSet() {
		defaults := r.container(pod, containerList{typ: typeContainer, word: "step", name: "template"}, 0, template)
		list.template = &stencil{image: defaults.Image, security: defaults.Security}
	}
	for i, at := range r.maps(list.at) {
		if !at.node.Get("ref").IsSet() {
			r.add(pod, list, i, at)
		}
	}
}

// pipelineTasks reads the tasks that a pipeline writes out itself.
func (r *reader) pipelineTasks(spec place) []Workload {
	var pods []Workload
	for _, key := range []string{"tasks", "finally"} {
		for _, task := range r.maps(r.mapping(spec).get(key)) {
			pods = append(pods, r.task(task.get("taskSpec"), place{})...)
		}
	}
	return pods
}

// stepAction reads a step that tasks refer to.
func (r *reader) stepAction(root place) []Workload {
	spec := r.mapping(root.get("spec"))
	if !spec.node.IsSet() {
		return nil
	}
	pod := Workload{Controller: "StepAction", Path: spec.path, Metadata: finding.NewPath("metadata"), Labels: []Entry{}, Annotations: []Entry{}, Volumes: []Volume{}, Containers: []Container{}}
	r.podSettings(&pod, place{path: spec.path})
	r.add(&pod, containerList{typ: typeContainer, word: "step", name: r.doc.Kubernetes.Name.Value}, 0, spec)
	return []Workload{pod}
}
