package registrytest

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// distribution is the registry of the CNCF. It is built from source for these
// tests and kept: as a library it would bring nearly fifty modules into go.mod.
const (
	distribution        = "github.com/distribution/distribution/v3/cmd/registry"
	distributionVersion = "v3.1.2"
)

// Distribution is a registry that does not know the referrers API, running
// for the time of the test. The test is skipped in short mode, where nothing
// is built.
func Distribution(t testing.TB) http.Handler {
	t.Helper()
	if testing.Short() {
		t.Skip("short: the distribution registry is not built")
	}
	dir := t.TempDir()
	port := free(t)
	config := filepath.Join(dir, "config.yml")
	text := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %q}}\nhttp: {addr: 127.0.0.1:%s}\n", dir, port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	server := exec.Command(distributionBinary(t), "serve", config)
	server.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Process.Kill(); server.Wait() })
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(20 * time.Millisecond) {
		if response, err := http.Get("http://127.0.0.1:" + port + "/v2/"); err == nil {
			response.Body.Close()
			return behind(port)
		}
	}
	t.Fatalf("the distribution registry does not answer: %s", log.String())
	return nil
}

// behind hands requests on to the registry, under the name they came to.
func behind(port string) http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: "127.0.0.1:" + port})
		r.Out.Host = r.In.Host
		r.Out.Header.Set("X-Forwarded-Proto", "https")
	}}
}

// distributionBinary builds the registry where it is not there yet.
func distributionBinary(t testing.TB) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skipf("no cache directory to build the distribution registry in: %v", err)
	}
	dir := filepath.Join(cache, "guard-test", "registry-"+distributionVersion+"-"+runtime.Version())
	binary := filepath.Join(dir, "registry")
	if _, err := os.Stat(binary); err == nil {
		return binary
	}
	build := exec.Command("go", "install", distribution+"@"+distributionVersion)
	build.Dir = os.TempDir()
	build.Env = append(os.Environ(), "GOBIN="+dir, "CGO_ENABLED=0", "GOFLAGS=-mod=mod")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the distribution registry: %v\n%s", err, out)
	}
	return binary
}

func free(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}
