package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed rules
var rulesFS embed.FS

// unpackRules writes the peers' rules into dir.
func unpackRules(dir string) (string, error) {
	tree, err := fs.Sub(rulesFS, "rules")
	if err != nil {
		return "", err
	}
	return dir, os.CopyFS(dir, tree)
}

// peer is a tool to compare with, and where its source comes from.
type peer struct {
	name    string
	module  string
	version string
	command string // package of the command, relative to the module
	alone   bool   // its go.mod has a replace directive, so it builds as the main module only
}

var peers = []peer{
	{"conftest", "github.com/open-policy-agent/conftest", "v0.71.1", ".", false},
	{"gator", "github.com/open-policy-agent/gatekeeper/v3", "v3.23.1", "cmd/gator", false},
	{"kyverno", "github.com/kyverno/kyverno", "v1.19.1", "cmd/cli/kubectl-kyverno", true},
}

// choose returns the peers of these names.
func choose(names string) (chosen []peer, err error) {
	for _, name := range strings.FieldsFunc(names, func(r rune) bool { return r == ',' }) {
		i := slices.IndexFunc(peers, func(p peer) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown peer %q, expected some of conftest, gator, kyverno", name)
		}
		chosen = append(chosen, peers[i])
	}
	return chosen, nil
}

// build returns the path of every tool by name, building the peers that the
// cache does not have yet.
func build(ctx context.Context, o options, peers []peer) (map[string]string, error) {
	guard, err := filepath.Abs(o.guard)
	if err != nil {
		return nil, err
	}
	tools := map[string]string{"guard": guard}
	for _, p := range peers {
		binary := filepath.Join(o.cache, p.name+"-"+p.version)
		tools[p.name] = binary
		if _, err := os.Stat(binary); err == nil {
			continue
		}
		fmt.Printf("building %s %s, which takes minutes the first time\n", p.name, p.version)
		if err := p.build(ctx, binary); err != nil {
			return nil, fmt.Errorf("build %s: %w", p.name, err)
		}
	}
	return tools, nil
}

// build compiles the peer. The module's directory in the cache is read-only
// and stays so: what must be the main module is copied out first.
func (p peer) build(ctx context.Context, binary string) error {
	work, err := os.MkdirTemp("", "guard-peer-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return err
	}
	if !p.alone {
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
	return goCommand(ctx, main, nil, "build", "-o", binary, "./"+p.command)
}

// install lets go install build the command in a directory of its own and
// moves the result, as the command's name is not the peer's.
func (p peer) install(ctx context.Context, work, binary string) error {
	target := p.module
	if p.command != "." {
		target += "/" + p.command
	}
	if err := goCommand(ctx, work, []string{"GOBIN=" + work}, "install", target+"@"+p.version); err != nil {
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

// move copies, since the two may be on different file systems.
func move(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o755)
}

// download fetches the module's source and returns its directory.
func (p peer) download(ctx context.Context, work string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", p.module+"@"+p.version)
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
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false -mod=mod", "GOWORK=off"), env...)
	return cmd.Run()
}
