package clustertest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// helm is built from its own module, as its users have it.
const helm = "helm.sh/helm/v3/cmd/helm@v3.22.0"

// BuildHelm returns the path of helm. It builds it where guard's cache lacks
// it, and tells progress that it does, since that takes minutes.
func BuildHelm(progress io.Writer) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no directory to keep helm in: %w", err)
	}
	version, err := exec.CommandContext(ctx, "go", "version").Output()
	if err != nil {
		return "", fmt.Errorf("go version: %w", err)
	}
	key := sha256.Sum256([]byte(string(version) + helm))
	dir := filepath.Join(cache, "guard", "helm", hex.EncodeToString(key[:8]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(dir, "lock")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	path := filepath.Join(dir, "helm")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	fmt.Fprintf(progress, "building %s: minutes of processor time\n", helm)
	return path, goCommand(ctx, dir, progress, "-mod=mod", "install", "-trimpath", "-ldflags", "-s -w", helm)
}

// Helm runs helm as admin, and returns what it says.
func (c *Cluster) Helm(args ...string) (string, error) {
	helm, err := BuildHelm(os.Stderr)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*callLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, helm, append([]string{"--kubeconfig=" + c.config}, args...)...)
	cmd.Env = environment(c.dir)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
