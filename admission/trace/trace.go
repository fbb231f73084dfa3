// Package trace hides OpenTelemetry: it makes spans of a review and of what is
// done for it, and sends them by OTLP over HTTP. It is off unless a place to
// send them to is named, and then costs a look into the context.
//
//	ctx, span := trace.Start(ctx, "evaluate")
//	defer span.End(nil)
package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Options say where spans go. What else there is to say, the variables of
// OpenTelemetry do: OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME,
// OTEL_EXPORTER_OTLP_HEADERS, …_CERTIFICATE and their kin.
type Options struct {
	Endpoint string              // URL of the collector's traces; "": what the variables name
	Getenv   func(string) string // of the variables that say whether spans are sent at all
	Logger   *slog.Logger
	Version  string // of guard
}

// Tracer makes spans and sends them. Nil makes none.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	sender   *sender
	once     sync.Once
	err      error
}

// The limits of spans. Those that the collector does not take in time are
// dropped, never waited for.
const (
	queued     = 2048 // spans that wait to be sent
	maxValue   = 256  // bytes of an attribute
	maxSpanSet = 32   // attributes of a span
	closeTime  = 5 * time.Second
)

// New returns a tracer, or nil where neither the options nor the variables name
// a collector, or the variables switch traces off. Nothing is connected to yet.
func New(ctx context.Context, o Options) (*Tracer, error) {
	on, err := o.on()
	if !on || err != nil {
		return nil, err
	}
	var options []otlptracehttp.Option
	if o.Endpoint != "" {
		options = append(options, otlptracehttp.WithEndpointURL(o.Endpoint))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "guard-webhook"), attribute.String("service.version", o.Version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	// What the library has to say goes where everything else is said. It has
	// one such place in a process.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { o.Logger.Warn("traces", "error", err.Error()) }))
	limits := sdk.NewSpanLimits()
	limits.AttributeValueLengthLimit, limits.AttributeCountLimit = maxValue, maxSpanSet
	to := &sender{SpanExporter: exporter, log: o.Logger}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(to, sdk.WithMaxQueueSize(queued)), sdk.WithResource(about), sdk.WithRawSpanLimits(limits))
	return &Tracer{provider: provider, tracer: provider.Tracer("guard/admission"), sender: to}, nil
}

// on tells whether spans are sent at all.
func (o *Options) on() (bool, error) {
	named := cmp.Or(o.Endpoint, o.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), o.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
	exporter := o.Getenv("OTEL_TRACES_EXPORTER")
	switch protocol := cmp.Or(o.Getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), o.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL")); {
	case o.Getenv("OTEL_SDK_DISABLED") == "true", exporter == "none", named == "" && exporter == "":
		return false, nil
	case exporter != "" && exporter != "otlp":
		return false, fmt.Errorf("traces: OTEL_TRACES_EXPORTER is %q: expected otlp or none", exporter)
	case protocol == "grpc":
		return false, errors.New("traces: the protocol is grpc: guard speaks OTLP over HTTP alone, mostly at port 4318")
	case named == "":
		return true, nil // the collector beside it, at the usual port
	}
	at, err := url.Parse(named)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return false, errors.New("traces: the endpoint is no URL that begins with http or https")
	}
	return true, nil
}

// Register adds the counter of spans.
func (t *Tracer) Register(metrics prometheus.Registerer) {
	if t == nil {
		return
	}
	for outcome, n := range map[string]*atomic.Int64{"sent": &t.sender.sent, "failed": &t.sender.failed} {
		metrics.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "guard_trace_spans_total", Help: "Spans by outcome: sent, failed.", ConstLabels: prometheus.Labels{"outcome": outcome},
		}, func() float64 { return float64(n.Load()) }))
	}
}

// Close sends what is left, for a bounded time.
func (t *Tracer) Close() error {
	if t == nil {
		return nil
	}
	t.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		if err := t.provider.Shutdown(ctx); err != nil {
			t.err = fmt.Errorf("traces: %w", err)
		}
	})
	return t.err
}

// Call begins the span of a call from outside. Its traceparent, as
// https://www.w3.org/TR/trace-context/ has it, says what it is a part of; one
// that is not as it must be counts as none. Nothing else that a caller says of
// traces is taken over.
func (t *Tracer) Call(ctx context.Context, name, traceparent string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	if len(traceparent) == traceparentSize {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": traceparent})
	}
	ctx, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer))
	return ctx, Span{span}
}

// traceparentSize is that of version 00, the only one there is.
const traceparentSize = 55

// Start begins a span within that of the context; where that has none, there is
// none.
func Start(ctx context.Context, name string) (context.Context, Span) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return ctx, Span{}
	}
	ctx, span := parent.TracerProvider().Tracer("guard/admission").Start(ctx, name)
	return ctx, Span{span}
}

// Span is a piece of work. The zero value is none.
type Span struct{ of trace.Span }

// Set says something of the work. Values are cut at 256 bytes.
func (s Span) Set(key, value string) {
	if s.of != nil {
		s.of.SetAttributes(attribute.String(key, valid(value)))
	}
}

// End ends the span, as failed where there is an error.
func (s Span) End(err error) {
	if s.of == nil {
		return
	}
	if err != nil {
		text := err.Error()
		s.of.SetStatus(codes.Error, valid(text[:min(len(text), maxValue)]))
	}
	s.of.End()
}

// valid is a text that a collector takes: one that is no UTF-8 would spoil all
// that is sent with it.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// sender counts what is sent, and keeps errors from being told again and again.
type sender struct {
	sdk.SpanExporter
	log          *slog.Logger
	sent, failed atomic.Int64
	failing      atomic.Bool
}

// ExportSpans implements sdk.SpanExporter.
func (s *sender) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if err := s.SpanExporter.ExportSpans(ctx, spans); err != nil {
		s.failed.Add(int64(len(spans)))
		if !s.failing.Swap(true) {
			s.log.Warn("spans could not be sent, and are lost until they can be", "error", err.Error())
		}
		return nil
	}
	s.sent.Add(int64(len(spans)))
	if s.failing.Swap(false) {
		s.log.Info("spans are sent again")
	}
	return nil
}
