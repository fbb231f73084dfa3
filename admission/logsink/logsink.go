// Package logsink sends the decision log to a collector: lines of JSON in
// batches, by POST. Whoever writes never waits: lines queue in bounded memory,
// and what does not fit is an error of the write.
//
// A batch is sent until the collector takes it, so one may arrive twice, and is
// given up only where the collector says that it will never take it.
package logsink

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Options say where to and how.
type Options struct {
	URL       string // https; http only without a token
	TokenFile string // with a bearer token, read again for each batch; "": none
	RootsFile string // PEM: whom to trust, instead of the system's roots; "": those
	Gzip      bool   // compress batches
	Logger    *slog.Logger

	Every   time.Duration // how long a line waits for others; 0: a second
	Backoff time.Duration // the first wait after a failure, doubled each time up to a minute; 0: a second
	Timeout time.Duration // of one attempt; 0: 10 seconds
	Drain   time.Duration // the most that Close takes; 0: 5 seconds
	Buffer  int           // bytes of lines that wait; 0: 16 MiB
}

const (
	batchBytes = 512 << 10
	longest    = time.Minute // between two attempts
	maxFile    = 1 << 20
)

// ErrFull says that a line was left out, since too many wait.
var ErrFull = errors.New("the decision log's collector does not keep up")

// Sink is where lines are written. It is safe for concurrent use.
type Sink struct {
	options Options
	client  *http.Client
	wake    chan struct{}
	stop    chan struct{}
	done    chan struct{}
	once    sync.Once

	mu    sync.Mutex
	lines [][]byte
	size  int // bytes of lines, and of the batch that is being sent

	sent, failed, rejected, lost atomic.Int64 // batches, attempts, lines, lines
}

// New starts to send. Close ends it.
func New(o Options) (*Sink, error) {
	o.Every, o.Backoff = cmp.Or(o.Every, time.Second), cmp.Or(o.Backoff, time.Second)
	o.Timeout, o.Drain, o.Buffer = cmp.Or(o.Timeout, 10*time.Second), cmp.Or(o.Drain, 5*time.Second), cmp.Or(o.Buffer, 16<<20)
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("the decision log's collector: %w", err)
	}
	roots, err := o.roots()
	if err != nil {
		return nil, fmt.Errorf("the decision log's collector: %w", err)
	}
	s := &Sink{
		options: o, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		client: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // nobody else gets the token
			Transport: &http.Transport{
				Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
				TLSHandshakeTimeout: o.Timeout, IdleConnTimeout: 90 * time.Second, MaxIdleConnsPerHost: 1, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
			},
		},
	}
	if _, err := s.token(); err != nil {
		return nil, fmt.Errorf("the decision log's collector: %w", err)
	}
	go s.run()
	return s, nil
}

func (o *Options) check() error {
	at, err := url.Parse(o.URL)
	switch {
	case err != nil || at.Host == "":
		return errors.New("it has no URL that can be used") // which may hold a password
	case at.User != nil:
		return errors.New("its URL holds a user: put a token into a file")
	case at.Scheme != "https" && at.Scheme != "http":
		return fmt.Errorf("its URL begins with %q: expected https", at.Scheme)
	case at.Scheme == "http" && o.TokenFile != "":
		return errors.New("a token goes over https alone")
	}
	return nil
}

func (o *Options) roots() (*x509.CertPool, error) {
	if o.RootsFile == "" {
		return nil, nil
	}
	data, err := read(o.RootsFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", o.RootsFile)
	}
	return pool, nil
}

func read(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is larger than %d KiB", name, maxFile>>10)
	}
	return data, err
}

func (s *Sink) token() (string, error) {
	if s.options.TokenFile == "" {
		return "", nil
	}
	data, err := read(s.options.TokenFile)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(data))
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("%s holds no bearer token", s.options.TokenFile)
	}
	return token, nil
}

// Write queues one line, which ends with a line's end. It does not wait: where
// there is no room the error is ErrFull.
func (s *Sink) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size+len(line) > s.options.Buffer {
		return 0, ErrFull
	}
	s.lines = append(s.lines, bytes.Clone(line))
	s.size += len(line)
	if s.size >= batchBytes {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
	return len(line), nil
}

// Dropped is how many lines were taken and have not arrived.
func (s *Sink) Dropped() int64 { return s.rejected.Load() + s.lost.Load() }

// Register adds the counters of the sink.
func (s *Sink) Register(metrics prometheus.Registerer) {
	for outcome, n := range map[string]*atomic.Int64{"sent": &s.sent, "failed": &s.failed} {
		metrics.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "guard_log_batches_total", Help: "Attempts to send a batch of decisions to the collector, by outcome: sent, failed.", ConstLabels: prometheus.Labels{"outcome": outcome},
		}, func() float64 { return float64(n.Load()) }))
	}
	metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "guard_log_waiting_bytes", Help: "Bytes of decisions that wait for the collector."}, func() float64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return float64(s.size)
	}))
}

// Close sends what waits, for a bounded time. What is written afterwards does
// not arrive.
func (s *Sink) Close() error {
	s.once.Do(func() { close(s.stop) })
	<-s.done
	if lost := s.lost.Load(); lost > 0 {
		return fmt.Errorf("the decision log's collector: %d decisions have not arrived", lost)
	}
	return nil
}

func (s *Sink) run() {
	defer close(s.done)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { // the end has a limit, whatever is being sent
		<-s.stop
		select {
		case <-time.After(s.options.Drain):
			cancel()
		case <-ctx.Done():
		}
	}()
	ticker := time.NewTicker(s.options.Every)
	defer ticker.Stop()
	for ending := false; ; {
		for batch, count := s.take(); count > 0; batch, count = s.take() {
			s.deliver(ctx, batch, count)
		}
		if ending {
			return
		}
		select {
		case <-ticker.C:
		case <-s.wake:
		case <-s.stop:
			ending = true
		}
	}
}

// take is the next batch, which goes on to count as waiting.
func (s *Sink) take() (batch []byte, count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.lines {
		if count > 0 && len(batch)+len(line) > batchBytes {
			break
		}
		batch = append(batch, line...)
		count++
	}
	s.lines = s.lines[count:]
	if len(s.lines) == 0 {
		s.lines = nil
	}
	return batch, count
}

// deliver sends a batch until it has arrived, is refused for good, or the time
// is over.
func (s *Sink) deliver(ctx context.Context, batch []byte, count int) {
	defer func() {
		s.mu.Lock()
		s.size -= len(batch)
		s.mu.Unlock()
	}()
	body := s.encoded(batch)
	wait := s.options.Backoff
	for failures := 0; ; failures++ {
		retryAfter, err := s.attempt(ctx, body)
		var refused *refusal
		switch {
		case err == nil:
			s.sent.Add(1)
			if failures > 0 {
				s.options.Logger.Info("the decision log's collector takes decisions again", "failures", failures)
			}
			return
		case errors.As(err, &refused) && refused.final():
			s.failed.Add(1)
			s.rejected.Add(int64(count))
			s.options.Logger.Error("the decision log's collector refuses decisions, which are lost", "decisions", count, "error", err.Error())
			return
		}
		s.failed.Add(1)
		if failures == 0 {
			s.options.Logger.Warn("the decision log's collector does not take decisions; they wait", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			s.lost.Add(int64(count))
			return
		case <-time.After(max(retryAfter, wait/2+rand.N(wait/2+1))):
		}
		wait = min(2*wait, longest)
	}
}

func (s *Sink) encoded(batch []byte) []byte {
	if !s.options.Gzip {
		return batch
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(batch) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// refusal is an answer that is no thanks.
type refusal struct{ code int }

func (r *refusal) Error() string { return fmt.Sprintf("it answers %d", r.code) }

// final tells whether the same batch will be refused whenever it is sent.
func (r *refusal) final() bool {
	switch r.code {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// attempt sends a batch once. Where the collector says how long to wait, that
// is returned, within bounds.
func (s *Sink) attempt(ctx context.Context, body []byte) (retryAfter time.Duration, err error) {
	token, err := s.token()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	call, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.URL, bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("its URL cannot be used")
	}
	call.Header.Set("Content-Type", "application/x-ndjson")
	call.Header.Set("User-Agent", "guard-webhook")
	if s.options.Gzip {
		call.Header.Set("Content-Encoding", "gzip")
	}
	if token != "" {
		call.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := s.client.Do(call)
	if err != nil {
		return 0, withoutURL(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be used again
	if response.StatusCode/100 == 2 {
		return 0, nil
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		retryAfter = min(time.Duration(min(seconds, 3600))*time.Second, longest)
	}
	return retryAfter, &refusal{response.StatusCode}
}

// withoutURL leaves out the URL, whose query may hold a secret.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
