package clustertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// callLimit bounds one call of kubectl.
const callLimit = 2 * time.Minute

// Kubeconfig writes a kubeconfig that makes a client this user, in these groups,
// and returns its path.
func (c *Cluster) Kubeconfig(user string, groups ...string) (string, error) {
	pair, err := c.authority.client(user, groups...)
	if err != nil {
		return "", err
	}
	text, err := c.authority.kubeconfig(c.URL, pair)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(c.dir, "*.kubeconfig")
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	return file.Name(), errors.Join(err, file.Close())
}

// Kubectl runs kubectl as admin, in the group system:masters, and returns what
// it prints. The test ends where it fails.
func (c *Cluster) Kubectl(t testing.TB, args ...string) string {
	t.Helper()
	out, err := c.kubectl(nil, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TryKubectl is Kubectl where failing is an answer too: its output, and behind
// it what it says on standard error, such as warnings. Input may be empty.
func (c *Cluster) TryKubectl(input string, args ...string) (string, error) {
	out, said, err := c.invoke(strings.NewReader(input), args...)
	return out + said, err
}

// Apply applies a manifest, YAML or JSON, by kubectl as admin.
func (c *Cluster) Apply(t testing.TB, manifest string, args ...string) {
	t.Helper()
	if _, err := c.kubectl(strings.NewReader(manifest), append([]string{"apply", "-f", "-"}, args...)...); err != nil {
		t.Fatal(err)
	}
}

// WaitFor asks until done gives no error. The test ends where that takes longer
// than two minutes, or a program of the control plane ends.
func (c *Cluster) WaitFor(t testing.TB, what string, done func(context.Context) error) {
	t.Helper()
	if err := c.wait(what, callLimit, done); err != nil {
		t.Fatal(err)
	}
}

func (c *Cluster) kubectl(input io.Reader, args ...string) (string, error) {
	out, said, err := c.invoke(input, args...)
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, said)
	}
	return out, err
}

// invoke runs kubectl, and returns what it prints and what it says on standard
// error.
func (c *Cluster) invoke(input io.Reader, args ...string) (out, said string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, "kubectl"), append([]string{"--kubeconfig=" + c.config}, args...)...)
	cmd.Dir, cmd.Env = c.dir, environment(c.dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = input, &stdout, &stderr
	dieWithParent(cmd)
	runtime.LockOSThread() // its parent, see process.run
	defer runtime.UnlockOSThread()
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("kubectl %s: %w", strings.Join(args, " "), err)
	}
	return stdout.String(), stderr.String(), err
}
