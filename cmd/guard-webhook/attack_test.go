package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guard/admission/admissiontest"
	"guard/internal/policy/policytest"
)

// The bounds of an attack on a webhook.
const (
	attackedLimit = 2 * time.Second  // of the API server
	attackTime    = 30 * time.Second // for hangs: others may use the machine, too
	attackGrowth  = 256 << 20
	attackMemory  = 1 << 30
)

// RELIABILITY 48 at admission: of rules that take time or memory without end
// the review is denied, others are answered meanwhile and after, and where what
// cannot be stopped is too much, or takes too much memory, the process ends and
// says why.
func TestAttack_DeniesThatReviewOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	binary := buildAttacked(t)
	w := newAttacked(t, binary)
	for _, attack := range policytest.Attacks {
		if attack.Compiling || attack.Greedy {
			continue
		}
		t.Run(attack.Name, func(t *testing.T) { w.attack(t, attack) })
	}
	if t.Failed() {
		t.Logf("%.5000s", w.log)
	}
	if peak := w.peak(t); peak > attackMemory {
		t.Errorf("it took %d MiB, more than %d", peak>>20, attackMemory>>20)
	}
	metrics := w.metrics(t)
	left := regexp.MustCompile(`(?m)^guard_evaluations_left_total (\d+)$`).FindStringSubmatch(metrics)
	if len(left) != 2 || left[1] == "0" || !strings.Contains(w.log.String(), "goes on though it was stopped") {
		t.Errorf("it is not told what was left behind: %q\n%s", left, w.log)
	}
	w.endsItself(t, "evaluations of rules go on", func(a policytest.Attack) bool { return a.Deaf && !a.Greedy })
	newAttacked(t, binary).endsItself(t, "takes more than 512 MiB of memory", func(a policytest.Attack) bool { return a.Greedy })
}

// attacked is a webhook with rules that attack it.
type attacked struct {
	client *http.Client
	url    string
	health string
	cmd    *exec.Cmd
	ended  chan error
	log    *logged
}

// logged is what a process writes.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// buildAttacked builds the webhook as it is shipped, with less memory for rules.
func buildAttacked(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "guard-webhook")
	build := exec.Command("go", "build", "-ldflags", fmt.Sprintf("-X guard/internal/policy.growth=%d", attackGrowth), "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

func newAttacked(t *testing.T, binary string) *attacked {
	t.Helper()
	dir, config := t.TempDir(), t.TempDir()
	a := admissiontest.NewAuthority(t)
	a.Write(t, dir, time.Now().Add(time.Hour))
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(config, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(config, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("guard.yaml", "version: 1\nprofile: minimal\npolicies: [policy]\n")
	for _, attack := range policytest.Attacks {
		if !attack.Compiling {
			write("policy/"+attack.File(), attack.Text())
		}
	}
	reviews, health := free(t), free(t)
	w := &attacked{health: "http://" + health, url: "https://" + reviews + "/validate?timeout=", log: &logged{}, ended: make(chan error, 1)}
	w.cmd = exec.Command(binary, "--listen", reviews, "--health", health, "--cert", filepath.Join(dir, "tls.crt"), "--key", filepath.Join(dir, "tls.key"), "--config-dir", config, "--config", "guard.yaml")
	w.cmd.Stderr, w.cmd.Env = w.log, append(os.Environ(), "GOMAXPROCS=2")
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { w.ended <- w.cmd.Wait() }()
	t.Cleanup(func() { _ = w.cmd.Process.Kill() })
	w.client = &http.Client{Timeout: attackTime, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Pool, ServerName: "127.0.0.1"}, ForceAttemptHTTP2: true}}
	var err error
	for range 400 {
		if _, err = w.ask(innocent, attackTime); err == nil {
			return w
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the webhook does not answer: %v\n%.2000s", err, w.log)
	return nil
}

// innocent is an image that no rule is about.
const innocent = "registry.example.com/shop/web:1.4.2"

// ask sends the review of a Pod with an image, and returns the answer.
func (w *attacked) ask(image string, limit time.Duration) (string, error) {
	response, err := w.client.Post(w.url+limit.String(), "application/json", strings.NewReader(podWith(image)))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%d %.300s", response.StatusCode, text)
	}
	return string(text), err
}

// allowed tells what is wrong where an innocent Pod is not let in.
func (w *attacked) allowed() error {
	text, err := w.ask(innocent, attackTime)
	if err == nil && !strings.Contains(text, `"allowed":true`) {
		err = fmt.Errorf("an innocent Pod is denied: %.500s", text)
	}
	return err
}

// attack sends a Pod that a rule makes into an attack, and innocent ones beside
// and after it.
func (w *attacked) attack(t *testing.T, attack policytest.Attack) {
	done, beside := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			if err := w.allowed(); err != nil {
				beside <- err
				return
			}
			select {
			case <-done:
				beside <- nil
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	start := time.Now()
	text, err := w.ask(attack.Image(), attackedLimit)
	took := time.Since(start)
	close(done)
	t.Logf("denied after %s", took.Round(time.Millisecond))
	if err != nil || !strings.Contains(text, `"allowed":false`) || !strings.Contains(text, "cannot decide") {
		t.Errorf("want a denial since it cannot be decided, got %.500s %v", text, err)
	}
	if err := <-beside; err != nil {
		t.Errorf("beside it: %v", err)
	}
	if err := w.allowed(); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// endsItself attacks with what cannot be stopped until that is too much.
func (w *attacked) endsItself(t *testing.T, why string, chosen func(policytest.Attack) bool) {
	for _, attack := range policytest.Attacks {
		if !chosen(attack) {
			continue
		}
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if text, err := w.ask(attack.Image(), attackedLimit); err == nil && strings.Contains(text, `"allowed":true`) {
					t.Errorf("it is let in: %s", text)
				}
			})
		}
		all.Wait()
	}
	select {
	case <-w.ended:
	case <-time.After(attackTime):
		t.Fatalf("it goes on:\n%.3000s", w.log)
	}
	lines := strings.Split(strings.TrimSpace(w.log.String()), "\n")
	if code, last := w.cmd.ProcessState.ExitCode(), lines[len(lines)-1]; code != 3 || !strings.Contains(last, "ends itself") || !strings.Contains(last, why) {
		t.Errorf("exit code %d, and at last %s", code, last)
	}
}

func (w *attacked) metrics(t *testing.T) string {
	t.Helper()
	response, err := http.Get(w.health + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// peak is the largest resident set of the process until now, in bytes; 0 where
// the system does not tell.
func (w *attacked) peak(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Fatalf("no peak in %s", status)
	}
	kib, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib << 10
}
