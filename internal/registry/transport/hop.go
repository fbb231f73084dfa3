package transport

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// maxRedirects is how often one request is sent elsewhere.
const maxRedirects = 5

// once sends a request, follows where it is sent, and reads the answer.
func (c *Client) once(ctx context.Context, r Request, home *url.URL) (*Response, error) {
	at := home
	for redirects := 0; ; redirects++ {
		answer, err := c.authorised(ctx, r, home, at)
		if err != nil {
			return nil, err
		}
		next, err := c.redirect(answer, r, at)
		if err != nil || next == nil {
			return finish(answer, r, at, err)
		}
		if redirects == maxRedirects {
			return nil, &Error{Kind: ErrInvalid, Host: r.Host, Message: fmt.Sprintf("it redirects more than %d times", maxRedirects)}
		}
		at = next
	}
}

// redirect is where an answer sends the request; nil where it is the end.
// What writes goes to the registry itself or nowhere.
func (c *Client) redirect(answer *answer, r Request, at *url.URL) (*url.URL, error) {
	switch answer.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	if r.Method != "" && r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, &Error{Kind: ErrRefused, Host: r.Host, Message: "it redirects what writes to it"}
	}
	next, err := at.Parse(answer.header.Get("Location"))
	if err != nil || answer.header.Get("Location") == "" {
		return nil, &Error{Kind: ErrInvalid, Host: r.Host, Message: "it redirects to no URL"}
	}
	return next, c.mayVisit(r.Host, next)
}

// mayVisit refuses URLs that guard does not follow for a registry, whatever
// their address.
func (c *Client) mayVisit(registry string, u *url.URL) error {
	refused := func(format string, args ...any) error {
		return &Error{Kind: ErrRefused, Host: registry, Message: fmt.Sprintf(format, args...)}
	}
	host := Clean(u.Host)
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return refused("it leads to a URL of the scheme %q", Clean(u.Scheme))
	case u.Hostname() == "":
		return refused("it leads to a URL without host")
	case u.User != nil:
		return refused("it leads to %s with credentials of its own in the URL", host)
	case u.Scheme == "http" && !c.insecure.has(u.Hostname(), port(u)):
		return refused("it leads to %s in plain HTTP; declare that host insecure if you mean it", host)
	case c.dialer.proxies[joinHost(u.Hostname(), port(u))] && !c.dialer.allow.has(u.Hostname(), port(u)):
		return refused("it leads to the proxy %s itself", host)
	}
	return nil
}

// answer is what one server said to one request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send makes one request to one server and reads its answer. What is no
// success is read in part: it is told of, and no more.
func (c *Client) send(ctx context.Context, r Request, at *url.URL, authorization string) (*answer, error) {
	if err := c.mayVisit(r.Host, at); err != nil {
		return nil, err
	}
	request, err := c.httpRequest(ctx, r, at, authorization)
	if err != nil {
		return nil, &Error{Kind: ErrInvalid, Host: r.Host, Message: "cannot be asked", Err: err}
	}
	response, err := c.trip.RoundTrip(request)
	if err != nil {
		return nil, policyError(r.Host, err)
	}
	defer response.Body.Close()
	body, err := readBody(response, r)
	if err != nil {
		return nil, err
	}
	if response.StatusCode < 200 || response.StatusCode >= 300 {
		body = conceal(body, authorization, r.Body)
	}
	return &answer{response.StatusCode, response.Header, body}, nil
}

func (c *Client) httpRequest(ctx context.Context, r Request, at *url.URL, authorization string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, at.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	if len(r.Body) == 0 {
		request.Body, request.GetBody, request.ContentLength = http.NoBody, nil, 0
	}
	for name, values := range r.Header {
		request.Header[name] = values
	}
	request.Header.Set("User-Agent", c.options.UserAgent)
	request.Header.Set("Accept-Encoding", "identity")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	return request, nil
}

// finish turns the last answer into a response or into the error it means.
func finish(a *answer, r Request, at *url.URL, err error) (*Response, error) {
	if err != nil {
		return nil, err
	}
	switch {
	case a.status >= 200 && a.status < 300:
		return &Response{a.status, a.header, a.body, at}, nil
	case passing(a.status):
		return nil, &statusError{a.status, retryAfter(a.header, time.Now()), a.detail()}
	}
	known := &Error{Host: r.Host, Status: a.status, Message: a.detail()}
	switch a.status {
	case http.StatusNotFound, http.StatusGone:
		known.Kind = ErrNotFound
	case http.StatusUnauthorized, http.StatusForbidden:
		known.Kind = ErrUnauthorized
	default:
		known.Kind = ErrInvalid
		known.Message = (&statusError{status: a.status, detail: a.detail()}).Error()
	}
	return nil, known
}
