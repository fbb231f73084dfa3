//go:build cluster

package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/admission/clustertest"
	"guard/admission/command"
)

// release is the chart, in a cluster that runs its Pods.
type release struct {
	*clustertest.Cluster
	t          *testing.T
	kubeconfig string
}

const (
	releaseNamespace = "guard-system"
	soundImage       = "registry.example.com/shop/web:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"
	branchImage      = "registry.example.com/shop/web:main" // which no policy of the API server's denies
)

// newRelease starts a cluster in which the namespace of the webhook takes only
// hardened Pods.
func newRelease(t *testing.T) *release {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "guard-webhook")
	build := exec.Command("go", "build", "-trimpath", "-o", binary, "guard/cmd/guard-webhook")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // it has nothing beside it
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	flag, socket := clustertest.EgressConfig(t)
	c := clustertest.Start(t, clustertest.Options{APIServer: []string{flag}})
	c.RunPods(t, &clustertest.PodRunner{
		Namespace: releaseNamespace, Programs: map[string]string{"guard-webhook": binary}, Service: "guard-webhook", Headless: "guard-webhook-replicas",
		Listen: func(address string) []string {
			return []string{"--listen=" + address + ":8443", "--health=" + address + ":8081"}
		},
	}, socket)
	kubeconfig, err := c.Kubeconfig("admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	definition, err := os.ReadFile("../cluster/testdata/policyreports.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c.Apply(t, string(definition))
	for _, namespace := range []string{releaseNamespace, "shop", "play"} {
		c.Kubectl(t, "create", "namespace", namespace)
	}
	c.Kubectl(t, "label", "namespace", releaseNamespace, "pod-security.kubernetes.io/enforce=restricted")
	c.Kubectl(t, "label", "namespace", "play", "tier=play")
	c.WaitFor(t, "the default service account", func(context.Context) error {
		_, err := c.TryKubectl("", "get", "serviceaccount/default", "--namespace=shop")
		return err
	})
	return &release{c, t, kubeconfig}
}

// helm runs helm, which has to end well.
func (r *release) helm(args ...string) {
	r.t.Helper()
	began := time.Now()
	out, err := r.Helm(append(args, "--namespace="+releaseNamespace, "--timeout=3m")...)
	if err != nil {
		r.t.Fatalf("helm %s: %v\n%s", args[0], err, out)
	}
	r.t.Logf("helm %s took %s", args[0], time.Since(began).Round(time.Second))
}

// values are given to each call of helm.
func values(more ...string) []string {
	args := []string{"guard-webhook", "../chart", "--wait", "--set=image.repository=registry.example.com/guard/guard", "--set=image.digest=sha256:" + strings.Repeat("0", 64),
		"--set-json=config.admission={\"namespaces\":[{\"labels\":{\"tier\":\"play\"},\"mode\":\"warn\"}]}"}
	return append(args, more...)
}

// pod creates a Pod with dryRun, and returns what is said of it.
func (r *release) pod(namespace, image string) (string, error) {
	return r.TryKubectl(podManifest(namespace, image), "create", "--dry-run=server", "-f", "-")
}

func podManifest(namespace, image string) string {
	return fmt.Sprintf(`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": %q}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "web", "image": %q,
		"resources": {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"cpu": "1m", "memory": "1Mi"}}, "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
		"runAsNonRoot": true, "runAsUser": 1000, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}}]}}`, namespace, image)
}

// decides waits until guard decides, by the Service and the authority that the
// API server trusts.
func (r *release) decides(when string) {
	r.t.Helper()
	r.WaitFor(r.t, "guard decides "+when, func(context.Context) error {
		if out, err := r.pod("shop", branchImage); err == nil || !strings.Contains(out, "image/tag-branch") {
			return fmt.Errorf("a Pod with a branch for a tag: %v: %s", err, out)
		}
		if out, err := r.pod("shop", soundImage); err != nil {
			return fmt.Errorf("a sound Pod: %s", out)
		}
		return nil
	})
}

// hooks is the configuration of the webhooks without whom they trust, and whom.
func (r *release) hooks() (rest, trusted string) {
	r.t.Helper()
	var c struct {
		Webhooks []map[string]any
	}
	if err := json.Unmarshal([]byte(r.Kubectl(r.t, "get", "validatingwebhookconfiguration/guard-webhook", "--output=json")), &c); err != nil {
		r.t.Fatal(err)
	}
	for _, h := range c.Webhooks {
		client := h["clientConfig"].(map[string]any)
		trusted += fmt.Sprint(client["caBundle"], "\n")
		delete(client, "caBundle")
	}
	text, err := json.Marshal(c.Webhooks)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text), trusted
}

// doctor runs the doctor, as somebody.
func (r *release) doctor(kubeconfig string) (code int, said string) {
	r.t.Helper()
	var out bytes.Buffer
	code = command.Doctor([]string{"--kubeconfig", kubeconfig, "--probe-namespace", "shop"}, &out, &out)
	return code, out.String()
}

// may asks whether a service account of the webhook may do something.
func (r *release) may(account string, args ...string) bool {
	out, err := r.TryKubectl("", append([]string{"auth", "can-i", "--quiet", "--as=system:serviceaccount:" + releaseNamespace + ":" + account}, args...)...)
	if err != nil && strings.TrimSpace(out) != "" && !strings.Contains(out, "Warning") {
		r.t.Errorf("can-i %v: %s", args, out)
	}
	return err == nil
}

// certManager is where cert-manager's kinds are taken from, by Go's own way.
const certManager = "github.com/cert-manager/cert-manager@v1.21.2"

// validates has the API server look at what the chart renders where nothing is
// left out, by the definitions of cert-manager's kinds where they are its own.
// No field may be there that they do not know.
func (r *release) validates(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", certManager).Output()
	var module struct{ Dir string }
	if err := errors.Join(err, json.Unmarshal(out, &module)); err != nil {
		t.Fatal(err)
	}
	kinds := []string{"certificates", "issuers"}
	for _, kind := range kinds {
		r.Kubectl(t, "create", "-f", filepath.Join(module.Dir, "deploy", "crds", "cert-manager.io_"+kind+".yaml"))
		r.Kubectl(t, "wait", "--for=condition=Established", "--timeout=60s", "crd/"+kind+".cert-manager.io")
	}
	rendered, err := r.Helm(append([]string{"template", "--kube-version=1.35.0", "--namespace=" + releaseNamespace}, values("--set=tls.source=cert-manager", "--set=autoscaling.enabled=true", "--set=audit.enabled=true",
		"--set=audit.policyReports=true", "--set=pullSecrets.enabled=true", "--set=pullSecrets.namespaces={shop,play}", "--set=webhook.resources={argoproj.io/v1alpha1/rollouts}")...)...)
	if err != nil {
		t.Fatal(err, rendered)
	}
	said, err := r.TryKubectl(rendered, "create", "--dry-run=server", "--validate=strict", "-f", "-")
	if err != nil || strings.Count(said, "certificate.cert-manager.io/") != 2 || strings.Count(said, "issuer.cert-manager.io/") != 2 {
		t.Errorf("%v: %s", err, said)
	}
	for _, kind := range kinds {
		r.Kubectl(t, "delete", "crd/"+kind+".cert-manager.io")
	}
}

// left is everything in the cluster that is of the release.
func (r *release) left() []string {
	r.t.Helper()
	out := r.Kubectl(r.t, "get", "--output=name", "--selector=app.kubernetes.io/name=guard-webhook",
		"validatingwebhookconfigurations,validatingadmissionpolicies,validatingadmissionpolicybindings,clusterroles,clusterrolebindings,priorityclasses")
	out += r.Kubectl(r.t, "get", "--output=name", "--namespace="+releaseNamespace,
		"deployments,replicasets,pods,jobs,services,secrets,roles,rolebindings,leases,poddisruptionbudgets,networkpolicies,horizontalpodautoscalers,configmaps")
	out += r.Kubectl(r.t, "get", "--output=name", "--all-namespaces", "policyreports.wgpolicyk8s.io")
	return strings.Fields(out)
}

// The chart, by helm itself, on a cluster without cert-manager: what it brings
// runs with the rights that it brings, is upgraded, renews its certificates,
// and leaves nothing behind.
func TestCluster_HelmInstalls(t *testing.T) {
	r := newRelease(t)
	t.Run("with every option, and cert-manager's kinds", r.validates)
	before := r.left()
	r.helm(append([]string{"install"}, values()...)...)

	t.Run("installed", func(t *testing.T) {
		r.decides("once it is installed")
		// That labels count shows that its token and its role are enough.
		if out, err := r.pod("play", branchImage); err != nil || !strings.Contains(out, "Warning: guard: would be denied") {
			t.Errorf("a namespace with a label: %v: %s", err, out)
		}
		if out, err := r.pod(releaseNamespace, branchImage); err != nil {
			t.Errorf("the webhook's own namespace: %s", out)
		}
		code, said := r.doctor(r.kubeconfig)
		if code != 0 {
			t.Errorf("the doctor ends with %d:\n%s", code, said)
		}
		t.Log(said)
	})
	t.Run("nobody may do more than that", func(t *testing.T) {
		for _, c := range []struct {
			account string
			may     bool
			args    []string
		}{
			{"guard-webhook", true, []string{"create", "events.events.k8s.io", "--namespace=" + releaseNamespace}},
			{"guard-webhook", false, []string{"create", "events.events.k8s.io", "--namespace=shop"}},
			{"guard-webhook", true, []string{"watch", "namespaces"}},
			{"guard-webhook", false, []string{"get", "secrets/guard-webhook-tls", "--namespace=" + releaseNamespace}},
			{"guard-webhook", false, []string{"list", "pods", "--all-namespaces"}},
			{"guard-webhook", false, []string{"update", "validatingwebhookconfigurations/guard-webhook"}},
			{"guard-webhook-certificates", true, []string{"patch", "secrets/guard-webhook-tls", "--namespace=" + releaseNamespace}},
			{"guard-webhook-certificates", false, []string{"get", "secrets/other", "--namespace=" + releaseNamespace}},
			{"guard-webhook-certificates", false, []string{"delete", "validatingwebhookconfigurations/guard-webhook"}},
			{"guard-webhook-certificates", false, []string{"patch", "validatingwebhookconfigurations/other"}},
			{"guard-webhook-arm", false, []string{"get", "secrets/guard-webhook-tls", "--namespace=" + releaseNamespace}},
		} {
			if got := r.may(c.account, c.args...); got != c.may {
				t.Errorf("%s may %v: %t", c.account, c.args, got)
			}
		}
	})
	t.Run("the doctor may not look", func(t *testing.T) {
		somebody, err := r.Kubeconfig("jane")
		if err != nil {
			t.Fatal(err)
		}
		if code, said := r.doctor(somebody); code != 3 || !strings.Contains(said, "you may not do that") {
			t.Errorf("the doctor ends with %d:\n%s", code, said)
		}
	})
	t.Run("what is wrong the doctor tells", func(t *testing.T) {
		r.Kubectl(t, "patch", "validatingwebhookconfiguration/guard-webhook", "--type=json", `--patch=[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"},{"op":"replace","path":"/webhooks/0/namespaceSelector","value":{}},{"op":"replace","path":"/webhooks/0/timeoutSeconds","value":30}]`)
		r.Kubectl(t, "create", "clusterrolebinding", "too-much", "--clusterrole=cluster-admin", "--serviceaccount="+releaseNamespace+":guard-webhook")
		r.Kubectl(t, "delete", "poddisruptionbudget/guard-webhook", "role/guard-webhook-certificates", "--namespace="+releaseNamespace)
		r.Kubectl(t, "delete", "validatingadmissionpolicybinding/guard-webhook")
		code, said := r.doctor(r.kubeconfig)
		for _, want := range []string{
			"wrong   fails-closed", "wrong   timeout", "wrong   lock-out", "wrong   disruption-budget", "note    policy-of-the-api-server", "wrong   rights-beyond: guard-webhook may * *.* everywhere",
			"wrong   rights-needed: guard-webhook-certificates may not get secrets guard-webhook-tls",
		} {
			if code != 1 || !strings.Contains(said, want) {
				t.Errorf("the doctor ends with %d and does not say %q:\n%s", code, want, said)
			}
		}
		r.Kubectl(t, "delete", "clusterrolebinding", "too-much")
		// The upgrade puts the rest right, as the doctor says.
		r.Kubectl(t, "patch", "validatingwebhookconfiguration/guard-webhook", "--type=json", `--patch=[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Fail"}]`)
		r.decides("again")
	})
	t.Run("upgraded", func(t *testing.T) {
		tried, admitted := r.meanwhile(func() {
			r.helm(append([]string{"upgrade"}, values("--set=audit.enabled=true", "--set=audit.interval=1m", "--set=audit.policyReports=true", "--set=pullSecrets.enabled=true")...)...)
		})
		if tried < 5 || admitted > 0 {
			t.Errorf("during the upgrade %d of %d Pods came in that break a rule", admitted, tried)
		}
		r.decides("after an upgrade")
		if rest, _ := r.hooks(); strings.Contains(rest, `"timeoutSeconds":30`) {
			t.Error("the upgrade has not armed it as it must be")
		}
		if code, said := r.doctor(r.kubeconfig); code != 0 {
			t.Errorf("the doctor ends with %d:\n%s", code, said)
		}
		if !r.may("guard-webhook", "get", "secrets/any", "--namespace=shop") || r.may("guard-webhook", "list", "secrets", "--namespace=shop") {
			t.Error("with pull secrets the webhook may not get, or may list, Secrets")
		}
	})
	t.Run("audited", func(t *testing.T) {
		r.Apply(t, podManifest("play", branchImage))
		r.WaitFor(t, "a report", func(context.Context) error {
			out, err := r.TryKubectl("", "get", "policyreports.wgpolicyk8s.io", "--namespace=play", "--output=jsonpath={.items[*].results[*].policy}")
			if !strings.Contains(out, "image/tag-branch") {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		})
		if holder := r.Kubectl(t, "get", "lease/guard-scan", "--namespace="+releaseNamespace, "--output=jsonpath={.spec.holderIdentity}"); holder == "" {
			t.Error("nobody holds the Lease")
		}
	})
	t.Run("an authority that was lost", func(t *testing.T) {
		rest, trusted := r.hooks()
		r.Kubectl(t, "patch", "secret/guard-webhook-tls", "--namespace="+releaseNamespace, "--type=json", `--patch=[{"op":"remove","path":"/data"}]`)
		r.Kubectl(t, "delete", "pods", "--namespace="+releaseNamespace, "--selector=app.kubernetes.io/component=certificates")
		r.WaitFor(t, "another authority is trusted", func(context.Context) error {
			if _, now := r.hooks(); now == trusted {
				return fmt.Errorf("the same one is")
			}
			return nil
		})
		r.decides("by its new authority")
		if now, _ := r.hooks(); now != rest {
			t.Errorf("more was changed than whom to trust: %s", cmp.Diff(rest, now))
		}
		if labels := r.Kubectl(t, "get", "secret/guard-webhook-tls", "--namespace="+releaseNamespace, "--output=jsonpath={.metadata.labels}"); !strings.Contains(labels, "guard-webhook") {
			t.Errorf("the Secret is not the chart's any more: %s", labels)
		}
	})
	t.Run("uninstalled", func(t *testing.T) {
		r.helm("uninstall", "guard-webhook", "--wait")
		r.WaitFor(t, "nothing is left", func(context.Context) error {
			if diff := cmp.Diff(before, r.left()); diff != "" {
				return fmt.Errorf("left behind:\n%s", diff)
			}
			return nil
		})
		if out, err := r.pod("shop", branchImage); err != nil {
			t.Errorf("what is gone still counts: %s", out)
		}
	})
	t.Run("by kubectl alone", r.withoutHelm)
}

// plain is the plain manifests with an image, as docs/admission.md has them
// applied.
func plain(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "manifests", file))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "registry.example.com/guard/guard@sha256:"+strings.Repeat("0", 64), "registry.example.com/guard/guard@sha256:"+strings.Repeat("a", 64))
}

// withoutHelm installs and takes out by kubectl alone.
func (r *release) withoutHelm(t *testing.T) {
	r.Apply(t, plain(t, "install.yaml"))
	r.Kubectl(t, "wait", "--namespace="+releaseNamespace, "--for=condition=Complete", "job/guard-webhook-arm", "--timeout=100s")
	r.decides("without Helm")
	r.Kubectl(t, "delete", "job/guard-webhook-arm", "--namespace="+releaseNamespace)
	r.Apply(t, plain(t, "install.yaml")) // again, as for an upgrade
	r.decides("after it was applied again")
	r.Kubectl(t, "wait", "--namespace="+releaseNamespace, "--for=condition=Complete", "job/guard-webhook-arm", "--timeout=100s")

	r.Apply(t, plain(t, "uninstall/disarm.yaml"))
	r.Kubectl(t, "wait", "--namespace="+releaseNamespace, "--for=condition=Complete", "job/guard-webhook-disarm", "--timeout=100s")
	if out, err := r.TryKubectl(plain(t, "uninstall/disarm.yaml")+"\n---\n"+plain(t, "install.yaml"), "delete", "--ignore-not-found", "--wait", "--timeout=100s", "-f", "-"); err != nil {
		t.Error(err, out)
	}
	if left := r.left(); len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
}

// meanwhile does something, and tries Pods that break a rule until it is done.
func (r *release) meanwhile(do func()) (tried, admitted int) {
	ctx, cancel := context.WithCancel(r.t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		for ctx.Err() == nil {
			tried++
			if _, err := r.pod("shop", branchImage); err == nil {
				admitted++
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	do()
	cancel()
	<-over
	return tried, admitted
}
