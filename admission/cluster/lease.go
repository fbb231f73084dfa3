package cluster

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// The times of a lease. Whoever holds one and is gone is followed after
// leaseTime.
const (
	leaseTime  = 60 * time.Second
	renewTime  = 40 * time.Second
	leaseRetry = 10 * time.Second
	leaseAsk   = 8 * time.Second // for one question
)

// lease is one Lease, as one of those that ask for it sees it. How long it has
// not been renewed is measured by its own clock, from when it has seen the last
// change on: the clocks of others do not matter.
type lease struct {
	cluster *Cluster
	name    string
	holder  string // who asks
	now     func() time.Time

	seen   leaseSpec
	seenAt time.Time
}

// leaseSpec is the spec of a Lease.
type leaseSpec struct {
	HolderIdentity       string `json:"holderIdentity"`
	LeaseDurationSeconds int    `json:"leaseDurationSeconds"`
	AcquireTime          string `json:"acquireTime,omitempty"`
	RenewTime            string `json:"renewTime,omitempty"`
	LeaseTransitions     int    `json:"leaseTransitions"`
}

// microTime is how a Lease writes times.
const microTime = "2006-01-02T15:04:05.000000Z07:00"

// try takes the Lease where nobody holds it, or renews it. Held is false, and
// the error nil, where somebody else holds it.
func (l *lease) try(ctx context.Context) (held bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseAsk)
	defer cancel()
	var found struct {
		Metadata version
		Spec     leaseSpec
	}
	err = l.cluster.get(ctx, l.path(), &found)
	if apierrors.IsNotFound(err) {
		return l.taken(l.create(ctx))
	}
	if err != nil {
		return false, reason(err)
	}
	if found.Spec != l.seen || l.seenAt.IsZero() {
		l.seen, l.seenAt = found.Spec, l.now()
	}
	if !l.free() {
		return false, nil
	}
	return l.taken(l.cluster.change(ctx, l.path(), found.Metadata.ResourceVersion, edit{"add", "/spec", l.next()}))
}

// free tells whether the Lease as it was seen last may be taken.
func (l *lease) free() bool {
	mine := l.seen.HolderIdentity == l.holder || l.seen.HolderIdentity == ""
	return mine || l.now().Sub(l.seenAt) > time.Duration(l.seen.LeaseDurationSeconds)*time.Second
}

// taken is what came of writing. That somebody else was first is no error.
func (l *lease) taken(err error) (bool, error) {
	switch {
	case err == nil:
		return true, nil
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err):
		return false, nil
	}
	return false, reason(err)
}

// next is the Lease as its asker has it next.
func (l *lease) next() leaseSpec {
	now := l.now().UTC().Format(microTime)
	next := leaseSpec{HolderIdentity: l.holder, LeaseDurationSeconds: int(leaseTime / time.Second), AcquireTime: now, RenewTime: now, LeaseTransitions: l.seen.LeaseTransitions + 1}
	if l.seen.HolderIdentity == l.holder {
		next.AcquireTime, next.LeaseTransitions = l.seen.AcquireTime, l.seen.LeaseTransitions
	}
	return next
}

func (l *lease) create(ctx context.Context) error {
	return l.cluster.create(ctx, l.kind(), map[string]any{
		"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": map[string]string{"name": l.name}, "spec": l.next(),
	})
}

// release gives the Lease back, so that the next one need not wait. Where that
// does not work, the Lease ends by itself.
func (l *lease) release() {
	ctx, cancel := context.WithTimeout(context.Background(), leaseAsk)
	defer cancel()
	var found struct {
		Metadata version
		Spec     leaseSpec
	}
	if err := l.cluster.get(ctx, l.path(), &found); err != nil || found.Spec.HolderIdentity != l.holder {
		return
	}
	_ = l.cluster.change(ctx, l.path(), found.Metadata.ResourceVersion, edit{"add", "/spec/holderIdentity", ""})
}

func (l *lease) kind() string {
	return "/apis/coordination.k8s.io/v1/namespaces/" + l.cluster.namespace + "/leases"
}

func (l *lease) path() string { return l.kind() + "/" + l.name }
