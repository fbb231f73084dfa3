package clustertest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// process is one program of the control plane and the file it logs to.
type process struct {
	name  string
	log   string
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended
}

// start runs a program of bin, by its name, with its log in dir.
func start(bin, dir, name string, args ...string) (*process, error) {
	p := &process{name: name, log: filepath.Join(dir, name+".log"), ended: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	p.cmd = exec.Command(filepath.Join(bin, name), args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr, p.cmd.Env = dir, log, log, environment(dir)
	dieWithParent(p.cmd)
	started := make(chan error)
	go p.run(log, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// startIn runs the program of a root directory in it, with nothing but what it
// holds, as a user without rights.
func startIn(root, name, log string, env, args []string) (*process, error) {
	p := &process{name: name, log: log, ended: make(chan struct{})}
	to, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	p.cmd = exec.Command("/program", args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr, p.cmd.Env = "/", to, to, env
	dieWithParent(p.cmd)
	confine(p.cmd, root)
	started := make(chan error)
	go p.run(to, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// run keeps its thread while the program runs: Linux ends a program whose
// parent thread, not only whose parent process, is gone.
func (p *process) run(log io.Closer, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer log.Close()
	err := p.cmd.Start()
	started <- err
	if err == nil {
		p.cmd.Wait()
		close(p.ended)
	}
}

// environment is what the programs see of ours: nothing of the user's own
// clusters, and no proxy.
func environment(home string) []string {
	return []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + home, "KUBERC=off"}
}

// stop ends the program. What it has stored is thrown away, so it is not asked
// to end in order.
func (p *process) stop() error {
	p.cmd.Process.Kill()
	select {
	case <-p.ended:
		return nil
	case <-time.After(10 * time.Second):
		return fmt.Errorf("%s, process %d, does not end", p.name, p.cmd.Process.Pid)
	}
}

// dead says how a program came to its end that should be running.
func (p *process) dead() error {
	select {
	case <-p.ended:
		return fmt.Errorf("%s has ended, %s; the end of its log:\n%s", p.name, p.cmd.ProcessState, p.tail(tailSize))
	default:
		return nil
	}
}

// How many bytes of a log an error shows: of a program that has ended, and of
// each where it is not known which is at fault.
const (
	tailSize      = 4 << 10
	shortTailSize = 1 << 10
)

// tail is the last lines of the log, of so many bytes at most.
func (p *process) tail(size int64) string {
	file, err := os.Open(p.log)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err.Error()
	}
	from := max(0, info.Size()-size)
	text, err := io.ReadAll(io.NewSectionReader(file, from, size))
	if err != nil && !errors.Is(err, io.EOF) {
		return err.Error()
	}
	if _, whole, cut := strings.Cut(string(text), "\n"); cut && from > 0 {
		return whole
	}
	return string(text)
}
