package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/api/validate/content"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
)

// asJSON makes a client for paths and texts as they are. Of what the API server
// says only its errors have a type: those of Kubernetes' own kinds would double
// the size of the program.
func asJSON(config *rest.Config) (rest.Interface, error) {
	known := runtime.NewScheme()
	meta.AddToGroupVersion(known, schema.GroupVersion{Version: "v1"})
	config = rest.CopyConfig(config)
	config.GroupVersion = &schema.GroupVersion{}
	config.ContentType = runtime.ContentTypeJSON
	config.NegotiatedSerializer = serializer.NewCodecFactory(known).WithoutConversion()
	return rest.UnversionedRESTClientFor(config)
}

// maxObject bounds one object, in bytes: an API server keeps none of more than
// some megabytes.
const maxObject = 8 << 20

// errObjectSize says that an object is larger than is read.
var errObjectSize = errors.New("it is too large to be read")

// named refuses names that would lead a path to another object: not all that
// users write is checked before it is read here, such as the names of pull
// secrets.
func named(names ...string) error {
	for _, name := range names {
		if name == "" || len(content.IsPathSegmentName(name)) > 0 {
			return fmt.Errorf("%q is no name of an object", name[:min(len(name), 64)])
		}
	}
	return nil
}

// get reads what is at a path into the fields that a value names.
func (c *Cluster) get(ctx context.Context, path string, into any) error {
	return c.getWithin(ctx, path, maxObject, into)
}

// getWithin is get of an object of at most so many bytes as JSON.
func (c *Cluster) getWithin(ctx context.Context, path string, limit int64, into any) error {
	body, err := c.raw.Get().AbsPath(path).SetHeader("Accept", runtime.ContentTypeJSON).Stream(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return err
	}
	if int64(len(text)) > limit {
		return errObjectSize
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("what the API server answers cannot be read: %w", err)
	}
	return nil
}

// create makes an object at the path of its kind.
func (c *Cluster) create(ctx context.Context, path string, object any) error {
	text, err := json.Marshal(object)
	if err != nil {
		return err
	}
	return c.raw.Post().AbsPath(path).SetHeader("Content-Type", runtime.ContentTypeJSON).Body(text).Do(ctx).Error()
}

// edit is a change at a place of an object, as JSON Patch knows them.
type edit struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// change makes edits to an object, and leaves all else in it as it is. Where it
// is not in this version any more, the error is one of a conflict.
func (c *Cluster) change(ctx context.Context, path, version string, edits ...edit) error {
	edits = append([]edit{{"replace", "/metadata/resourceVersion", version}}, edits...)
	text, err := json.Marshal(edits)
	if err != nil {
		return err
	}
	return c.raw.Patch(types.JSONPatchType).AbsPath(path).Body(text).Do(ctx).Error()
}
