package lock

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/transport"
)

// Name is what the file is called.
const Name = ".guard-lock.json"

// Version is that of the format.
const Version = 1

// Source knows images. A registry's client is one, and so is a Lock.
type Source interface {
	Image(ctx context.Context, ref imageref.Reference) (registry.Image, error)
}

// Lock is what is known of images. It is immutable.
type Lock struct {
	time     time.Time
	images   map[string]Facts  // by canonical reference
	contents map[string]string // by repository@digest, a canonical reference of that content
}

// Facts is what is known of one reference.
type Facts struct {
	Reference string     `json:"reference"` // canonical: registry/repository:tag, or @digest
	Digest    string     `json:"digest"`    // of what it names, the index where there is one
	MediaType string     `json:"media_type"`
	Platforms []Platform `json:"platforms"`
}

// Platform is the image for one platform.
type Platform struct {
	OS           string            `json:"os"`
	Architecture string            `json:"architecture"`
	Variant      string            `json:"variant,omitempty"`
	Digest       string            `json:"digest"`
	ConfigDigest string            `json:"config_digest"`
	User         string            `json:"user"` // as configured; "" is root
	Created      string            `json:"created,omitempty"`
	Labels       map[string]string `json:"labels"`
}

// file is the form of the lock file.
type file struct {
	Version int       `json:"version"`
	Time    time.Time `json:"time"`
	Images  []Facts   `json:"images"`
}

// Key is the canonical form of a reference: one without a tag means latest.
func Key(ref imageref.Reference) string {
	if ref.Digest == "" {
		ref.Tag = cmp.Or(ref.Tag, "latest")
	}
	return ref.String()
}

// New makes a lock of facts that were found out at a time.
func New(now time.Time, facts []Facts) *Lock {
	l := &Lock{time: now.UTC().Truncate(time.Second), images: map[string]Facts{}, contents: map[string]string{}}
	for _, f := range facts {
		l.images[f.Reference] = f
		l.contents[content((*imageref.Classifier)(nil).Parse(f.Reference), f.Digest)] = f.Reference
	}
	return l
}

// FactsOf is what a lock keeps of an image.
func FactsOf(ref imageref.Reference, image registry.Image) Facts {
	f := Facts{Reference: Key(ref), Digest: image.Digest, MediaType: image.MediaType, Platforms: []Platform{}}
	for _, p := range image.Platforms {
		labels := p.Labels
		if labels == nil {
			labels = map[string]string{}
		}
		f.Platforms = append(f.Platforms, Platform{p.OS, p.Architecture, p.Variant, p.Digest, p.ConfigDigest, p.User, p.Created, labels})
	}
	return f
}

// Time is when the lock was made.
func (l *Lock) Time() time.Time { return l.time }

// References lists what the lock knows, in order.
func (l *Lock) References() []string { return slices.Sorted(maps.Keys(l.images)) }

// Lookup returns what is known of a reference. One with a digest names the same
// as every other of its repository with that digest. The lists and maps are
// shared and not to be changed.
func (l *Lock) Lookup(ref imageref.Reference) (Facts, bool) {
	f, known := l.images[Key(ref)]
	if !known && ref.Digest != "" {
		f, known = l.images[l.contents[content(ref, ref.Digest)]]
	}
	return f, known
}

func content(ref imageref.Reference, digest string) string {
	return ref.Registry + "/" + ref.Repository + "@" + digest
}

// Image returns what is known of a reference as a registry would tell it, as
// far as that was kept. What is not known is [registry.ErrUnavailable].
func (l *Lock) Image(_ context.Context, ref imageref.Reference) (registry.Image, error) {
	f, known := l.Lookup(ref)
	if !known {
		return registry.Image{}, &transport.Error{Kind: registry.ErrUnavailable, Host: Key(ref), Err: fmt.Errorf("not in the lock file; guard lock records it")}
	}
	image := registry.Image{Reference: ref.String(), Digest: f.Digest, MediaType: f.MediaType}
	for _, p := range f.Platforms {
		image.Platforms = append(image.Platforms, registry.Platform{
			OS: p.OS, Architecture: p.Architecture, Variant: p.Variant, Digest: p.Digest, ConfigDigest: p.ConfigDigest,
			User: p.User, Created: p.Created, Labels: p.Labels,
		})
	}
	return image, nil
}

// Write writes the lock as JSON, the same bytes for the same facts and time.
func (l *Lock) Write(w io.Writer) error {
	f := file{Version: Version, Time: l.time, Images: []Facts{}}
	for _, reference := range l.References() {
		f.Images = append(f.Images, l.images[reference])
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(f)
}
