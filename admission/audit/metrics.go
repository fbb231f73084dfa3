package audit

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics say what the last scan found. No label holds what the cluster brings:
// rules are those of the configuration.
type metrics struct {
	leader   prometheus.Gauge
	scans    *prometheus.CounterVec
	seconds  prometheus.Gauge
	finished prometheus.Gauge
	objects  *prometheus.GaugeVec
	findings *prometheus.GaugeVec
}

func newMetrics(registry prometheus.Registerer) *metrics {
	m := &metrics{
		leader: prometheus.NewGauge(prometheus.GaugeOpts{Name: "guard_scan_leader", Help: "1 where this process scans what exists already, else 0."}),
		scans: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guard_scans_total", Help: "Scans of what exists already, by outcome: finished, failed.",
		}, []string{"outcome"}),
		seconds:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "guard_scan_seconds", Help: "How long the last scan took."}),
		finished: prometheus.NewGauge(prometheus.GaugeOpts{Name: "guard_scan_finished_timestamp_seconds", Help: "When the last scan ended."}),
		objects: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "guard_scan_objects", Help: "Objects of the last scan, by outcome: judged, exempt, idle, unread.",
		}, []string{"outcome"}),
		findings: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "guard_scan_findings", Help: "Findings of the last scan, by rule and by what is done about them: deny, warn, audit, waived.",
		}, []string{"rule", "status"}),
	}
	registry.MustRegister(m.leader, m.scans, m.seconds, m.finished, m.objects, m.findings)
	return m
}

func (m *metrics) scanned(r *Result, took time.Duration) {
	m.seconds.Set(took.Seconds())
	m.finished.SetToCurrentTime()
	for outcome, n := range map[string]int{"judged": r.Objects, "exempt": r.Exempt, "idle": r.Idle, "unread": r.Unread} {
		m.objects.WithLabelValues(outcome).Set(float64(n))
	}
	m.findings.Reset()
	for told, n := range r.Rules {
		m.findings.WithLabelValues(told.Rule, told.Status).Set(float64(n))
	}
}

// forget takes back what is no longer for this process to say.
func (m *metrics) forget() {
	m.leader.Set(0)
	m.seconds.Set(0)
	m.finished.Set(0)
	m.objects.Reset()
	m.findings.Reset()
}
