//go:build cluster

package clustertest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/admission/clustertest"
)

var update = flag.Bool("update", false, "write the requests for admission that the unit tests use")

// recorded is where they are kept.
const recorded = "../testdata/reviews"

// scene is something done in the cluster and the requests for admission that
// must come of it, each kept under its name.
type scene struct {
	name string
	do   func(t *testing.T, c *clustertest.Cluster)
	want []request
}

// request is what is known beforehand of a request for admission.
type request struct {
	name      string // of the file
	operation string
	resource  string // with its subresource
	user      string
	match     func(clustertest.Review) bool // what else must hold, or nil
}

func (r request) is(review clustertest.Review) bool {
	resource := review.Resource
	if review.SubResource != "" {
		resource += "/" + review.SubResource
	}
	return review.Operation == r.operation && resource == r.resource && review.User == r.user && (r.match == nil || r.match(review))
}

const (
	admin     = "admin"
	developer = "alice"
	scheduler = "system:kube-scheduler"
	kubelet   = "system:node:" + clustertest.NodeName
)

// controller is the user that a controller is.
func controller(name string) string {
	return "system:serviceaccount:kube-system:" + name + "-controller"
}

// kubectl does what one call does.
func kubectl(args ...string) func(*testing.T, *clustertest.Cluster) {
	return func(t *testing.T, c *clustertest.Cluster) { t.Helper(); c.Kubectl(t, args...) }
}

// attempt does what one call asks for, which nothing answers: there is no
// container behind a Pod. What matters is what the API server asks before.
func attempt(args ...string) func(*testing.T, *clustertest.Cluster) {
	return func(t *testing.T, c *clustertest.Cluster) {
		if out, err := c.TryKubectl("", args...); err == nil {
			t.Errorf("kubectl %v has an answer: %s", args, out)
		}
	}
}

func apply(manifest string, args ...string) func(*testing.T, *clustertest.Cluster) {
	return func(t *testing.T, c *clustertest.Cluster) { t.Helper(); c.Apply(t, read(t, manifest), args...) }
}

func ready(pod string) func(*testing.T, *clustertest.Cluster) {
	return kubectl("wait", "--namespace=shop", "--for=condition=Ready", "--timeout=60s", pod)
}

func then(steps ...func(*testing.T, *clustertest.Cluster)) func(*testing.T, *clustertest.Cluster) {
	return func(t *testing.T, c *clustertest.Cluster) {
		t.Helper()
		for _, step := range steps {
			step(t, c)
		}
	}
}

func named(name string) func(clustertest.Review) bool {
	return func(r clustertest.Review) bool { return r.Name == name }
}

func dryRun(r clustertest.Review) bool { return r.DryRun }

// scenes play in one cluster, one after the other.
var scenes = []scene{
	{"a namespace is made", kubectl("create", "namespace", "shop"), []request{
		{name: "namespace-create", operation: "CREATE", resource: "namespaces", user: admin},
	}},
	{"a namespace is labelled", kubectl("label", "namespace", "shop", "team=web"), []request{
		{name: "namespace-update", operation: "UPDATE", resource: "namespaces", user: admin},
	}},
	{"a deployment is made and runs", then(apply("deployment.yaml"), kubectl("wait", "--namespace=shop", "--for=condition=Available", "--timeout=60s", "deployment/web")), []request{
		{name: "deployment-create", operation: "CREATE", resource: "deployments", user: admin},
		{name: "deployment-status", operation: "UPDATE", resource: "deployments/status", user: controller("deployment")},
		{name: "replicaset-create", operation: "CREATE", resource: "replicasets", user: controller("deployment")},
		{name: "pod-create-replicaset", operation: "CREATE", resource: "pods", user: replicaSetController},
		{name: "pod-binding", operation: "CREATE", resource: "pods/binding", user: scheduler},
		{name: "pod-status", operation: "UPDATE", resource: "pods/status", user: kubelet},
	}},
	{"a deployment gets another image", kubectl("set", "image", "--namespace=shop", "deployment/web", "web=registry.example.com/shop/web:latest"), []request{
		{name: "deployment-update", operation: "UPDATE", resource: "deployments", user: admin},
		{name: "replicaset-update", operation: "UPDATE", resource: "replicasets", user: controller("deployment")},
	}},
	{"a deployment is scaled", kubectl("scale", "--namespace=shop", "--replicas=1", "deployment/web"), []request{
		{name: "deployment-scale", operation: "UPDATE", resource: "deployments/scale", user: admin},
		{name: "pod-delete-replicaset", operation: "DELETE", resource: "pods", user: replicaSetController},
	}},
	{"a pod is made", then(apply("pod.yaml"), ready("pod/single")), []request{
		{name: "pod-create", operation: "CREATE", resource: "pods", user: admin},
	}},
	{"a pod gets another image", kubectl("set", "image", "--namespace=shop", "pod/single", "app=registry.example.com/shop/web:latest"), []request{
		{name: "pod-update", operation: "UPDATE", resource: "pods", user: admin},
	}},
	{"a pod is debugged", kubectl("debug", "--namespace=shop", "single", "--image=registry.example.com/tools/shell:latest", "--container=shell", "--attach=false"), []request{
		{name: "pod-ephemeralcontainers", operation: "UPDATE", resource: "pods/ephemeralcontainers", user: admin},
	}},
	{"a command is run in a pod", attempt("exec", "--namespace=shop", "single", "--", "id"), []request{
		{name: "pod-exec", operation: "CONNECT", resource: "pods/exec", user: admin},
	}},
	{"a pod is attached to", attempt("attach", "--namespace=shop", "single"), []request{
		{name: "pod-attach", operation: "CONNECT", resource: "pods/attach", user: admin},
	}},
	// kubectl port-forward asks for the same and then waits for a client.
	{"a port of a pod is forwarded", attempt("get", "--raw", "/api/v1/namespaces/shop/pods/single/portforward?ports=8080"), []request{
		{name: "pod-portforward", operation: "CONNECT", resource: "pods/portforward", user: admin},
	}},
	{"a pod's log is read, of which no webhook is asked", attempt("logs", "--namespace=shop", "single"), nil},
	{"a pod is talked to", attempt("get", "--raw", "/api/v1/namespaces/shop/pods/single/proxy/"), []request{
		{name: "pod-proxy", operation: "CONNECT", resource: "pods/proxy", user: admin},
	}},
	{"a pod is evicted", eviction, []request{
		{name: "pod-eviction", operation: "CREATE", resource: "pods/eviction", user: admin},
	}},
	{"a pod is made by a user with few rights, and deleted", developed, []request{
		{name: "pod-create-developer", operation: "CREATE", resource: "pods", user: developer},
		{name: "pod-delete", operation: "DELETE", resource: "pods", user: developer, match: named("single")},
	}},
	{"jobs are made", apply("batch.yaml"), []request{
		{name: "job-create", operation: "CREATE", resource: "jobs", user: admin},
		{name: "cronjob-create", operation: "CREATE", resource: "cronjobs", user: admin},
		{name: "pod-create-job", operation: "CREATE", resource: "pods", user: controller("job")},
	}},
	{"it is time for a cron job", overdue, []request{
		{name: "cronjob-status", operation: "UPDATE", resource: "cronjobs/status", user: admin},
		{name: "job-create-cronjob", operation: "CREATE", resource: "jobs", user: controller("cronjob")},
	}},
	{"sets are made", apply("sets.yaml"), []request{
		{name: "statefulset-create", operation: "CREATE", resource: "statefulsets", user: admin},
		{name: "daemonset-create", operation: "CREATE", resource: "daemonsets", user: admin},
		{name: "pod-create-statefulset", operation: "CREATE", resource: "pods", user: controller("statefulset")},
		{name: "pod-create-daemonset", operation: "CREATE", resource: "pods", user: "system:serviceaccount:kube-system:daemon-set-controller"},
	}},
	{"a pod is tried", kubectl("run", "tried", "--namespace=shop", "--image=registry.example.com/shop/web:latest", "--dry-run=server"), []request{
		{name: "pod-create-dry-run", operation: "CREATE", resource: "pods", user: admin, match: dryRun},
	}},
	{"an object is applied by the server", then(apply("pod.yaml", "--server-side"), ready("pod/single"), appliedAgain), []request{
		{name: "pod-apply-create", operation: "CREATE", resource: "pods", user: admin, match: named("single")},
		{name: "pod-apply-update", operation: "UPDATE", resource: "pods", user: admin, match: named("single")},
	}},
	{"all pods of a label are deleted at once", kubectl("delete", "--raw", "/api/v1/namespaces/shop/pods?labelSelector=app%3Dsingle"), []request{
		{name: "pod-delete-collection", operation: "DELETE", resource: "pods", user: admin},
	}},
	{"a namespace is deleted", kubectl("delete", "namespace", "shop", "--wait=false"), []request{
		{name: "namespace-delete", operation: "DELETE", resource: "namespaces", user: admin},
		{name: "namespace-finalize", operation: "UPDATE", resource: "namespaces/finalize", user: controller("namespace")},
		{name: "deployment-delete-namespace", operation: "DELETE", resource: "deployments", user: controller("namespace")},
	}},
}

// eviction is what kubectl drain does to each Pod of a node.
func eviction(t *testing.T, c *clustertest.Cluster) {
	path := filepath.Join(t.TempDir(), "eviction.json")
	text := `{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "single", "namespace": "shop"}}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Kubectl(t, "create", "--raw", "/api/v1/namespaces/shop/pods/single/eviction", "--filename="+path)
	c.Kubectl(t, "wait", "--namespace=shop", "--for=delete", "--timeout=60s", "pod/single")
}

func developed(t *testing.T, c *clustertest.Cluster) {
	config, err := c.Kubeconfig(developer, "team-web")
	if err != nil {
		t.Fatal(err)
	}
	c.Kubectl(t, "create", "rolebinding", "team-web", "--namespace=shop", "--clusterrole=edit", "--group=team-web")
	c.WaitFor(t, "the rights of "+developer, func(context.Context) error {
		_, err := c.TryKubectl("", "auth", "can-i", "delete", "pods", "--kubeconfig="+config, "--namespace=shop")
		return err
	})
	c.Apply(t, read(t, "pod.yaml"), "--kubeconfig="+config)
	c.Kubectl(t, "delete", "--kubeconfig="+config, "--namespace=shop", "pod/single")
	if _, err := c.TryKubectl("", "delete", "--kubeconfig="+config, "namespace", "shop"); err == nil {
		t.Errorf("%s may delete a namespace", developer)
	}
}

// overdue makes the cron job's controller find that a run was missed.
func overdue(t *testing.T, c *clustertest.Cluster) {
	patch := fmt.Sprintf(`{"status": {"lastScheduleTime": %q}}`, time.Now().Add(-25*time.Hour).UTC().Format(time.RFC3339))
	c.Kubectl(t, "patch", "--namespace=shop", "cronjob/nightly", "--subresource=status", "--type=merge", "--patch="+patch)
}

func appliedAgain(t *testing.T, c *clustertest.Cluster) {
	c.Apply(t, strings.ReplaceAll(read(t, "pod.yaml"), ":1.4.2", ":1.4.3"), "--server-side")
}

func TestReviews(t *testing.T) {
	c := clustertest.Start(t, clustertest.Options{Scheduler: true, Node: true})
	recorder := c.Record(t)
	for _, s := range scenes {
		from := len(recorder.Reviews())
		began := time.Now()
		if !t.Run(s.name, func(t *testing.T) { s.play(t, c, recorder, from) }) {
			break // the next would only say so again
		}
		t.Logf("%s: %s", s.name, time.Since(began).Round(time.Millisecond))
	}
	for _, review := range recorder.Reviews() {
		if review.SubResource == "log" {
			t.Error("a webhook is asked of logs: keep the request with the others")
		}
	}
}

func (s scene) play(t *testing.T, c *clustertest.Cluster, recorder *clustertest.Recorder, from int) {
	s.do(t, c)
	for _, want := range s.want {
		var found clustertest.Review
		c.WaitFor(t, want.name, func(context.Context) error {
			reviews := recorder.Reviews()[from:]
			i := slices.IndexFunc(reviews, want.is)
			if i < 0 {
				return fmt.Errorf("no %s of %s by %s among %d requests", want.operation, want.resource, want.user, len(reviews))
			}
			found = reviews[i]
			return nil
		})
		keep(t, want.name, found)
	}
}

// keep writes the request, or sees whether the one that is kept still says the
// same: all but what is new each time.
func keep(t *testing.T, name string, got clustertest.Review) {
	t.Helper()
	path := filepath.Join(recorded, name+".json")
	if *update {
		var text bytes.Buffer
		if err := json.Indent(&text, got.Raw, "", "  "); err != nil {
			t.Fatal(err)
		}
		text.WriteByte('\n')
		if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make reviews writes it", err)
	}
	kept, err := clustertest.ReadReview(text)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if diff := cmp.Diff(lasting(kept), lasting(got)); diff != "" {
		t.Errorf("%s is not what the API server sends now; make reviews writes it anew. kept (-), sent (+):\n%s", path, diff)
	}
}

// generated is what the API server appends to the names of what controllers
// make.
var generated = regexp.MustCompile(`(-[0-9a-f]{6,10})?-[a-z0-9]{5}$|-[0-9]{8}$`)

func lasting(r clustertest.Review) clustertest.Review {
	r.Raw, r.UID, r.Name = nil, "", generated.ReplaceAllString(r.Name, "")
	return r
}
