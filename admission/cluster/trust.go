package cluster

import (
	"bytes"
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// trustTries is how often a change is tried that others get in the way of.
const trustTries = 5

// Trust makes API servers trust the authorities of a PEM bundle, and no others,
// with every webhook of a ValidatingWebhookConfiguration. It changes nothing
// but their caBundle. Where nothing is asked there is nothing to do.
func (c *Cluster) Trust(ctx context.Context, configuration string, ca []byte) (changed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	for range trustTries {
		changed, err = c.trustOnce(ctx, configurations+configuration, ca)
		if !apierrors.IsConflict(err) {
			break
		}
	}
	switch {
	case err == nil:
		return changed, nil
	case apierrors.IsNotFound(err):
		return false, nil
	}
	return false, fmt.Errorf("ValidatingWebhookConfiguration %s: %w", configuration, reason(err))
}

func (c *Cluster) trustOnce(ctx context.Context, path string, ca []byte) (changed bool, err error) {
	var found struct {
		Metadata version
		Webhooks []struct{ ClientConfig struct{ CABundle []byte } }
	}
	if err := c.get(ctx, path, &found); err != nil {
		return false, err
	}
	var edits []edit
	for i, w := range found.Webhooks {
		if !bytes.Equal(w.ClientConfig.CABundle, ca) {
			edits = append(edits, edit{"add", fmt.Sprintf("/webhooks/%d/clientConfig/caBundle", i), ca})
		}
	}
	if len(edits) == 0 {
		return false, nil
	}
	return true, c.change(ctx, path, found.Metadata.ResourceVersion, edits...)
}
