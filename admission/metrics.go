package admission

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guard/internal/policy"
)

// metrics count what is decided. No label holds what a request brings, so
// there are a few hundred series at most.
type metrics struct {
	registry *prometheus.Registry
	reviews  *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	findings *prometheus.CounterVec
	refused  *prometheus.CounterVec
	panics   prometheus.Counter
	reloads  *prometheus.CounterVec
	lastGood prometheus.Gauge
	bypasses *prometheus.CounterVec
}

func newMetrics(left func() time.Duration, dropped func() int64) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		reviews: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guard_reviews_total", Help: "Reviews answered, by operation and decision: allowed, denied, warned, grandfathered, passed, exempt, broken-glass, undecided.",
		}, []string{"operation", "decision"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "guard_review_seconds", Help: "Time from the call to the answer.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"decision"}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guard_denials_total", Help: "Denied reviews by the rules that they break.",
		}, []string{"rule"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guard_refused_total", Help: "Calls that are no review, by HTTP status.",
		}, []string{"code"}),
		panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "guard_panics_total", Help: "Reviews denied because of an error inside of guard."}),
		reloads:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "guard_reloads_total", Help: "Changes of the configuration, by whether they count: good, bad."}, []string{"outcome"}),
		lastGood: prometheus.NewGauge(prometheus.GaugeOpts{Name: "guard_configuration_good", Help: "1 where what the configuration holds now is what decides, else 0."}),
		bypasses: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guard_bypasses_total", Help: "Reviews for which the rules were passed over, by what let them in: token, user, group, namespace.",
		}, []string{"how"}),
	}
	for _, how := range bypasses {
		m.bypasses.WithLabelValues(how) // so that the first one is an increase, too
	}
	m.registry.MustRegister(m.reviews, m.seconds, m.findings, m.refused, m.panics, m.reloads, m.lastGood, m.bypasses,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "guard_certificate_days_left", Help: "Days until the certificate expires."}, func() float64 { return left().Hours() / 24 }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "guard_log_dropped_total", Help: "Decisions that the log's sink did not take in time."}, func() float64 { return float64(dropped()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "guard_evaluations_left_total", Help: "Evaluations of rules that did not heed that they were stopped, and were left behind."}, func() float64 { _, ever := policy.Left(); return float64(ever) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "guard_evaluations_left", Help: "Those of them that go on."}, func() float64 { running, _ := policy.Left(); return float64(running) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// counts adds a gauge of the break-glass tokens that count now.
func (m *metrics) counts(tokens func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "guard_break_glass_tokens", Help: "Break-glass tokens that count now."}, func() float64 { return float64(tokens()) }))
}

// told adds counters of the events that were written.
func (m *metrics) told(n news) {
	for outcome, of := range map[string]func(*events) *atomic.Int64{
		"written": func(e *events) *atomic.Int64 { return &e.written },
		"failed":  func(e *events) *atomic.Int64 { return &e.failed },
		"dropped": func(e *events) *atomic.Int64 { return &e.dropped },
	} {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "guard_events_total", Help: "Kubernetes events by outcome: written, failed (and tried again), dropped.", ConstLabels: prometheus.Labels{"outcome": outcome},
		}, func() float64 { return float64(of(n.rare).Load() + of(n.exemptions).Load()) }))
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError})
}

func (m *metrics) decided(r Request, a Response, took time.Duration) {
	name := a.Audit["decision"]
	if name == "" {
		name = "undecided"
	}
	m.reviews.WithLabelValues(string(r.Operation), name).Inc()
	m.seconds.WithLabelValues(name).Observe(took.Seconds())
	if a.Bypass != nil {
		m.bypasses.WithLabelValues(a.Bypass.How).Inc()
	}
	seen := map[string]bool{}
	for _, c := range a.Causes {
		if !seen[c.Rule] {
			seen[c.Rule] = true
			m.findings.WithLabelValues(c.Rule).Inc()
		}
	}
}

// watch counts what the rules of bundles are worth.
func (m *metrics) watch(r *Reloader) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "guard_bundles_age_seconds", Help: "Time since the registries said that the bundles of rules which decide are those that the configuration names; 0 without bundles.",
	}, func() float64 { return r.Age().Seconds() }))
}

func (m *metrics) reloaded(err error, problem string) {
	outcome := "good"
	if err != nil {
		outcome = "bad"
	}
	m.reloads.WithLabelValues(outcome).Inc()
	m.good(err == nil && problem == "")
}

func (m *metrics) good(is bool) {
	m.lastGood.Set(0)
	if is {
		m.lastGood.Set(1)
	}
}
