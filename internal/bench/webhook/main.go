// Command webhook puts guard's webhook under load, and beside it one that only
// decodes a review and allows it, with the same reviews in one run; on demand
// also the webhooks of Gatekeeper and Kyverno, and guard's with their rules.
//
// Reviews are sent at a constant rate whether or not earlier ones are
// answered, and the time of each counts from when it was due, so that a server
// that falls behind cannot hide it. Servers are processes of their own; their
// processor time is the system's.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"guard/internal/bench/peer"
)

// options are the flags.
type options struct {
	webhook  string // guard's webhook
	guard    string // guard itself, which knows its rules
	peers    bool
	cache    string // where the peers' programs are kept
	rate     int
	duration time.Duration
	raw      string
	empty    string // address on which this process is to be the empty webhook
	dir      string // of its certificate
}

func main() {
	o := options{}
	flag.StringVar(&o.webhook, "guard-webhook", "bin/guard-webhook", "guard's webhook")
	flag.StringVar(&o.guard, "guard", "bin/guard", "guard itself, which lists its rules")
	flag.BoolVar(&o.peers, "peers", false, "compare with the webhooks of Gatekeeper and Kyverno, too, in a control plane; both are built where the cache lacks them")
	flag.StringVar(&o.cache, "cache", peer.DefaultCache(), "`directory` for the programs of the peers")
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
	contestants := []contestant{
		{name: "empty webhook", path: "/validate", args: func(reviews, _ string) []string {
			return []string{self, "-serve-empty", reviews, "-certificates", dir}
		}},
		guardContestant("guard-webhook", o.webhook, dir),
	}
	if o.peers {
		more, end, err := peers(ctx, o, dir)
		if err != nil {
			return err
		}
		defer end()
		contestants = append(contestants, more...)
	}
	var results []result
	for _, c := range contestants {
		r, err := contest(ctx, c, pods(), pool, o)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		results = append(results, r...)
	}
	return writeTable(os.Stdout, results)
}

func guardContestant(name, binary, certificates string, more ...string) contestant {
	return contestant{name: name, path: "/validate", judges: true, args: func(reviews, health string) []string {
		return append([]string{binary, "--listen", reviews, "--health", health, "--cert", filepath.Join(certificates, "tls.crt"), "--key", filepath.Join(certificates, "tls.key")}, more...)
	}}
}

// peers are guard with the rules that its peers have, and the peers. End stops
// what they need.
func peers(ctx context.Context, o options, dir string) (all []contestant, end func(), err error) {
	if err := equalRules(ctx, o.guard, filepath.Join(dir, "equal")); err != nil {
		return nil, nil, err
	}
	all = append(all, guardContestant("guard-webhook, 3 rules", o.webhook, dir, "--config-dir", filepath.Join(dir, "equal"), "--config", "guard.yaml"))
	c, err := openCluster()
	if err != nil {
		return nil, nil, err
	}
	end = func() { _ = c.Close(false) }
	binary, err := gatekeeper.Build(ctx, o.cache)
	if err == nil {
		all = append(all, gatekeeperContestant(binary, c, dir))
		err = prepareGatekeeper(ctx, c)
	}
	if err == nil {
		binary, err = kyverno.Build(ctx, o.cache)
	}
	if err == nil {
		all = append(all, kyvernoContestant(binary, c))
		err = prepareKyverno(ctx, c, dir)
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	return all, end, nil
}

// equalRules writes a configuration by which only the rules hold that the
// peers have, too.
func equalRules(ctx context.Context, guard, dir string) error {
	out, err := exec.CommandContext(ctx, guard, "rules", "-o", "json").Output()
	if err != nil {
		return fmt.Errorf("%s rules: %w", guard, err)
	}
	var rules []struct{ ID string }
	if err := json.Unmarshal(out, &rules); err != nil {
		return err
	}
	text := "version: 1\nrules:\n"
	for _, rule := range rules {
		action := "off"
		if slices.Contains([]string{"image/tag-latest", "kubernetes/run-as-non-root", "kubernetes/privileged"}, rule.ID) {
			action = "deny"
		}
		text += fmt.Sprintf("  %s: {action: %q}\n", rule.ID, action)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "guard.yaml"), []byte(text), 0o644)
}
