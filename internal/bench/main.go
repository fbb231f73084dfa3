package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"

	"guard/internal/bench/peer"
)

// options are the flags.
type options struct {
	guard     string // the binary to measure
	cache     string // where peers and manifests are kept
	documents int    // how many manifests
	seed      uint64 // of the generator
	rounds    int    // runs of each tool, of which the best counts
	peers     string // names of the peers to compare with, separated by commas
}

func main() {
	o := options{}
	flag.StringVar(&o.guard, "guard", "bin/guard", "guard's binary")
	flag.StringVar(&o.cache, "cache", peer.DefaultCache(), "directory for the peers' binaries and the manifests")
	flag.IntVar(&o.documents, "documents", 10_000, "how many Kubernetes documents to generate")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the generator")
	flag.IntVar(&o.rounds, "rounds", 2, "runs of each tool; the one with the least CPU time counts")
	flag.StringVar(&o.peers, "peers", "conftest,gator,kyverno", "the peers to compare with")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	work, err := os.MkdirTemp("", "guard-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	corpus, err := generate(filepath.Join(work, "manifests"), o.documents, o.seed)
	if err != nil {
		return fmt.Errorf("generate manifests: %w", err)
	}
	rules := filepath.Join(work, "rules")
	if err := peer.UnpackRules(rules); err != nil {
		return fmt.Errorf("unpack rules: %w", err)
	}
	chosen, err := choose(o.peers)
	if err != nil {
		return err
	}
	tools, err := build(ctx, o, chosen)
	if err != nil {
		return err
	}
	fmt.Printf("%d documents in %d files, %.1f MB; %d images, %d root, %d privileged; %d CPUs; best of %d\n\n",
		o.documents, corpus.files, float64(corpus.bytes)/1e6, corpus.want[imageTag], corpus.want[nonRoot], corpus.want[privileged], runtime.NumCPU(), o.rounds)
	results, err := measureAll(ctx, contests(tools, corpus, rules), o.rounds)
	if err != nil {
		return err
	}
	return writeTable(os.Stdout, results)
}
