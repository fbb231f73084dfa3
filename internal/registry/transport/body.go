package transport

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// maxDetail is what is read of an answer that is no success.
const maxDetail = 16 << 10

// readBody reads the body of a success to its end, within the limit, and the
// start of any other.
func readBody(response *http.Response, r Request) ([]byte, error) {
	if response.StatusCode < 200 || response.StatusCode >= 300 {
		body, _ := io.ReadAll(io.LimitReader(response.Body, maxDetail))
		return body, nil
	}
	tooLarge := &Error{Kind: ErrInvalid, Host: r.Host, Message: fmt.Sprintf("its answer is larger than %d bytes", r.Limit)}
	if encoding := response.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return nil, &Error{Kind: ErrInvalid, Host: r.Host, Message: fmt.Sprintf("its answer is encoded as %q, which was not asked for", Clean(encoding))}
	}
	if r.Method == http.MethodHead {
		return nil, nil
	}
	if response.ContentLength > r.Limit {
		return nil, tooLarge
	}
	body, err := readAll(response, r.Limit+1)
	switch {
	case int64(len(body)) > r.Limit:
		return nil, tooLarge
	case err != nil:
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return body, nil
}

// readAll reads at most limit bytes, at once where the length is known.
func readAll(response *http.Response, limit int64) ([]byte, error) {
	if response.ContentLength < 0 {
		return io.ReadAll(io.LimitReader(response.Body, limit))
	}
	body := make([]byte, response.ContentLength)
	n, err := io.ReadFull(response.Body, body)
	return body[:n], err
}

// detail is what a registry says of an error, in the form of the distribution
// specification, or another service in that of gRPC.
func (a *answer) detail() string {
	var told struct {
		Errors  []struct{ Code, Message string }
		Message string
	}
	if json.Unmarshal(a.body, &told) != nil {
		return ""
	}
	if len(told.Errors) == 0 {
		return Clean(told.Message)
	}
	first := told.Errors[0]
	if first.Message == "" {
		return Clean(first.Code)
	}
	return Clean(first.Message)
}
