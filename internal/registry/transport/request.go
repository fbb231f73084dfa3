package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Request is one request to one registry.
type Request struct {
	Method     string      // GET where empty
	Host       string      // "ghcr.io", "localhost:5000"
	Repository string      // the access that is asked for: to this repository,
	Push       bool        // to read and, where set, to write
	Path       string      // with its query: "/v2/acme/shop/manifests/1.2.3"
	Header     http.Header // Accept, Content-Type
	Body       []byte
	Limit      int64 // of the answer's body in bytes
}

// Response is a successful answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	URL    *url.URL // that answered, after redirects
}

// Local is the path and query of a URL that the answer names, which must lead
// to the server that gave it.
func (r *Response) Local(location string) (string, error) {
	u, err := r.URL.Parse(location)
	switch {
	case err != nil || location == "":
		return "", &Error{Kind: ErrInvalid, Host: r.URL.Host, Message: "it names no URL to go on with"}
	case !sameHost(u, r.URL) || u.User != nil:
		return "", &Error{Kind: ErrRefused, Host: r.URL.Host, Message: "it leads to another host, " + Clean(u.Host)}
	}
	return u.RequestURI(), nil
}

// Do sends a request and reads the answer. Failures that may pass are tried
// again until the time of the call is over. Every error is an *Error.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	u, err := c.url(r)
	if err != nil {
		return nil, err
	}
	return c.insist(ctx, r.Host, func(ctx context.Context) (*Response, error) { return c.once(ctx, r, u) })
}

// insist tries until there is an answer, a failure that will not pass, or no
// time.
func (c *Client) insist(ctx context.Context, host string, try func(context.Context) (*Response, error)) (*Response, error) {
	ctx, cancel := c.within(ctx)
	defer cancel()
	for attempt := 0; ; attempt++ {
		response, err := try(ctx)
		if err == nil {
			return response, nil
		}
		wait, again := c.backoff(ctx, attempt, err)
		if !again {
			return nil, settled(ctx, host, err)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, settled(ctx, host, err)
		}
	}
}

// url is where a request goes: HTTPS, unless the host was declared insecure.
func (c *Client) url(r Request) (*url.URL, error) {
	u, err := url.Parse("https://" + r.Host + r.Path)
	if err != nil || u.Host != r.Host || u.User != nil || u.Hostname() == "" {
		return nil, &Error{Kind: ErrInvalid, Host: Clean(r.Host), Message: "is no host"}
	}
	if c.insecure.has(u.Hostname(), u.Port()) || u.Port() == "" && c.insecure.has(u.Hostname(), "80") {
		u.Scheme = "http"
	}
	return u, nil
}

// within bounds a call by its own time and by what is left of the budget.
func (c *Client) within(ctx context.Context) (context.Context, context.CancelFunc) {
	until := time.Now().Add(c.options.Timeout)
	if c.options.Budget > 0 {
		c.clock.once.Do(func() { c.clock.until = time.Now().Add(c.options.Budget) })
		if c.clock.until.Before(until) {
			until = c.clock.until
		}
	}
	return context.WithDeadlineCause(ctx, until, errOutOfTime)
}

var errOutOfTime = errors.New("the time for it is over")

// settled is the error that a call ends with.
func settled(ctx context.Context, host string, err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var status *statusError
	switch {
	case errors.As(err, &status):
		return &Error{Kind: ErrUnavailable, Host: host, Status: status.status, Message: status.Error()}
	case ctx.Err() != nil && !errors.Is(err, context.Cause(ctx)):
		return &Error{Kind: ErrUnavailable, Host: host, Message: context.Cause(ctx).Error(), Err: err}
	}
	return &Error{Kind: ErrUnavailable, Host: host, Err: err}
}

// statusError is an answer that may be another one soon.
type statusError struct {
	status int
	after  time.Duration // what Retry-After asks for; 0 where it does not
	detail string
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("status %d", e.status)
	if e.after > 0 {
		text += fmt.Sprintf(", to be asked again after %s", e.after)
	}
	if e.detail != "" {
		text += ": " + e.detail
	}
	return text
}
