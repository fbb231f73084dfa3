//go:build cluster

package admission_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"guard/admission"
	"guard/admission/admissiontest"
	"guard/admission/breakglass"
	"guard/admission/cluster"
	"guard/admission/clustertest"
)

// enforcing is a cluster with guard's webhook, which counts once it is armed.
type enforcing struct {
	*clustertest.Cluster
	t    *testing.T
	url  string
	away *atomic.Bool // no replica answers
}

// enforced starts a cluster and a webhook with a configuration, and tokens that
// may be nil.
func enforced(t *testing.T, configuration string, tokens admission.Tokens) *enforcing {
	t.Helper()
	c := clustertest.Start(t, clustertest.Options{Scheduler: true, Node: true})
	kubeconfig, err := c.Kubeconfig("guard", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	asked, err := cluster.Open(cluster.Connection{Kubeconfig: kubeconfig})
	if err != nil {
		t.Fatal(err)
	}
	asked.Watch(t.Context())
	h, err := admission.Load(t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\n" + configuration)}}, "guard.yaml", admission.Outside{Namespaces: asked, Secrets: asked, Tokens: tokens})
	if err != nil {
		t.Fatal(err)
	}
	server, away := admission.NewServer(func() *admission.Handler { return h }, nil), &atomic.Bool{}
	url := c.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away.Load() {
			panic(http.ErrAbortHandler)
		}
		server.ServeHTTP(w, r)
	}))
	return &enforcing{c, t, url, away}
}

// arm makes the API server ask the webhook.
func (e *enforcing) arm() {
	e.t.Helper()
	e.Apply(e.t, fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: objects.guard.dev
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  matchPolicy: Equivalent
  timeoutSeconds: 5
  clientConfig: {url: %[1]q, caBundle: %[2]s}
  namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [guard-system, kube-system]}]}
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods, pods/ephemeralcontainers, podtemplates, replicationcontrollers]}
  - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments, replicasets, statefulsets, daemonsets]}
  - {apiGroups: [batch], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [jobs, cronjobs]}
- name: namespaces.guard.dev
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  timeoutSeconds: 5
  clientConfig: {url: %[1]q, caBundle: %[2]s}
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [namespaces, namespaces/status, namespaces/finalize]}
`, e.url+"validate", base64.StdEncoding.EncodeToString(e.CA())))
	e.WaitFor(e.t, "the webhook counts", e.denies)
}

// denies tells whether the webhook is asked by now.
func (e *enforcing) denies(context.Context) error {
	out, err := e.TryKubectl(manifest("probe", podOf(e.t, "nginx:latest")), "create", "--dry-run=server", "-f", "-")
	if err == nil || !strings.Contains(out, "image/tag-latest") {
		return fmt.Errorf("not denied: %s", out)
	}
	return nil
}

// manifest gives an object another name, in the namespace of the tests.
func manifest(name, object string) string {
	var root map[string]any
	_ = json.Unmarshal([]byte(object), &root)
	root["metadata"] = map[string]any{"name": name, "namespace": "shop"}
	text, _ := json.Marshal(root)
	return string(text)
}

// try runs kubectl, which must say everything of a list and end as it should.
func (e *enforcing) try(denied bool, input string, args []string, says ...string) {
	e.t.Helper()
	out, err := e.TryKubectl(input, args...)
	if (err != nil) != denied {
		e.t.Errorf("kubectl %s: %v, want denied %v:\n%s", strings.Join(args, " "), err, denied, out)
	}
	for _, text := range says {
		if !strings.Contains(out, text) {
			e.t.Errorf("kubectl %s does not say %q:\n%s", strings.Join(args, " "), text, out)
		}
	}
}

// deploymentOf is a Deployment of a Pod.
func deploymentOf(t *testing.T, image string, replicas int) string {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal([]byte(podOf(t, image)), &root); err != nil {
		t.Fatal(err)
	}
	labels := map[string]any{"app": "web"}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "web", "namespace": "shop"},
		"spec": map[string]any{
			"replicas": replicas, "selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{"metadata": map[string]any{"labels": labels, "annotations": map[string]any{"org.opencontainers.image.revision": "3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"}}, "spec": root["spec"]},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A real control plane refuses what breaks the rules, wherever it comes from,
// and nobody is locked out of what was there before.
func TestCluster_Enforces(t *testing.T) {
	e := enforced(t, "admission: {admins: {users: [boss]}, namespaces: [{names: [lenient], mode: warn}, {labels: {tier: play}, rules: {image/tag-latest: {action: warn}}}]}\n", nil)
	const bad, sound = "nginx:latest", "registry.example.com/shop/web:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"
	create := []string{"create", "-f", "-"}
	e.Kubectl(t, "create", "namespace", "shop")
	e.Kubectl(t, "create", "namespace", "lenient")
	e.Apply(t, deploymentOf(t, "httpd:latest", 1))
	e.Kubectl(t, "rollout", "status", "deployment/web", "--namespace=shop", "--timeout=60s")
	e.Apply(t, deploymentOf(t, bad, 2))
	e.Kubectl(t, "rollout", "status", "deployment/web", "--namespace=shop", "--timeout=60s")
	e.Kubectl(t, "set", "env", "deployment/web", "--namespace=shop", "A=b")
	e.Kubectl(t, "rollout", "status", "deployment/web", "--namespace=shop", "--timeout=60s")
	e.arm()

	t.Run("Pods, wherever the image stands", func(t *testing.T) {
		const hardened = `{"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}`
		for place, change := range map[string]string{
			"spec.containers[0].image":        `spec.containers.0.image="` + bad + `"`,
			"spec.initContainers[0].image":    `spec.initContainers.+={"name":"init","image":"` + bad + `","securityContext":` + hardened + `}`,
			"spec.initContainers[0].image ":   `spec.initContainers.+={"name":"side","restartPolicy":"Always","image":"` + bad + `","securityContext":` + hardened + `}`,
			"spec.volumes[0].image.reference": `spec.volumes.+={"name":"data","image":{"reference":"` + bad + `"}}`,
		} {
			e.try(true, manifest("bad", with(t, pod(good), change)), create, "image/tag-latest", strings.TrimSpace(place), "denied the request")
		}
		e.try(false, manifest("sound", podOf(t, sound)), create, "created")
		e.Kubectl(t, "wait", "pod/sound", "--namespace=shop", "--for=condition=Ready", "--timeout=60s")
	})
	t.Run("a container for debugging", func(t *testing.T) {
		e.try(true, "", []string{"debug", "pod/sound", "--namespace=shop", "--image=busybox:latest", "--profile=restricted", "--attach=false"}, "image/tag-latest", "ephemeralContainers[0].image")
	})
	t.Run("a Deployment", func(t *testing.T) {
		e.try(true, strings.Replace(deploymentOf(t, bad, 1), `"name":"web","namespace"`, `"name":"other","namespace"`, 1), create, "image/tag-latest", "spec.template.spec.containers[0].image")
	})
	t.Run("one from before scales and is rolled back", func(t *testing.T) {
		e.try(false, "", []string{"scale", "deployment/web", "--namespace=shop", "--replicas=1"}, "scaled")
		e.try(false, "", []string{"annotate", "deployment/web", "--namespace=shop", "a=b"}, "annotated", "Warning", "broken before this change already", "image/tag-latest")
		e.try(true, "", []string{"set", "image", "deployment/web", "--namespace=shop", "web=caddy:latest"}, "image/tag-latest")
		e.try(true, "", []string{"rollout", "undo", "deployment/web", "--namespace=shop", "--to-revision=1"}, "image/tag-latest") // to another image
		e.try(false, "", []string{"rollout", "undo", "deployment/web", "--namespace=shop", "--to-revision=2"}, "rolled back")     // to the same one
	})
	t.Run("a ReplicaSet is told by an event", func(t *testing.T) {
		e.Kubectl(t, "delete", "pods", "--namespace=shop", "--selector=app=web", "--wait=false")
		e.WaitFor(t, "the event", func(context.Context) error {
			out := e.Kubectl(t, "get", "events", "--namespace=shop", "--field-selector=reason=FailedCreate", "--output=jsonpath={.items[*].message}")
			if !strings.Contains(out, "image/tag-latest") {
				return fmt.Errorf("events: %s", out)
			}
			return nil
		})
	})
	t.Run("labels that decide", func(t *testing.T) {
		e.try(true, "", []string{"label", "namespace", "shop", "tier=play"}, "admission/namespace-label")
		e.try(false, "", []string{"label", "namespace", "shop", "other=x"}, "labeled")
		e.try(false, "", []string{"label", "namespace", "shop", "tier=play", "--as=boss", "--as-group=system:masters"}, "labeled")
		e.WaitFor(t, "the label counts", func(context.Context) error {
			out, err := e.TryKubectl(manifest("bad", podOf(t, bad)), "create", "--dry-run=server", "-f", "-")
			if err != nil || !strings.Contains(out, "Warning: guard") {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		})
	})
	t.Run("warnings", func(t *testing.T) {
		e.try(false, strings.Replace(manifest("bad", podOf(t, bad)), `"shop"`, `"lenient"`, 1), create, "Warning: guard: would be denied", "image/tag-latest", "created")
	})
	t.Run("what is there can be deleted", func(t *testing.T) {
		e.try(false, "", []string{"delete", "deployment/web", "--namespace=shop", "--wait=false"}, "deleted")
	})
}

// A token lets in a Deployment that breaks rules and, where it is for the
// controllers, too, the Pods that they make of it; once it is gone it is over.
func TestCluster_BrokenGlass(t *testing.T) {
	alice, dir := newOperator(t), t.TempDir()
	e := enforced(t, `admission: {break-glass: {keys: [{name: alice, pem: "`+strings.ReplaceAll(alice.public, "\n", `\n`)+`"}]}}`, &breakglass.Directory{FS: os.DirFS(dir)})
	e.Kubectl(t, "create", "namespace", "shop")
	e.arm()
	file := filepath.Join(dir, "admin")
	admissiontest.Replace(t, file, []byte(alice.sign(t, time.Now().Add(-time.Minute), func(k *breakglass.Token) {
		k.Users, k.Groups = []string{"admin"}, []string{"system:masters", "system:serviceaccounts:kube-system"}
	})))
	create := []string{"create", "-f", "-"}
	e.WaitFor(t, "the token counts", func(context.Context) error {
		out, err := e.TryKubectl(deploymentOf(t, "nginx:latest", 1), create...)
		if err != nil || !strings.Contains(out, "Warning: guard: let in by the break-glass token t-1 of alice") || !strings.Contains(out, "would be denied: spec.template.spec.containers[0].image") {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
	e.Kubectl(t, "rollout", "status", "deployment/web", "--namespace=shop", "--timeout=60s")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	e.WaitFor(t, "the token is gone", e.denies)
	e.try(true, strings.Replace(deploymentOf(t, "nginx:latest", 1), `"name":"web","namespace"`, `"name":"other","namespace"`, 1), create, "image/tag-latest")
}

// installed are the objects of the plain manifests, but for the Job that arms:
// here the test does that.
func installed(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("manifests/install.yaml")
	if err != nil {
		t.Fatal(err)
	}
	objects := slices.DeleteFunc(strings.Split(string(text), "\n---\n"), func(object string) bool {
		return strings.Contains(object, "\nkind: Job\n")
	})
	return strings.Join(objects, "\n---\n")
}

// RELIABILITY 63: all replicas are gone, and come back without anybody's help;
// meanwhile nothing is admitted that should not be. The policy of the API
// server's own holds while the webhook is not asked, and what is taken out
// leaves nothing behind.
func TestCluster_NobodyIsLockedOut(t *testing.T) {
	e := enforced(t, "", nil)
	const sound = "registry.example.com/shop/web:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"
	bad := manifest("bad", podOf(t, "nginx:latest"))
	dry := []string{"create", "--dry-run=server", "-f", "-"}
	e.Kubectl(t, "create", "namespace", "shop")
	e.Apply(t, installed(t))
	e.Kubectl(t, "rollout", "status", "deployment/guard-webhook", "--namespace=guard-system", "--timeout=90s")

	t.Run("the policy holds while nobody has armed the webhook", func(t *testing.T) {
		e.WaitFor(t, "the policy counts", func(context.Context) error {
			if out, err := e.TryKubectl(bad, dry...); err == nil || !strings.Contains(out, "ValidatingAdmissionPolicy") {
				return fmt.Errorf("not denied by the policy: %s", out)
			}
			return nil
		})
		e.try(false, manifest("sound", podOf(t, sound)), dry, "created")
	})
	e.arm()
	t.Run("all replicas are gone", func(t *testing.T) {
		e.away.Store(true)
		e.try(true, manifest("sound", podOf(t, sound)), dry, "failed calling webhook")
		e.Kubectl(t, "delete", "pods", "--namespace=guard-system", "--all", "--wait=true", "--timeout=60s")
		e.Kubectl(t, "rollout", "status", "deployment/guard-webhook", "--namespace=guard-system", "--timeout=90s")
		e.try(false, strings.Replace(manifest("dns", podOf(t, sound)), `"shop"`, `"kube-system"`, 1), dry, "created")
		e.away.Store(false)
		e.try(false, manifest("sound", podOf(t, sound)), dry, "created")
		e.try(true, bad, dry, "denied")
	})
	t.Run("taken out", func(t *testing.T) {
		e.away.Store(true)
		e.Kubectl(t, "delete", "validatingwebhookconfiguration", "guard")
		if out, err := e.TryKubectl(installed(t), "delete", "--wait=true", "--timeout=90s", "-f", "-"); err != nil {
			t.Fatal(err, out)
		}
		left := e.Kubectl(t, "get", "validatingwebhookconfigurations,validatingadmissionpolicies,validatingadmissionpolicybindings,clusterroles,clusterrolebindings,priorityclasses,namespaces", "--selector=app.kubernetes.io/name=guard-webhook", "--output=name")
		if left != "" {
			t.Errorf("left behind: %s", left)
		}
		e.WaitFor(t, "nothing is asked", func(context.Context) error {
			out, err := e.TryKubectl(bad, dry...)
			if err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		})
	})
}
