package keyless

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"guard/internal/registry/transport"
)

// The most that is asked and answered, in bytes.
const (
	maxQuestion = 32 << 20
	maxAnswer   = 4 << 20
)

// carrier carries the requests of sigstore-go, which knows neither guard's
// limits nor the end of a context.
type carrier struct {
	ctx    context.Context
	client *transport.Client
	who    string // "the certificate authority"
	// check refuses an answer to a question; nil where nothing is asked of it.
	check func(question, answer []byte) error
}

// RoundTrip implements http.RoundTripper. What is no success is an error.
func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) {
	defer r.Body.Close()
	question, err := io.ReadAll(io.LimitReader(r.Body, maxQuestion))
	if err != nil {
		return nil, err
	}
	answer, err := c.call(transport.Call{
		Method: r.Method, URL: r.URL.String(), Authorization: r.Header.Get("Authorization"), Body: question,
		Header: http.Header{"Content-Type": r.Header["Content-Type"], "Accept": r.Header["Accept"]},
	})
	if err != nil {
		return nil, err
	}
	if c.check != nil {
		if err := c.check(question, answer.Body); err != nil {
			return nil, c.failed(err)
		}
	}
	return &http.Response{
		StatusCode: answer.Status, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Body)), ContentLength: int64(len(answer.Body)), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

func (c carrier) call(call transport.Call) (*transport.Response, error) {
	call.Limit = maxAnswer
	answer, err := c.client.Call(c.ctx, call)
	if err != nil {
		return nil, c.failed(err)
	}
	return answer, nil
}

func (c carrier) failed(err error) error { return fmt.Errorf("%s: %w", c.who, err) }
