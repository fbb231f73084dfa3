package cluster

import (
	"cmp"
	"errors"
	"fmt"

	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Connection says which API server is asked, and how often.
type Connection struct {
	Kubeconfig string  // file; "": KUBECONFIG, ~/.kube/config, or the cluster that this runs in
	Rate       float32 // the most requests a second; 0: 20
	Agent      string  // what the API server's log calls the client: "guard-webhook"
}

// ErrOutside says that there is no cluster to ask.
var ErrOutside = errors.New("no cluster is configured: name a kubeconfig, or run in a cluster")

// usualRate keeps an audit from being what an API server is busy with.
const usualRate = 20

// Open makes a client that watches nothing, and asks nothing yet.
func Open(c Connection) (*Cluster, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = c.Kubeconfig
	loaded := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil)
	config, err := loaded.ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, ErrOutside
	}
	if err != nil {
		return nil, fmt.Errorf("the kubeconfig: %w", err)
	}
	namespace, _, err := loaded.Namespace()
	if err != nil {
		return nil, fmt.Errorf("the kubeconfig: %w", err)
	}
	config.QPS = cmp.Or(c.Rate, usualRate)
	config.Burst = 1 + int(config.QPS)
	config.UserAgent = c.Agent
	config.WarningHandler = rest.NoWarnings{} // old versions are asked for on purpose
	watcher, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("the cluster: %w", err)
	}
	raw, err := asJSON(config)
	if err != nil {
		return nil, fmt.Errorf("the cluster: %w", err)
	}
	return &Cluster{raw: raw, metadata: watcher, namespace: namespace}, nil
}
