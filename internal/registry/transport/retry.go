package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	maxAttempts   = 5
	maxRetryAfter = time.Hour
)

// backoff says whether to try again after a failure, and when.
func (c *Client) backoff(ctx context.Context, attempt int, err error) (wait time.Duration, again bool) {
	var known *Error
	if errors.As(err, &known) || ctx.Err() != nil || attempt+1 >= maxAttempts {
		return 0, false
	}
	wait = c.options.Backoff << attempt
	wait += time.Duration(rand.Int64N(int64(wait)/4 + 1))
	var status *statusError
	if errors.As(err, &status) {
		wait = max(wait, status.after)
	}
	until, _ := ctx.Deadline()
	return wait, time.Until(until) > wait
}

// passing are the states that are worth another try.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return min(time.Duration(min(max(seconds, 0), 1<<20))*time.Second, maxRetryAfter)
	}
	if date, err := http.ParseTime(text); err == nil {
		return min(max(date.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// policyError makes the refusals and protocol errors that hide below an error
// of the connection known; others stay as they are.
func policyError(host string, err error) error {
	var r *refusal
	if errors.As(err, &r) {
		return &Error{Kind: ErrRefused, Host: host, Err: r}
	}
	var record tls.RecordHeaderError
	if errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/" {
		return &Error{Kind: ErrRefused, Host: host, Message: "it answers in plain HTTP; declare it insecure if you mean it"}
	}
	return err
}
