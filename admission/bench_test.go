package admission_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"guard/admission"
)

// A review as the server sees it, without TLS: a Pod that keeps the rules and
// one that breaks several.
func BenchmarkReview(b *testing.B) {
	h := handler(b, "recommended")
	benchmark(b, admission.NewServer(func() *admission.Handler { return h }, nil))
}

// The same with every review traced, and the spans sent.
func BenchmarkReview_Traced(b *testing.B) {
	h := handler(b, "recommended")
	server := admission.NewServer(func() *admission.Handler { return h }, nil)
	tracer, received := tracing(b)
	server.Traces = tracer
	benchmark(b, server)
	b.ReportMetric(float64(len(received())), "spans")
}

func benchmark(b *testing.B, server *admission.Server) {
	for name, object := range map[string]string{
		"compliant": pod(good),
		"violating": with(b, pod(good), `spec.containers.0.image="nginx:latest"`, `spec.containers.0.securityContext={"privileged":true}`, `spec.hostNetwork=true`),
	} {
		body := []byte(review(object))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call := httptest.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
				call.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				server.ServeHTTP(w, call)
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
				_, _ = io.Copy(io.Discard, w.Body)
			}
		})
	}
}
