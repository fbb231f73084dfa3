package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// Cluster asks the API server. It is safe for concurrent use, once it is made
// and told to watch.
type Cluster struct {
	client     kubernetes.Interface
	raw        rest.Interface          // for paths and texts as they are; nil where nothing is listed
	namespace  string                  // that this process runs in, or its kubeconfig names
	namespaces listers.NamespaceLister // nil: nothing is watched
	synced     cache.InformerSynced
}

// Watch starts to watch the namespaces, until the context ends.
func (c *Cluster) Watch(ctx context.Context) {
	factory := informers.NewSharedInformerFactoryWithOptions(c.client, 0, informers.WithTransform(slim))
	namespaces := factory.Core().V1().Namespaces()
	c.namespaces, c.synced = namespaces.Lister(), namespaces.Informer().HasSynced
	factory.Start(ctx.Done())
}

// slim keeps of a namespace what is asked for.
func slim(object any) (any, error) {
	n, ok := object.(*core.Namespace)
	if !ok {
		return object, nil
	}
	return &core.Namespace{ObjectMeta: meta.ObjectMeta{Name: n.Name, UID: n.UID, ResourceVersion: n.ResourceVersion, Labels: n.Labels}}, nil
}

// Ready tells why the namespaces are not known yet; nil where they are.
func (c *Cluster) Ready() error {
	if c.namespaces != nil && !c.synced() {
		return errors.New("the namespaces of the cluster are not known yet")
	}
	return nil
}

// Labels implements admission.Namespaces. A namespace that the watch has not
// told of yet is asked for: it may have been made a moment ago.
func (c *Cluster) Labels(ctx context.Context, namespace string) (map[string]string, error) {
	if c.namespaces != nil && c.synced() {
		if found, err := c.namespaces.Get(namespace); err == nil {
			return found.Labels, nil
		}
	}
	found, err := c.client.CoreV1().Namespaces().Get(ctx, namespace, meta.GetOptions{})
	if err != nil {
		return nil, reason(err)
	}
	return found.Labels, nil
}

// reason is an error of the API server without what it repeats of objects.
func reason(err error) error {
	if status := apierrors.ReasonForError(err); status != meta.StatusReasonUnknown {
		return fmt.Errorf("the API server says %s", status)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("the API server does not answer in time")
	}
	return errors.New("the API server does not answer")
}

// asking bounds a question to the API server that no review waits for.
const asking = 20 * time.Second
