package ruledocs_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guard/internal/ruledocs"
)

// browser is a real one, which is spoken to by its DevTools protocol.
type browser struct {
	t       *testing.T
	to      io.Writer
	from    *bufio.Reader
	session string
	last    int
}

// newBrowser starts one. Where there is none the test is skipped.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if found, err := exec.LookPath(name); err == nil && program == "" {
			program = found
		}
	}
	if program == "" {
		t.Skip("no Chromium is here, so the search is not tried in a browser")
	}
	in, to := pipe(t)
	from, out := pipe(t)
	cmd := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{in, out} // descriptors 3 and 4
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() { end.Stop(); _ = cmd.Process.Kill(); _ = cmd.Wait() })
	in.Close()
	out.Close()
	return &browser{t: t, to: to, from: bufio.NewReader(from)}
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// answer is what comes back: of a call, or an event.
type answer struct {
	ID     int
	Method string
	Error  *struct{ Message string }
	Result struct {
		SessionID   string
		TargetInfos []struct{ TargetID, Type string }
		Result      struct{ Value string }
	}
}

// call asks the browser for something and waits for its answer.
func (b *browser) call(method string, params map[string]any) answer {
	b.t.Helper()
	b.last++
	request := map[string]any{"id": b.last, "method": method, "params": params}
	if b.session != "" {
		request["sessionId"] = b.session
	}
	text, err := json.Marshal(request)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		if a := b.next(); a.ID == b.last {
			if a.Error != nil {
				b.t.Fatalf("%s: %s", method, a.Error.Message)
			}
			return a
		}
	}
}

func (b *browser) next() answer {
	b.t.Helper()
	text, err := b.from.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("the browser has ended: %v", err)
	}
	var a answer
	_ = json.Unmarshal(text[:len(text)-1], &a) // an event of another form is none that is waited for
	return a
}

// open shows a file.
func (b *browser) open(file string) {
	b.t.Helper()
	for _, target := range b.call("Target.getTargets", nil).Result.TargetInfos {
		if target.Type == "page" && b.session == "" {
			b.session = b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}).Result.SessionID
		}
	}
	b.call("Page.enable", nil)
	b.call("Page.navigate", map[string]any{"url": "file://" + filepath.ToSlash(file)})
	for b.next().Method != "Page.loadEventFired" {
	}
}

// run evaluates an expression that gives a text.
func (b *browser) run(expression string) string {
	b.t.Helper()
	return b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}).Result.Result.Value
}

func (b *browser) insert(text string) { b.call("Input.insertText", map[string]any{"text": text}) }

func (b *browser) press(key, text string) {
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": key, "text": text})
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key})
}

// choose sets a select.
func (b *browser) choose(of, value string) {
	b.run(`(s => { s.value = "` + value + `"; s.dispatchEvent(new Event("change")); return "" })(document.querySelector("[data-of=` + of + `]"))`)
}

// shows is what people see of the list: the rules, in their order.
func (b *browser) shows() []string {
	return strings.Fields(b.run(`[...document.querySelectorAll(".rules a")].filter((a) => a.offsetParent).map((a) => a.textContent).join(" ")`))
}

// The search is tried in a browser, on a file and not on a server, as people do.
func TestSite_Search(t *testing.T) {
	b := newBrowser(t)
	dir := t.TempDir()
	if _, err := ruledocs.Write(dir, ruledocs.Site, filesOf(t, ruledocs.Site, ruledocs.Library{Title: "Rules", Rules: searched()})); err != nil {
		t.Fatal(err)
	}
	b.open(filepath.Join(dir, "index.html"))
	want := func(when string, rules ...string) {
		t.Helper()
		if got := b.shows(); !slices.Equal(got, rules) {
			t.Errorf("%s: got %q, want %q", when, got, rules)
		}
	}
	all := []string{"image/moving", "image/tag-edge", "team/label", "team/owner"}
	want("at first", all...)
	b.press("/", "/")
	for _, search := range []struct {
		text  string
		rules []string
	}{
		{"EDGE", []string{"image/tag-edge", "team/owner", "image/moving"}}, // id, title, description
		{"page at night", []string{"team/owner"}},
		{"cis-docker-4.2", []string{"image/moving"}},
		{"kubernetes", []string{"image/moving", "team/label"}},
		{"edge nowhere", nil},
	} {
		b.insert(search.text)
		want(search.text, search.rules...)
		b.press("Escape", "")
		want("after "+search.text, all...)
	}
	b.run(`document.querySelector("button.low").click(), ""`)
	want("without low ones", "image/moving", "image/tag-edge")
	b.run(`document.querySelector("button.low").click(), ""`)
	b.choose("kinds", "pipeline")
	want("of pipelines", "image/tag-edge", "team/owner")
	b.choose("profiles", "strict")
	want("of pipelines and strict, with what is in all profiles", "image/tag-edge", "team/owner")
	b.choose("kinds", "")
	b.choose("category", "team")
	want("of a team and strict", "team/owner")
	b.choose("category", "")
	b.choose("profiles", "")

	b.run(`document.querySelector("input").focus(), ""`)
	b.insert("edge")
	for _, step := range []struct{ key, focused string }{{"ArrowDown", "image/tag-edge"}, {"ArrowDown", "team/owner"}, {"ArrowUp", "image/tag-edge"}, {"ArrowUp", ""}} {
		b.press(step.key, "")
		if got := b.run("document.activeElement.textContent"); got != step.focused {
			t.Errorf("%s leads to %q, want %q", step.key, got, step.focused)
		}
	}
	b.press("Enter", "\r")
	for b.next().Method != "Page.loadEventFired" {
	}
	if at := b.run("location.pathname"); !strings.HasSuffix(at, "/image/tag-edge.html") {
		t.Errorf("Enter leads to %s", at)
	}
}
