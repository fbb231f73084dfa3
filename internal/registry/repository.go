package registry

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"guard/internal/registry/transport"
)

// Repository is one repository of one registry.
type Repository struct {
	client *Client
	host   string
	name   string
}

// String is the repository's full name.
func (r *Repository) String() string { return r.host + "/" + r.name }

// accepted are the media types that are asked for.
var accepted = http.Header{"Accept": {strings.Join([]string{ociManifest, ociIndex, dockerManifest, dockerList}, ", ")}}

// Manifest fetches a manifest or index by digest or tag. The bytes of a
// digest are those it is the digest of; what contradicts itself is ErrInvalid.
func (r *Repository) Manifest(ctx context.Context, digestOrTag string) (Manifest, error) {
	if !isDigest(digestOrTag) && !isTag(digestOrTag) {
		return Manifest{}, r.invalid(fmt.Errorf("%q is no digest and no tag", shorten(digestOrTag)))
	}
	response, err := r.do(ctx, transport.Request{Path: "manifests/" + digestOrTag, Header: accepted, Limit: min(MaxManifest, r.client.most)})
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{Digest: digestOf(response.Body), Bytes: response.Body}
	if isDigest(digestOrTag) {
		m.Digest = digestOrTag
	}
	for _, digest := range append(response.Header.Values("Docker-Content-Digest"), m.Digest) {
		if err := checkDigest(digest, m.Bytes); err != nil {
			return Manifest{}, r.invalid(fmt.Errorf("manifest %s: %w", digestOrTag, err))
		}
	}
	wire, err := parseManifest(m.Bytes, response.Header.Get("Content-Type"))
	if err != nil {
		return Manifest{}, r.invalid(fmt.Errorf("manifest %s: %w", digestOrTag, err))
	}
	m.MediaType = wire.MediaType
	return m, nil
}

// Blob fetches a blob of at most limit bytes, which are those of the digest.
func (r *Repository) Blob(ctx context.Context, digest string, limit int64) ([]byte, error) {
	if !isDigest(digest) {
		return nil, r.invalid(fmt.Errorf("%q is no digest", shorten(digest)))
	}
	response, err := r.do(ctx, transport.Request{Path: "blobs/" + digest, Limit: limit})
	if err != nil {
		return nil, err
	}
	if err := checkDigest(digest, response.Body); err != nil {
		return nil, r.invalid(fmt.Errorf("blob: %w", err))
	}
	return response.Body, nil
}

// do sends a request for something below the repository.
func (r *Repository) do(ctx context.Context, request transport.Request) (*transport.Response, error) {
	request.Host, request.Repository = r.host, r.name
	if !strings.HasPrefix(request.Path, "/") {
		request.Path = "/v2/" + r.name + "/" + request.Path
	}
	return r.client.transport.Do(ctx, request)
}

func (r *Repository) invalid(err error) error {
	return &transport.Error{Kind: ErrInvalid, Host: r.String(), Err: err}
}
