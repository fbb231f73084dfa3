package clustertest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// programs are the names under which the one binary is linked.
var programs = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"}

// kwok is built from its own module: it wants newer libraries than those that
// Kubernetes 1.35 is built with.
const kwok = "sigs.k8s.io/kwok/cmd/kwok@v0.8.0"

// buildLimit bounds a build from nothing, on a slow and busy machine.
const buildLimit = 40 * time.Minute

// Build returns the directory that holds the control plane's programs. It builds
// them where guard's cache lacks them, and tells progress that it does, since
// that takes minutes. A second caller waits for the first.
func Build(progress io.Writer) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	source, err := sourceDirectory(ctx)
	if err != nil {
		return "", err
	}
	dir, err := cacheDirectory(ctx, source)
	if err != nil || built(dir) {
		return dir, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(dir, "lock")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	if built(dir) {
		return dir, nil
	}
	if err := build(ctx, source, dir, progress); err != nil {
		return "", fmt.Errorf("build the control plane of %s: %w", source, err)
	}
	return dir, nil
}

// sourceDirectory finds the nested module from wherever in guard the test runs.
func sourceDirectory(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	dir := filepath.Join(filepath.Dir(string(bytes.TrimSpace(out))), "admission", "controlplane")
	_, err = os.Stat(filepath.Join(dir, "go.mod"))
	return dir, err
}

// cacheDirectory is named by everything that the binary is made of.
func cacheDirectory(ctx context.Context, source string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no directory to keep the control plane in: %w", err)
	}
	version, err := exec.CommandContext(ctx, "go", "version").Output()
	if err != nil {
		return "", fmt.Errorf("go version: %w", err)
	}
	key, err := sourceKey(source, string(version)+kwok)
	return filepath.Join(cache, "guard", "controlplane", key), err
}

// sourceKey is the hash of a module's files and of what else it depends on.
func sourceKey(source string, others string) (string, error) {
	files, err := filepath.Glob(filepath.Join(source, "*"))
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%d %s", len(others), others)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d %s", filepath.Base(file), len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// built says whether every program is there. The binary of most is moved to its
// place last, so what is there is whole.
func built(dir string) bool {
	for _, name := range append([]string{"kwok"}, programs...) {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

func build(ctx context.Context, source, dir string, progress io.Writer) error {
	flags, version, err := versionFlags(source)
	if err != nil {
		return err
	}
	began := time.Now()
	fmt.Fprintf(progress, "building the control plane, Kubernetes %s, into %s: about ten minutes of processor time\n", version, dir)
	fresh := filepath.Join(dir, "controlplane.new")
	if err := goCommand(ctx, source, progress, "-mod=readonly", "build", "-trimpath", "-ldflags", "-s -w"+flags, "-o", fresh, "."); err != nil {
		return err
	}
	fmt.Fprintf(progress, "building kwok, %s\n", kwok)
	if err := goCommand(ctx, dir, progress, "-mod=mod", "install", "-trimpath", "-ldflags", "-s -w", kwok); err != nil {
		return err
	}
	if err := link(dir); err != nil {
		return err
	}
	fmt.Fprintf(progress, "built the control plane in %s\n", time.Since(began).Round(time.Second))
	return os.Rename(fresh, filepath.Join(dir, "controlplane"))
}

// goCommand runs the go command in dir, where it also installs.
func goCommand(ctx context.Context, dir string, progress io.Writer, mod string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, progress, progress
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false "+mod, "GOWORK=off", "GOBIN="+dir)
	if err := cmd.Run(); err != nil {
		return errors.Join(fmt.Errorf("go %s: %w", args[0], err), ctx.Err())
	}
	return nil
}

// link gives the binary its names. They point nowhere until it is there.
func link(dir string) error {
	for _, name := range programs {
		if err := os.Symlink("controlplane", filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}

var kubernetesVersion = regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes (v(\d+)\.(\d+)\.\d+)$`)

// versionFlags tells the linker which version Kubernetes is: without them the
// API server calls itself v0.0.0.
func versionFlags(source string) (flags, version string, err error) {
	text, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		return "", "", err
	}
	match := kubernetesVersion.FindSubmatch(text)
	if match == nil {
		return "", "", errors.New("its go.mod requires no release of k8s.io/kubernetes")
	}
	const variable = " -X k8s.io/component-base/version."
	return fmt.Sprintf("%sgitVersion=%s%sgitMajor=%s%sgitMinor=%s", variable, match[1], variable, match[2], variable, match[3]), string(match[1]), nil
}
