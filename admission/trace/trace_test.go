package trace_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"guard/admission/trace"
)

// receiver is a collector of OTLP over HTTP, on loopback.
type receiver struct {
	*httptest.Server
	code atomic.Int32 // of the answer; 0: as it should be

	mu       sync.Mutex
	spans    []*otlp.Span
	resource string
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, call *http.Request) {
		body, err := io.ReadAll(call.Body)
		if err != nil || call.URL.Path != "/v1/traces" || call.Header.Get("Content-Type") != "application/x-protobuf" {
			t.Errorf("%v: %s of %s", err, call.URL.Path, call.Header.Get("Content-Type"))
		}
		if code := r.code.Load(); code != 0 {
			w.WriteHeader(int(code))
			return
		}
		var request collector.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &request); err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, of := range request.GetResourceSpans() {
			r.resource = of.GetResource().String()
			for _, scope := range of.GetScopeSpans() {
				r.spans = append(r.spans, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) find(t testing.TB, name string) *otlp.Span {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.spans, func(s *otlp.Span) bool { return s.GetName() == name })
	if i < 0 {
		t.Fatalf("there is no span %s among %d", name, len(r.spans))
	}
	return r.spans[i]
}

func unset(string) string { return "" }

func tracer(t testing.TB, r *receiver, log *slog.Logger) *trace.Tracer {
	t.Helper()
	tracer, err := trace.New(t.Context(), trace.Options{Endpoint: r.URL + "/v1/traces", Getenv: unset, Logger: log, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return tracer
}

var quiet = slog.New(slog.DiscardHandler)

// A span belongs to what the caller says that it does, and what is done for it
// to the span.
func TestTracer_Sends(t *testing.T) {
	r := newReceiver(t)
	tracer := tracer(t, r, quiet)
	metrics := prometheus.NewRegistry()
	tracer.Register(metrics)
	ctx, span := tracer.Call(t.Context(), "review", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	_, within := trace.Start(ctx, "evaluate")
	within.Set("text", strings.Repeat("x", 1000)+"\xff")
	within.Set("broken", "a\xffb")
	within.End(errors.New(strings.Repeat("é", 1000)))
	span.End(nil)
	if err := tracer.Close(); err != nil {
		t.Fatal(err)
	}
	outer, inner := r.find(t, "review"), r.find(t, "evaluate")
	if id := outer.GetTraceId(); !bytes.Equal(id, []byte("\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c")) || !bytes.Equal(outer.GetParentSpanId(), []byte("\xb7\xad\x6b\x71\x69\x20\x33\x31")) {
		t.Errorf("it belongs to %x %x", id, outer.GetParentSpanId())
	}
	if !bytes.Equal(inner.GetParentSpanId(), outer.GetSpanId()) || inner.GetStatus().GetCode() != otlp.Status_STATUS_CODE_ERROR || outer.GetStatus().GetCode() != otlp.Status_STATUS_CODE_UNSET {
		t.Errorf("inner %v, outer %v", inner, outer)
	}
	for _, a := range inner.GetAttributes() {
		if value := a.GetValue().GetStringValue(); len(value) > 256 || a.GetKey() == "broken" && value != "a\uFFFDb" {
			t.Errorf("%s is %q", a.GetKey(), value)
		}
	}
	if !strings.Contains(r.resource, "guard-webhook") || !strings.Contains(r.resource, "1.2.3") {
		t.Errorf("the resource is %s", r.resource)
	}
	families, err := metrics.Gather()
	if err != nil || !strings.Contains(families[0].String(), `value:"sent"`) {
		t.Errorf("%v: %v", err, families)
	}
}

// A traceparent that is not as it must be counts as none, and one that says not
// to sample is followed.
func TestTracer_BoundsWhatCallersSay(t *testing.T) {
	r := newReceiver(t)
	tracer := tracer(t, r, quiet)
	for _, parent := range []string{
		"", "x", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
		"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-" + strings.Repeat("a", 1<<16),
		"00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
	} {
		_, span := tracer.Call(t.Context(), "review", parent)
		span.End(nil)
	}
	ctx, silent := tracer.Call(t.Context(), "silent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
	_, within := trace.Start(ctx, "silent")
	within.End(nil)
	silent.End(nil)
	if err := tracer.Close(); err != nil {
		t.Fatal(err)
	}
	if len(r.spans) != 7 {
		t.Errorf("%d spans", len(r.spans))
	}
	for _, span := range r.spans {
		if len(span.GetParentSpanId()) != 0 || span.GetName() != "review" {
			t.Errorf("a stranger is its parent: %v", span)
		}
	}
}

// A collector that does not take spans holds up nobody, and is told of once.
func TestTracer_CollectorIsAway(t *testing.T) {
	r := newReceiver(t)
	r.code.Store(400)
	var log bytes.Buffer
	tracer := tracer(t, r, slog.New(slog.NewTextHandler(&log, nil)))
	began := time.Now()
	for range 5000 {
		_, span := tracer.Call(t.Context(), "review", "")
		span.End(nil)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("5000 spans took %s", took)
	}
	if err := tracer.Close(); err != nil {
		t.Fatal(err)
	}
	if said := log.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "could not be sent") {
		t.Errorf("the log says %s", said)
	}
}

func TestNew_FollowsTheVariables(t *testing.T) {
	for name, tt := range map[string]struct {
		endpoint string
		env      map[string]string
		on       bool
		wrong    string
	}{
		"nothing":              {"", nil, false, ""},
		"the option":           {"https://127.0.0.1:1/v1/traces", nil, true, ""},
		"a variable":           {"", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "https://127.0.0.1:1"}, true, ""},
		"a variable of traces": {"", map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://127.0.0.1:1/v1/traces"}, true, ""},
		"the usual place":      {"", map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, true, ""},
		"switched off":         {"https://127.0.0.1:1", map[string]string{"OTEL_SDK_DISABLED": "true"}, false, ""},
		"no exporter":          {"https://127.0.0.1:1", map[string]string{"OTEL_TRACES_EXPORTER": "none"}, false, ""},
		"another exporter":     {"", map[string]string{"OTEL_TRACES_EXPORTER": "zipkin"}, false, "expected otlp or none"},
		"another protocol":     {"https://127.0.0.1:1", map[string]string{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, "over HTTP alone"},
		"no URL":               {"127.0.0.1:4318", nil, false, "no URL"},
		"another scheme":       {"ftp://127.0.0.1/", nil, false, "no URL"},
	} {
		got, err := trace.New(t.Context(), trace.Options{Endpoint: tt.endpoint, Getenv: func(name string) string { return tt.env[name] }, Logger: quiet})
		if (got != nil) != tt.on || (err != nil) != (tt.wrong != "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%s: on %v, %v", name, got != nil, err)
		}
		_ = got.Close()
	}
}

// Without a tracer there is nothing to do, and nothing is allocated.
func TestStart_OffCostsNothing(t *testing.T) {
	var off *trace.Tracer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	allocated := testing.AllocsPerRun(1000, func() {
		ctx, span := off.Call(ctx, "review", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		_, within := trace.Start(ctx, "evaluate")
		within.Set("a", "b")
		within.End(nil)
		span.End(nil)
	})
	if allocated != 0 {
		t.Errorf("%v allocations", allocated)
	}
	off.Register(prometheus.NewRegistry())
}

func BenchmarkStart_Off(b *testing.B) {
	var off *trace.Tracer
	b.ReportAllocs()
	for b.Loop() {
		ctx, span := off.Call(b.Context(), "review", "")
		_, within := trace.Start(ctx, "evaluate")
		within.End(nil)
		span.End(nil)
	}
}
