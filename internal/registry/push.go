package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"guard/internal/registry/transport"
)

// PushBlob stores a blob, where the registry does not have it, and answers
// its digest.
func (r *Repository) PushBlob(ctx context.Context, data []byte) (string, error) {
	digest := digestOf(data)
	_, err := r.do(ctx, transport.Request{Method: http.MethodHead, Push: true, Path: "blobs/" + digest})
	if !errors.Is(err, ErrNotFound) {
		return digest, err
	}
	started, err := r.do(ctx, transport.Request{Method: http.MethodPost, Push: true, Path: "blobs/uploads/", Limit: MaxManifest})
	if err != nil {
		return "", err
	}
	path, err := started.Local(started.Header.Get("Location"))
	if err != nil {
		return "", err
	}
	_, err = r.do(ctx, transport.Request{
		Method: http.MethodPut, Push: true, Path: withQuery(path, "digest", digest), Limit: MaxManifest,
		Header: http.Header{"Content-Type": {"application/octet-stream"}}, Body: data,
	})
	return digest, err
}

func withQuery(path, name, value string) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + url.Values{name: {value}}.Encode()
}

// PushManifest stores a manifest under a tag, or under its digest where tag
// is empty, and answers what points to it.
func (r *Repository) PushManifest(ctx context.Context, tag, mediaType string, data []byte) (Descriptor, error) {
	d, _, err := r.putManifest(ctx, tag, mediaType, data)
	return d, err
}

func (r *Repository) putManifest(ctx context.Context, tag, mediaType string, data []byte) (Descriptor, *transport.Response, error) {
	d := Descriptor{MediaType: mediaType, Digest: digestOf(data), Size: int64(len(data))}
	if tag == "" {
		tag = d.Digest
	} else if !isTag(tag) {
		return d, nil, r.invalid(fmt.Errorf("%q is no tag", shorten(tag)))
	}
	response, err := r.do(ctx, transport.Request{
		Method: http.MethodPut, Push: true, Path: "manifests/" + tag, Limit: MaxManifest,
		Header: http.Header{"Content-Type": {mediaType}}, Body: data,
	})
	return d, response, err
}
