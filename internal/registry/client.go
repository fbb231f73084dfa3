package registry

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"guard/internal/imageref"
	"guard/internal/registry/credential"
	"guard/internal/registry/transport"
)

// The kinds of failure.
var (
	ErrNotFound     = transport.ErrNotFound
	ErrUnauthorized = transport.ErrUnauthorized
	ErrUnavailable  = transport.ErrUnavailable
	ErrRefused      = transport.ErrRefused
	ErrInvalid      = transport.ErrInvalid
)

// Options configure a Client. The zero value is good for public registries.
type Options struct {
	Transport transport.Options
	Cache     CacheOptions
	Image     int64 // bytes of all manifests and configurations of one image; 0: 8 MiB, which is the most
}

// Client asks registries. It is safe for concurrent use.
type Client struct {
	transport *transport.Client
	timeout   time.Duration
	images    *Cache[Image]
	scope     string
	run       int64
	runs      *atomic.Int64
	most      int64       // bytes, see Options.Image
	listing   *sync.Mutex // held while a fallback index is written
}

// New checks the options and makes a client.
func New(o Options) (*Client, error) {
	t, err := transport.New(o.Transport)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if o.Image < 0 || o.Image > maxImage {
		return nil, fmt.Errorf("registry: expected at most %d bytes of one image, found %d", maxImage, o.Image)
	}
	return &Client{most: cmp.Or(o.Image, maxImage), transport: t, timeout: t.Timeout(), images: NewCache[Image](o.Cache), runs: &atomic.Int64{}, listing: &sync.Mutex{}}, nil
}

// As is the same client for somebody with other credentials. What is known
// in one scope is not told in another.
func (c *Client) As(scope string, credentials credential.Source) *Client {
	other := *c
	other.scope, other.transport = scope, c.transport.As(credentials)
	return &other
}

// Also is As with the client's own credentials behind the others.
func (c *Client) Also(scope string, credentials credential.Source) *Client {
	other := *c
	other.scope, other.transport = scope, c.transport.Also(credentials)
	return &other
}

// Run is the same client for another run: tags are resolved anew, and the
// budget is whole. What is known by digest stays known.
func (c *Client) Run() *Client {
	other := *c
	other.run, other.transport = c.runs.Add(1), c.transport.Run()
	return &other
}

// Anew is the same client that knows nothing yet: what was deleted since is
// noticed.
func (c *Client) Anew() *Client {
	other := *c
	other.images = NewCache[Image](c.images.options)
	return &other
}

// Repository is the repository of a reference.
func (c *Client) Repository(ref imageref.Reference) (*Repository, error) {
	if err := usable(ref); err != nil {
		return nil, err
	}
	return &Repository{client: c, host: ref.Registry, name: ref.Repository}, nil
}

// usable tells what keeps a reference from being asked for.
func usable(ref imageref.Reference) error {
	reason := ref.Invalid
	switch {
	case reason != "":
	case ref.BadDigest != "":
		reason = ref.BadDigest
	case ref.Unresolved:
		reason = "it holds a variable that is not known"
	case ref.Registry == "" || ref.Repository == "":
		reason = "it has no repository"
	default:
		return nil
	}
	return &transport.Error{Kind: ErrInvalid, Host: fmt.Sprintf("image reference %q", transport.Clean(ref.Raw)), Err: errors.New(reason)}
}
