//go:build cluster

package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"guard/admission/audit"
	"guard/admission/cluster"
	"guard/admission/clustertest"
)

func TestCluster_AuditWritesPolicyReports(t *testing.T) {
	c := clustertest.Start(t, clustertest.Options{})
	api := open(t, c)
	if err := api.HasPolicyReports(t.Context()); err == nil || !strings.Contains(err.Error(), "install the CustomResourceDefinition policyreports.wgpolicyk8s.io") {
		t.Errorf("a cluster without the kind: %v", err)
	}
	definition, err := os.ReadFile("testdata/policyreports.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c.Apply(t, string(definition))
	c.Kubectl(t, "wait", "--for=condition=Established", "--timeout=60s", "crd/policyreports.wgpolicyk8s.io")
	c.Apply(t, `{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "guard"}, "webhooks": []}`)
	for _, namespace := range []string{"shop", "bank"} {
		c.Kubectl(t, "create", "namespace", namespace)
	}
	c.Apply(t, deployment("shop", "web", "registry.example.com/shop/web:latest", ""))
	c.Apply(t, deployment("bank", "pay", "registry.example.com/bank/pay:latest", "image/tag-latest until=2999-01-31 -- until the release"))
	c.Apply(t, `{"apiVersion": "wgpolicyk8s.io/v1alpha2", "kind": "PolicyReport", "metadata": {"name": "guard-deployments.apps", "namespace": "default", "labels": {"app.kubernetes.io/managed-by": "another"}}}`)
	if err := api.HasPolicyReports(t.Context()); err != nil {
		t.Error(err)
	}
	write := func(want string, namespaces ...string) *audit.Result {
		t.Helper()
		r := run(t, audit.Options{Handler: handler(t, api, ""), Lister: api.Lister(0), Namespaces: namespaces})
		written, removed, err := api.Report(t.Context(), r, namespaces, "guard")
		if got := fmt.Sprintf("%d written, %d removed, %v", written, removed, err); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		return r
	}

	r := write("2 written, 0 removed, <nil>")
	shop := report(t, c, "shop")
	count := r.Counts[audit.Group{Namespace: "shop", Resource: "deployments.apps"}]
	if shop.Summary["fail"] != count.Denied || shop.Summary["fail"] == 0 || len(shop.Results) != count.Denied+count.Warned+count.Audited {
		t.Errorf("%+v of %+v", shop, count)
	}
	if len(shop.Metadata.OwnerReferences) != 1 || shop.Metadata.OwnerReferences[0].Name != "guard" {
		t.Errorf("owned by %+v", shop.Metadata.OwnerReferences)
	}
	want := map[string]string{"Deployment web image/tag-latest": "fail", "Deployment pay image/tag-latest": "skip"}
	got := map[string]string{}
	for _, result := range append(shop.Results, report(t, c, "bank").Results...) {
		if result.Policy == "image/tag-latest" {
			got[result.Resources[0].Kind+" "+result.Resources[0].Name+" "+result.Policy] = result.Result
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	write("2 written, 0 removed, <nil>")
	if again := report(t, c, "shop"); again.Metadata.ResourceVersion != shop.Metadata.ResourceVersion {
		t.Error("a report was written anew though nothing has changed")
	}
	c.Apply(t, deployment("shop", "web", "registry.example.com/shop/web:1.4.2", ""))
	write("2 written, 0 removed, <nil>", "shop") // nothing runs here, so the old ReplicaSet stays and says what the Deployment does not any more
	if changed := report(t, c, "shop"); changed.Metadata.UID != shop.Metadata.UID || changed.Metadata.ResourceVersion == shop.Metadata.ResourceVersion {
		t.Errorf("the report was not changed in its place: %+v", changed.Metadata)
	}
	nobodysMayNotVanish(t, c, api)
	c.Kubectl(t, "delete", "deployment/web", "--namespace=shop")
	c.WaitFor(t, "the ReplicaSets of web to go", func(context.Context) error {
		out, err := c.TryKubectl("", "get", "replicasets", "--namespace=shop", "--output=name")
		if out != "" {
			err = errors.Join(err, errors.New("they are there"))
		}
		return err
	})
	write("0 written, 2 removed, <nil>", "shop")
	if left := names(t, c); left != "bank/guard-deployments.apps default/guard-deployments.apps" {
		t.Errorf("left: %s", left)
	}
	c.Kubectl(t, "delete", "validatingwebhookconfiguration/guard")
	c.WaitFor(t, "the reports to go with their owner", func(context.Context) error {
		if left := names(t, c); left != "default/guard-deployments.apps" {
			return errors.New(left)
		}
		return nil
	})
}

// Of what could not be listed nothing new is known: its reports stay.
func nobodysMayNotVanish(t *testing.T, c *clustertest.Cluster, api *cluster.Cluster) {
	t.Helper()
	kubeconfig, err := c.Kubeconfig("nobody")
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := cluster.Open(cluster.Connection{Kubeconfig: kubeconfig})
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, audit.Options{Handler: handler(t, api, ""), Lister: nobody.Lister(0)})
	before := names(t, c)
	written, removed, err := api.Report(t.Context(), r, nil, "guard")
	if written != 0 || removed != 0 || err != nil || names(t, c) != before {
		t.Errorf("%d written, %d removed, %v; left %s", written, removed, err, names(t, c))
	}
	if _, _, err := nobody.Report(t.Context(), r, nil, ""); err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Errorf("who may not list reports: %v", err)
	}
}

// kept is what the API server keeps of a report.
type kept struct {
	Metadata struct {
		UID, ResourceVersion string
		OwnerReferences      []struct{ Name string }
	}
	Summary map[string]int
	Results []struct {
		Policy, Result string
		Resources      []struct{ Kind, Name string }
	}
}

func report(t *testing.T, c *clustertest.Cluster, namespace string) (r kept) {
	t.Helper()
	text := c.Kubectl(t, "get", "policyreport/guard-deployments.apps", "--namespace="+namespace, "--output=json")
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func names(t *testing.T, c *clustertest.Cluster) string {
	t.Helper()
	return strings.TrimSpace(c.Kubectl(t, "get", "policyreports", "--all-namespaces", `--output=jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {end}`))
}
