//go:build cluster

package cluster_test

import (
	"encoding/json"
	"strings"
	"testing"

	"guard/admission"
	"guard/admission/cluster"
	"guard/admission/clustertest"
)

// An API server takes the events, of a user who may do nothing but create them
// in one namespace.
func TestCluster_WritesEvents(t *testing.T) {
	c := clustertest.Start(t, clustertest.Options{})
	c.Apply(t, `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: events, namespace: default}
rules: [{apiGroups: [events.k8s.io], resources: [events], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: events, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: events}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: guard-replicas}]
`)
	kubeconfig, err := c.Kubeconfig("guard", "guard-replicas")
	if err != nil {
		t.Fatal(err)
	}
	api, err := cluster.Open(cluster.Connection{Kubeconfig: kubeconfig})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []admission.Event{
		{Reason: "GlassBroken", Action: "Admit", Note: strings.Repeat("n", 1000), Warning: true, Count: 3, Related: admission.Related{APIVersion: "v1", Kind: "Pod", Namespace: "shop", Name: "web"}},
		{Reason: "ConfigurationAccepted", Action: "Load", Note: "fine", Count: 1},
	} {
		if err := api.WriteEvent(t.Context(), e); err != nil {
			t.Fatalf("%s: %v", e.Reason, err)
		}
	}
	var list struct {
		Items []struct {
			Type, Reason, Action, Note, ReportingController string
			Related                                         struct{ Kind, Namespace, Name string }
		}
	}
	text := c.Kubectl(t, "get", "events.events.k8s.io", "--namespace=default", "-o", "json")
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, item := range list.Items {
		switch {
		case item.ReportingController != "guard-webhook":
		case item.Reason == "GlassBroken":
			found[item.Reason] = item.Type == "Warning" && strings.HasPrefix(item.Note, "(3 times) nnn") && item.Related.Name == "web" && item.Related.Namespace == "shop" && item.Action == "Admit"
		default:
			found[item.Reason] = item.Type == "Normal" && item.Note == "fine"
		}
	}
	if !found["GlassBroken"] || !found["ConfigurationAccepted"] {
		t.Errorf("%v of\n%s", found, text)
	}
	// Without the right there is an error, and nothing else.
	stranger, err := c.Kubeconfig("joe", "strangers")
	if err != nil {
		t.Fatal(err)
	}
	api, err = cluster.Open(cluster.Connection{Kubeconfig: stranger})
	if err != nil {
		t.Fatal(err)
	}
	if err := api.WriteEvent(t.Context(), admission.Event{Reason: "GlassBroken", Action: "Admit", Note: "x"}); err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Errorf("%v", err)
	}
}
