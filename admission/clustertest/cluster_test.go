//go:build cluster

package clustertest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"guard/admission/clustertest"
)

// read returns a manifest of testdata.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const replicaSetController = "system:serviceaccount:kube-system:replicaset-controller"

func TestCluster_RunsADeployment(t *testing.T) {
	began := time.Now()
	c := clustertest.Start(t, clustertest.Options{Scheduler: true, Node: true})
	t.Logf("the control plane stands after %s", time.Since(began).Round(time.Millisecond))
	recorder := c.Record(t)

	c.Kubectl(t, "create", "namespace", "shop")
	c.Apply(t, read(t, "deployment.yaml"))
	review := recorder.Wait(t, "the Pods of the Deployment", func(r clustertest.Review) bool {
		return r.Operation == "CREATE" && r.Resource == "pods" && r.SubResource == "" && r.Namespace == "shop"
	})
	if review.User != replicaSetController {
		t.Errorf("%q creates the Deployment's Pods, want %q", review.User, replicaSetController)
	}
	c.Kubectl(t, "wait", "--namespace=shop", "--for=condition=Available", "--timeout=60s", "deployment/web")
	if got := phases(t, c); got != "Running Running" {
		t.Errorf("the Pods are %q, want two that run", got)
	}

	c.Kubectl(t, "scale", "--namespace=shop", "--replicas=0", "deployment/web")
	c.Kubectl(t, "wait", "--namespace=shop", "--for=delete", "--timeout=60s", "pod", "--selector=app=web")
	if got := phases(t, c); got != "" {
		t.Errorf("the Pods are %q after scaling to none", got)
	}
	audited(t, c, replicaSetController)
	for user, want := range map[string]int{"admin": http.StatusOK, "nobody": http.StatusForbidden} {
		if got := status(t, c, user); got != want {
			t.Errorf("client-go as %s: status %d, want %d", user, got, want)
		}
	}
	t.Logf("all of it took %s, with %d requests for admission", time.Since(began).Round(time.Millisecond), len(recorder.Reviews()))
}

func phases(t *testing.T, c *clustertest.Cluster) string {
	t.Helper()
	return c.Kubectl(t, "get", "pods", "--namespace=shop", "--selector=app=web", "--output=jsonpath={.items[*].status.phase}")
}

// audited fails the test where the audit log does not tell of this user.
func audited(t *testing.T, c *clustertest.Cluster, user string) {
	t.Helper()
	log, err := os.ReadFile(c.AuditLog)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), `"username":"`+user+`"`) {
		t.Errorf("the audit log, of %d bytes, does not name %s", len(log), user)
	}
}

// status is what the API server answers client-go as this user, in a group that
// only admin is in, to a question about a namespace.
func status(t *testing.T, c *clustertest.Cluster, user string) int {
	t.Helper()
	var groups []string
	if user == "admin" {
		groups = []string{"system:masters"}
	}
	config, err := c.RESTConfig(user, groups...)
	if err != nil {
		t.Fatal(err)
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Get(config.Host + "/api/v1/namespaces/shop")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}
