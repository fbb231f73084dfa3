package admission

import (
	"cmp"
	"context"
	"crypto/tls"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guard/admission/trace"
	"guard/internal/bundle"
	"guard/internal/document"
)

// Options say how to serve.
type Options struct {
	Listen   string // address of the reviews, HTTPS: ":8443"
	Health   string // address of /livez, /readyz and /metrics, HTTP: ":8081"
	CertFile string // PEM, with the chain; read again when it changes
	KeyFile  string

	ClientCA    string   // PEM file: only clients with a certificate of it are let in; "": whoever can reach the address
	ClientNames []string // common names or DNS names of these clients
	Profiling   bool     // /debug/pprof beside the metrics

	ConfigDir string // directory of the configuration and the rules that it names; "": the default configuration
	Config    string // name of the configuration in it

	Reload time.Duration // how often ConfigDir is looked at; 0: DefaultReload
	Poll   time.Duration // how often registries are asked for the bundles of rules that it names; 0: DefaultPoll
	Linger time.Duration // how long it goes on to serve, and says that it is not ready, before it ends

	Events EventWriter // for those who look after the cluster; nil: nobody is told

	Decisions io.Writer     // one line of JSON per decision; nil: none
	Inputs    bool          // the lines hold the objects, too, with their secrets redacted
	Logger    *slog.Logger  // of everything else
	Traces    *trace.Tracer // nil: no spans are made
	Outside   Outside

	// Beside is called once, with what decides now and with where to count, and
	// may work beside the reviews until the context ends. Nil: nothing does.
	Beside func(ctx context.Context, handler func() *Handler, metrics prometheus.Registerer)

	// Ready is called once with the addresses that are listened on. Nil: nobody
	// asks.
	Ready func(reviews, health net.Addr)
}

// DefaultReload is how often the configuration is looked at.
const DefaultReload = 5 * time.Second

// The times of the server.
const (
	drainTime    = 20 * time.Second
	readTime     = 10 * time.Second
	idleTime     = 90 * time.Second
	headerBytes  = 64 << 10
	streamsAtOne = 250
)

// Serve answers reviews until the context ends, and those that have come by
// then. It returns at once where the configuration, the certificate or an
// address cannot be used.
func Serve(ctx context.Context, o Options) error {
	told := newNews(o.Events, o.Logger)
	defer told.close()
	w, err := newWebhook(ctx, &o, told)
	if err != nil {
		return err
	}
	defer w.log.Close()
	reviews, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return fmt.Errorf("listen for reviews: %w", err)
	}
	health, err := net.Listen("tcp", o.Health)
	if err != nil {
		return errors.Join(fmt.Errorf("listen for health: %w", err), reviews.Close())
	}
	if o.Ready != nil {
		o.Ready(reviews.Addr(), health.Addr())
	}
	go w.reloader.Watch(ctx, cmp.Or(o.Reload, DefaultReload), w.reloaded)
	defer w.beside(ctx)()
	return w.run(ctx, reviews, health)
}

// beside starts what works beside the reviews, and returns what ends it.
func (w *webhook) beside(ctx context.Context) (end func()) {
	if w.options.Beside == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { w.options.Beside(ctx, w.reloader.Handler, w.metrics.registry) })
	return func() {
		cancel()
		working.Wait()
	}
}

// webhook is everything that a running server consists of.
type webhook struct {
	options      *Options
	certificates certificates
	reloader     *Reloader
	log          *Log
	events       news
	metrics      *metrics
	tls          *tls.Config
	leaving      atomic.Bool // it is about to end
}

func newWebhook(ctx context.Context, o *Options, told news) (*webhook, error) {
	w := &webhook{options: o, events: told, reloader: &Reloader{Dir: embed.FS{}, Name: o.Config, Outside: o.Outside, Poll: o.Poll}}
	if o.ConfigDir != "" {
		w.reloader.Dir = os.DirFS(o.ConfigDir)
	}
	_, err := w.reloader.Load(ctx)
	if err != nil {
		w.events.configured(err)
	}
	if err != nil && !bundle.Unanswered(err) {
		return nil, err
	}
	if w.certificates, err = newCertificateFiles(o.CertFile, o.KeyFile); err != nil {
		return nil, err
	}
	w.tls = &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: aead, GetCertificate: w.certificates.get, NextProtos: []string{"h2", "http/1.1"}}
	if o.ClientCA != "" {
		if err := demandClients(w.tls, o.ClientCA, o.ClientNames); err != nil {
			return nil, err
		}
	}
	if o.Decisions == nil {
		o.Decisions = io.Discard
	}
	w.log = NewLog(o.Decisions, w.logged())
	w.metrics = newMetrics(func() time.Duration { return left(w.certificates, time.Now()) }, w.log.Dropped)
	w.metrics.watch(w.reloader)
	w.metrics.counts(func() int { return w.handler().Glass.count(ctx) })
	w.metrics.told(told)
	o.Traces.Register(w.metrics.registry)
	if sink, counts := o.Decisions.(interface{ Register(prometheus.Registerer) }); counts {
		sink.Register(w.metrics.registry)
	}
	w.first()
	return w, nil
}

// handler is the one that counts now; one that decides nothing as long as there
// is none.
func (w *webhook) handler() *Handler {
	if h := w.reloader.Handler(); h != nil {
		return h
	}
	return &Handler{}
}

// logged says what the log of decisions holds.
func (w *webhook) logged() LogOptions {
	o := LogOptions{Tell: func(lost int64) {
		w.options.Logger.Warn("decisions are missing in the log, as its sink does not keep up", "lost", lost)
	}}
	if w.options.Inputs {
		o.Inputs = func() document.Options { return w.handler().Documents }
	}
	return o
}

// run serves both addresses until one fails or the context ends.
func (w *webhook) run(ctx context.Context, reviews, health net.Listener) error {
	mux := http.NewServeMux()
	server := NewServer(w.reloader.Handler, w)
	server.Traces = w.options.Traces
	mux.Handle("/validate", server)
	main := &http.Server{
		Handler: mux, ReadTimeout: readTime, ReadHeaderTimeout: readTime, WriteTimeout: maxAnswer, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		TLSConfig: w.tls,
		HTTP2:     &http.HTTP2Config{MaxConcurrentStreams: streamsAtOne},
		ErrorLog:  slog.NewLogLogger(w.options.Logger.Handler(), slog.LevelDebug),
	}
	side := &http.Server{Handler: w.health(), ReadTimeout: readTime, ReadHeaderTimeout: readTime, WriteTimeout: maxAnswer, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes}
	failed := make(chan error, 2)
	go func() { failed <- main.ServeTLS(reviews, "", "") }()
	go func() { failed <- side.Serve(health) }()
	err := w.until(ctx, failed)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	return errors.Join(err, main.Shutdown(drain), side.Shutdown(drain))
}

// until waits for the end: a server fails, or the context ends. Then it lingers,
// so that whoever hands out its address has time to take it out.
func (w *webhook) until(ctx context.Context, failed <-chan error) error {
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	w.leaving.Store(true)
	select {
	case err := <-failed:
		return err
	case <-time.After(w.options.Linger):
		return nil
	}
}

// maxAnswer is the longest that an answer may take, whatever the API server
// says.
const maxAnswer = 35 * time.Second

// aead are the cipher suites of TLS 1.2 that are not broken. Those of 1.3 all
// are of this kind.
var aead = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// health answers whether the process lives, whether it can decide, and what
// it has counted.
func (w *webhook) health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(out http.ResponseWriter, _ *http.Request) { fmt.Fprintln(out, "ok") })
	mux.HandleFunc("GET /readyz", func(out http.ResponseWriter, _ *http.Request) {
		if err := w.ready(); err != nil {
			http.Error(out, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(out, "ok")
		if problem := w.reloader.Problem(); problem != "" {
			fmt.Fprintf(out, "what is configured now cannot be used as it is, so the last good one decides:\n%s\n", problem)
		}
	})
	mux.Handle("GET /metrics", w.metrics.handler())
	if w.options.Profiling {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}

// ready tells why reviews cannot be decided, now.
func (w *webhook) ready() error {
	if w.leaving.Load() {
		return errors.New("it is about to end")
	}
	if w.reloader.Handler() == nil {
		return fmt.Errorf("no policies are loaded\n%s", w.reloader.Problem())
	}
	return usable(w.certificates, time.Now())
}

// Decided implements [Watch].
func (w *webhook) Decided(r Request, a Response, took time.Duration) {
	w.metrics.decided(r, a, took)
	w.log.Write(r, a, took)
	w.events.bypassed(&r, a.Bypass)
}

// Refused implements [Watch].
func (w *webhook) Refused(code int, why string) {
	w.metrics.refused.WithLabelValues(strconv.Itoa(code)).Inc()
	w.options.Logger.Warn("a call is no review", "code", code, "why", logged(why))
}

// Panicked implements [Watch].
func (w *webhook) Panicked(value any, stack []byte) {
	w.metrics.panics.Inc()
	w.options.Logger.Error("a review ended in a panic", "panic", logged(fmt.Sprint(value)), "stack", string(stack))
}

// first tells of the first load. Where the registry of rules is away and nothing
// was kept, it denies everything and is not ready until the registry is back.
func (w *webhook) first() {
	problem := w.reloader.Problem()
	w.metrics.good(problem == "")
	switch {
	case w.reloader.Handler() == nil:
		w.options.Logger.Error("there are no rules until the registry answers, so all is denied", "error", logged(problem))
	case problem != "":
		w.options.Logger.Warn("the rules are those from before", "why", logged(problem), "bundles", w.reloader.Bundles())
	case len(w.reloader.Bundles()) > 0:
		w.options.Logger.Info("the rules are loaded", "bundles", w.reloader.Bundles())
	}
}

func (w *webhook) reloaded(err error) {
	w.metrics.reloaded(err, w.reloader.Problem())
	w.events.configured(err)
	if err != nil {
		w.options.Logger.Error("what is configured now cannot be used; the last good one decides", "error", err.Error())
		return
	}
	w.options.Logger.Info("the configuration has changed", "policies", w.reloader.Handler().Policies.Digest(), "bundles", w.reloader.Bundles())
}
