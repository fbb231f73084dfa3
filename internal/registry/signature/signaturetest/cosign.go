package signaturetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const cosignVersion = "v2.6.5"

// Cosign is cosign's command line with a directory of its own.
type Cosign struct {
	t      testing.TB
	binary string
	Dir    string
}

// NewCosign finds cosign: the one in GUARD_COSIGN, or the pinned version in the
// cache, which is built there first where GUARD_BUILD_PEERS is set (minutes).
// Without any of that the test is skipped.
func NewCosign(t testing.TB) *Cosign {
	t.Helper()
	if binary := os.Getenv("GUARD_COSIGN"); binary != "" {
		return &Cosign{t, binary, t.TempDir()}
	}
	cache, err := os.UserCacheDir()
	must(t, err)
	binary := filepath.Join(cache, "guard", "peers", "cosign-"+cosignVersion, "cosign")
	if _, err := os.Stat(binary); err == nil {
		return &Cosign{t, binary, t.TempDir()}
	}
	if os.Getenv("GUARD_BUILD_PEERS") == "" {
		t.Skipf("cosign %s is not there: GUARD_BUILD_PEERS=1 builds it, GUARD_COSIGN names another", cosignVersion)
	}
	build := exec.CommandContext(t.Context(), "go", "install", "github.com/sigstore/cosign/v2/cmd/cosign@"+cosignVersion)
	build.Env = append(os.Environ(), "GOBIN="+filepath.Dir(binary), "GOFLAGS=-trimpath")
	build.Dir = t.TempDir()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build cosign: %v\n%s", err, out)
	}
	return &Cosign{t, binary, t.TempDir()}
}

// Run runs cosign, which must go well.
func (c *Cosign) Run(args ...string) {
	c.t.Helper()
	if out, err := c.Try(args...); err != nil {
		c.t.Fatalf("cosign %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// Try runs cosign and gives what it says.
func (c *Cosign) Try(args ...string) (string, error) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), c.binary, args...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), "COSIGN_PASSWORD=", "HOME="+c.Dir, "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Read reads a file that cosign has written.
func (c *Cosign) Read(name string) []byte {
	c.t.Helper()
	data, err := os.ReadFile(filepath.Join(c.Dir, name))
	must(c.t, err)
	return data
}

// Write writes a file for cosign to read.
func (c *Cosign) Write(name string, data []byte) {
	c.t.Helper()
	must(c.t, os.WriteFile(filepath.Join(c.Dir, name), data, 0o600))
}
