package cluster

import (
	"context"
	"maps"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"guard/admission/authority"
)

// Secret keeps the webhook's certificates in a Secret of the cluster.
type Secret struct {
	cluster         *Cluster
	namespace, name string
}

// Secret implements [authority.Store].
var _ authority.Store = Secret{}

// Secret names the Secret of the certificates.
func (c *Cluster) Secret(namespace, name string) Secret { return Secret{c, namespace, name} }

// Load implements [authority.Store].
func (s Secret) Load(ctx context.Context) (map[string][]byte, string, error) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	found, err := s.cluster.client.CoreV1().Secrets(s.namespace).Get(ctx, s.name, meta.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", reason(err)
	}
	return found.Data, found.ResourceVersion, nil
}

// Save implements [authority.Store].
func (s Secret) Save(ctx context.Context, data map[string][]byte, version string) error {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	secret := &core.Secret{
		ObjectMeta: meta.ObjectMeta{Namespace: s.namespace, Name: s.name, ResourceVersion: version},
		Type:       core.SecretTypeTLS, Data: maps.Clone(data),
	}
	secrets := s.cluster.client.CoreV1().Secrets(s.namespace)
	var err error
	if version == "" {
		_, err = secrets.Create(ctx, secret, meta.CreateOptions{})
	} else {
		_, err = secrets.Update(ctx, secret, meta.UpdateOptions{})
	}
	switch {
	case err == nil:
		return nil
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err), apierrors.IsNotFound(err):
		return authority.ErrConflict
	}
	return reason(err)
}
