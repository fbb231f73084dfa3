package cluster

import (
	"context"
	"fmt"
	"slices"

	"guard/admission"
)

// The limits of what is read for one Pod: users make Secrets and name them, and
// what they hold is kept for a while.
const (
	maxPullSecrets = 16
	maxPullSecret  = 128 << 10 // bytes of one, as JSON
)

// PullSecrets implements admission.PullSecrets: those that the Pod names, then
// those of its service account, all of its own namespace.
func (c *Cluster) PullSecrets(ctx context.Context, namespace, serviceAccount string, names []string) ([]admission.PullSecret, error) {
	if serviceAccount == "" {
		serviceAccount = "default"
	}
	if err := named(namespace, serviceAccount); err != nil {
		return nil, err
	}
	within := "/api/v1/namespaces/" + namespace
	var account struct{ ImagePullSecrets []struct{ Name string } }
	if err := c.get(ctx, within+"/serviceaccounts/"+serviceAccount, &account); err != nil {
		return nil, fmt.Errorf("service account %s/%s: %w", namespace, serviceAccount, reason(err))
	}
	names = slices.Clone(names)
	for _, reference := range account.ImagePullSecrets {
		names = append(names, reference.Name)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" }) // as the kubelet does
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > maxPullSecrets {
		return nil, fmt.Errorf("more than %d pull secrets", maxPullSecrets)
	}
	if err := named(names...); err != nil {
		return nil, fmt.Errorf("pull secret: %w", err)
	}
	secrets := make([]admission.PullSecret, len(names))
	for i, name := range names {
		var found secret
		if err := c.getWithin(ctx, within+"/secrets/"+name, maxPullSecret, &found); err != nil {
			return nil, fmt.Errorf("pull secret %s/%s: %w", namespace, name, reason(err))
		}
		secrets[i] = admission.PullSecret{Name: name, Version: found.Metadata.UID + "/" + found.Metadata.ResourceVersion, Type: found.Type, Data: found.Data}
	}
	return secrets, nil
}
