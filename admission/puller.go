package admission

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/registry"
	"guard/internal/registry/credential"
)

// Puller is who a node pulls images for: the Pods of an object.
type Puller struct {
	Namespace       string
	ServiceAccounts []string // of its Pods; "" is the default one
	Secrets         []string // that its Pods name
}

// PullSecret is a Secret with credentials of registries.
type PullSecret struct {
	Name    string
	Version string // changes with its data
	Type    string
	Data    map[string][]byte
}

// PullSecrets reads what Pods are pulled with.
type PullSecrets interface {
	// PullSecrets returns the Secrets that are named, and those of a service
	// account, all of one namespace. One that is missing is an error.
	PullSecrets(ctx context.Context, namespace, serviceAccount string, names []string) ([]PullSecret, error)
}

// pullerOf is who the images of an object are pulled for.
func pullerOf(r *Request, documents []*document.Document) Puller {
	p := Puller{Namespace: r.Namespace}
	for _, d := range documents {
		for _, pod := range pods(d) {
			p.ServiceAccounts = append(p.ServiceAccounts, pod.ServiceAccount.Value)
			node, exact := d.Written(append(slices.Clone(pod.Path), finding.NewPath("imagePullSecrets")...))
			if !exact {
				continue
			}
			for _, reference := range nodeItems(node) {
				p.Secrets = append(p.Secrets, reference.Get("name").Scalar())
			}
		}
	}
	slices.Sort(p.ServiceAccounts)
	slices.Sort(p.Secrets)
	p.ServiceAccounts, p.Secrets = slices.Compact(p.ServiceAccounts), slices.Compact(p.Secrets)
	return p
}

// pullers turns pull secrets into clients of registries, and keeps them for a
// while.
type pullers struct {
	secrets PullSecrets
	kept    *registry.Cache[keychain]
	rooms   *rooms // so that the Pods of one namespace do not hold up those of others
	now     func() time.Time
}

// keychain is what a puller has to show.
type keychain struct {
	scope  string // what nobody else may be told of what it sees
	source credential.Source
	size   int64 // about how many bytes it keeps
}

// keptFor is how long pull secrets are believed.
const keptFor = 30 * time.Second

func newPullers(secrets PullSecrets) *pullers {
	if secrets == nil {
		return nil
	}
	return &pullers{secrets: secrets, kept: registry.NewCache[keychain](registry.CacheOptions{Entries: 1024}), rooms: newRooms(), now: time.Now}
}

// client is one with the credentials of a puller, before those of the webhook
// itself, and its scope.
func (p *pullers) client(ctx context.Context, own *registry.Client, as Puller) (*registry.Client, string, error) {
	if p == nil {
		return own, "", nil
	}
	at := registry.Key{Repository: as.Namespace, Reference: key(as.ServiceAccounts, as.Secrets), Run: p.now().UnixNano() / int64(keptFor)}
	chain, err := p.kept.Get(ctx, at, longest, func(ctx context.Context) (keychain, int64, error) {
		leave, err := p.rooms.enter(ctx, "the API server", as.Namespace)
		if err != nil {
			return keychain{}, 0, err
		}
		defer leave()
		chain, err := p.keychain(ctx, as)
		return chain, chain.size, err
	})
	if err != nil {
		return nil, "", fmt.Errorf("the credentials of the Pod: %w", err)
	}
	return own.Also(chain.scope, chain.source), chain.scope, nil
}

func (p *pullers) keychain(ctx context.Context, as Puller) (keychain, error) {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n", as.Namespace)
	var sources []credential.Source
	size := int64(1 << 10)
	for _, account := range as.ServiceAccounts {
		secrets, err := p.secrets.PullSecrets(ctx, as.Namespace, account, as.Secrets)
		if err != nil {
			return keychain{}, err
		}
		for _, secret := range secrets {
			source, err := credential.FromPullSecret(secret.Type, secret.Data)
			if err != nil {
				return keychain{}, fmt.Errorf("pull secret %s: %w", short(secret.Name), err)
			}
			sources = append(sources, source)
			for _, data := range secret.Data {
				size += int64(len(data))
			}
			fmt.Fprintf(hash, "%s %s\n", key(secret.Name), key(secret.Version))
		}
	}
	if len(sources) == 0 { // it sees what everybody sees
		return keychain{source: credential.First(), size: size}, nil
	}
	return keychain{scope: hex.EncodeToString(hash.Sum(nil)), source: credential.First(sources...), size: size}, nil
}
