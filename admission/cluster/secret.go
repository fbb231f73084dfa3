package cluster

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"guard/admission/authority"
)

// version tells one version of an object from all others.
type version struct {
	UID             string `json:"uid"`
	ResourceVersion string `json:"resourceVersion"`
}

// secret is what is read of a Secret.
type secret struct {
	Metadata version
	Type     string
	Data     map[string][]byte
}

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
	var found secret
	err := s.cluster.get(ctx, s.kind()+"/"+s.name, &found)
	if apierrors.IsNotFound(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", reason(err)
	}
	return found.Data, found.Metadata.ResourceVersion, nil
}

// Save implements [authority.Store]. It changes nothing but the data of a Secret
// that is there, so it stays that of whoever made it.
func (s Secret) Save(ctx context.Context, data map[string][]byte, version string) error {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	var err error
	if version == "" {
		err = s.cluster.create(ctx, s.kind(), map[string]any{
			"apiVersion": "v1", "kind": "Secret", "metadata": map[string]string{"name": s.name}, "type": "kubernetes.io/tls", "data": data,
		})
	} else {
		err = s.cluster.change(ctx, s.kind()+"/"+s.name, version, edit{"add", "/data", data})
	}
	switch {
	case err == nil:
		return nil
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err), apierrors.IsNotFound(err):
		return authority.ErrConflict
	}
	return reason(err)
}

func (s Secret) kind() string { return "/api/v1/namespaces/" + s.namespace + "/secrets" }
