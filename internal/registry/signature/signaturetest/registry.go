package signaturetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// Repository is a repository of a registry on loopback. It reads and writes as
// the packages of signatures want it.
type Repository struct {
	t    testing.TB
	repo name.Repository
}

// NewRepository starts a registry with the referrers API.
func NewRepository(t testing.TB) *Repository {
	return serve(t, ociserver.New(ocimem.New(), nil))
}

// NewFallbackRepository starts a registry without the referrers API, where
// what refers to a digest stands behind a tag made of it.
func NewFallbackRepository(t testing.TB) *Repository {
	return serve(t, ociserver.New(ocimem.New(), &ociserver.Options{DisableReferrersAPI: true}))
}

func serve(t testing.TB, handler http.Handler) *Repository {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	repo, err := name.NewRepository(strings.TrimPrefix(server.URL, "http://") + "/team/app")
	must(t, err)
	return &Repository{t: t, repo: repo}
}

// Name is the repository as references have it.
func (r *Repository) Name() string { return r.repo.Name() }

// Push makes an image and stores it.
func (r *Repository) Push() signature.Image {
	r.t.Helper()
	image, err := random.Image(64, 1)
	must(r.t, err)
	digest, err := image.Digest()
	must(r.t, err)
	must(r.t, remote.Write(r.repo.Digest(digest.String()), image))
	return signature.Image{Repository: r.Name(), Digest: digest.String()}
}

// PushIndex makes an index of two images and stores it. It gives the index and
// the first of its images, as found through it.
func (r *Repository) PushIndex() (index, child signature.Image) {
	r.t.Helper()
	made := v1.ImageIndex(empty.Index)
	for _, architecture := range []string{"arm64", "amd64"} {
		image, err := random.Image(64, 1)
		must(r.t, err)
		digest, err := image.Digest()
		must(r.t, err)
		child.Digest = digest.String()
		made = mutate.AppendManifests(made, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: "linux", Architecture: architecture},
		}})
	}
	digest, err := made.Digest()
	must(r.t, err)
	must(r.t, remote.WriteIndex(r.repo.Digest(digest.String()), made))
	child.Repository, child.Index = r.Name(), digest.String()
	return signature.Image{Repository: r.Name(), Digest: digest.String()}, child
}

// Attach stores items on a digest: cosign's behind their tags, bundles as
// referrers.
func (r *Repository) Attach(digest string, items ...attached.Item) {
	r.t.Helper()
	for suffix, kind := range map[string]attached.Kind{".sig": attached.CosignSignature, ".att": attached.CosignAttestation} {
		r.attachTag(attached.Tag(digest, suffix), kind, items)
	}
	for _, item := range items {
		if item.Kind == attached.Bundle {
			r.AttachBundle(digest, item, bundleType(item))
		}
	}
}

func (r *Repository) attachTag(tag string, kind attached.Kind, items []attached.Item) {
	r.t.Helper()
	mediaType := types.MediaType("application/vnd.dev.cosign.simplesigning.v1+json")
	if kind == attached.CosignAttestation {
		mediaType = "application/vnd.dsse.envelope.v1+json"
	}
	image := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	for _, item := range items {
		if item.Kind != kind {
			continue
		}
		var err error
		image, err = mutate.Append(image, mutate.Addendum{Layer: static.NewLayer(item.Bytes, mediaType), Annotations: item.Annotations})
		must(r.t, err)
	}
	if layers, err := image.Layers(); err != nil || len(layers) > 0 {
		must(r.t, err)
		must(r.t, remote.Write(r.repo.Tag(tag), image))
	}
}

// bundleType is the media type that a bundle says it has.
func bundleType(item attached.Item) string {
	var head struct {
		MediaType string `json:"mediaType"`
	}
	if err := json.Unmarshal(item.Bytes, &head); err != nil || head.MediaType == "" {
		return BundleV03
	}
	return head.MediaType
}

// AttachBundle stores a bundle whose manifest has an artifact type; empty for
// the one an older client leaves out.
func (r *Repository) AttachBundle(digest string, item attached.Item, artifactType string) {
	r.t.Helper()
	ctx := r.t.Context()
	image, err := r.Manifest(ctx, digest)
	must(r.t, err)
	must(r.t, r.PutBlob(ctx, item.Bytes))
	must(r.t, r.PutBlob(ctx, []byte("{}")))
	manifest := object{
		"schemaVersion": 2, "mediaType": types.OCIManifestSchema1,
		"config":  object{"mediaType": "application/vnd.oci.empty.v1+json", "size": 2, "digest": signature.DigestOf([]byte("{}"))},
		"layers":  []object{{"mediaType": bundleType(item), "size": len(item.Bytes), "digest": signature.DigestOf(item.Bytes)}},
		"subject": object{"mediaType": image.MediaType, "size": len(image.Bytes), "digest": digest},
	}
	if artifactType != "" {
		manifest["artifactType"] = artifactType
	}
	data, err := json.Marshal(manifest)
	must(r.t, err)
	must(r.t, r.PutManifest(ctx, signature.DigestOf(data), string(types.OCIManifestSchema1), data))
}

// Manifest gives the manifest of a digest or tag.
func (r *Repository) Manifest(ctx context.Context, digestOrTag string) (signature.Manifest, error) {
	got, err := remote.Get(r.reference(digestOrTag), remote.WithContext(ctx))
	if err != nil {
		return signature.Manifest{}, kindOf(err)
	}
	return signature.Manifest{MediaType: string(got.MediaType), Digest: got.Digest.String(), Bytes: got.Manifest}, nil
}

// Blob gives the blob of a digest.
func (r *Repository) Blob(ctx context.Context, digest string, limit int64) ([]byte, error) {
	layer, err := remote.Layer(r.repo.Digest(digest), remote.WithContext(ctx))
	if err != nil {
		return nil, kindOf(err)
	}
	body, err := layer.Compressed()
	if err != nil {
		return nil, kindOf(err)
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", digest, limit)
	}
	return data, err
}

// Referrers lists what refers to a digest.
func (r *Repository) Referrers(ctx context.Context, digest string) ([]signature.Descriptor, error) {
	index, err := remote.Referrers(r.repo.Digest(digest), remote.WithContext(ctx))
	if err != nil {
		return nil, kindOf(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var list []signature.Descriptor
	for _, d := range manifest.Manifests {
		list = append(list, signature.Descriptor{
			MediaType: string(d.MediaType), ArtifactType: d.ArtifactType, Digest: d.Digest.String(), Size: d.Size, Annotations: d.Annotations,
		})
	}
	return list, nil
}

// PutBlob stores a blob.
func (r *Repository) PutBlob(ctx context.Context, data []byte) error {
	return remote.WriteLayer(r.repo, static.NewLayer(data, "application/octet-stream"), remote.WithContext(ctx))
}

// PutManifest stores a manifest, and enters what has a subject under the
// fallback tag where that is needed.
func (r *Repository) PutManifest(ctx context.Context, tagOrDigest, mediaType string, data []byte) error {
	return remote.Put(r.reference(tagOrDigest), rawManifest{data, types.MediaType(mediaType)}, remote.WithContext(ctx))
}

func (r *Repository) reference(digestOrTag string) name.Reference {
	if strings.HasPrefix(digestOrTag, "sha256:") {
		return r.repo.Digest(digestOrTag)
	}
	return r.repo.Tag(digestOrTag)
}

type rawManifest struct {
	data      []byte
	mediaType types.MediaType
}

func (m rawManifest) RawManifest() ([]byte, error)        { return bytes.Clone(m.data), nil }
func (m rawManifest) MediaType() (types.MediaType, error) { return m.mediaType, nil }

func kindOf(err error) error {
	var answer *transport.Error
	if errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		return fmt.Errorf("%w: %w", signature.ErrNotFound, err)
	}
	return err
}
