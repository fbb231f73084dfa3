package install

import (
	"context"
	"fmt"
	"time"

	registration "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
)

// Arm waits until every replica answers reviews, and then makes the API server
// ask them. Where one does not in time, nothing changes.
func Arm(ctx context.Context, cluster *rest.Config, o Options) error {
	if err := o.Validate(); err != nil {
		return err
	}
	client, err := newClient(cluster)
	if err != nil {
		return err
	}
	if err := await(ctx, &o); err != nil {
		return err
	}
	return client.fill(ctx, webhooks(&o))
}

// Disarm makes the API server stop asking. It is no error where the
// configuration is not there: then nobody is asked.
func Disarm(ctx context.Context, cluster *rest.Config) error {
	client, err := newClient(cluster)
	if err != nil {
		return err
	}
	err = client.fill(ctx, nil)
	if errors.IsNotFound(err) {
		return nil
	}
	return err
}

// client reads and writes the one configuration that is guard's.
type client struct{ rest *rest.RESTClient }

// requestTime is the most that a request to the API server may take.
const requestTime = 15 * time.Second

func newClient(cluster *rest.Config) (*client, error) {
	scheme := runtime.NewScheme()
	if err := registration.AddToScheme(scheme); err != nil {
		return nil, err
	}
	config := rest.CopyConfig(cluster)
	config.GroupVersion = &registration.SchemeGroupVersion
	config.APIPath = "/apis"
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	config.ContentType = runtime.ContentTypeJSON
	config.Timeout = requestTime
	config.UserAgent = Name
	made, err := rest.RESTClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("reach the API server: %w", err)
	}
	return &client{made}, nil
}

// fill gives the configuration its webhooks, and leaves everything else in it
// as it is.
func (c *client) fill(ctx context.Context, webhooks []registration.ValidatingWebhook) error {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		var found registration.ValidatingWebhookConfiguration
		if err := c.rest.Get().Resource(resource).Name(Name).Do(ctx).Into(&found); err != nil {
			return err
		}
		if equality.Semantic.DeepEqual(found.Webhooks, webhooks) {
			return nil
		}
		found.Webhooks = webhooks
		return c.rest.Put().Resource(resource).Name(Name).Body(&found).Do(ctx).Error()
	})
	if err != nil {
		return fmt.Errorf("change the ValidatingWebhookConfiguration %s: %w", Name, err)
	}
	return nil
}

const resource = "validatingwebhookconfigurations"
