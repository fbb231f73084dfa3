// Command webhook puts guard's webhook under load, and beside it one that only
// decodes a review and allows it, with the same reviews in one run.
//
// Reviews are sent at a constant rate whether or not earlier ones are
// answered, and the time of each counts from when it was due, so that a server
// that falls behind cannot hide it. Servers are processes of their own; their
// processor time is the system's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"
)

// options are the flags.
type options struct {
	guard    string
	rate     int
	duration time.Duration
	raw      string
	empty    string // address on which this process is to be the empty webhook
	dir      string // of its certificate
}

func main() {
	o := options{}
	flag.StringVar(&o.guard, "guard-webhook", "bin/guard-webhook", "guard's webhook")
	flag.IntVar(&o.rate, "rate", 200, "reviews per second")
	flag.DurationVar(&o.duration, "duration", 20*time.Second, "how long each server is under load")
	flag.StringVar(&o.raw, "raw", "", "directory for the time of every review, one CSV per server")
	flag.StringVar(&o.empty, "serve-empty", "", "be the empty webhook on this address")
	flag.StringVar(&o.dir, "certificates", "", "directory of tls.crt and tls.key for it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.empty != "" {
		return serveEmpty(ctx, o.empty, o.dir)
	}
	if o.rate < 1 || o.duration < time.Second {
		return errors.New("expected a rate of at least 1 and a duration of at least 1s")
	}
	dir, err := os.MkdirTemp("", "guard-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	pool, err := writeCertificate(dir)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("%d reviews/s for %s, a Pod of %d bytes, TLS 1.3 and HTTP/2 on loopback, %d CPUs shared with the generator\n\n",
		o.rate, o.duration, len(pods()[0].body), runtime.NumCPU())
	var results []result
	for _, c := range []contestant{
		{"empty webhook", func(reviews, _ string) []string {
			return []string{self, "-serve-empty", reviews, "-certificates", dir}
		}, false},
		{"guard-webhook", func(reviews, health string) []string {
			return []string{o.guard, "--listen", reviews, "--health", health, "--cert", filepath.Join(dir, "tls.crt"), "--key", filepath.Join(dir, "tls.key")}
		}, true},
	} {
		for _, p := range pods() {
			r, err := contest(ctx, c, p, pool, o)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", c.name, p.name, err)
			}
			results = append(results, r)
		}
	}
	return writeTable(os.Stdout, results)
}
