package audit

import (
	"context"

	"guard/admission"
)

// Object is an object of a cluster.
type Object struct {
	admission.Existing
	APIVersion string // "apps/v1"
	UID        string
	Owner      string // UID of the object that controls it; "" where none does
	Idle       bool   // it is to have no Pod: a ReplicaSet of a revision that is no more
}

// Lister lists the objects of a cluster.
type Lister interface {
	// List hands each object of a resource in a namespace ("": in all) to each.
	// Where the list has to start anew, restarted is told why, and what was
	// handed over before counts no more. Whoever implements it bounds the time
	// and the size of what it reads, and ends with an error of each.
	List(ctx context.Context, resource admission.Resource, namespace string, each func(Object) error, restarted func(why string)) error
	// Resource finds the resource of a kind of a group. It is not known where
	// the cluster does not serve the kind.
	Resource(ctx context.Context, group, kind string) (resource admission.Resource, known bool, err error)
}
