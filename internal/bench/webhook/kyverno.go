package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"guard/internal/bench/peer"
)

var kyverno = peer.Peer{Name: "kyverno-controller", Module: "github.com/kyverno/kyverno", Version: "v1.19.1", Command: "cmd/kyverno", Alone: true}

const kyvernoNamespace = "kyverno"

// prepareKyverno installs what Kyverno needs in a cluster, and the rules as
// policies that it enforces. Its certificate is the one of the others.
func prepareKyverno(ctx context.Context, c *cluster, certificates string) error {
	source, err := kyverno.Source(ctx)
	if err != nil {
		return err
	}
	if err := c.applyFiles(filepath.Join(source, "config", "crds")); err != nil {
		return err
	}
	secret, err := tlsSecret(certificates)
	if err != nil {
		return err
	}
	rules, err := peer.Rules("kyverno/rules.yaml")
	if err != nil {
		return err
	}
	return c.apply(strings.Join([]string{
		`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"` + kyvernoNamespace + `"}}`,
		fmt.Sprintf(secret, "ca"), fmt.Sprintf(secret, "pair"),
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kyverno","namespace":"` + kyvernoNamespace + `"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kyverno-metrics","namespace":"` + kyvernoNamespace + `"}}`,
		strings.ReplaceAll(string(rules), "validationFailureAction: Audit", "validationFailureAction: Enforce"),
	}, "\n---\n"))
}

// tlsSecret is the certificate as a Secret, whose name is still to be put in.
func tlsSecret(certificates string) (string, error) {
	certificate, err := os.ReadFile(filepath.Join(certificates, "tls.crt"))
	if err != nil {
		return "", err
	}
	key, err := os.ReadFile(filepath.Join(certificates, "tls.key"))
	if err != nil {
		return "", err
	}
	encode := base64.StdEncoding.EncodeToString
	return `{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls","metadata":{"name":"%s","namespace":"` + kyvernoNamespace + `","labels":{"cert.kyverno.io/managed-by":"kyverno"}},` +
		`"data":{"tls.crt":"` + encode(certificate) + `","tls.key":"` + encode(key) + `"}}`, nil
}

// kyvernoContestant is Kyverno without reports and events, since nobody else
// writes any.
func kyvernoContestant(binary string, c *cluster) contestant {
	return contestant{
		name: "Kyverno " + kyverno.Version + ", 3 rules", path: "/validate/fail", judges: true,
		args: func(reviews, health string) []string {
			host, port, _ := net.SplitHostPort(reviews)
			_, metrics, _ := net.SplitHostPort(health)
			return []string{binary, "--kubeconfig", c.kubeconfig, "--webhookServerHost", host, "--webhookServerPort", port, "--serverIP", reviews, "--caSecretName", "ca", "--tlsSecretName", "pair",
				"--disableCertManagerController", "--admissionReports=false", "--autoUpdateWebhooks=false", "--omitEvents", "PolicyViolation,PolicyApplied,PolicyError,PolicySkipped",
				"--disableMetrics", "--metricsHost", host, "--metricsPort", metrics, "--controllerRuntimeMetricsAddress", "0",
				"--backgroundServiceAccountName", "system:serviceaccount:kyverno:background", "--reportsServiceAccountName", "system:serviceaccount:kyverno:reports", "--v", "0"}
		},
		env: []string{"KYVERNO_NAMESPACE=" + kyvernoNamespace, "KYVERNO_POD_NAME=kyverno", "KYVERNO_DEPLOYMENT=kyverno", "KYVERNO_SERVICEACCOUNT_NAME=kyverno", "KYVERNO_ROLE_NAME=kyverno", "KYVERNO_SVC=kyverno-svc", "INIT_CONFIG=kyverno", "METRICS_CONFIG=kyverno-metrics"},
	}
}
