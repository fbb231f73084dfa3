package document

// workflowKinds are Argo's kinds that hold templates of steps, each of which
// runs as a Pod, with where they keep their specification.
var workflowKinds = map[string][]string{
	"Workflow":                {"spec"},
	"WorkflowTemplate":        {"spec"},
	"ClusterWorkflowTemplate": {"spec"},
	"CronWorkflow":            {"spec", "workflowSpec"},
}

// workflow reads the templates of a workflow that run containers.
func (r *reader) workflow(spec place) []Workload {
	var pods []Workload
	whole := r.security(r.mapping(spec).get("securityContext"))
	for _, template := range r.maps(spec.get("templates")) {
		if pod := r.workflowPod(spec, template, whole); len(pod.Containers) > 0 {
			pods = append(pods, pod)
		}
	}
	return pods
}

// workflowPod reads the Pod that a template runs as; what the template leaves
// open the workflow says.
func (r *reader) workflowPod(spec, template place, whole SecurityContext) Workload {
	pod := r.podWithoutContainers(podPlace{spec: template, metadata: template.get("metadata")}, r.doc.Kubernetes.Kind)
	pod.Security = pod.Security.over(whole)
	pod.HostNetwork = pod.HostNetwork.or(r.flag(spec.get("hostNetwork")))
	pod.AutomountToken = pod.AutomountToken.or(r.flag(spec.get("automountServiceAccountToken")))
	pod.ServiceAccount = pod.ServiceAccount.or(r.text(spec.get("serviceAccountName")))
	pod.Volumes = append(pod.Volumes, r.volumes(spec.get("volumes"))...)
	r.containers(&pod, containerList{at: template.get("initContainers"), typ: typeInit})
	r.containers(&pod, containerList{at: template.get("containerSet", "containers"), typ: typeContainer})
	r.containers(&pod, containerList{at: template.get("sidecars"), typ: typeContainer, word: "sidecar container"})
	list := containerList{typ: typeContainer, word: "template", name: template.node.Get("name").Scalar()}
	for _, key := range []string{"container", "script"} {
		if at := r.mapping(template.get(key)); at.node.IsSet() {
			r.add(&pod, list, 0, at)
		}
	}
	return pod
}
