package install

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"time"

	"k8s.io/client-go/rest"

	"guard/admission"
)

// The names that the chart gives.
const (
	// Name is that of the ValidatingWebhookConfiguration, and of the Service
	// that the API server calls.
	Name = "guard-webhook"

	// replicas is the Service without an address of its own that names every
	// replica which is ready.
	replicas = "guard-webhook-replicas"

	// port is where a replica answers reviews.
	port = "8443"
)

// Options say what is armed.
type Options struct {
	Namespace string               // of the webhook itself, which is never asked about
	Replicas  int                  // how many must answer first, at least 1
	CA        []byte               // PEM: whom the API server believes that it talks to the webhook
	Timeout   int32                // seconds that the API server waits, 1 to 5
	More      []admission.Resource // kinds that are not Kubernetes' own and hold a Pod
	Wait      time.Duration        // for the replicas

	// Excluded are more namespaces, by their names, about which the webhook is
	// never asked: those without which no Pod starts, its own included.
	Excluded []string

	// Lookup gives the addresses of a host, and Dial connects to one. Nil: those
	// of package net.
	Lookup func(ctx context.Context, host string) ([]string, error)
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)

	// Tell is told why the webhook is not armed yet, each time that it changes.
	// Nil: nobody.
	Tell func(why string)
}

// maxTimeout is the most seconds that an API server should wait for a webhook
// which every Pod has to pass.
const maxTimeout = 5

// maxExcluded is how many more namespaces may be excluded.
const maxExcluded = 32

// namespaceForm is what names of namespaces look like.
var namespaceForm = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// Validate tells what is missing or cannot be meant.
func (o *Options) Validate() error {
	switch {
	case o.Namespace == "":
		return errors.New("the namespace of the webhook is not given")
	case o.Namespace == system:
		return fmt.Errorf("the webhook cannot live in %s", system)
	case o.Replicas < 1 || o.Replicas > maxReplicas:
		return fmt.Errorf("%d replicas: expected 1 to %d", o.Replicas, maxReplicas)
	case o.Timeout < 1 || o.Timeout > maxTimeout:
		return fmt.Errorf("a timeout of %d s: expected 1 to %d", o.Timeout, maxTimeout)
	case o.Wait <= 0:
		return errors.New("the time to wait for the replicas is not given")
	case len(o.Excluded) > maxExcluded:
		return fmt.Errorf("%d namespaces are excluded: expected at most %d", len(o.Excluded), maxExcluded)
	}
	for _, name := range append([]string{o.Namespace}, o.Excluded...) {
		if !namespaceForm.MatchString(name) {
			return fmt.Errorf("%q is no name of a namespace", name)
		}
	}
	if !x509.NewCertPool().AppendCertsFromPEM(o.CA) {
		return errors.New("the CA holds no certificate in PEM, so the API server could not call the webhook")
	}
	return nil
}

// host is the name by which the API server calls the webhook, and which its
// certificate is for.
func (o *Options) host() string { return Name + "." + o.Namespace + ".svc" }

// resourceForm is what group/version/resource looks like; nothing in it is a
// wildcard.
var resourceForm = regexp.MustCompile(`^([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)/(v[0-9]+(?:(?:alpha|beta)[0-9]+)?)/([a-z][a-z0-9]*)$`)

// ParseResource reads group/version/resource: argoproj.io/v1alpha1/rollouts.
func ParseResource(text string) (admission.Resource, error) {
	parts := resourceForm.FindStringSubmatch(text)
	if parts == nil {
		return admission.Resource{}, fmt.Errorf("%q: expected group/version/resource, such as argoproj.io/v1alpha1/rollouts", text)
	}
	return admission.Resource{Group: parts[1], Version: parts[2], Resource: parts[3]}, nil
}

// maxCA bounds the file of the CA, in bytes: the API server keeps it in an
// object of at most some megabytes, once for each webhook.
const maxCA = 256 << 10

// ReadCA reads the certificates of a CA, at most 256 KiB.
func ReadCA(file string) ([]byte, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxCA:
		return nil, fmt.Errorf("%s: expected a file of at most %d KiB", file, maxCA>>10)
	}
	return os.ReadFile(file)
}

// InCluster is how a Pod reaches the API server: with the token of its service
// account.
func InCluster() (*rest.Config, error) {
	config, err := rest.InClusterConfig()
	if err != nil {
		return nil, fmt.Errorf("only a Pod with a service account can do this: %w", err)
	}
	return config, nil
}
