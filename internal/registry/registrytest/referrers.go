package registrytest

import (
	"net/http"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
)

// WithReferrers is a registry that has the referrers API.
func WithReferrers() http.Handler { return ociserver.New(ocimem.New(), nil) }
