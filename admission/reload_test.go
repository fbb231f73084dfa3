package admission_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"guard/admission"
	"guard/internal/registry/signature/signaturetest"
)

// fragile is a directory in which a file of a name breaks whoever opens it, from
// some time on.
type fragile struct {
	fstest.MapFS
	name string
	left atomic.Int64 // how often it may be opened
}

func (f *fragile) Open(name string) (fs.File, error) {
	if name == f.name && f.left.Add(-1) < 0 {
		panic("broken")
	}
	return f.MapFS.Open(name)
}

// A panic while a configuration is loaded, which is not in a review, must not
// end the process: the last good one decides.
func TestReloader_PanicLeavesTheLastGoodOne(t *testing.T) {
	for opened, name := range []string{"looked at", "loaded"} {
		dir := &fragile{MapFS: fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\n")}}, name: "guard.yaml"}
		dir.left.Store(2)
		r := &admission.Reloader{Dir: dir, Name: "guard.yaml"}
		if _, err := r.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		good := r.Handler()
		dir.MapFS["guard.yaml"].Data = []byte("version: 1\nfail-on: low\n")
		dir.left.Store(int64(opened))
		if _, err := r.Load(t.Context()); err == nil || r.Handler() != good || !strings.Contains(r.Problem(), "broken") {
			t.Errorf("while it is %s: %v, %q", name, err, r.Problem())
		}
		dir.left.Store(10)
		if changed, err := r.Load(t.Context()); name == "looked at" && (!changed || err != nil || r.Problem() != "") {
			t.Errorf("mended: changed %v, %v, %q", changed, err, r.Problem())
		}
	}
}

// What is known of images outlives a change of the configuration: one that is
// made because a registry is away must not make it worse. Another trust policy
// is held to anew.
func TestReloader_KeepsWhatIsKnownOfImages(t *testing.T) {
	s, key := newShop(t), signaturetest.NewSigner(t)
	digest := s.Push().Digest
	s.Attach(digest, signaturetest.Signing{Signer: key}.Cosign(t, signaturetest.Payload(t, s.name, digest)))
	trust := fmt.Sprintf("trust:\n  - images: [%q]\n    authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]\n", s.name)
	dir := fstest.MapFS{"guard.yaml": {}, "release.pub": {Data: []byte(key.PublicPEM(t))}}
	r := &admission.Reloader{Dir: dir, Name: "guard.yaml", Outside: admission.Outside{Registry: hasty(t, hostOf(s.name))}}
	pod := create(with(t, podOf(t, s.name+"@"+digest), asUser))
	for _, step := range []struct {
		name, config string
		away, other  bool
		want         string
	}{
		{"at first", asking + trust, false, false, "allowed"},
		{"another rule, and the registry is away", asking + trust + "fail-on: low\n", true, false, "allowed"},
		{"another key", asking + trust + "fail-on: low\n", false, true, "denied"},
	} {
		dir["guard.yaml"].Data = []byte("version: 1\n" + step.config)
		if step.other {
			dir["release.pub"].Data = []byte(signaturetest.NewSigner(t).PublicPEM(t))
		}
		s.shut.Store(nil)
		if hole := shutters(t)["black hole"]; step.away {
			s.shut.Store(&hole)
		}
		if changed, err := r.Load(t.Context()); !changed || err != nil {
			t.Fatal(step.name, changed, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		got := r.Handler().Review(ctx, pod)
		cancel()
		if got.Audit["decision"] != step.want {
			t.Errorf("%s: %s: %s", step.name, got.Audit["decision"], got.Message)
		}
	}
}
