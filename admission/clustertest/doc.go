// Package clustertest runs a Kubernetes control plane for tests: the real etcd,
// API server, controller manager, scheduler and kubectl, with kwok in the place
// of the kubelet of one node, so that Pods get to run without containers. All of
// it listens on 127.0.0.1 only, on fresh ports, with an authority, certificates
// and service account keys of its own, so whoever asks the API server has the
// identity it has in a real cluster.
//
//	c := clustertest.Start(t, clustertest.Options{Scheduler: true, Node: true})
//	recorder := c.Record(t)
//	c.Apply(t, manifest)
//	c.Kubectl(t, "wait", "--for=condition=Available", "deployment/web")
//	review := recorder.Wait(t, "a Pod", func(r clustertest.Review) bool { return r.Resource == "pods" && r.Operation == "CREATE" })
//
// The programs are built from admission/controlplane when the cache lacks them,
// which takes minutes, and kept in guard's cache directory after that. The tests
// that start a cluster have the build tag "cluster"; make test-cluster runs them.
package clustertest
