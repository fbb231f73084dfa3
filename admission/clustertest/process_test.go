package clustertest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// parent is the variable that makes the test's own binary a test that is about
// to be killed.
const parent = "GUARD_CLUSTERTEST_PARENT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parent); dir != "" {
		p, err := start(programDirectory(), dir, "sleep", "600")
		if err != nil {
			panic(err)
		}
		fmt.Println(p.cmd.Process.Pid)
		<-p.ended
	}
	os.Exit(m.Run())
}

// programDirectory is where the system's own programs are.
func programDirectory() string {
	path, _ := exec.LookPath("sleep")
	return filepath.Dir(path)
}

func TestProcess_EndsWhenTheTestIsKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a program with its parent")
	}
	test := exec.Command(os.Args[0])
	test.Env = append(os.Environ(), parent+"="+t.TempDir())
	out, err := test.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := test.Start(); err != nil {
		t.Fatal(err)
	}
	pid, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	command := "/proc/" + strings.TrimSpace(pid) + "/cmdline"
	if text, err := os.ReadFile(command); err != nil || !strings.HasPrefix(string(text), filepath.Join(programDirectory(), "sleep")) {
		t.Fatalf("the program does not run: %q, %v", text, err)
	}
	test.Process.Kill()
	test.Wait()
	for began := time.Now(); time.Since(began) < 10*time.Second; time.Sleep(10 * time.Millisecond) {
		if text, _ := os.ReadFile(command); len(text) == 0 { // gone, or not yet waited for by init
			return
		}
	}
	t.Error("the program outlives the test that started it")
}

func TestProcess_Stop(t *testing.T) {
	p, err := start(programDirectory(), t.TempDir(), "sleep", "600")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.dead(); err != nil {
		t.Errorf("while it runs: %v", err)
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	if p.dead() == nil {
		t.Error("still running after stop")
	}
}

func TestCluster_WaitShowsWhatADeadProgramSaidLast(t *testing.T) {
	c := &Cluster{bin: programDirectory(), dir: t.TempDir()}
	if err := c.run("sleep", "no time at all"); err != nil {
		t.Fatal(err)
	}
	err := c.wait("the impossible", time.Minute, func(context.Context) error { return os.ErrNotExist })
	for _, part := range []string{"the impossible", "sleep has ended", "exit status 1", "no time at all"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v: it should say %q", err, part)
		}
	}
}

func TestCluster_WaitEnds(t *testing.T) {
	c := &Cluster{}
	err := c.wait("the impossible", 100*time.Millisecond, func(context.Context) error { return os.ErrNotExist })
	if err == nil || !strings.Contains(err.Error(), "waited 100ms for the impossible: "+os.ErrNotExist.Error()) {
		t.Error(err)
	}
}

func TestProcess_TailIsWholeLines(t *testing.T) {
	p := process{log: filepath.Join(t.TempDir(), "log")}
	if err := os.WriteFile(p.log, []byte("first\n"+strings.Repeat("x", tailSize-5)+"\nlast\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := p.tail(tailSize); got != "last\n" {
		t.Errorf("got %q", got)
	}
}
