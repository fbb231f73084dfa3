package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
)

// contestant is a webhook.
type contestant struct {
	name   string
	path   string                                // of its reviews
	args   func(reviews, health string) []string // its command, by the addresses that it is to listen on
	env    []string                              // more of its environment
	ready  func() error                          // done once it runs; nil: nothing
	judges bool                                  // it answers what a Pod deserves; else it allows everything
}

// result is one server under one load.
type result struct {
	server, pod string
	reviews     int
	cpu         time.Duration // of the server, per review
	p50, p99    time.Duration
	p999        time.Duration
	peak        int64 // bytes of memory
}

// warmUp is how many reviews come before those that count.
const warmUp = 200

// contest puts one server under the load of each review in turn.
func contest(ctx context.Context, c contestant, all []review, pool *x509.CertPool, o options) (results []result, err error) {
	reviews, health, err := addresses()
	if err != nil {
		return nil, err
	}
	args := c.args(reviews, health)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), c.env...)
	var stderr tail
	cmd.Stderr, cmd.Stdout = &stderr, &stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		cancel(fmt.Errorf("it has ended: %w", cmp.Or(cmd.Wait(), errors.New("exit status 0"))))
		close(ended)
	}()
	defer func() {
		_ = cmd.Process.Kill()
		<-ended
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, stderr.text)
		}
	}()
	if c.ready != nil {
		if err := c.ready(); err != nil {
			return nil, err
		}
	}
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	url := "https://" + reviews + c.path + "?timeout=5s"
	for i := range all {
		all[i].allowed = all[i].allowed || !c.judges
		if err := up(ctx, client, url, all[i]); err != nil {
			return nil, err
		}
	}
	for _, p := range all {
		r, err := measure(ctx, client, url, p, cmd.Process.Pid, o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		r.server = c.name
		results = append(results, r.result)
		if err := keep(o.raw, r.result, r.samples); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// measured is a result and what it was made of.
type measured struct {
	result
	samples []sample
}

// measure puts a process that is up under load.
func measure(ctx context.Context, client *http.Client, url string, p review, pid int, o options) (m measured, err error) {
	for range warmUp {
		if err := ask(ctx, client, url, p); err != nil {
			return m, err
		}
	}
	before, err := cpuOf(pid)
	if err != nil {
		return m, err
	}
	samples := load(ctx, client, url, p, o.rate, o.duration)
	after, err := cpuOf(pid)
	if err != nil {
		return m, err
	}
	if err := failed(samples); err != nil {
		return m, err
	}
	peak, err := peakOf(pid)
	if err != nil {
		return m, err
	}
	return measured{result{
		pod: p.name, reviews: len(samples), cpu: (after - before) / time.Duration(len(samples)),
		p50: percentile(samples, .5), p99: percentile(samples, .99), p999: percentile(samples, .999), peak: peak,
	}, samples}, nil
}

// tail keeps the last of what a process says.
type tail struct{ text []byte }

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-tailSize):]
	return len(p), nil
}

// addresses are two of the loopback address that were free a moment ago.
func addresses() (reviews, health string, err error) {
	a, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer a.Close()
	b, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer b.Close()
	return a.Addr().String(), b.Addr().String(), nil
}

// up waits until a server answers.
func up(ctx context.Context, client *http.Client, url string, p review) (err error) {
	for range 600 {
		if err = ask(ctx, client, url, p); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("it does not answer: %w", err)
}

func failed(samples []sample) error {
	var errs []error
	for _, s := range samples {
		if s.err != nil {
			errs = append(errs, s.err)
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("%d of %d reviews failed: %w", len(errs), len(samples), errs[0])
	}
	if len(samples) == 0 {
		return errors.New("nothing was sent")
	}
	return nil
}

// keep writes the samples, in microseconds.
func keep(dir string, r result, samples []sample) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("due_us,took_us\n")
	for _, s := range samples {
		fmt.Fprintf(&b, "%d,%d\n", s.due.Microseconds(), s.took.Microseconds())
	}
	name := strings.ReplaceAll(r.server+" "+r.pod, " ", "-") + ".csv"
	return os.WriteFile(filepath.Join(dir, name), []byte(b.String()), 0o644)
}

func writeTable(w io.Writer, results []result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "server\tPod\treviews\tCPU per review\tagainst empty\tp50\tp99\tp99.9\tpeak memory\t")
	for _, r := range results {
		base := results[0]
		for _, other := range results {
			if other.pod == r.pod {
				base = other
				break
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%.0f us\t%.2fx\t%.1f ms\t%.1f ms\t%.1f ms\t%d MB\t\n", r.server, r.pod, r.reviews, micro(r.cpu),
			float64(r.cpu)/float64(base.cpu), milli(r.p50), milli(r.p99), milli(r.p999), r.peak>>20)
	}
	return t.Flush()
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
func milli(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
