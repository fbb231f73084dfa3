package forge

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxAttempts is how often the same thing is asked for.
const maxAttempts = 3

// firstWait is how long to wait where the forge does not say; it doubles.
const firstWait = 500 * time.Millisecond

// get asks for a path until there is an answer of success, or no hope of one
// within the time of all requests.
func (c *client) get(ctx context.Context, path string) (*answer, error) {
	for attempt := 1; ; attempt++ {
		a, err := c.once(ctx, path)
		if err == nil && a.status == http.StatusOK {
			return a, nil
		}
		failed := c.failureOf(a, err)
		if !failed.again || attempt == maxAttempts {
			return nil, failed
		}
		wait := waitFor(a, attempt)
		if end, limited := ctx.Deadline(); limited && time.Until(end) < wait {
			failed.reason += fmt.Sprintf("; to wait %s is more than there is time for", wait.Round(time.Second))
			return nil, failed
		}
		if c.pause(ctx, wait) != nil {
			return nil, failed
		}
	}
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// waitFor is how long the forge asks to wait, in seconds or until a time, or
// how long it is polite to.
func waitFor(a *answer, attempt int) time.Duration {
	wait := firstWait << (attempt - 1)
	if a == nil {
		return wait
	}
	if after := a.header.Get("Retry-After"); after != "" {
		if seconds, err := strconv.Atoi(after); err == nil && seconds >= 0 {
			return time.Duration(min(seconds, 24*60*60)) * time.Second
		}
		if until, err := http.ParseTime(after); err == nil {
			return max(wait, time.Until(until))
		}
	}
	if isLimited(a) {
		if at, err := strconv.ParseInt(a.header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			return max(wait, time.Until(time.Unix(at, 0)))
		}
	}
	return wait
}

// isLimited tells whether the forge refuses for the number of requests.
// GitHub answers 403 to that as well.
func isLimited(a *answer) bool {
	return a.status == http.StatusTooManyRequests ||
		a.status == http.StatusForbidden && (a.header.Get("Retry-After") != "" || a.header.Get("X-RateLimit-Remaining") == "0")
}

func (c *client) failureOf(a *answer, err error) *failure {
	if err != nil {
		if f, ok := err.(*failure); ok {
			return f
		}
		return &failure{reason: err.Error()}
	}
	f := &failure{status: a.status, message: messageOf(a.body)}
	switch {
	case isLimited(a):
		f.reason, f.again = "too many requests", true
	case a.status == http.StatusUnauthorized && c.token == "":
		f.reason = "no token was given"
	case a.status == http.StatusUnauthorized:
		f.reason = "the token is wrong or has expired"
	case a.status == http.StatusForbidden:
		f.reason = "the token may not read this"
	case a.status == http.StatusNotFound:
		f.reason = "not there, not offered, or the token may not see it"
	case a.status >= 500:
		f.reason, f.again = "the forge has a problem", true
	default:
		f.reason = "expected 200"
	}
	f.reason = fmt.Sprintf("HTTP %d: %s", a.status, f.reason)
	if f.message != "" {
		f.reason += " (" + f.message + ")"
	}
	return f
}

// messageOf is what the forge says about a refusal, on one line.
func messageOf(body []byte) string {
	var said struct {
		Message json.RawMessage `json:"message"`
		Error   string          `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	var message string
	if json.Unmarshal(said.Message, &message) != nil {
		message = said.Error
	}
	message = strings.Join(strings.Fields(message), " ")
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "…"
	}
	return message
}
