package cluster

import (
	"errors"
	"fmt"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// ErrOutside says that the process runs in no cluster.
var ErrOutside = errors.New("guard runs in no cluster, and no kubeconfig is named")

// How many questions the API server is asked in a second, and at most at once.
const (
	askedPerSecond = 50
	askedAtOnce    = 100
)

// Config finds the cluster: that of a kubeconfig file, else the one that the
// process runs in. The error is ErrOutside where there is none.
func Config(kubeconfig string) (*rest.Config, error) {
	var config *rest.Config
	var err error
	if kubeconfig != "" {
		config, err = clientcmd.BuildConfigFromFlags("", kubeconfig)
	} else {
		config, err = rest.InClusterConfig()
	}
	switch {
	case errors.Is(err, rest.ErrNotInCluster):
		return nil, ErrOutside
	case err != nil:
		return nil, fmt.Errorf("the cluster: %w", err)
	}
	config.QPS, config.Burst, config.Timeout = askedPerSecond, askedAtOnce, asking
	config.UserAgent = "guard-webhook"
	return config, nil
}
