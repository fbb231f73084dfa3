package main

import (
	"bytes"
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

// contestant is a webhook. Its command is made of the addresses that it is to
// listen on.
type contestant struct {
	name   string
	args   func(reviews, health string) []string
	judges bool // it answers what a Pod deserves; else it allows everything
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

func contest(ctx context.Context, c contestant, p review, pool *x509.CertPool, o options) (result, error) {
	reviews, health, err := addresses()
	if err != nil {
		return result{}, err
	}
	args := c.args(reviews, health)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return result{}, err
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	p.allowed = p.allowed || !c.judges
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	url := "https://" + reviews + "/validate?timeout=5s"
	if err := up(ctx, client, url, p); err != nil {
		return result{}, fmt.Errorf("%w: %.500s", err, stderr.String())
	}
	for range warmUp {
		if err := ask(ctx, client, url, p); err != nil {
			return result{}, err
		}
	}
	before, err := cpuOf(cmd.Process.Pid)
	if err != nil {
		return result{}, err
	}
	samples := load(ctx, client, url, p, o.rate, o.duration)
	after, err := cpuOf(cmd.Process.Pid)
	if err != nil {
		return result{}, err
	}
	if err := failed(samples); err != nil {
		return result{}, err
	}
	peak, err := peakOf(cmd.Process.Pid)
	if err != nil {
		return result{}, err
	}
	r := result{
		server: c.name, pod: p.name, reviews: len(samples), cpu: (after - before) / time.Duration(len(samples)),
		p50: percentile(samples, .5), p99: percentile(samples, .99), p999: percentile(samples, .999), peak: peak,
	}
	return r, keep(o.raw, r, samples)
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
	for range 100 {
		if err = ask(ctx, client, url, p); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
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
