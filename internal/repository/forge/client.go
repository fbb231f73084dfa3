package forge

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The bounds of what a forge may answer.
const (
	maxBody      = 4 << 20 // bytes of one answer
	maxHeader    = 64 << 10
	maxRedirects = 3
	maxRequests  = 400 // of one snapshot, retries counted
	maxMessage   = 200 // bytes of a message that is shown
)

// client asks one API with one token.
type client struct {
	base     *url.URL
	token    string
	accept   http.Header
	http     *http.Client
	limits   Limits
	requests int

	// pause waits, or returns the context's error.
	pause func(ctx context.Context, wait time.Duration) error
}

// newClient checks what a call may get wrong.
func newClient(o Options, api string, accept http.Header) (*client, error) {
	if err := checkEnvironments(o.Environments); err != nil {
		return nil, err
	}
	token, err := checkToken(o.Token)
	if err != nil {
		return nil, err
	}
	if o.API != "" {
		api = o.API
	}
	base, err := checkAPI(api, token != "")
	if err != nil {
		return nil, err
	}
	c := &client{base: base, token: token, accept: accept, limits: o.Limits.orDefault(), pause: sleep}
	c.http = &http.Client{Transport: newTransport(c.limits), CheckRedirect: c.checkRedirect}
	return c, nil
}

// newTransport goes to the API directly: no proxy is taken from the
// environment.
func newTransport(l Limits) *http.Transport {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: l.Request}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    l.Request,
		ResponseHeaderTimeout:  l.Request,
		MaxResponseHeaderBytes: maxHeader,
		MaxConnsPerHost:        2,
		ForceAttemptHTTP2:      true,
	}
}

// checkRedirect follows only to the same host by the same scheme.
func (c *client) checkRedirect(to *http.Request, via []*http.Request) error {
	switch {
	case to.URL.Scheme != c.base.Scheme || to.URL.Host != c.base.Host:
		return &failure{reason: "redirected to another host, where the token must not go"}
	case len(via) > maxRedirects:
		return &failure{reason: fmt.Sprintf("more than %d redirects", maxRedirects)}
	}
	return nil
}

// answer is what the forge said to one request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// failure is why something could not be read.
type failure struct {
	status  int // of HTTP; 0 where there was none
	reason  string
	message string // the forge's own words
	again   bool   // another attempt may help
}

func (f *failure) Error() string { return f.reason }

// reasonOf is an error in words that may be shown.
func (c *client) reasonOf(err error) string { return c.redact(err.Error()) }

func (c *client) redact(s string) string {
	if c.token == "" {
		return s
	}
	return strings.ReplaceAll(s, c.token, "****")
}

// object reads a path below the API's address as JSON.
func (c *client) object(ctx context.Context, path string, into any) error {
	a, err := c.get(ctx, path)
	if err != nil {
		return err
	}
	return unmarshal(a.body, into)
}

func unmarshal(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return &failure{reason: "the answer is not the JSON that was expected: " + err.Error()}
	}
	return nil
}

// once asks once.
func (c *client) once(ctx context.Context, path string) (*answer, error) {
	if c.requests++; c.requests > maxRequests {
		return nil, &failure{reason: fmt.Sprintf("more than %d requests", maxRequests)}
	}
	short, cancel := context.WithTimeout(ctx, c.limits.Request)
	defer cancel()
	request, err := http.NewRequestWithContext(short, http.MethodGet, c.base.String()+path, nil)
	if err != nil {
		return nil, &failure{reason: err.Error()}
	}
	c.addHeaders(request.Header)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.transportFailure(ctx, short, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, c.transportFailure(ctx, short, err)
	case len(body) > maxBody:
		return nil, &failure{status: response.StatusCode, reason: fmt.Sprintf("the answer is larger than %d MiB", maxBody>>20)}
	}
	if c.token != "" {
		body = bytes.ReplaceAll(body, []byte(c.token), []byte("****"))
	}
	return &answer{response.StatusCode, response.Header, body}, nil
}

func (c *client) addHeaders(h http.Header) {
	for name, values := range c.accept {
		h[name] = values
	}
	h.Set("User-Agent", "guard")
	if c.token != "" {
		h.Set("Authorization", "Bearer "+c.token)
	}
}

// transportFailure says why there was no whole answer. Ctx is the time of all
// requests, short that of this one.
func (c *client) transportFailure(ctx, short context.Context, err error) error {
	var refused *failure // a redirect
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &failure{reason: fmt.Sprintf("the time for all requests, %s, is over", c.limits.Total)}
	case ctx.Err() != nil:
		return &failure{reason: ctx.Err().Error()}
	case short.Err() != nil || isTimeout(err):
		return &failure{reason: fmt.Sprintf("no whole answer within %s", c.limits.Request)}
	}
	var wrapped *url.Error // repeats the address
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &failure{reason: err.Error(), again: true}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
