package bundle

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"guard/internal/registry/signature"
)

// answers are what a registry has said about what is signed, so that it can be
// verified again without it.
type answers struct {
	Manifests map[string]*signature.Manifest    `json:"manifests"` // by digest or tag; null: there is none
	Blobs     map[string][]byte                 `json:"blobs"`     // by digest
	Referring map[string][]signature.Descriptor `json:"referrers"` // by digest
}

// recorder asks a registry, and notes its answers.
type recorder struct {
	signature.Source

	mu    sync.Mutex
	noted answers
	size  int64
}

func newRecorder(source signature.Source) *recorder {
	return &recorder{Source: source, noted: answers{
		Manifests: map[string]*signature.Manifest{}, Blobs: map[string][]byte{}, Referring: map[string][]signature.Descriptor{},
	}}
}

func (r *recorder) Manifest(ctx context.Context, digestOrTag string) (signature.Manifest, error) {
	m, err := r.Source.Manifest(ctx, digestOrTag)
	switch {
	case err == nil:
		r.note(len(m.Bytes), func() { r.noted.Manifests[digestOrTag] = &m })
	case errors.Is(err, signature.ErrNotFound):
		r.note(0, func() { r.noted.Manifests[digestOrTag] = nil })
	}
	return m, err
}

func (r *recorder) Blob(ctx context.Context, digest string, limit int64) ([]byte, error) {
	data, err := r.Source.Blob(ctx, digest, limit)
	if err == nil {
		r.note(len(data), func() { r.noted.Blobs[digest] = data })
	}
	return data, err
}

func (r *recorder) Referrers(ctx context.Context, digest string) ([]signature.Descriptor, error) {
	list, err := r.Source.Referrers(ctx, digest)
	if err == nil {
		r.note(len(list)<<10, func() { r.noted.Referring[digest] = list })
	}
	return list, err
}

// note keeps an answer, as long as all of them are not too large.
func (r *recorder) note(size int, keep func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.size += int64(size); r.size <= maxSigned {
		keep()
	}
}

// errNotKept is why an answer is not known without the registry.
var errNotKept = errors.New("it is not in the cache")

// Manifest gives what the registry has said.
func (a answers) Manifest(_ context.Context, digestOrTag string) (signature.Manifest, error) {
	m, known := a.Manifests[digestOrTag]
	switch {
	case !known:
		return signature.Manifest{}, fmt.Errorf("%s: %w", digestOrTag, errNotKept)
	case m == nil:
		return signature.Manifest{}, fmt.Errorf("%s: %w", digestOrTag, signature.ErrNotFound)
	}
	return *m, nil
}

// Blob gives what the registry has said.
func (a answers) Blob(_ context.Context, digest string, limit int64) ([]byte, error) {
	data, known := a.Blobs[digest]
	if !known || int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: %w", digest, errNotKept)
	}
	return data, nil
}

// Referrers gives what the registry has said.
func (a answers) Referrers(_ context.Context, digest string) ([]signature.Descriptor, error) {
	list, known := a.Referring[digest]
	if !known {
		return nil, fmt.Errorf("referrers of %s: %w", digest, errNotKept)
	}
	return list, nil
}
