package admission_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guard/admission"
	"guard/admission/admissiontest"
	"guard/admission/breakglass"
)

// board is where events are written in a test.
type board struct {
	mu   sync.Mutex
	told []admission.Event
	fail func(context.Context) error
}

func (b *board) WriteEvent(ctx context.Context, e admission.Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, e)
	if b.fail != nil {
		return b.fail(ctx)
	}
	return nil
}

// find returns the first event of a reason.
func (b *board) find(reason string) (admission.Event, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.told, func(e admission.Event) bool { return e.Reason == reason })
	if i < 0 {
		return admission.Event{}, false
	}
	return b.told[i], true
}

// Whatever lets something past the rules is told by event, metric and log:
// a token, and an exemption.
func TestServe_TellsOfEveryBypass(t *testing.T) {
	alice, a, dir := newOperator(t), admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	conf, tokens := t.TempDir(), t.TempDir()
	configuration := func(more string) {
		admissiontest.Replace(t, filepath.Join(conf, "guard.yaml"), []byte("version: 1\nadmission: {break-glass: {keys: [{name: alice, file: alice.pub}]}"+more+"}\n"))
	}
	admissiontest.Replace(t, filepath.Join(conf, "alice.pub"), []byte(alice.public))
	configuration("")
	var decisions bytes.Buffer
	b := &board{}
	w := start(t, a, files(dir, admission.Options{
		ConfigDir: conf, Config: "guard.yaml", Reload: 50 * time.Millisecond, Decisions: &decisions, Events: b,
		Outside: admission.Outside{Tokens: &breakglass.Directory{FS: os.DirFS(tokens)}},
	}))
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	asked := func(allowed bool) func() bool {
		return func() bool {
			text, err := w.ask(bad)
			return err == nil && strings.Contains(text, `"allowed":true`) == allowed
		}
	}
	if !asked(false)() {
		t.Fatal("let in without a token")
	}
	admissiontest.Replace(t, filepath.Join(tokens, "jane"), []byte(alice.sign(t, time.Now(), nil)))
	eventually(t, asked(true))
	if err := os.Remove(filepath.Join(tokens, "jane")); err != nil {
		t.Fatal(err)
	}
	eventually(t, asked(false))
	configuration(", exempt: {groups: [\"system:authenticated\"]}")
	eventually(t, asked(true))
	configuration(", exempt: 1")
	eventually(t, func() bool { _, told := b.find("ConfigurationRejected"); return told })
	_, text := w.side(t, "/metrics")
	for _, line := range []string{`guard_bypasses_total{how="group"} 1`, `guard_bypasses_total{how="user"} 0`, `guard_break_glass_tokens 0`, `guard_events_total{outcome="failed"} 0`, `guard_configuration_good 0`} {
		if !strings.Contains(text, line) {
			t.Errorf("the metrics lack %s", line)
		}
	}
	if strings.Contains(text, `guard_bypasses_total{how="token"} 0`) { // how often depends on when the directory was looked at
		t.Error("the metrics know of no token")
	}
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	for reason, note := range map[string]string{
		"GlassBroken": "jane created pods/web in namespace shop by the break-glass token t-1 of alice", "ExemptionUsed": "the exemption of the group system:authenticated",
		"ConfigurationRejected": "guard.yaml:2", "ConfigurationAccepted": "decides",
	} {
		if e, told := b.find(reason); !told || !strings.Contains(e.Note, note) {
			t.Errorf("%s: told %v, %+v", reason, told, e)
		}
	}
	var decided []string
	for line := range strings.Lines(decisions.String()) {
		var d struct{ Audit map[string]string }
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		if name := d.Audit["decision"]; !slices.Contains(decided, name) {
			decided = append(decided, name)
			if name == "broken-glass" && (!strings.Contains(d.Audit["break-glass"], "token t-1 of alice") || d.Audit["denied"] != "image/tag-latest") {
				t.Errorf("the log says %q", d.Audit)
			}
		}
	}
	if !slices.Equal(decided, []string{"denied", "broken-glass", "exempt"}) {
		t.Errorf("the log has %q", decided)
	}
}

// A configuration under which the webhook does not start is told, too.
func TestServe_TellsWhyItDoesNotStart(t *testing.T) {
	conf, b := t.TempDir(), &board{}
	admissiontest.Replace(t, filepath.Join(conf, "guard.yaml"), []byte("version: 2\n"))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := admission.Serve(ctx, admission.Options{Listen: "127.0.0.1:0", Health: "127.0.0.1:0", ConfigDir: conf, Config: "guard.yaml", Events: b, Logger: slog.New(slog.DiscardHandler)}); err == nil {
		t.Fatal("served")
	}
	if e, told := b.find("ConfigurationRejected"); !told || !e.Warning || !strings.Contains(e.Note, "guard.yaml:1") {
		t.Errorf("%+v", e)
	}
}

// failingSink is a sink whose every line fails in one way.
type failingSink struct{ fail func(context.Context) error }

func (s failingSink) Write(line []byte) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return len(line), s.fail(ctx)
}

// RELIABILITY 8: what the server calls beside its decisions may fail in any way,
// and they stay what they are. What a decision itself calls is tested where it
// is; the list of both comes from the types.
func TestServe_EveryDependencyMayFail(t *testing.T) {
	beside := map[string]func(*admission.Options, func(context.Context) error){
		"the sink of decisions":  func(o *admission.Options, fail func(context.Context) error) { o.Decisions = failingSink{fail} },
		"EventWriter.WriteEvent": func(o *admission.Options, fail func(context.Context) error) { o.Events = &board{fail: fail} },
	}
	within := dependencies(t, faults["an error"])
	a, dir := admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	conf := t.TempDir()
	admissiontest.Replace(t, filepath.Join(conf, "guard.yaml"), []byte("version: 1\nadmission: {exempt: {users: [jane]}}\n"))
	for _, dependency := range append(methods(reflect.TypeFor[admission.Options](), map[reflect.Type]bool{}), "the sink of decisions") {
		breaks, tested := beside[dependency]
		if _, known := within[dependency]; !tested && !known && dependency != "PullSecrets.PullSecrets" { // TestReview_PullSecrets has that one
			t.Errorf("no test makes %s fail", dependency)
		}
		if !tested {
			continue
		}
		for name, fail := range faults {
			o := files(dir, admission.Options{ConfigDir: conf, Config: "guard.yaml"})
			breaks(&o, fail)
			w := start(t, a, o)
			began := time.Now()
			for range 20 {
				if text, err := w.ask(with(t, pod(good), `spec.hostNetwork=true`)); err != nil || !strings.Contains(text, `"allowed":true`) {
					t.Fatalf("%s, %s: %v %s", dependency, name, err, text)
				}
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("%s, %s: reviews wait for it: %s", dependency, name, took)
			}
			if err := w.stop(); err != nil {
				t.Errorf("%s, %s: %v", dependency, name, err)
			}
		}
	}
}
