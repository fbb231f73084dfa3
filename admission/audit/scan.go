package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guard/admission"
	"guard/internal/report"
)

// Scan audits the cluster again and again. Of all processes that do, one at a
// time works: the one that Lead lets.
//
// A scan that is cut off, by a restart or another leader, starts anew, as a whole:
// what owners have must be known to say what their Pods have besides. What it
// has not come to stays in the PolicyReports as the last one has left it.
type Scan struct {
	Every      time.Duration // from the end of one to the start of the next
	Lister     Lister
	Lead       func(ctx context.Context, work func(context.Context)) error // until ctx ends; an error: never
	Namespaces admission.Namespaces                                        // where the webhook knows none
	Write      func(ctx context.Context, r *Result) error                  // writes PolicyReports; nil: none are wanted
	Logger     *slog.Logger
	Version    string // of guard
}

// scanTime bounds one scan.
const scanTime = 2 * time.Hour

// Beside scans beside the webhook, until ctx ends: see [admission.Options].
func (s *Scan) Beside(ctx context.Context, handler func() *admission.Handler, metrics prometheus.Registerer) {
	m := newMetrics(metrics)
	err := s.Lead(ctx, func(ctx context.Context) {
		m.leader.Set(1)
		defer m.forget()
		s.again(ctx, handler, m)
	})
	if err != nil {
		s.Logger.Error("nothing that exists already is looked at", "error", err.Error())
	}
}

// again scans until ctx ends.
func (s *Scan) again(ctx context.Context, handler func() *admission.Handler, m *metrics) {
	for ctx.Err() == nil {
		began := time.Now()
		result, err := s.once(ctx, handler())
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			m.scans.WithLabelValues("failed").Inc()
			s.Logger.Error("a scan of what exists already failed", "error", report.Clean(err.Error()))
		default:
			m.scans.WithLabelValues("finished").Inc()
		}
		if result != nil {
			m.scanned(result, time.Since(began))
			s.Logger.Info("what exists already was looked at", "summary", result.String(), "seconds", time.Since(began).Seconds())
		}
		select {
		case <-ctx.Done():
		case <-time.After(s.Every):
		}
	}
}

// once scans. There may be a result and an error: reports that could not be
// written.
func (s *Scan) once(ctx context.Context, h *admission.Handler) (result *Result, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("an error inside of guard: %v", value)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	if h == nil {
		return nil, errors.New("no policies are loaded")
	}
	looking := *h
	if looking.Namespaces == nil {
		looking.Namespaces = s.Namespaces
	}
	result, err = Run(ctx, Options{Handler: &looking, Lister: s.Lister, Now: time.Now(), Version: s.Version, Tell: func(what string) {
		s.Logger.Info("a scan of what exists already", "note", report.Clean(what))
	}})
	if err != nil || s.Write == nil {
		return result, err
	}
	return result, s.Write(ctx, result)
}
