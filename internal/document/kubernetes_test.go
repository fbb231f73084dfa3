package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
	"guard/internal/tree"
)

// rawImages lists the images of documents as role, raw and path.
func rawImages(documents []*Document) []string {
	var images []string
	for _, d := range documents {
		for _, i := range d.Images {
			images = append(images, fmt.Sprintf("%s %s %s", i.Role, i.Raw, i.Path))
		}
	}
	return images
}

// Reliability 6
func TestKubernetes_FindsThePodOfEveryHolder(t *testing.T) {
	const pod = `{spec: {containers: [{name: web, image: "bad:latest"}]}}`
	direct := `spec: {selector: {}, template: ` + pod + `}`
	tests := map[string]struct{ apiVersion, kind, body, path string }{
		"Pod":                             {"v1", "Pod", `spec: {containers: [{image: "bad:latest"}]}`, "spec.containers[0].image"},
		"PodTemplate":                     {"v1", "PodTemplate", "template: " + pod, "template.spec.containers[0].image"},
		"ReplicationController":           {"v1", "ReplicationController", direct, ""},
		"Deployment":                      {"apps/v1", "Deployment", direct, ""},
		"Deployment of extensions":        {"extensions/v1beta1", "Deployment", direct, ""},
		"Deployment of apps/v1beta1":      {"apps/v1beta1", "Deployment", direct, ""},
		"Deployment of apps/v1beta2":      {"apps/v1beta2", "Deployment", direct, ""},
		"Deployment of a wrong group":     {"v1", "Deployment", direct, ""},
		"ReplicaSet":                      {"apps/v1", "ReplicaSet", direct, ""},
		"ReplicaSet of extensions":        {"extensions/v1beta1", "ReplicaSet", direct, ""},
		"StatefulSet":                     {"apps/v1", "StatefulSet", direct, ""},
		"StatefulSet of apps/v1beta1":     {"apps/v1beta1", "StatefulSet", direct, ""},
		"DaemonSet":                       {"apps/v1", "DaemonSet", direct, ""},
		"DaemonSet of extensions":         {"extensions/v1beta1", "DaemonSet", direct, ""},
		"Job":                             {"batch/v1", "Job", direct, ""},
		"CronJob":                         {"batch/v1", "CronJob", "spec: {schedule: x, jobTemplate: {spec: {template: " + pod + "}}}", "spec.jobTemplate.spec.template.spec.containers[0].image"},
		"CronJob of batch/v1beta1":        {"batch/v1beta1", "CronJob", "spec: {jobTemplate: {spec: {template: " + pod + "}}}", "spec.jobTemplate.spec.template.spec.containers[0].image"},
		"CronJob of batch/v2alpha1":       {"batch/v2alpha1", "CronJob", "spec: {jobTemplate: {spec: {template: " + pod + "}}}", "spec.jobTemplate.spec.template.spec.containers[0].image"},
		"ScheduledJob":                    {"batch/v2alpha1", "ScheduledJob", "spec: {jobTemplate: {spec: {template: " + pod + "}}}", "spec.jobTemplate.spec.template.spec.containers[0].image"},
		"DeploymentConfig":                {"apps.openshift.io/v1", "DeploymentConfig", direct, ""},
		"Rollout":                         {"argoproj.io/v1alpha1", "Rollout", direct, ""},
		"Knative Service":                 {"serving.knative.dev/v1", "Service", direct, ""},
		"Knative Configuration":           {"serving.knative.dev/v1", "Configuration", direct, ""},
		"Knative Revision":                {"serving.knative.dev/v1", "Revision", `spec: {containers: [{image: "bad:latest"}]}`, "spec.containers[0].image"},
		"Tekton Task":                     {"tekton.dev/v1", "Task", `spec: {steps: [{image: "bad:latest"}]}`, "spec.steps[0].image"},
		"Tekton ClusterTask":              {"tekton.dev/v1beta1", "ClusterTask", `spec: {steps: [{image: "bad:latest"}]}`, "spec.steps[0].image"},
		"Tekton TaskRun":                  {"tekton.dev/v1", "TaskRun", `spec: {taskSpec: {steps: [{image: "bad:latest"}]}}`, "spec.taskSpec.steps[0].image"},
		"Tekton step template":            {"tekton.dev/v1", "Task", `spec: {stepTemplate: {image: "bad:latest"}, steps: [{script: x}]}`, "spec.stepTemplate.image"},
		"Tekton Pipeline":                 {"tekton.dev/v1", "Pipeline", `spec: {tasks: [{taskSpec: {steps: [{image: "bad:latest"}]}}]}`, "spec.tasks[0].taskSpec.steps[0].image"},
		"Tekton PipelineRun":              {"tekton.dev/v1", "PipelineRun", `spec: {pipelineSpec: {finally: [{taskSpec: {sidecars: [{image: "bad:latest"}]}}]}}`, "spec.pipelineSpec.finally[0].taskSpec.sidecars[0].image"},
		"Tekton StepAction":               {"tekton.dev/v1beta1", "StepAction", `spec: {image: "bad:latest"}`, "spec.image"},
		"Argo Workflow":                   {"argoproj.io/v1alpha1", "Workflow", `spec: {templates: [{name: a, container: {image: "bad:latest"}}]}`, "spec.templates[0].container.image"},
		"Argo ClusterWorkflowTemplate":    {"argoproj.io/v1alpha1", "ClusterWorkflowTemplate", `spec: {templates: [{script: {image: "bad:latest"}}]}`, "spec.templates[0].script.image"},
		"Argo CronWorkflow":               {"argoproj.io/v1alpha1", "CronWorkflow", `spec: {workflowSpec: {templates: [{containerSet: {containers: [{image: "bad:latest"}]}}]}}`, "spec.workflowSpec.templates[0].containerSet.containers[0].image"},
		"an unknown kind with a template": {"jobset.x-k8s.io/v1alpha2", "JobSet", `spec: {replicatedJobs: [{template: {spec: {template: ` + pod + `}}}]}`, "spec.replicatedJobs[0].template.spec.template.spec.containers[0].image"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: x}\n%s\n", test.apiVersion, test.kind, test.body)
			documents := readAll(t, "x.yaml", text, (*loader).kubernetes)
			path := test.path
			if path == "" {
				path = "spec.template.spec.containers[0].image"
			}
			if diff := cmp.Diff([]string{"container bad:latest " + path}, rawImages(documents)); diff != "" {
				t.Errorf("images of\n%s(-want +got):\n%s", text, diff)
			}
			if documents[0].Workload == nil || documents[0].Workload.Controller != test.kind {
				t.Errorf("workload of\n%s: got %+v", text, documents[0].Workload)
			}
		})
	}
}

func TestKubernetes_FindsThePodsOfConfiguredKinds(t *testing.T) {
	const text = "apiVersion: example.com/v1\nkind: App\nspec: {pod: {containers: [{image: \"app:1\"}]}, template: {spec: {initContainers: [{image: \"init:1\"}]}}}\n"
	tests := map[string]struct {
		path PodPath
		want []string
	}{
		"a path to the specification": {PodPath{"example.com", "App", finding.NewPath("spec", "pod"), true}, []string{"container app:1 spec.pod.containers[0].image"}},
		"a path to the template":      {PodPath{"example.com", "App", finding.NewPath("spec", "template"), false}, []string{"init init:1 spec.template.spec.initContainers[0].image"}},
		"another group":               {PodPath{"example.org", "App", finding.NewPath("spec", "pod"), true}, nil},
		"nothing at the path":         {PodPath{"example.com", "App", finding.NewPath("spec", "nothing"), true}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := tree.ParseYAML(text)[0].Root
			documents := FromObject(root, tree.NewSource("x.yaml", text), Options{Pods: []PodPath{test.path}})
			if diff := cmp.Diff(test.want, rawImages(documents)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestKubernetes_FindsNoPodWhereThereIsNone(t *testing.T) {
	tests := map[string]string{
		"a resource definition":  `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {template: {spec: {containers: [{image: x}]}}}}`,
		"a policy on Pods":       `{apiVersion: kyverno.io/v1, kind: ClusterPolicy, spec: {rules: [{validate: {pattern: {spec: {template: {spec: {containers: [{image: "!*:latest"}]}}}}}}]}}`,
		"a service":              `{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}]}}`,
		"containers of a ship":   `{apiVersion: harbour.example.com/v1, kind: Ship, spec: {template: {spec: {containers: [{weight: 20}]}}}}`,
		"containers in a map":    `{apiVersion: example.com/v1, kind: App, spec: {template: {spec: {containers: {web: {image: x}}}}}}`,
		"a list of plain images": `{apiVersion: example.com/v1, kind: App, spec: {containers: [{image: x}]}}`,
		"a rollout elsewhere":    `{apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: {workloadRef: {kind: Deployment, name: web}}}`,
		"a run of another task":  `{apiVersion: tekton.dev/v1, kind: TaskRun, spec: {taskRef: {name: build}}}`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			d := readAll(t, "x.yaml", text, (*loader).kubernetes)[0]
			if d.Workload != nil || len(d.Images)+len(d.Unparsable)+len(d.Incomplete) > 0 {
				t.Errorf("%s: got workload %v, images %v, unparsable %v, incomplete %v", text, d.Workload, d.Images, d.Unparsable, d.Incomplete)
			}
		})
	}
}

// Reliability 1, and the silent passes on Lists and absent names.
func TestKubernetes_ReadsEveryImageOfAPod(t *testing.T) {
	const text = `
apiVersion: v1
kind: Pod
metadata: {generateName: web-}
spec:
  containers: [{image: "container:latest"}]
  initContainers: [{image: "init:latest"}, {image: "sidecar:latest", restartPolicy: Always}]
  ephemeralContainers: [{image: "ephemeral:latest"}]
  volumes: [{image: {reference: "volume:latest"}}]
`
	want := []string{
		"volume volume:latest spec.volumes[0].image.reference",
		"init init:latest spec.initContainers[0].image",
		"init sidecar:latest spec.initContainers[1].image",
		"container container:latest spec.containers[0].image",
		"ephemeral ephemeral:latest spec.ephemeralContainers[0].image",
	}
	if diff := cmp.Diff(want, rawImages(readAll(t, "x.yaml", text, (*loader).kubernetes))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Reliability 43
func TestKubernetes_MergesTheUserOfPodAndContainer(t *testing.T) {
	tests := map[string]struct{ pod, container, nonRoot, user string }{
		"neither says anything":          {`{}`, `{}`, "unset at spec.containers[0].securityContext.runAsNonRoot", "unset at spec.containers[0].securityContext.runAsUser"},
		"the Pod decides":                {`{runAsNonRoot: true, runAsUser: 1000}`, `{}`, "true at spec.securityContext.runAsNonRoot", "1000 at spec.securityContext.runAsUser"},
		"the container overrides":        {`{runAsNonRoot: true, runAsUser: 1000}`, `{runAsNonRoot: false, runAsUser: 0}`, "false at spec.containers[0].securityContext.runAsNonRoot", "0 at spec.containers[0].securityContext.runAsUser"},
		"each decides one":               {`{runAsNonRoot: true}`, `{runAsUser: 0}`, "true at spec.securityContext.runAsNonRoot", "0 at spec.containers[0].securityContext.runAsUser"},
		"null is unset":                  {`{runAsUser: 1000}`, `{runAsUser: null, runAsNonRoot: ~}`, "unset at spec.containers[0].securityContext.runAsNonRoot", "1000 at spec.securityContext.runAsUser"},
		"YAML 1.1 booleans":              {`{runAsNonRoot: yes}`, `{}`, "true at spec.securityContext.runAsNonRoot", "unset at spec.containers[0].securityContext.runAsUser"},
		"numbers in other forms":         {`{}`, `{runAsUser: 0x10}`, "unset at spec.containers[0].securityContext.runAsNonRoot", "16 at spec.containers[0].securityContext.runAsUser"},
		"an octal number":                {`{}`, `{runAsUser: 010}`, "unset at spec.containers[0].securityContext.runAsNonRoot", "8 at spec.containers[0].securityContext.runAsUser"},
		"an exponent":                    {`{}`, `{runAsUser: 1e3}`, "unset at spec.containers[0].securityContext.runAsNonRoot", "1000 at spec.containers[0].securityContext.runAsUser"},
		"a negative number":              {`{}`, `{runAsUser: -1}`, "unset at spec.containers[0].securityContext.runAsNonRoot", "-1 at spec.containers[0].securityContext.runAsUser"},
		"a number over 31 bits":          {`{}`, `{runAsUser: 4294967296}`, "unset at spec.containers[0].securityContext.runAsNonRoot", "4294967296 at spec.containers[0].securityContext.runAsUser"},
		"a context of the wrong type":    {`{runAsUser: 5}`, `[]`, "unset at spec.containers[0].securityContext.runAsNonRoot", "5 at spec.securityContext.runAsUser"},
		"a context of the Pod that null": {`null`, `{runAsUser: 5}`, "unset at spec.containers[0].securityContext.runAsNonRoot", "5 at spec.containers[0].securityContext.runAsUser"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text := fmt.Sprintf("{apiVersion: v1, kind: Pod, spec: {securityContext: %s, containers: [{image: x, securityContext: %s}]}}", test.pod, test.container)
			e := readAll(t, "x.yaml", text, (*loader).kubernetes)[0].Workload.Containers[0].Effective
			if got := show(e.RunAsNonRoot.Value, e.RunAsNonRoot.Path); got != test.nonRoot {
				t.Errorf("runAsNonRoot of %s: got %s, want %s", text, got, test.nonRoot)
			}
			if got := show(e.RunAsUser.Value, e.RunAsUser.Path); got != test.user {
				t.Errorf("runAsUser of %s: got %s, want %s", text, got, test.user)
			}
		})
	}
}

func show[T any](value *T, path finding.Path) string {
	if value == nil {
		return "unset at " + path.String()
	}
	return fmt.Sprintf("%v at %s", *value, path)
}

func TestKubernetes_SaysWhatItCannotRead(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nspec: "
	tests := map[string]struct{ text, unparsable, incomplete string }{
		"a specification that is null":     {pod + `null`, "spec: expected a map, found null at spec", ""},
		"a specification that is text":     {pod + `text`, "spec: expected a map, found a string at spec", ""},
		"no specification":                 {"apiVersion: v1\nkind: Pod", "", "there is no spec, so no Pod was found: a patch of an object that is written elsewhere, or unfinished at "},
		"no containers":                    {pod + `{hostNetwork: true}`, "", "there is no list of containers, so this is taken for a patch: what it lacks may stand elsewhere at spec"},
		"an empty list of containers":      {pod + `{containers: []}`, "containers: expected at least one container, found an empty list at spec.containers", ""},
		"containers in a map":              {pod + `{containers: {}}`, "containers: expected a list, found a map at spec.containers", ""},
		"a container that is null":         {pod + `{containers: [null]}`, "containers[0]: expected a map, found null at spec.containers[0]", ""},
		"a quoted boolean":                 {pod + `{containers: [{image: x, securityContext: {privileged: "true"}}]}`, "privileged: expected a boolean, found a string at spec.containers[0].securityContext.privileged", ""},
		"a boolean as a number":            {pod + `{containers: [{image: x}], hostPID: 1}`, "hostPID: expected a boolean, found a number at spec.hostPID", ""},
		"a variable for a boolean":         {pod + `{containers: [{image: x}], hostPID: "${HOST}"}`, "", "hostPID: expected a boolean, found a variable that is not known here at spec.hostPID"},
		"a user too large for any integer": {pod + `{containers: [{image: x}], securityContext: {runAsUser: 99999999999999999999}}`, "runAsUser: expected an integer of 64 bits, found 99999999999999999999 at spec.securityContext.runAsUser", ""},
		"an image that is a list":          {pod + `{containers: [{image: [x]}]}`, "image: expected a string, found a list at spec.containers[0].image", "container 0 has no image, so it is taken for a patch: what it lacks may stand elsewhere at spec.containers[0]"},
		"metadata that is a list":          {"apiVersion: v1\nkind: Service\nmetadata: []", "metadata: expected a map, found a list at metadata", ""},
		"an item that is no object":        {"apiVersion: v1\nkind: List\nitems: [{}]", "kind: expected a string, found nothing at ", ""},
		"a patch of an image":              {"apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: x}]}}}", "", "there is no spec.selector, which a whole Deployment has, so this is taken for a patch: what it lacks may stand elsewhere at "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := readAll(t, "x.yaml", test.text, (*loader).kubernetes)[0]
			if got := showProblems(d.Unparsable); got != test.unparsable {
				t.Errorf("unparsable of %s:\n got %s\nwant %s", test.text, got, test.unparsable)
			}
			if got := showProblems(d.Incomplete); got != test.incomplete {
				t.Errorf("incomplete of %s:\n got %s\nwant %s", test.text, got, test.incomplete)
			}
		})
	}
}

func showProblems(problems []Problem) string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.Message+" at "+p.Path.String())
	}
	return strings.Join(lines, "\n")
}

func TestKubernetes_KnowsWholeObjectsFromPatches(t *testing.T) {
	tests := map[string]struct {
		text string
		want bool
	}{
		"a whole Deployment":                {`{apiVersion: apps/v1, kind: Deployment, spec: {selector: {}, template: {spec: {containers: [{image: x}]}}}}`, false},
		"a Deployment without selector":     {`{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: x}]}}}}`, true},
		"an old one, which may lack it":     {`{apiVersion: extensions/v1beta1, kind: Deployment, spec: {template: {spec: {containers: [{image: x}]}}}}`, false},
		"apps/v1beta1, which may lack it":   {`{apiVersion: apps/v1beta1, kind: Deployment, spec: {template: {spec: {containers: [{image: x}]}}}}`, false},
		"a CronJob without schedule":        {`{apiVersion: batch/v1, kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: x}]}}}}}}`, true},
		"a Pod":                             {`{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}}`, false},
		"a Pod without containers":          {`{apiVersion: v1, kind: Pod, spec: {nodeName: x}}`, true},
		"a container without image":         {`{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}, {name: y}]}}`, true},
		"an init container without image":   {`{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}], initContainers: [{name: y}]}}`, true},
		"a step that refers to an action":   {`{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{image: x}, {ref: {name: y}}]}}`, false},
		"a step with its template's image":  {`{apiVersion: tekton.dev/v1, kind: Task, spec: {stepTemplate: {image: x}, steps: [{script: y}]}}`, false},
		"an embedded Pod without one image": {`{apiVersion: example.com/v1, kind: App, spec: {template: {spec: {containers: [{image: x}, {name: y}]}}}}`, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := readAll(t, "x.yaml", test.text, (*loader).kubernetes)[0]
			if d.Workload.Fragment != test.want {
				t.Errorf("%s: got fragment %v, want %v", test.text, d.Workload.Fragment, test.want)
			}
			if said := len(d.Incomplete) > 0; said != test.want {
				t.Errorf("%s: incomplete %v", test.text, d.Incomplete)
			}
		})
	}
}

func TestKubernetes_TakesWhatAKustomizationNamesForWhole(t *testing.T) {
	const text = `{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: x}]}}}}`
	tests := map[string]struct {
		files neighbours
		want  bool
	}{
		"named beside":             {neighbours{"shop/base/kustomization.yaml": "resources: [./web.yaml]"}, false},
		"named above":              {neighbours{"shop/kustomization.yml": "resources: [other.yaml, base/web.yaml]"}, false},
		"named at the top":         {neighbours{"Kustomization": "resources: [shop/base/web.yaml]"}, false},
		"named as a patch":         {neighbours{"shop/base/kustomization.yaml": "patches: [{path: web.yaml}]"}, true},
		"a kustomization of other": {neighbours{"shop/base/kustomization.yaml": "resources: [api.yaml]"}, true},
		"a broken kustomization":   {neighbours{"shop/base/kustomization.yaml": "resources: [a"}, true},
		"none":                     {neighbours{}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := &loader{source: tree.NewSource("shop/base/web.yaml", text), options: &Options{Lookup: test.files.lookup}}
			if got := l.kubernetes(tree.ParseYAML(text)[0].Root)[0].Workload.Fragment; got != test.want {
				t.Errorf("got fragment %v, want %v", got, test.want)
			}
		})
	}
}

func TestKubernetes_LeavesOutTheImageThatIstioPutsIn(t *testing.T) {
	const text = `{apiVersion: v1, kind: Pod, metadata: {annotations: {inject.istio.io/templates: gateway}}, spec: {containers: [{name: istio-proxy, image: auto}]}}`
	d := readAll(t, "x.yaml", text, (*loader).kubernetes)[0]
	if len(d.Images) != 0 || len(d.Incomplete) != 1 || d.Workload.Fragment {
		t.Errorf("got images %v, incomplete %v, fragment %v", rawImages([]*Document{d}), d.Incomplete, d.Workload.Fragment)
	}
}

// RELIABILITY 13: what an API server holds is whole, and a Pod of it runs as it
// is written; a template may still be changed when its Pod is made.
func TestKubernetes_LiveObjectsAreWhole(t *testing.T) {
	const annotated = `metadata: {annotations: {inject.istio.io/templates: gateway}}, spec: {containers: [{name: a, image: auto}, {name: b}]}`
	for text, images := range map[string]int{
		"{apiVersion: v1, kind: Pod, " + annotated + "}":                                                      1,
		"{apiVersion: apps/v1, kind: Deployment, spec: {template: {" + annotated + "}}}":                      0,
		"{apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: {template: {" + annotated + "}}}":            0,
		"{apiVersion: v1, kind: ReplicationController, spec: {template: {" + annotated + "}}}":                0,
		"{apiVersion: batch/v1, kind: CronJob, spec: {jobTemplate: {spec: {template: {" + annotated + "}}}}}": 0,
	} {
		d := Load("x.yaml", []byte(text), Options{Live: true})[1]
		own := d.Workload != nil && d.Workload.Fragment && strings.Contains(text, "Rollout")
		if len(d.Images) != images || d.Workload == nil || d.Workload.Fragment && !own {
			t.Errorf("%s: images %v, %+v", text, rawImages([]*Document{d}), d.Workload)
		}
	}
}

func TestKubernetes_NamesObjects(t *testing.T) {
	tests := map[string]struct{ metadata, want string }{
		"name and namespace": {`{name: web, namespace: shop}`, "Service/shop/web"},
		"name alone":         {`{name: web}`, "Service/web"},
		"generated name":     {`{generateName: web-}`, "Service/web-"},
		"no name":            {`{}`, "Service/(unnamed)"},
		"no name, namespace": {`{namespace: shop}`, "Service/shop/(unnamed)"},
		"null":               {`null`, "Service/(unnamed)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := readAll(t, "x.yaml", "apiVersion: v1\nkind: Service\nmetadata: "+test.metadata, (*loader).kubernetes)[0]
			if d.Object != test.want {
				t.Errorf("got %s, want %s", d.Object, test.want)
			}
		})
	}
}

func TestKubernetes_KnowsWhichKindsLiveInNoNamespace(t *testing.T) {
	tests := map[string]bool{
		"v1 Namespace": false, "rbac.authorization.k8s.io/v1 ClusterRole": false, "v1 Service": true, "apps/v1 Deployment": true,
		"example.com/v1 Namespace": true, "gateway.networking.x-k8s.io/v1 ClusterRole": true, "storage.k8s.io/v1 StorageClass": false,
	}
	for name, want := range tests {
		apiVersion, kind, _ := strings.Cut(name, " ")
		d := readAll(t, "x.yaml", fmt.Sprintf("apiVersion: %s\nkind: %s\nspec: {template: 1}", apiVersion, kind), (*loader).kubernetes)[0]
		if d.Kubernetes.Namespaced != want {
			t.Errorf("%s: got namespaced %v, want %v", name, d.Kubernetes.Namespaced, want)
		}
	}
}

func TestKubernetes_BoundsWhatAliasesMultiply(t *testing.T) {
	containers := "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - &c {image: x}\n" + strings.Repeat("  - *c\n", maxContainers)
	ports := "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: x\n    ports:\n    - &p {hostPort: 1}\n" + strings.Repeat("    - *p\n", maxItems)
	for name, text := range map[string]string{"containers": containers, "ports": ports} {
		t.Run(name, func(t *testing.T) {
			d := readAll(t, "x.yaml", text, (*loader).kubernetes)[0]
			if len(d.Workload.Containers) > maxContainers || len(d.Workload.Containers[0].Ports) > maxItems {
				t.Errorf("got more items than the limit")
			}
			if got := showProblems(d.Unparsable); !strings.Contains(got, "limit exceeded") {
				t.Errorf("got %q, want the limit named", got)
			}
		})
	}
}

func TestIsKubernetes(t *testing.T) {
	tests := map[string]bool{
		"{apiVersion: v1, kind: Pod}": true, "{apiVersion: v2, name: chart}": false, "{kind: Pod}": false, "[1]": false, "text": false,
		"{apiVersion: [v1], kind: Pod}": false, "{apiVersion: null, kind: null}": false,
	}
	for text, want := range tests {
		if got := isKubernetes(tree.ParseYAML(text)[0].Root); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
