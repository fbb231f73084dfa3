package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"guard/admission"
	"guard/admission/audit"
)

// Lister lists objects by pages.
type Lister struct {
	cluster  *Cluster
	page     int    // objects
	selector string // of labels; "": all
	bytes    int64  // the most of one page
}

// Lister implements [audit.Lister].
var _ audit.Lister = Lister{}

// Lister lists so many objects at a time; 0 is 250.
func (c *Cluster) Lister(page int) Lister {
	if page <= 0 {
		page = 250
	}
	return Lister{cluster: c, page: page, bytes: pageBytes}
}

// The limits of a list.
const (
	pageBytes   = 128 << 20        // of one page; one with more is asked for again with fewer objects
	pageTime    = 60 * time.Second // for one page
	pageTries   = 3                // for one page
	maxRestarts = 3                // of one list
)

// errPageSize says that a page has more bytes than are read at once. It is told
// of one with a single object.
var errPageSize = errors.New("an object of the list is too large to be read")

// List implements [audit.Lister]. A list that the API server does not remember
// any more starts anew, three times at most.
func (l Lister) List(ctx context.Context, resource admission.Resource, namespace string, each func(audit.Object) error, restarted func(why string)) error {
	for restarts := 0; ; restarts++ {
		err := l.pages(ctx, resource, namespace, each)
		if !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err) {
			return listError(err)
		}
		if restarts == maxRestarts {
			return fmt.Errorf("the API server forgot the list %d times while it was read", restarts+1)
		}
		restarted("the API server does not remember the page after the last one")
	}
}

// listError is what came of a list, without what the API server repeats of
// objects.
func listError(err error) error {
	var status apierrors.APIStatus
	switch {
	case err == nil:
		return nil
	case errors.As(err, &status), errors.Is(err, context.DeadlineExceeded):
		return reason(err)
	}
	return err
}

// pages hands over the objects of all pages of one list.
func (l Lister) pages(ctx context.Context, resource admission.Resource, namespace string, each func(audit.Object) error) error {
	next, size := "", l.page
	for {
		text, err := l.read(ctx, resource, namespace, next, size)
		if errors.Is(err, errPageSize) && size > 1 {
			size = (size + 3) / 4
			continue
		}
		if err != nil {
			return err
		}
		if next, err = handOver(text, resource, each); err != nil || next == "" {
			return err
		}
	}
}

// read asks for one page, again where the API server is not there for a moment.
func (l Lister) read(ctx context.Context, resource admission.Resource, namespace, next string, size int) (text []byte, err error) {
	for try := 1; ; try++ {
		text, err = l.readOnce(ctx, resource, namespace, next, size)
		if err == nil || try == pageTries || !passing(err) {
			return text, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Duration(try) * time.Second):
		}
	}
}

// passing tells whether the same question may be answered in a moment.
func passing(err error) bool {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		return status.Status().Code >= 500 || status.Status().Code == 429
	}
	return !errors.Is(err, errPageSize) && !errors.Is(err, context.Canceled)
}

func (l Lister) readOnce(ctx context.Context, resource admission.Resource, namespace, next string, size int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	request := l.cluster.raw.Get().AbsPath(pathOf(resource, namespace)).SetHeader("Accept", "application/json").Param("limit", strconv.Itoa(size))
	if next != "" {
		request.Param("continue", next)
	}
	if l.selector != "" {
		request.Param("labelSelector", l.selector)
	}
	body, err := request.Stream(ctx)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, l.bytes+1))
	if err == nil && int64(len(text)) > l.bytes {
		err = errPageSize
	}
	return text, err
}

// pathOf is where the API server keeps a resource.
func pathOf(r admission.Resource, namespace string) string {
	path := "/apis/" + r.Group + "/" + r.Version
	if r.Group == "" {
		path = "/api/" + r.Version
	}
	if namespace != "" {
		path += "/namespaces/" + namespace
	}
	return path + "/" + r.Resource
}

// handOver hands over the objects of a page, and returns where the next one
// begins; "" where there is none.
func handOver(text []byte, resource admission.Resource, each func(audit.Object) error) (next string, err error) {
	var page struct {
		APIVersion string
		Kind       string
		Metadata   struct{ Continue string }
		Items      []json.RawMessage
	}
	if err := json.Unmarshal(text, &page); err != nil {
		return "", fmt.Errorf("the list cannot be read: %w", err)
	}
	kind, isList := strings.CutSuffix(page.Kind, "List")
	if !isList {
		return "", fmt.Errorf("the API server answers with no list, but kind %q", page.Kind)
	}
	for _, item := range page.Items {
		object, err := objectOf(item, page.APIVersion, kind)
		if err != nil {
			return "", fmt.Errorf("an object of the list cannot be read: %w", err)
		}
		object.Resource = resource
		object.Idle = object.Idle && resource.Group == "apps" && resource.Resource == "replicasets"
		if err := each(object); err != nil {
			return "", err
		}
	}
	return page.Metadata.Continue, nil
}

// objectOf reads one object. In lists of the API server's own kinds, none
// names its kind; and of who has set which field, nothing is judged.
func objectOf(item []byte, apiVersion, kind string) (o audit.Object, err error) {
	var fields, metadata map[string]json.RawMessage
	if err := json.Unmarshal(item, &fields); err != nil {
		return o, err
	}
	if err := json.Unmarshal(fields["metadata"], &metadata); err != nil {
		return o, err
	}
	delete(metadata, "managedFields")
	for key, value := range map[string]any{"metadata": metadata, "apiVersion": apiVersion, "kind": kind} {
		if fields[key], err = encoded(value); err != nil {
			return o, err
		}
	}
	if o, err = headOf(fields); err != nil {
		return o, err
	}
	o.APIVersion, o.Kind = apiVersion, kind
	o.Object, err = encoded(fields)
	return o, err
}

// headOf reads what an audit needs to know of an object beside its text.
func headOf(fields map[string]json.RawMessage) (o audit.Object, err error) {
	var metadata struct {
		Name, Namespace string
		UID             string `json:"uid"`
		OwnerReferences []struct {
			UID        string `json:"uid"`
			Controller bool
		}
	}
	if err := json.Unmarshal(fields["metadata"], &metadata); err != nil {
		return o, err
	}
	o.Name, o.Namespace, o.UID = metadata.Name, metadata.Namespace, metadata.UID
	for _, owner := range metadata.OwnerReferences {
		if owner.Controller {
			o.Owner = owner.UID
		}
	}
	var spec struct{ Replicas *int }
	if json.Unmarshal(fields["spec"], &spec) == nil { // of another kind it may be anything
		o.Idle = spec.Replicas != nil && *spec.Replicas == 0
	}
	return o, nil
}

// encoded writes JSON without the escapes that are for HTML.
func encoded(value any) (json.RawMessage, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(b.Bytes()), err
}

// Resource implements [audit.Lister]: the version that the API server prefers.
func (l Lister) Resource(ctx context.Context, group, kind string) (admission.Resource, bool, error) {
	var groups meta.APIGroupList
	if err := l.cluster.get(ctx, "/apis", &groups); err != nil {
		return admission.Resource{}, false, reason(err)
	}
	for _, g := range groups.Groups {
		if g.Name != group {
			continue
		}
		var list meta.APIResourceList
		if err := l.cluster.get(ctx, "/apis/"+g.PreferredVersion.GroupVersion, &list); err != nil {
			return admission.Resource{}, false, reason(err)
		}
		for _, r := range list.APIResources {
			if r.Kind == kind && !strings.Contains(r.Name, "/") {
				return admission.Resource{Group: group, Version: g.PreferredVersion.Version, Resource: r.Name}, true, ctx.Err()
			}
		}
	}
	return admission.Resource{}, false, ctx.Err()
}
