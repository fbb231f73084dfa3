package signaturetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// CosignVersion is that of the library in go.mod too.
const CosignVersion = "v2.6.5"

// CosignPassword is that of the keys it makes.
const CosignPassword = "correct horse"

// Cosign is cosign's command line with a directory of its own.
type Cosign struct {
	t      testing.TB
	Binary string
	Dir    string
}

// NewCosign finds cosign in guard's cache, and builds it there first where it
// is not: that takes minutes, and is told of. The test is skipped in short
// mode, where nothing is built.
func NewCosign(t testing.TB) *Cosign {
	t.Helper()
	if testing.Short() {
		t.Skip("short: cosign is not built")
	}
	cache, err := os.UserCacheDir()
	must(t, err)
	binary := filepath.Join(cache, "guard", "peers", "cosign-"+CosignVersion+"-"+runtime.Version())
	if _, err := os.Stat(binary); err != nil {
		buildCosign(t, binary)
	}
	return &Cosign{t, binary, t.TempDir()}
}

// buildCosign builds beside the binary and moves the result, so that what is
// there is whole.
func buildCosign(t testing.TB, binary string) {
	t.Helper()
	fmt.Fprintf(os.Stderr, "building cosign %s into %s, which takes minutes\n", CosignVersion, filepath.Dir(binary))
	must(t, os.MkdirAll(filepath.Dir(binary), 0o755))
	work, err := os.MkdirTemp(filepath.Dir(binary), "building-")
	must(t, err)
	defer os.RemoveAll(work)
	build := exec.CommandContext(t.Context(), "go", "install", "-trimpath", "-ldflags=-s -w", "github.com/sigstore/cosign/v2/cmd/cosign@"+CosignVersion)
	build.Env = append(os.Environ(), "GOBIN="+work, "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off")
	build.Dir = work
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build cosign: %v\n%s", err, out)
	}
	must(t, os.Rename(filepath.Join(work, "cosign"), binary))
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
	cmd := exec.CommandContext(c.t.Context(), c.Binary, args...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), "COSIGN_PASSWORD="+CosignPassword, "HOME="+c.Dir, "NO_COLOR=1")
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
