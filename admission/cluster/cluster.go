package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// Cluster asks the API server. It is safe for concurrent use, once it is made
// and told to watch.
type Cluster struct {
	raw        rest.Interface // for paths and texts as they are
	metadata   metadata.Interface
	namespace  string                    // that this process runs in, or its kubeconfig names
	namespaces cache.SharedIndexInformer // by their names; nil: nothing is watched
}

// Watch starts to watch the namespaces, until the context ends.
func (c *Cluster) Watch(ctx context.Context) {
	all := c.metadata.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"})
	c.namespaces = cache.NewSharedIndexInformer(&cache.ListWatch{
		ListWithContextFunc:  func(ctx context.Context, o meta.ListOptions) (runtime.Object, error) { return all.List(ctx, o) },
		WatchFuncWithContext: func(ctx context.Context, o meta.ListOptions) (watch.Interface, error) { return all.Watch(ctx, o) },
	}, &meta.PartialObjectMetadata{}, 0, cache.Indexers{})
	if err := c.namespaces.SetTransform(slim); err != nil { // only of one that has started
		panic(err)
	}
	go c.namespaces.RunWithContext(ctx)
}

// slim keeps of a namespace what is asked for.
func slim(object any) (any, error) {
	n, ok := object.(*meta.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	return &meta.PartialObjectMetadata{ObjectMeta: meta.ObjectMeta{Name: n.Name, UID: n.UID, ResourceVersion: n.ResourceVersion, Labels: n.Labels}}, nil
}

// Labels implements admission.Namespaces. A namespace that the watch has not
// told of yet is asked for: it may have been made a moment ago.
func (c *Cluster) Labels(ctx context.Context, namespace string) (map[string]string, error) {
	if c.namespaces != nil && c.namespaces.HasSynced() {
		if found, known, err := c.namespaces.GetStore().GetByKey(namespace); err == nil && known {
			return found.(*meta.PartialObjectMetadata).Labels, nil
		}
	}
	if err := named(namespace); err != nil {
		return nil, err
	}
	var found meta.PartialObjectMetadata
	if err := c.get(ctx, "/api/v1/namespaces/"+namespace, &found); err != nil {
		return nil, reason(err)
	}
	return found.Labels, nil
}

// reason is an error of the API server without what it repeats of objects.
func reason(err error) error {
	if status := apierrors.ReasonForError(err); status != meta.StatusReasonUnknown {
		return fmt.Errorf("the API server says %s", status)
	}
	if errors.Is(err, errObjectSize) {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("the API server does not answer in time")
	}
	return errors.New("the API server does not answer")
}

// asking bounds a question to the API server that no review waits for.
const asking = 20 * time.Second
