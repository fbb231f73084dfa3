package lock_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/imageref"
	"guard/internal/lock"
	"guard/internal/registry"
)

// registryOf is what is there now; what is missing is not there, and down
// cannot be asked.
type registryOf map[string]string

func (r registryOf) Digest(_ context.Context, ref imageref.Reference) (string, error) {
	switch digest := r[lock.Key(ref)]; digest {
	case "":
		return "", registry.ErrNotFound
	case "down":
		return "", fmt.Errorf("%s: %w", ref.Registry, registry.ErrUnavailable)
	default:
		return digest, nil
	}
}

func (r registryOf) Image(ctx context.Context, ref imageref.Reference) (registry.Image, error) {
	digest, err := r.Digest(ctx, ref)
	return image(digest), err
}

func refs(names ...string) []imageref.Reference {
	var list []imageref.Reference
	for _, name := range names {
		list = append(list, ref(name))
	}
	return list
}

func failed(failures []lock.Failure) string {
	var lines []string
	for _, f := range failures {
		lines = append(lines, fmt.Sprintf("%s kept=%t", f.Reference.Raw, f.Kept))
	}
	return strings.Join(lines, "; ")
}

func TestRecord_KeepsOnlyWhatCannotBeAskedFor(t *testing.T) {
	now := registryOf{lock.Key(ref("nginx:1.27")): digestOf(7), lock.Key(ref("busybox")): "down", lock.Key(ref("down:1")): "down"}
	gone := "ghcr.io/acme/app@" + digestOf(2)
	facts, failures := lock.Record(t.Context(), now, refs("nginx:1.27", "busybox", gone, "down:1"), example())
	if got, want := failed(failures), "busybox kept=true; "+gone+" kept=false; down:1 kept=false"; got != want {
		t.Errorf("failures %q, want %q", got, want)
	}
	l := lock.New(today, facts)
	if diff := cmp.Diff([]string{lock.Key(ref("busybox")), lock.Key(ref("nginx:1.27"))}, l.References()); diff != "" {
		t.Error(diff)
	}
	if f, _ := l.Lookup(ref("nginx:1.27")); f.Digest != digestOf(7) {
		t.Errorf("nginx is %s, want what is there now", f.Digest)
	}
	if facts, failures := lock.Record(t.Context(), now, refs("busybox"), nil); len(facts) != 0 || len(failures) != 1 {
		t.Errorf("without an older lock: %v, %v", facts, failures)
	}
}

func TestMoved(t *testing.T) {
	pinned := "ghcr.io/acme/app@" + digestOf(2)
	now := registryOf{lock.Key(ref("nginx:1.27")): digestOf(7), lock.Key(ref("busybox")): digestOf(3)}
	moves, failures := example().Moved(t.Context(), now, refs("nginx:1.27", "busybox", pinned, "unknown:1"))
	if len(failures) != 0 || len(moves) != 1 || moves[0].Reference.Raw != "nginx:1.27" || moves[0].Was != digestOf(1) || moves[0].Is != digestOf(7) {
		t.Errorf("moves %v, failures %v", moves, failures)
	}
	delete(now, lock.Key(ref("busybox")))
	if _, failures := example().Moved(t.Context(), now, refs("busybox")); failed(failures) != "busybox kept=false" {
		t.Errorf("failures %q", failed(failures))
	}
}
