package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// sample is one review.
type sample struct {
	due  time.Duration // since the first
	took time.Duration // from when it was due to its answer
	err  error
}

// load sends reviews at a constant rate, and waits for the last answer.
func load(ctx context.Context, client *http.Client, url string, p review, rate int, duration time.Duration) []sample {
	samples := make([]sample, int(duration.Seconds()*float64(rate)))
	var group sync.WaitGroup
	start := time.Now()
	for i := range samples {
		due := time.Duration(float64(i) / float64(rate) * float64(time.Second))
		select {
		case <-ctx.Done():
			return samples[:i]
		case <-time.After(time.Until(start.Add(due))):
		}
		group.Go(func() {
			err := ask(ctx, client, url, p)
			samples[i] = sample{due, time.Since(start) - due, err}
		})
	}
	group.Wait()
	return samples
}

// ask sends one review, and tells where the answer is another one than the
// Pod deserves.
func ask(ctx context.Context, client *http.Client, url string, p review) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(p.body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return err
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("%d %.200s", response.StatusCode, answer)
	case bytes.Contains(answer, []byte(`"allowed":true`)) != p.allowed:
		return fmt.Errorf("another answer than it should be: %.300s", answer)
	}
	return nil
}

// percentile is the time within which a share of the samples was answered.
func percentile(samples []sample, share float64) time.Duration {
	times := make([]time.Duration, len(samples))
	for i, s := range samples {
		times[i] = s.took
	}
	slices.Sort(times)
	return times[min(len(times)-1, int(share*float64(len(times))))]
}
