package clustertest

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
	"strings"
	"sync"
	"testing"
	"time"
)

// Limits of what a Recorder takes: an object is at most 3 MiB, a review holds two.
const (
	reviewSize  = 8 << 20
	reviewCount = 20_000
)

// Recorder is a validating webhook for every operation on every resource, which
// allows all of it and keeps what it was asked.
type Recorder struct {
	cluster *Cluster
	mu      sync.Mutex
	reviews []Review
	faults  []error
}

// Record starts a Recorder, and returns when the API server asks it.
func (c *Cluster) Record(t testing.TB) *Recorder {
	t.Helper()
	r := &Recorder{cluster: c}
	url := c.Serve(t, r)
	c.Apply(t, c.registration(url))
	probe := `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "recorder-probe"}}`
	c.WaitFor(t, "the webhook to be asked", func(context.Context) error {
		if _, err := c.kubectl(strings.NewReader(probe), "create", "--dry-run=server", "-f", "-"); err != nil {
			return err
		}
		return r.seen(func(review Review) bool { return review.Name == "recorder-probe" }, new(Review))
	})
	t.Cleanup(func() { r.check(t) })
	return r
}

// Serve serves a webhook over TLS on 127.0.0.1 for the time of the test, with a
// certificate that CA vouches for, and returns its URL.
func (c *Cluster) Serve(t testing.TB, handler http.Handler) string {
	t.Helper()
	pair, err := c.authority.server("webhook")
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := tls.X509KeyPair(pair.certificate, pair.key)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}, ReadHeaderTimeout: 10 * time.Second}
	go server.ServeTLS(listener, "", "")
	t.Cleanup(func() { server.Close() })
	return "https://" + listener.Addr().String() + "/"
}

// CA is the certificate, as PEM, of the authority that all parts of the cluster
// trust: the caBundle of a webhook.
func (c *Cluster) CA() []byte { return bytes.Clone(c.authority.pem) }

func (c *Cluster) registration(url string) string {
	type object = map[string]any
	all := []string{"*"}
	text, _ := json.Marshal(object{ // strings and maps of them: never fails
		"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": object{"name": "recorder"},
		"webhooks": []any{object{
			"name": "recorder.guard.test", "admissionReviewVersions": []string{"v1"}, "sideEffects": "None", "failurePolicy": "Fail", "timeoutSeconds": 10,
			"clientConfig": object{"url": url, "caBundle": c.authority.pem},
			"rules":        []any{object{"apiGroups": all, "apiVersions": all, "operations": all, "resources": []string{"*/*"}, "scope": "*"}},
		}},
	})
	return string(text)
}

// ServeHTTP keeps a review and allows it.
func (r *Recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, reviewSize))
	if err != nil {
		r.fault(w, err)
		return
	}
	review, err := ReadReview(body)
	if err != nil {
		r.fault(w, err)
		return
	}
	if err := r.keep(review); err != nil {
		r.fault(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": {"uid": %q, "allowed": true}}`, review.UID)
}

func (r *Recorder) keep(review Review) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.reviews) >= reviewCount {
		return fmt.Errorf("more than %d reviews", reviewCount)
	}
	r.reviews = append(r.reviews, review)
	return nil
}

func (r *Recorder) fault(w http.ResponseWriter, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, err)
	http.Error(w, err.Error(), http.StatusBadRequest)
}

// check fails the test where the recorder got something that it could not read.
func (r *Recorder) check(t testing.TB) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := errors.Join(r.faults...); err != nil {
		t.Error("the recording webhook:", err)
	}
}

// Reviews returns what the API server has asked so far, in its order.
func (r *Recorder) Reviews() []Review {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Review(nil), r.reviews...)
}

// Wait returns the first review that matches, and waits for it up to the limit
// of WaitFor.
func (r *Recorder) Wait(t testing.TB, what string, match func(Review) bool) (found Review) {
	t.Helper()
	r.cluster.WaitFor(t, what, func(context.Context) error { return r.seen(match, &found) })
	return found
}

// errUnseen means that nothing recorded so far matches.
var errUnseen = errors.New("no such request for admission")

func (r *Recorder) seen(match func(Review) bool, found *Review) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, review := range r.reviews {
		if match(review) {
			*found = review
			return nil
		}
	}
	return errUnseen
}
