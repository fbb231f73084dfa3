package admission

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
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
}

func newMetrics(left func() time.Duration, dropped func() int64) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		reviews: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guard_reviews_total", Help: "Reviews answered, by operation and decision: allowed, denied, warned, grandfathered, passed, exempt, undecided.",
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
	}
	m.registry.MustRegister(m.reviews, m.seconds, m.findings, m.refused, m.panics, m.reloads, m.lastGood,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "guard_certificate_days_left", Help: "Days until the certificate expires."}, func() float64 { return left().Hours() / 24 }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "guard_log_dropped_total", Help: "Decisions that the log's sink did not take in time."}, func() float64 { return float64(dropped()) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
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
