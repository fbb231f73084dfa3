package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// result is the best run of a contest.
type result struct {
	name  string
	wall  time.Duration
	cpu   time.Duration // of the process and its children, user and system
	peak  int64         // bytes of memory in use at most
	found int           // violations
}

// limit is how long one run may take.
const limit = 20 * time.Minute

func measureAll(ctx context.Context, contests []contest, rounds int) ([]result, error) {
	var results []result
	for _, c := range contests {
		best, err := measureBest(ctx, c, rounds)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		results = append(results, best)
	}
	return results, nil
}

func measureBest(ctx context.Context, c contest, rounds int) (best result, err error) {
	for i := range max(rounds, 1) {
		r, err := measure(ctx, c)
		if err != nil {
			return result{}, err
		}
		if i == 0 || r.cpu < best.cpu {
			best = r
		}
	}
	return best, nil
}

// measure runs a contest once. A tool says by exit code 1 that it has found
// something; any other failure is one.
func measure(ctx context.Context, c contest) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return result{}, fmt.Errorf("%w: %.2000s", err, stderr.String())
	}
	found, err := c.read(stdout.Bytes())
	if err != nil {
		return result{}, fmt.Errorf("read what it printed: %w: %.2000s", err, stderr.String())
	}
	if c.want >= 0 && found != c.want {
		return result{}, fmt.Errorf("found %d violations, but there are %d", found, c.want)
	}
	state := cmd.ProcessState
	return result{c.name, wall, state.UserTime() + state.SystemTime(), peak(state), found}, nil
}
