package cli_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/registrytest"
	"guard/internal/registry/transport"
)

// The configuration of the image that scripts find in a registry. It holds
// secrets, and characters that do things to a terminal.
const scriptConfig = `{
	"os": "linux", "architecture": "amd64", "created": "2026-01-02T03:04:05Z",
	"config": {
		"User": "1000", "Entrypoint": ["/app"], "ExposedPorts": {"8080/tcp": {}},
		"Env": ["PATH=/bin", "API_TOKEN=canary-9f8e7d6c5b4a", "DATABASE_URL=postgres://app:canary-1a2b3c4d5e@db/app"],
		"Labels": {"org.opencontainers.image.revision": "0123456789012345678901234567890123456789", "title": "\u001b[31mred", "password": "canary-a1b2c3d4e5f6"}
	},
	"history": [
		{"created_by": "RUN |1 NPM_TOKEN=canary-0a9b8c7d6e5f npm ci # buildkit"},
		{"created_by": "ENV API_TOKEN=canary-9f8e7d6c5b4a", "empty_layer": true}
	]
}`

// serveImage starts a registry with one image, and answers its host and a file
// with the authority that its certificate is of.
func serveImage(t *testing.T) (host, roots string) {
	t.Helper()
	host, roots, _ = serveImageBy(t, registrytest.WithReferrers())
	return host, roots
}

// serveImageBy does so by a registry, and gives the digests by tag.
func serveImageBy(t *testing.T, handler http.Handler) (host, roots string, digests map[string]string) {
	t.Helper()
	network := registrytest.NewNetwork(t)
	host, roots = "127.0.0.1:"+network.Server(handler), filepath.Join(t.TempDir(), "roots.pem")
	network.WriteRoots(roots)
	client, err := registry.New(registry.Options{Transport: transport.Options{Allow: []string{"127.0.0.1"}, Roots: network.Roots()}})
	if err != nil {
		t.Fatal(err)
	}
	repository, err := client.Repository((*imageref.Classifier)(nil).Parse(host + "/acme/app:1.0"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if _, err := repository.PushBlob(ctx, []byte(scriptConfig)); err != nil {
		t.Fatal(err)
	}
	const manifestType, indexType = "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"
	manifest := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%x","size":%d},"layers":[]}`,
		manifestType, sha256.Sum256([]byte(scriptConfig)), len(scriptConfig))
	pushed, err := repository.PushManifest(ctx, "1.0", manifestType, manifest)
	if err != nil {
		t.Fatal(err)
	}
	index := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[{"mediaType":%q,"digest":"sha256:%x","size":%d,"platform":{"os":"linux","architecture":"amd64"}}]}`,
		indexType, manifestType, sha256.Sum256(manifest), len(manifest))
	multi, err := repository.PushManifest(ctx, "multi", indexType, index)
	if err != nil {
		t.Fatal(err)
	}
	return host, roots, map[string]string{"1.0": pushed.Digest, "multi": multi.Digest}
}
