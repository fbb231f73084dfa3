package admission_test

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"guard/admission"
	"guard/admission/admissiontest"
	"guard/admission/logsink"
	"guard/admission/trace"
	"guard/internal/registry/signature/signaturetest"
)

// tracing is a tracer whose spans are received here. What is returned closes it
// and tells of them.
func tracing(t testing.TB) (*trace.Tracer, func() []*otlp.Span) {
	t.Helper()
	var mu sync.Mutex
	var spans []*otlp.Span
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, call *http.Request) {
		body, err := io.ReadAll(call.Body)
		var request collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &request)
		}
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, of := range request.GetResourceSpans() {
			for _, scope := range of.GetScopeSpans() {
				spans = append(spans, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(receiver.Close)
	tracer, err := trace.New(t.Context(), trace.Options{Endpoint: receiver.URL + "/v1/traces", Getenv: func(string) string { return "" }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return tracer, func() []*otlp.Span {
		if err := tracer.Close(); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		return spans
	}
}

// A review that the API server traces is a tree of spans: what it waited for
// can be told.
func TestServer_TracesAReview(t *testing.T) {
	r, key := signaturetest.NewFallbackRepository(t), signaturetest.NewSigner(t)
	signed := r.Push()
	approved(t, r, key, signed)
	h := trusting(t, r.Name(), key)
	tracer, received := tracing(t)
	server := admission.NewServer(func() *admission.Handler { return h }, nil)
	server.Traces = tracer
	call := httptest.NewRequest(http.MethodPost, "/validate", strings.NewReader(strings.Replace(review(podOf(t, r.Name()+"@"+signed.Digest)), `"namespace":"shop","operation"`, `"namespace":"live-1","operation"`, 1)))
	call.Header.Set("Content-Type", "application/json")
	call.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	w := httptest.NewRecorder()
	server.ServeHTTP(w, call)
	if !strings.Contains(w.Body.String(), `"allowed":true`) {
		t.Fatal(w.Body)
	}
	names := map[string]string{"b7ad6b7169203331": "the API server"}
	parents := map[string]string{}
	spans := received()
	for _, s := range spans {
		names[fmt.Sprintf("%x", s.GetSpanId())] = s.GetName()
	}
	for _, s := range spans {
		parents[s.GetName()] = names[fmt.Sprintf("%x", s.GetParentSpanId())]
		if s.GetName() == "review" {
			said := fmt.Sprint(s.GetAttributes())
			for _, want := range []string{"guard.decision", "allowed", "k8s.namespace.name", "live-1", "u-1"} {
				if !strings.Contains(said, want) {
					t.Errorf("the span of the review lacks %s: %s", want, said)
				}
			}
		}
	}
	for name, parent := range map[string]string{"review": "the API server", "load": "review", "evaluate": "review", "trust": "review", "registry verify": "trust"} {
		if parents[name] != parent {
			t.Errorf("%s is a part of %q, want %q", name, parents[name], parent)
		}
	}
}

// All that tells of decisions works in one server: each arrives at a collector
// with its object and without secrets, and is counted.
func TestServe_SendsDecisions(t *testing.T) {
	a, dir := admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	var mu sync.Mutex
	var got []string
	sinkAt := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, call *http.Request) {
		body, _ := io.ReadAll(call.Body)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, slices.Collect(strings.Lines(string(body)))...)
	}))
	t.Cleanup(sinkAt.Close)
	roots := filepath.Join(dir, "collector.crt")
	admissiontest.Replace(t, roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: sinkAt.Certificate().Raw}))
	log := slog.New(slog.DiscardHandler)
	sink, err := logsink.New(logsink.Options{URL: sinkAt.URL, RootsFile: roots, Logger: log, Every: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	tracer, received := tracing(t)
	w := start(t, a, files(dir, admission.Options{Decisions: sink, Inputs: true, Traces: tracer, Logger: log}))
	object := with(t, pod(good), `spec.containers.0.env=[{"name":"X","value":"canary"}]`)
	if text, err := w.ask(object); err != nil || !strings.Contains(text, `"allowed":true`) {
		t.Fatalf("%v %s", err, text)
	}
	eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return len(got) == 1 })
	eventually(t, func() bool {
		_, text := w.side(t, "/metrics")
		return strings.Contains(text, `guard_log_batches_total{outcome="sent"} 1`) && strings.Contains(text, "guard_log_waiting_bytes 0") && strings.Contains(text, `guard_trace_spans_total{outcome="failed"} 0`)
	})
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	if err := sink.Close(); err != nil || len(received()) < 3 {
		t.Errorf("%v: %d spans", err, len(received()))
	}
	var d struct {
		Input struct{ Object json.RawMessage }
	}
	if err := json.Unmarshal([]byte(got[0]), &d); err != nil || strings.Contains(got[0], "canary") {
		t.Fatalf("%v: %s", err, got[0])
	}
	h := handler(t, "recommended")
	if again := h.Review(t.Context(), create(string(d.Input.Object))); !again.Allowed {
		t.Errorf("judged again: %+v", again)
	}
}
