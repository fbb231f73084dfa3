package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	"guard/admission/doctor"
)

// Cluster implements [doctor.API].
var _ doctor.API = (*Cluster)(nil)

// Get implements [doctor.API].
func (c *Cluster) Get(ctx context.Context, path string) ([]byte, error) {
	return c.exchange(ctx, c.raw.Get().RequestURI(path))
}

// Post implements [doctor.API].
func (c *Cluster) Post(ctx context.Context, path string, body []byte) ([]byte, error) {
	return c.exchange(ctx, c.raw.Post().RequestURI(path).SetHeader("Content-Type", runtime.ContentTypeJSON).Body(body))
}

// maxExamined bounds an answer to the doctor, in bytes.
const maxExamined = 64 << 20

func (c *Cluster) exchange(ctx context.Context, request *rest.Request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	body, err := request.SetHeader("Accept", runtime.ContentTypeJSON).Stream(ctx)
	if err != nil {
		return nil, examined(err)
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, maxExamined+1))
	if err == nil && len(text) > maxExamined {
		err = fmt.Errorf("the API server answers more than %d MiB", maxExamined>>20)
	}
	return text, err
}

// examined is an error of the API server in the doctor's words. What admission
// refuses is forbidden, too, as is what no role allows: then somebody "cannot"
// do something to a resource.
func examined(err error) error {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return reason(err)
	}
	message := status.Status().Message
	switch {
	case apierrors.IsNotFound(err):
		return doctor.ErrAbsent
	case apierrors.IsUnauthorized(err), apierrors.IsForbidden(err) && strings.Contains(message, " cannot "):
		return doctor.ErrForbidden
	}
	return &doctor.Refusal{Message: message}
}
