package clustertest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	_ "embed"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"
)

// auditPolicy has everything audited that can be admitted, without its content.
const auditPolicy = `{"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [{"level": "None", "verbs": ["get", "list", "watch"]}, {"level": "Metadata"}]}`

// controllers are those that make, change and delete objects as a webhook sees
// them, and what these need: no Pod goes to a new node before the node lifecycle
// controller has found it ready, and the roles view, edit and admin are aggregated.
var controllers = []string{
	"clusterrole-aggregation-controller", "cronjob-controller", "daemonset-controller", "deployment-controller", "garbage-collector-controller", "job-controller",
	"namespace-controller", "node-lifecycle-controller", "replicaset-controller", "serviceaccount-controller", "serviceaccount-token-controller", "statefulset-controller",
}

//go:embed stages.yaml
var stages []byte

//go:embed node.yaml
var node string

func (c *Cluster) startStorage(client, peer string) error {
	url, peerURL := "http://127.0.0.1:"+client, "http://127.0.0.1:"+peer
	err := c.run("etcd", "--name=etcd", "--data-dir="+filepath.Join(c.dir, "etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls="+url, "--advertise-client-urls="+url,
		"--listen-peer-urls="+peerURL, "--initial-advertise-peer-urls="+peerURL, "--initial-cluster=etcd="+peerURL)
	if err != nil {
		return err
	}
	plain := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}}
	return c.wait("etcd", startLimit, func(ctx context.Context) error { return get(ctx, plain, url+"/health") })
}

func (c *Cluster) startServer(port, storage string, more []string) error {
	files, err := c.serverFiles()
	if err != nil {
		return err
	}
	flags := []string{
		// Without an address of its own to advertise it wants a default route.
		"--bind-address=127.0.0.1", "--secure-port=" + port, "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
		"--etcd-servers=http://127.0.0.1:" + storage, "--service-cluster-ip-range=10.96.0.0/16",
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true", "--profiling=false",
		"--client-ca-file=" + files["ca.crt"], "--tls-cert-file=" + files["server.crt"], "--tls-private-key-file=" + files["server.key"],
		"--kubelet-client-certificate=" + files["kubelet-client.crt"], "--kubelet-client-key=" + files["kubelet-client.key"],
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=" + files["service-account.key"], "--service-account-signing-key-file=" + files["service-account.key"],
		"--audit-policy-file=" + files["audit-policy.json"], "--audit-log-path=" + c.AuditLog,
	}
	if err := c.run("kube-apiserver", append(flags, more...)...); err != nil {
		return err
	}
	return c.wait("the API server", startLimit, func(ctx context.Context) error { return get(ctx, c.admin, c.URL+"/readyz") })
}

// serverFiles writes what the API server reads: certificates, keys and its
// audit policy.
func (c *Cluster) serverFiles() (map[string]string, error) {
	server, err := c.authority.server("kube-apiserver")
	if err != nil {
		return nil, err
	}
	kubelet, err := c.authority.client("kube-apiserver-kubelet-client", administrators)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	accounts, err := encodeKey(key)
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	for name, text := range map[string][]byte{
		"ca.crt":     c.authority.pem,
		"server.crt": server.certificate, "server.key": server.key,
		"kubelet-client.crt": kubelet.certificate, "kubelet-client.key": kubelet.key,
		"service-account.key": accounts,
		"audit-policy.json":   []byte(auditPolicy),
	} {
		if paths[name], err = c.write(name, text); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// startControllers waits for the first thing that a controller does in every
// cluster: without its service account, a namespace takes no Pods.
func (c *Cluster) startControllers() error {
	config, err := c.Kubeconfig("system:kube-controller-manager")
	if err != nil {
		return err
	}
	err = c.run("kube-controller-manager", append(clientFlags(config), "--use-service-account-credentials", "--controllers="+strings.Join(controllers, ","),
		"--service-account-private-key-file="+filepath.Join(c.dir, "service-account.key"), "--root-ca-file="+filepath.Join(c.dir, "ca.crt"))...)
	if err != nil {
		return err
	}
	account := c.URL + "/api/v1/namespaces/default/serviceaccounts/default"
	return c.wait("the controller manager", startLimit, func(ctx context.Context) error { return get(ctx, c.admin, account) })
}

func (c *Cluster) startScheduler() error {
	config, err := c.Kubeconfig("system:kube-scheduler")
	if err != nil {
		return err
	}
	return c.run("kube-scheduler", clientFlags(config)...)
}

// clientFlags are those of programs that serve nobody.
func clientFlags(config string) []string {
	return []string{"--kubeconfig=" + config, "--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
		"--bind-address=127.0.0.1", "--secure-port=0", "--leader-elect=false"}
}

// podRange holds the Pods' addresses, so that whoever follows one stays here.
const podRange = "127.64.0.1/16"

// startNode has kwok play the kubelet of a node, as the user that a kubelet is.
func (c *Cluster) startNode(port string) error {
	config, err := c.Kubeconfig("system:node:"+NodeName, "system:nodes")
	if err != nil {
		return err
	}
	path, err := c.write("stages.yaml", stages)
	if err != nil {
		return err
	}
	if _, err := c.kubectl(strings.NewReader(node), "create", "-f", "-"); err != nil {
		return err
	}
	err = c.run("kwok", "--kubeconfig="+config, "--config="+path, "--manage-single-node="+NodeName, "--cidr="+podRange, "--node-lease-duration-seconds=40",
		"--node-ip=127.0.0.1", "--node-port="+port, "--server-address=127.0.0.1:"+port)
	if err != nil {
		return err
	}
	return c.wait("the node", startLimit, func(context.Context) error {
		taints, err := c.kubectl(nil, "get", "node/"+NodeName, "--output=jsonpath={.spec.taints[*].key}")
		if err == nil && taints != "" {
			err = fmt.Errorf("the node has taints: %s", taints)
		}
		return err
	})
}
