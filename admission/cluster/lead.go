package cluster

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"time"

	"k8s.io/klog/v2"
)

// Log has the libraries of Kubernetes, and who asks for a Lease, write to a
// log. It is for the whole process.
func Log(logger *slog.Logger) { klog.SetSlogLogger(logger) }

// Lead does work as long as this process holds a Lease of this name, in the
// namespace that it runs in, until ctx ends. Of all that ask for the Lease, one
// holds it. It is given back only when the work has ended.
func (c *Cluster) Lead(ctx context.Context, name string, work func(context.Context)) error {
	l := &lease{cluster: c, name: name, holder: identity(), now: time.Now}
	for l.acquire(ctx) {
		l.hold(ctx, work)
	}
	return nil
}

// acquire asks for the Lease until this process holds it, or ctx ends.
func (l *lease) acquire(ctx context.Context) bool {
	said := ""
	for ctx.Err() == nil {
		held, err := l.try(ctx)
		if held {
			return true
		}
		if err != nil && err.Error() != said {
			said = err.Error()
			klog.Warningf("the Lease %s/%s: %s", l.cluster.namespace, l.name, said)
		}
		pause(ctx, leaseRetry)
	}
	return false
}

// hold does the work, and renews the Lease meanwhile. Where that does not go
// well for a while, the work has to end before somebody else may begin.
func (l *lease) hold(ctx context.Context, work func(context.Context)) {
	working, lose := context.WithCancel(ctx)
	over := make(chan struct{})
	renewing, end := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(over)
		defer lose()
		l.renew(renewing)
	}()
	work(working)
	<-working.Done() // it is over, or there is nothing to do until then
	end()
	<-over
	l.release()
}

// renew renews the Lease until ctx ends, or it is lost.
func (l *lease) renew(ctx context.Context) {
	for last := l.now(); l.now().Sub(last) < renewTime; {
		pause(ctx, leaseRetry)
		if ctx.Err() != nil {
			return
		}
		start := l.now()
		held, err := l.try(ctx)
		switch {
		case held:
			last = start
		case err == nil && l.seen.HolderIdentity != l.holder: // it is lost
			return
		}
	}
}

// pause waits for some time, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// identity tells this process from all others.
func identity() string {
	host, err := os.Hostname()
	if err != nil {
		host = "guard-webhook"
	}
	return host + "_" + rand.Text()
}
