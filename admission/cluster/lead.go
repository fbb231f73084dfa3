package cluster

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/klog/v2"
)

// The times of a lease. Whoever holds one and is gone is followed after
// leaseTime.
const (
	leaseTime  = 60 * time.Second
	renewTime  = 40 * time.Second
	leaseRetry = 10 * time.Second
)

// Log has the libraries of Kubernetes write to a log. It is for the whole
// process.
func Log(logger *slog.Logger) { klog.SetSlogLogger(logger) }

// Lead does work as long as this process holds a Lease of this name, in the
// namespace that it runs in, until ctx ends. Of all that ask for the Lease, one
// holds it. It is given back only when the work has ended.
func (c *Cluster) Lead(ctx context.Context, name string, work func(context.Context)) error {
	for ctx.Err() == nil {
		if err := c.leadOnce(ctx, name, work); err != nil {
			return err
		}
	}
	return nil
}

// leadOnce waits for the Lease, and works until it is lost or ctx ends.
func (c *Cluster) leadOnce(ctx context.Context, name string, work func(context.Context)) error {
	leases := make(chan context.Context, 1)
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta: meta.ObjectMeta{Namespace: c.namespace, Name: name},
			Client:    c.client.CoordinationV1(), LockConfig: resourcelock.ResourceLockConfig{Identity: identity()},
		},
		LeaseDuration: leaseTime, RenewDeadline: renewTime, RetryPeriod: leaseRetry, ReleaseOnCancel: true, Name: name,
		Callbacks: leaderelection.LeaderCallbacks{OnStartedLeading: func(lease context.Context) { leases <- lease }, OnStoppedLeading: func() {}},
	})
	if err != nil {
		return fmt.Errorf("the Lease %s/%s: %w", c.namespace, name, err)
	}
	held, giveBack := context.WithCancel(context.WithoutCancel(ctx))
	over := make(chan struct{})
	go func() {
		defer close(over)
		elector.Run(held)
	}()
	select {
	case lease := <-leases:
		lease, end := context.WithCancel(lease)
		defer context.AfterFunc(ctx, end)()
		work(lease)
		<-lease.Done()
		end()
	case <-ctx.Done():
	}
	giveBack()
	<-over
	return nil
}

// identity tells this process from all others.
func identity() string {
	host, err := os.Hostname()
	if err != nil {
		host = "guard-webhook"
	}
	return host + "_" + rand.Text()
}
