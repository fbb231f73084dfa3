package install_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	registration "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/yaml"

	"guard/admission"
	"guard/admission/install"
)

// armed are the webhooks that the plain manifests arm: those of the arguments
// of their Job, with one kind of others.
func armed(t *testing.T) []registration.ValidatingWebhook {
	t.Helper()
	args := one(t, one(t, read(t, installFile).jobs).Spec.Template.Spec.Containers).Args
	if !slices.Contains(args, "--namespace=guard-system") || !slices.Contains(args, "--timeout-seconds=5") {
		t.Fatalf("the Job arms with %q", args)
	}
	rollouts, err := install.ParseResource("argoproj.io/v1alpha1/rollouts")
	if err != nil {
		t.Fatal(err)
	}
	return install.Webhooks(install.Options{Namespace: "guard-system", Replicas: 3, Timeout: 5, CA: []byte("CA"), More: []admission.Resource{rollouts}})
}

// RELIABILITY 2, 17, 18: what every webhook says of itself.
func TestWebhooks_FailClosedAndBounded(t *testing.T) {
	hooks := armed(t)
	if len(hooks) != 2 {
		t.Fatalf("%d webhooks", len(hooks))
	}
	for _, h := range hooks {
		if *h.FailurePolicy != registration.Fail || *h.MatchPolicy != registration.Equivalent || *h.SideEffects != registration.SideEffectClassNone {
			t.Errorf("%s: %s, %s, %s", h.Name, *h.FailurePolicy, *h.MatchPolicy, *h.SideEffects)
		}
		if *h.TimeoutSeconds > 5 || !slices.Equal(h.AdmissionReviewVersions, []string{"v1"}) {
			t.Errorf("%s: %d s, versions %q", h.Name, *h.TimeoutSeconds, h.AdmissionReviewVersions)
		}
		if len(h.ObjectSelector.MatchLabels)+len(h.ObjectSelector.MatchExpressions) > 0 {
			t.Errorf("%s: who asks may choose not to be asked: %v", h.Name, h.ObjectSelector)
		}
		if string(h.ClientConfig.CABundle) != "CA" || h.ClientConfig.Service.Namespace != "guard-system" || *h.ClientConfig.Service.Path != "/validate" {
			t.Errorf("%s: calls %+v", h.Name, h.ClientConfig)
		}
	}
}

// RELIABILITY 14, 18: which namespaces are out, and by what.
func TestWebhooks_LeaveOutTwoNamespacesByName(t *testing.T) {
	for _, h := range armed(t) {
		if len(h.NamespaceSelector.MatchLabels) > 0 {
			t.Errorf("%s: %v", h.Name, h.NamespaceSelector)
		}
		for _, e := range h.NamespaceSelector.MatchExpressions {
			if e.Key != "kubernetes.io/metadata.name" {
				t.Errorf("%s: label %s, which anybody may set, decides", h.Name, e.Key)
			}
		}
		for namespace, want := range map[string]bool{"shop": true, "default": true, "kube-public": true, "guard-system": false, "kube-system": false} {
			if got := matches(t, h.NamespaceSelector, namespace); got != want {
				t.Errorf("%s: namespace %s: %t, want %t", h.Name, namespace, got, want)
			}
		}
		if !selects(t, h.NamespaceSelector, map[string]string{}) {
			t.Errorf("%s: a namespace that has no name yet is out", h.Name)
		}
	}
}

// RELIABILITY 2, 18: what is asked about: each thing that holds a Pod, by its
// name, and nothing that a cluster lives by.
func TestWebhooks_NameWhatTheyAreAskedAbout(t *testing.T) {
	asked := map[string]bool{}
	for _, h := range armed(t) {
		for _, r := range h.Rules {
			if !slices.Equal(r.Operations, []registration.OperationType{registration.Create, registration.Update}) {
				t.Errorf("%s: operations %v", h.Name, r.Operations)
			}
			for _, list := range [][]string{r.APIGroups, r.APIVersions, r.Resources} {
				if len(list) == 0 || strings.Contains(strings.Join(list, " "), "*") {
					t.Errorf("%s: a list is empty or has a wildcard: %+v", h.Name, r.Rule)
				}
			}
			for _, resource := range r.Resources {
				asked[r.APIGroups[0]+"/"+r.APIVersions[0]+"/"+resource] = true
			}
		}
	}
	want := []string{
		"/v1/pods", "/v1/pods/ephemeralcontainers", "/v1/podtemplates", "/v1/replicationcontrollers",
		"apps/v1/deployments", "apps/v1/replicasets", "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/jobs", "batch/v1/cronjobs",
		"argoproj.io/v1alpha1/rollouts", "/v1/namespaces", "/v1/namespaces/status", "/v1/namespaces/finalize",
	}
	for _, name := range want {
		if !asked[name] {
			t.Errorf("%s is not asked about", name)
		}
		delete(asked, name)
	}
	for name := range asked {
		t.Errorf("%s is asked about", name)
	}
}

// What is armed is a golden file, so that a change to it is seen by people.
func TestGenerated_WebhooksAreCurrent(t *testing.T) {
	const file = "testdata/webhooks.yaml"
	text, err := yaml.Marshal(armed(t))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	current, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(current) != string(text) {
		t.Errorf("%s is not what is armed:\n%s", file, text)
	}
}

func TestParseResource_RefusesWildcards(t *testing.T) {
	for _, text := range []string{"", "*/*/*", "apps/*/deployments", "apps/v1/*", "apps/v1/deployments/scale", "v1/pods", "apps/V1/deployments", "apps/v1/Deployment"} {
		if r, err := install.ParseResource(text); err == nil {
			t.Errorf("%q is taken for %+v", text, r)
		}
	}
}

// Namespaces without which no Pod starts can be kept out, too.
func TestWebhooks_ExcludeMoreNamespaces(t *testing.T) {
	for _, h := range install.Webhooks(install.Options{Namespace: "guard-system", Excluded: []string{"calico-system"}}) {
		for namespace, want := range map[string]bool{"shop": true, "guard-system": false, "kube-system": false, "calico-system": false} {
			if got := matches(t, h.NamespaceSelector, namespace); got != want {
				t.Errorf("%s: namespace %s: %t, want %t", h.Name, namespace, got, want)
			}
		}
	}
}

// An upgrade leaves what is armed alone: Helm and kubectl apply patch what
// differs between what was applied, what is to be, and what is there.
func TestManifests_AnUpgradeDoesNotDisarm(t *testing.T) {
	applied := one(t, read(t, installFile).webhooks)
	wanted, live := applied.DeepCopy(), applied.DeepCopy()
	wanted.Labels["app.kubernetes.io/version"] = "9.9.9"
	live.Webhooks = armed(t)
	live.ResourceVersion = "7"
	var texts [3][]byte
	for i, object := range []any{applied, wanted, live} {
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = text
	}
	meta, err := strategicpatch.NewPatchMetaFromStruct(registration.ValidatingWebhookConfiguration{})
	if err != nil {
		t.Fatal(err)
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(texts[0], texts[1], texts[2], meta, true)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(patch); strings.Contains(got, "webhooks") || !strings.Contains(got, "9.9.9") {
		t.Errorf("an upgrade patches %s", got)
	}
}
