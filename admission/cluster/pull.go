package cluster

import (
	"context"
	"fmt"
	"slices"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"guard/admission"
)

// maxPullSecrets bounds how many pull secrets of one Pod are read.
const maxPullSecrets = 16

// PullSecrets implements admission.PullSecrets: those that the Pod names, then
// those of its service account, all of its own namespace.
func (c *Cluster) PullSecrets(ctx context.Context, namespace, serviceAccount string, names []string) ([]admission.PullSecret, error) {
	if serviceAccount == "" {
		serviceAccount = "default"
	}
	account, err := c.client.CoreV1().ServiceAccounts(namespace).Get(ctx, serviceAccount, meta.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("service account %s/%s: %w", namespace, serviceAccount, reason(err))
	}
	names = slices.Clone(names)
	for _, reference := range account.ImagePullSecrets {
		names = append(names, reference.Name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > maxPullSecrets {
		return nil, fmt.Errorf("more than %d pull secrets", maxPullSecrets)
	}
	secrets := make([]admission.PullSecret, len(names))
	for i, name := range names {
		found, err := c.client.CoreV1().Secrets(namespace).Get(ctx, name, meta.GetOptions{})
		if err != nil {
			return nil, fmt.Errorf("pull secret %s/%s: %w", namespace, name, reason(err))
		}
		secrets[i] = admission.PullSecret{Name: name, Version: string(found.UID) + "/" + found.ResourceVersion, Type: string(found.Type), Data: found.Data}
	}
	return secrets, nil
}
