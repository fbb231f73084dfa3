// Package peer builds the tools that guard is compared with, and has the rules
// that all of them are given.
package peer

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed rules
var rulesFS embed.FS

// UnpackRules writes the peers' rules into dir, a directory for each peer.
func UnpackRules(dir string) error {
	tree, err := fs.Sub(rulesFS, "rules")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, tree)
}

// Rules is the file of a peer's rules: "gator/rules.yaml".
func Rules(name string) ([]byte, error) { return rulesFS.ReadFile("rules/" + name) }

// Peer is a tool to compare with, and where its source comes from.
type Peer struct {
	Name    string
	Module  string
	Version string
	Command string // package of the command, relative to the module
	Alone   bool   // its go.mod has a replace directive, so it builds as the main module only
}

// Conftest and OPA are those that tests run, too: they read the bundles that guard
// builds.
var (
	Conftest = Peer{Name: "conftest", Module: "github.com/open-policy-agent/conftest", Version: "v0.71.1", Command: "."}
	OPA      = Peer{Name: "opa", Module: "github.com/open-policy-agent/opa", Version: "v1.22.2", Command: "."}
)

// DefaultCache is where peers are kept by default.
func DefaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "guard", "peers")
}

// Build returns the path of a tool, which it builds where the cache does not
// have it yet.
func (p Peer) Build(ctx context.Context, cache string) (string, error) {
	binary := filepath.Join(cache, p.Name+"-"+p.Version)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	fmt.Fprintf(os.Stderr, "building %s %s, which takes minutes the first time\n", p.Name, p.Version)
	if err := p.build(ctx, binary); err != nil {
		return "", fmt.Errorf("build %s: %w", p.Name, err)
	}
	return binary, nil
}

// build compiles the peer. The module's directory in the cache is read-only
// and stays so: what must be the main module is copied out first.
func (p Peer) build(ctx context.Context, binary string) error {
	work, err := os.MkdirTemp("", "guard-peer-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return err
	}
	if !p.Alone {
		return p.install(ctx, work, binary)
	}
	source, err := p.download(ctx, work)
	if err != nil {
		return err
	}
	main := filepath.Join(work, "source")
	if err := os.CopyFS(main, os.DirFS(source)); err != nil {
		return err
	}
	return goCommand(ctx, main, nil, "build", "-o", binary, "./"+p.Command)
}

// install lets go install build the command in a directory of its own and
// moves the result, as the command's name is not the peer's.
func (p Peer) install(ctx context.Context, work, binary string) error {
	target := p.Module
	if p.Command != "." {
		target += "/" + p.Command
	}
	if err := goCommand(ctx, work, []string{"GOBIN=" + work}, "install", target+"@"+p.Version); err != nil {
		return err
	}
	return move(filepath.Join(work, filepath.Base(installedName(target))), binary)
}

// installedName is what go install calls a command: its path without a major
// version at the end.
func installedName(target string) string {
	if base := filepath.Base(target); len(base) > 1 && base[0] == 'v' && base[1] >= '0' && base[1] <= '9' {
		return filepath.Dir(target)
	}
	return target
}

// move copies, since the two may be on different file systems, beside its target
// first, so that what is there is whole.
func move(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	beside, err := os.MkdirTemp(filepath.Dir(to), "building-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(beside)
	whole := filepath.Join(beside, filepath.Base(to))
	if err := os.WriteFile(whole, data, 0o755); err != nil {
		return err
	}
	return os.Rename(whole, to)
}

// Source downloads the peer's module and returns its directory, which is
// read-only.
func (p Peer) Source(ctx context.Context) (string, error) {
	work, err := os.MkdirTemp("", "guard-peer-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	return p.download(ctx, work)
}

// download fetches the module's source and returns its directory.
func (p Peer) download(ctx context.Context, work string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", p.Module+"@"+p.Version)
	cmd.Dir, cmd.Stderr = work, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	var module struct{ Dir string }
	err = json.Unmarshal(out, &module)
	return module.Dir, err
}

func goCommand(ctx context.Context, dir string, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stderr, os.Stderr
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false -mod=mod -trimpath", "GOWORK=off"), env...)
	return cmd.Run()
}
