package transport

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Call is one request to one service that is no registry.
type Call struct {
	Method        string // GET where empty
	URL           string // in HTTPS, unless its host was declared insecure
	Authorization string // what shows who asks: "Bearer …"; empty where nothing does
	Header        http.Header
	Body          []byte
	Limit         int64 // of the answer's body in bytes
	Accept        int   // a status that is an answer too, besides those of success; 0 for none
}

// Call sends a request and reads the answer, with the limits and the retries
// of Do. The service is shown what the call says and no credential of a
// registry, and no redirect is followed. Every error is an *Error, and holds
// nothing of what was shown.
func (c *Client) Call(ctx context.Context, call Call) (*Response, error) {
	u, err := url.Parse(call.URL)
	if err != nil || u.Host == "" {
		return nil, &Error{Kind: ErrInvalid, Host: "the URL of a service", Message: "it names no host"}
	}
	r := Request{Method: call.Method, Host: u.Host, Header: call.Header, Body: call.Body, Limit: call.Limit}
	return c.insist(ctx, u.Host, func(ctx context.Context) (*Response, error) {
		answer, err := c.send(ctx, r, u, call.Authorization)
		switch {
		case err != nil:
			return nil, err
		case answer.status >= 300 && answer.status < 400:
			return nil, &Error{Kind: ErrRefused, Host: u.Host, Status: answer.status, Message: fmt.Sprintf("it redirects (status %d), which is not followed here", answer.status)}
		case answer.status == call.Accept:
			return &Response{answer.status, answer.header, answer.body, u}, nil
		}
		return finish(answer, r, u, nil)
	})
}
