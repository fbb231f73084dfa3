//go:build cluster

package cluster_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"guard/admission/authority"
	"guard/admission/cluster"
	"guard/admission/clustertest"
)

func started(t *testing.T) (*clustertest.Cluster, *cluster.Cluster) {
	t.Helper()
	c := clustertest.Start(t, clustertest.Options{})
	kubeconfig, err := c.Kubeconfig("guard", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	asked, err := cluster.Open(cluster.Connection{Kubeconfig: kubeconfig})
	if err != nil {
		t.Fatal(err)
	}
	asked.Watch(t.Context())
	return c, asked
}

func TestCluster_Asks(t *testing.T) {
	c, asked := started(t)
	c.Kubectl(t, "create", "namespace", "shop")
	c.Kubectl(t, "label", "namespace", "shop", "tier=play")

	t.Run("labels", func(t *testing.T) {
		// A namespace is known as soon as it is there, whatever the watch has told.
		labels, err := asked.Labels(t.Context(), "shop")
		if err != nil || labels["kubernetes.io/metadata.name"] != "shop" {
			t.Fatal(labels, err)
		}
		if _, err := asked.Labels(t.Context(), "gone"); err == nil || !strings.Contains(err.Error(), "NotFound") {
			t.Errorf("a namespace that is not there: %v", err)
		}
	})
	// RELIABILITY 31: secrets of the service account and of the Pod, all of one
	// namespace.
	t.Run("pull secrets", func(t *testing.T) {
		for _, namespace := range []string{"shop", "default"} {
			c.Kubectl(t, "create", "secret", "docker-registry", "pull-"+namespace, "--namespace="+namespace, "--docker-server=registry.example.com", "--docker-username=jane", "--docker-password=hunter2-canary")
		}
		c.Kubectl(t, "create", "serviceaccount", "web", "--namespace=shop")
		c.Kubectl(t, "patch", "serviceaccount", "web", "--namespace=shop", "--patch", `{"imagePullSecrets":[{"name":"pull-shop"}]}`)
		got, err := asked.PullSecrets(t.Context(), "shop", "web", nil)
		if err != nil || len(got) != 1 || got[0].Name != "pull-shop" || got[0].Type != "kubernetes.io/dockerconfigjson" || len(got[0].Data) != 1 || got[0].Version == "" {
			t.Errorf("of the service account: %d, %v", len(got), err)
		}
		c.WaitFor(t, "the default service account", func(ctx context.Context) error { _, err := asked.PullSecrets(ctx, "shop", "", nil); return err })
		if got, err := asked.PullSecrets(t.Context(), "shop", "", []string{"pull-shop"}); err != nil || len(got) != 1 {
			t.Errorf("named by the Pod: %d, %v", len(got), err)
		}
		for name, ask := range map[string]struct {
			account string
			secrets []string
		}{"of another namespace": {"web", []string{"pull-default"}}, "missing": {"web", []string{"gone"}}, "of a service account that is not there": {"gone", nil}} {
			if _, err := asked.PullSecrets(t.Context(), "shop", ask.account, ask.secrets); err == nil || strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("the Secret of the certificates", func(t *testing.T) {
		store := asked.Secret("shop", "guard-tls")
		var group sync.WaitGroup
		bundles := make([]authority.Bundle, 4)
		for i := range bundles {
			group.Go(func() {
				k := authority.Keeper{Store: store, Names: []string{"guard.shop.svc"}}
				var err error
				if bundles[i], err = k.Ensure(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for _, b := range bundles {
			if string(b.Cert) != string(bundles[0].Cert) || len(b.Cert) == 0 {
				t.Error("replicas serve different certificates")
			}
		}
		data, version, err := store.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		data["previous.crt"] = []byte("x")
		if err := store.Save(t.Context(), data, version); err != nil {
			t.Errorf("the last version: %v", err)
		}
		data["previous.crt"] = []byte("y")
		if err := store.Save(t.Context(), data, version); err != authority.ErrConflict {
			t.Errorf("an old version: %v", err)
		}
	})
}
