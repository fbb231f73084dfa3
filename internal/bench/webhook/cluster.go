package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guard/admission/clustertest"
)

// cluster is a control plane for the peers, who read their policies from one
// and do not start without.
type cluster struct {
	*clustertest.Cluster
	kubeconfig string
}

func openCluster() (*cluster, error) {
	plane, err := clustertest.Open(clustertest.Options{})
	if err != nil {
		return nil, fmt.Errorf("start a control plane for the peers: %w", err)
	}
	kubeconfig, err := plane.Kubeconfig("admin", "system:masters")
	if err != nil {
		return nil, errors.Join(err, plane.Close(false))
	}
	c := &cluster{plane, kubeconfig}
	// Some look at the namespace of a Pod.
	if err := c.apply(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"` + namespace + `"}}`); err != nil {
		return nil, errors.Join(err, plane.Close(false))
	}
	return c, nil
}

// applyLimit bounds how long an object may wait for its definition.
const applyLimit = time.Minute

// apply applies a manifest, again and again while the kinds in it are only
// just being defined.
func (c *cluster) apply(manifest string) (err error) {
	var said string
	for end := time.Now().Add(applyLimit); time.Now().Before(end); time.Sleep(time.Second) {
		if said, err = c.TryKubectl(manifest, "apply", "--server-side", "-f", "-"); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: %.500s", err, said)
}

// applyFiles applies the YAML files below directories.
func (c *cluster) applyFiles(dirs ...string) error {
	for _, dir := range dirs {
		if said, err := c.TryKubectl("", "apply", "--server-side", "-R", "-f", dir); err != nil {
			return fmt.Errorf("%w: %.500s", err, said)
		}
	}
	return nil
}

// objects picks the objects of these kinds out of a stream of YAML documents.
func objects(file string, kinds ...string) (string, error) {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return "", err
	}
	var picked []string
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		for _, kind := range kinds {
			if strings.HasPrefix(document, "kind: "+kind+"\n") || strings.Contains(document, "\nkind: "+kind+"\n") {
				picked = append(picked, document)
			}
		}
	}
	if len(picked) == 0 {
		return "", fmt.Errorf("%s has no %s", file, strings.Join(kinds, " and no "))
	}
	return strings.Join(picked, "\n---\n"), nil
}
