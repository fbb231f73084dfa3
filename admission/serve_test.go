package admission_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guard/admission"
	"guard/admission/admissiontest"
)

// running is a webhook that serves.
type running struct {
	reviews, health string
	client          *http.Client
	stop            func() error
}

func start(t testing.TB, a *admissiontest.Authority, o admission.Options) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	o.Listen, o.Health = "127.0.0.1:0", "127.0.0.1:0"
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	type addresses struct{ reviews, health net.Addr }
	ready, ended := make(chan addresses, 1), make(chan error, 1)
	o.Ready = func(reviews, health net.Addr) { ready <- addresses{reviews, health} }
	go func() { ended <- admission.Serve(ctx, o) }()
	r := &running{client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Pool}, ForceAttemptHTTP2: true}}}
	select {
	case at := <-ready:
		r.reviews, r.health = "https://"+at.reviews.String()+"/validate", "http://"+at.health.String()
	case err := <-ended:
		t.Fatal(err)
	}
	r.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { _ = r.stop() })
	return r
}

func (r *running) ask(object string) (string, error) {
	response, err := r.client.Post(r.reviews, "application/json", strings.NewReader(review(object)))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%d %s", response.StatusCode, text)
	}
	return string(text), err
}

func (r *running) side(t testing.TB, path string) (code int, text string) {
	t.Helper()
	response, err := http.Get(r.health + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func files(dir string, o admission.Options) admission.Options {
	o.CertFile, o.KeyFile = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	return o
}

// RELIABILITY 59 and 65: it is ready once it can decide, and each decision is
// logged and counted once.
func TestServe(t *testing.T) {
	a, dir := admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	var decisions bytes.Buffer
	w := start(t, a, files(dir, admission.Options{Decisions: &decisions}))
	if code, text := w.side(t, "/readyz"); code != 200 {
		t.Fatalf("not ready: %d %s", code, text)
	}
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`, `metadata.name="a\nb"`)
	for _, object := range []string{pod(good), bad} {
		if text, err := w.ask(object); err != nil || strings.Contains(text, `"allowed":true`) != (object != bad) {
			t.Errorf("%v: %s", err, text)
		}
	}
	_, text := w.side(t, "/metrics")
	for _, line := range []string{
		`guard_reviews_total{decision="allowed",operation="CREATE"} 1`, `guard_reviews_total{decision="denied",operation="CREATE"} 1`,
		`guard_denials_total{rule="image/tag-latest"} 1`, `guard_panics_total 0`, `guard_configuration_good 1`, `guard_certificate_days_left 0.04`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("the metrics lack %s", line)
		}
	}
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(decisions.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d decisions are logged: %s", len(lines), decisions.String())
	}
	var got struct {
		UID, Namespace, User string
		Allowed              bool
		Audit                map[string]string
		Causes               []string
	}
	if err := json.Unmarshal([]byte(lines[1]), &got); err != nil || got.UID != "u-1" || got.Allowed || got.User != "jane" || len(got.Causes) != 1 || !strings.HasPrefix(got.Audit["policies"], "sha256:") {
		t.Errorf("%v: %s", err, lines[1])
	}
}

// RELIABILITY 60: the certificate changes a hundred times under load, and no
// handshake fails; one that has expired, or is gone, is told.
func TestServe_RotatesItsCertificate(t *testing.T) {
	a, dir := admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	w := start(t, a, files(dir, admission.Options{}))
	w.client.Transport.(*http.Transport).DisableKeepAlives = true
	ctx, cancel := context.WithCancel(t.Context())
	var asked, failed atomic.Int64
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for ctx.Err() == nil {
				asked.Add(1)
				if _, err := w.ask(pod(good)); err != nil {
					failed.Add(1)
					t.Error(err)
					return
				}
			}
		})
	}
	for range 100 {
		a.Write(t, dir, time.Now().Add(time.Hour))
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	load.Wait()
	if failed.Load() > 0 || asked.Load() < 100 {
		t.Errorf("%d of %d reviews failed", failed.Load(), asked.Load())
	}
	a.Write(t, dir, time.Now().Add(-time.Minute))
	eventually(t, func() bool {
		code, text := w.side(t, "/readyz")
		return code == 503 && strings.Contains(text, "expired")
	})
	if code, _ := w.side(t, "/livez"); code != 200 {
		t.Error("an expired certificate ends the process")
	}
	a.Write(t, dir, time.Now().Add(time.Hour))
	eventually(t, func() bool { code, _ := w.side(t, "/readyz"); return code == 200 })
}

// RELIABILITY 12 and 66: a configuration that changes counts as a whole or not
// at all, under load.
func TestServe_ReloadsItsConfiguration(t *testing.T) {
	a, dir := admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	conf := t.TempDir()
	admissiontest.Replace(t, filepath.Join(conf, "guard.yaml"), []byte("version: 1\n"))
	reloader := &admission.Reloader{Dir: os.DirFS(conf), Name: "guard.yaml"}
	load := func(text string) error {
		admissiontest.Replace(t, filepath.Join(conf, "guard.yaml"), []byte(text))
		_, err := reloader.Load(t.Context())
		return err
	}
	if err := load("version: 1\n"); err != nil {
		t.Fatal(err)
	}
	bad := create(with(t, pod(good), `spec.containers.0.image="nginx:latest"`))
	if reloader.Handler().Review(t.Context(), bad).Allowed {
		t.Fatal("admitted")
	}
	for text, want := range map[string]string{
		"version: 1\nadmision: {}\n":                                                                      `did you mean "admission"`,
		"version: 1\nadmission: {mode: allow}\n":                                                          "guard.yaml:2",
		"version: 1\nadmission: {timeout: 0s}\n":                                                          "expected a time between",
		"version: 1\nadmission: {timeout: -1s}\n":                                                         "expected a time between",
		"version: 1\nadmission: {timeout: 1h}\n":                                                          "expected a time between",
		"version: 1\nadmission: {exempt: {users: ['']}}\n":                                                "expected a text",
		"version: 1\nadmission: {namespaces: [{mode: warn}]}\n":                                           "names or labels",
		"version: 1\nadmission: {namespaces: [{names: ['[']}]}\n":                                         "not a pattern",
		"version: 1\nadmission: {namespaces: [{names: [a], rules: {image/tag-lates: {action: warn}}}]}\n": "unknown rule",
		"version: 1\nrules: {image/tag-latest: {action: off}}\nadmission: {namespaces: [{names: [a], rules: {image/tag-latest: {action: deny}}}]}\n": "is off",
		"version: 1\nadmission: {namespaces: [{names: [a], environment: prod}]}\n":                                                                   "unknown environment",
		"version: 1\nprofile: none\n": "profile",
	} {
		if err := load(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		if reloader.Problem() == "" || reloader.Handler() == nil || reloader.Handler().Review(t.Context(), bad).Allowed {
			t.Errorf("%s: the last good configuration does not decide", text)
		}
	}
	if err := load("version: 1\nadmission: {mode: warn}\n"); err != nil || reloader.Problem() != "" {
		t.Fatal(err, reloader.Problem())
	}
	if got := reloader.Handler().Review(t.Context(), bad); !got.Allowed || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "would be denied") {
		t.Errorf("got %+v", got)
	}
}

// RELIABILITY 61: where client certificates are demanded, nobody else is let
// in; the other address stays open.
func TestServe_DemandsClientCertificates(t *testing.T) {
	a, clients, strangers, dir := admissiontest.NewAuthority(t), admissiontest.NewAuthority(t), admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	admissiontest.Replace(t, filepath.Join(dir, "client-ca.crt"), clients.PEM)
	w := start(t, a, files(dir, admission.Options{ClientCA: filepath.Join(dir, "client-ca.crt"), ClientNames: []string{"kube-apiserver"}}))
	for name, test := range map[string]struct {
		shown *tls.Certificate
		let   bool
	}{
		"the API server":                 {clients.Client(t, "kube-apiserver"), true},
		"nobody":                         {nil, false},
		"somebody else of the authority": {clients.Client(t, "jane"), false},
		"the name of another authority":  {strangers.Client(t, "kube-apiserver"), false},
	} {
		config := &tls.Config{RootCAs: a.Pool}
		if test.shown != nil {
			config.Certificates = []tls.Certificate{*test.shown}
		}
		w.client = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
		if _, err := w.ask(pod(good)); (err == nil) != test.let {
			t.Errorf("%s: %v", name, err)
		}
	}
	if code, _ := w.side(t, "/livez"); code != 200 {
		t.Error("health is closed, too")
	}
	for _, o := range []admission.Options{{ClientCA: filepath.Join(dir, "client-ca.crt")}, {ClientCA: filepath.Join(dir, "none"), ClientNames: []string{"a"}}, {ClientCA: filepath.Join(dir, "tls.key"), ClientNames: []string{"a"}}} {
		o = files(dir, o)
		o.Listen, o.Health, o.Logger = "127.0.0.1:0", "127.0.0.1:0", slog.New(slog.DiscardHandler)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := admission.Serve(ctx, o); err == nil {
			t.Errorf("%+v: served", o)
		}
		cancel()
	}
}

func eventually(t testing.TB, holds func() bool) {
	t.Helper()
	for range 300 {
		if holds() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("it does not come about within 30 s")
}

func TestServe_RefusesWhatItCannotUse(t *testing.T) {
	a, dir := admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	conf := t.TempDir()
	admissiontest.Replace(t, filepath.Join(conf, "guard.yaml"), []byte("version: 2\n"))
	for name, o := range map[string]admission.Options{
		"no certificate":      {CertFile: filepath.Join(dir, "none"), KeyFile: filepath.Join(dir, "tls.key")},
		"a broken one":        {CertFile: filepath.Join(conf, "guard.yaml"), KeyFile: filepath.Join(dir, "tls.key")},
		"no configuration":    files(dir, admission.Options{ConfigDir: conf, Config: "none.yaml"}),
		"a broken one of it":  files(dir, admission.Options{ConfigDir: conf, Config: "guard.yaml"}),
		"no address":          files(dir, admission.Options{}),
		"a directory missing": files(dir, admission.Options{ConfigDir: filepath.Join(conf, "none")}),
	} {
		o.Logger = slog.New(slog.DiscardHandler)
		if o.Listen = "127.0.0.1:0"; name == "no address" {
			o.Listen = "nowhere"
		}
		o.Health = "127.0.0.1:0"
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := admission.Serve(ctx, o); err == nil {
			t.Errorf("%s: served", name)
		}
		cancel()
	}
}

// What works beside the reviews sees what decides, and has ended before Serve
// returns.
func TestServe_WorksBeside(t *testing.T) {
	a, dir := admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	began, ended := make(chan string, 1), false
	r := start(t, a, files(dir, admission.Options{Beside: func(ctx context.Context, handler func() *admission.Handler, metrics prometheus.Registerer) {
		metrics.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "guard_test_beside", Help: "x"}))
		began <- handler().Policies.Digest()
		<-ctx.Done()
		time.Sleep(50 * time.Millisecond)
		ended = true
	}}))
	if digest := <-began; !strings.HasPrefix(digest, "sha256:") {
		t.Errorf("it sees the policies %q", digest)
	}
	if _, text := r.side(t, "/metrics"); !strings.Contains(text, "guard_test_beside 0") {
		t.Error("what it counts is not told")
	}
	if err := r.stop(); err != nil || !ended {
		t.Errorf("ended %v, %v", ended, err)
	}
}
