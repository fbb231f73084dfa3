package main

import (
	"context"
	"net"
	"path/filepath"
	"strings"

	"guard/internal/bench/peer"
)

var gatekeeper = peer.Peer{Name: "gatekeeper", Module: "github.com/open-policy-agent/gatekeeper/v3", Version: "v3.23.1", Command: "."}

const gatekeeperNamespace = "gatekeeper-system"

// prepareGatekeeper installs what Gatekeeper needs in a cluster, and the rules
// as constraints.
func prepareGatekeeper(ctx context.Context, c *cluster) error {
	source, err := gatekeeper.Source(ctx)
	if err != nil {
		return err
	}
	installed, err := objects(filepath.Join(source, "deploy", "gatekeeper.yaml"), "Namespace", "CustomResourceDefinition")
	if err != nil {
		return err
	}
	if err := c.apply(installed); err != nil {
		return err
	}
	// It keeps its state in objects that its own Pod owns.
	return c.apply(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"gatekeeper","namespace":"` + gatekeeperNamespace + `"},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"manager","image":"gatekeeper",` +
		`"securityContext":{"runAsNonRoot":true,"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}]}}`)
}

// constrain gives Gatekeeper the rules. A constraint's kind is defined by
// Gatekeeper itself, once it has compiled the template.
func constrain(c *cluster) error {
	rules, err := peer.Rules("gator/rules.yaml")
	if err != nil {
		return err
	}
	var templates, constraints []string
	for document := range strings.SplitSeq(string(rules), "\n---\n") {
		if strings.Contains(document, "kind: ConstraintTemplate\n") {
			templates = append(templates, document)
		} else {
			constraints = append(constraints, document)
		}
	}
	if err := c.apply(strings.Join(templates, "\n---\n")); err != nil {
		return err
	}
	return c.apply(strings.Join(constraints, "\n---\n"))
}

func gatekeeperContestant(binary string, c *cluster, certificates string) contestant {
	return contestant{
		name: "Gatekeeper " + gatekeeper.Version + ", 3 rules", path: "/v1/admit", judges: true,
		args: func(reviews, health string) []string {
			host, port, _ := net.SplitHostPort(reviews)
			return []string{binary, "--host", host, "--port", port, "--cert-dir", certificates, "--disable-cert-rotation", "--kubeconfig", c.kubeconfig,
				"--health-addr", health, "--prometheus-port", "0", "--operation", "webhook", "--operation", "status", "--operation", "generate", "--exempt-namespace", gatekeeperNamespace,
				"--disable-opa-builtin", "{http.send}"}
		},
		env:   []string{"POD_NAME=gatekeeper", "POD_NAMESPACE=" + gatekeeperNamespace, "NAMESPACE=" + gatekeeperNamespace, "CONTAINER_NAME=manager"},
		ready: func() error { return constrain(c) },
	}
}
