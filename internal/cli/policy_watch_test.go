package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guard/internal/cli"
)

// watched is what a command writes while it runs.
type watched struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *watched) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(text)
}

func (w *watched) wait(t *testing.T, want string) {
	t.Helper()
	for range 300 {
		w.mu.Lock()
		text := w.text.String()
		w.mu.Unlock()
		if strings.Contains(text, want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("nothing said %q:\n%s", want, w.text.String())
}

func TestPolicyTest_RunsAgainWhereAFileChanges(t *testing.T) {
	dir := t.TempDir()
	if code, out := execute(t, dir, "policy", "new", "image/my-rule"); code != 0 {
		t.Fatal(out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, code := &watched{}, make(chan int)
	go func() { code <- cli.Main(ctx, []string{"policy", "test", "policy", "--watch"}, worldOf(dir, out)) }()
	out.wait(t, "4 tests, 0 failed")

	rule := filepath.Join(dir, "policy", "image", "my_rule.rego")
	sound, err := os.ReadFile(rule)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(rule, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(string(sound), `"edge"`, `"stable"`, 1))
	out.wait(t, "4 tests, 2 failed")
	write(strings.Replace(string(sound), "image.tag ==", "image.tagg ==", 1))
	out.wait(t, `did you mean "tag"?`)

	cancel()
	if got := <-code; got != 3 {
		t.Errorf("exit code %d, want 3: it did not end by itself", got)
	}
}
