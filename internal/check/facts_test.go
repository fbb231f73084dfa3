package check_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/imageref"
	"guard/internal/policy"
	"guard/internal/registry"
	"guard/internal/registry/registrytest"
	"guard/internal/registry/transport"
	"guard/internal/repository"
)

const (
	ociManifest = "application/vnd.oci.image.manifest.v1+json"
	ociIndex    = "application/vnd.oci.image.index.v1+json"
	ociConfig   = "application/vnd.oci.image.config.v1+json"
)

var factsDay = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// shop is a real registry, what was asked of it, and a client.
type shop struct {
	t      *testing.T
	host   string
	client *registry.Client
	down   bool // it answers every question with an error of its own

	mu    sync.Mutex
	asked []string // paths of manifests
}

func newShop(t *testing.T, allow ...string) *shop {
	t.Helper()
	s, network, real := &shop{t: t}, registrytest.NewNetwork(t), registrytest.WithReferrers()
	s.host = "127.0.0.1:" + network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/manifests/") {
			s.asked = append(s.asked, r.URL.Path)
		}
		down := s.down
		s.mu.Unlock()
		if down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		real.ServeHTTP(w, r)
	}))
	s.client = s.clientFor(network, append(allow, "127.0.0.1")...)
	return s
}

func (s *shop) clientFor(network *registrytest.Network, allow ...string) *registry.Client {
	s.t.Helper()
	client, err := registry.New(registry.Options{Transport: transport.Options{
		Allow: allow, Roots: network.Roots(), Resolver: network.Resolver(), Timeout: 5 * time.Second, Backoff: time.Millisecond, Budget: 30 * time.Second,
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	return client
}

// Image makes the shop what check asks.
func (s *shop) Image(ctx context.Context, ref imageref.Reference) (registry.Image, error) {
	return s.client.Resolve(ctx, ref)
}

type object map[string]any

func (s *shop) encoded(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

func descriptor(mediaType string, data []byte) object {
	return object{"mediaType": mediaType, "digest": fmt.Sprintf("sha256:%x", sha256.Sum256(data)), "size": len(data)}
}

// platform is the configuration of an image for one architecture.
func platform(architecture, user string, labels object) object {
	return object{"os": "linux", "architecture": architecture, "created": "2026-01-02T03:04:05Z", "config": object{"User": user, "Labels": labels}}
}

// push stores an image for some platforms, and answers its digest.
func (s *shop) push(name string, platforms ...object) string {
	s.t.Helper()
	ref := (*imageref.Classifier)(nil).Parse(s.host + "/" + name)
	repository, err := s.client.Repository(ref)
	if err != nil {
		s.t.Fatal(err)
	}
	var manifests []object
	var last []byte
	for _, p := range platforms {
		data := s.encoded(p)
		if _, err := repository.PushBlob(context.Background(), data); err != nil {
			s.t.Fatal(err)
		}
		last = s.encoded(object{"schemaVersion": 2, "mediaType": ociManifest, "config": descriptor(ociConfig, data), "layers": []object{}})
		child := descriptor(ociManifest, last)
		child["platform"] = object{"os": p["os"], "architecture": p["architecture"]}
		manifests = append(manifests, child)
		if len(platforms) > 1 {
			if _, err := repository.PushManifest(context.Background(), ref.Tag+"-"+p["architecture"].(string), ociManifest, last); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	mediaType := ociManifest
	if len(platforms) > 1 {
		mediaType, last = ociIndex, s.encoded(object{"schemaVersion": 2, "mediaType": ociIndex, "manifests": manifests})
	}
	pushed, err := repository.PushManifest(context.Background(), ref.Tag, mediaType, last)
	if err != nil {
		s.t.Fatal(err)
	}
	return pushed.Digest
}

// check runs a check over files in which HOST is the shop's, and answers the
// findings of rules that ask registries, and what is incomplete.
func (s *shop) check(files map[string]string, change ...func(*check.Options)) (findings, incomplete []string) {
	s.t.Helper()
	dir := s.t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "HOST", s.host)), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	settings := policy.Settings{Profile: policy.ProfileStrict, Now: factsDay, Only: []string{
		"image/missing-in-registry", "image/tag-moved", "image/runs-as-root", "kubernetes/user-conflict", "dockerfile/user-missing", "provenance",
	}}
	c := config.Default()
	c.Images.Own = []string{s.host + "/own/**"}
	o := check.Options{Root: dir, Dir: dir, Paths: []string{"."}, Config: c, Registry: s, Now: factsDay, Host: "example.com", Repository: "acme/shop"}
	for _, f := range change {
		f(&o)
	}
	if o.Registry == nil {
		settings.Unasked = []string{policy.NeedRegistry}
	}
	var err error
	if o.Evaluator, err = policy.Compile(s.t.Context(), []policy.Source{policy.Builtin()}, settings); err != nil {
		s.t.Fatal(err)
	}
	outcome, err := check.Run(s.t.Context(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range outcome.Report.Findings {
		findings = append(findings, strings.ReplaceAll(fmt.Sprintf("%s:%d %s %s", f.File, f.Line, f.Rule, f.Message), s.host, "HOST"))
	}
	for _, i := range outcome.Report.Incomplete {
		incomplete = append(incomplete, strings.ReplaceAll(fmt.Sprintf("%s:%d %s", i.File, i.Line, i.Reason), s.host, "HOST"))
	}
	return findings, incomplete
}

func podOf(image, security string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  securityContext: {%s}\n  containers:\n    - name: web\n      image: %s\n", security, image)
}

func want(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestRegistry_DecidesWhatFilesLeaveOpen(t *testing.T) {
	s := newShop(t)
	s.push("base/root:1.0.0", platform("amd64", "", nil))
	s.push("base/user:1.0.0", platform("amd64", "1000", nil))
	s.push("acme/named:1.0.0", platform("amd64", "app", nil))
	mixed := s.push("acme/mixed:1.0.0", platform("amd64", "1000", nil), platform("arm64", "", nil))
	before := s.push("acme/moved:1.0.0", platform("amd64", "1000", nil))
	now := s.push("acme/moved:1.0.0", platform("amd64", "1001", nil))
	findings, incomplete := s.check(map[string]string{
		"root/Dockerfile": "FROM HOST/base/root:1.0.0\n",
		"user/Dockerfile": "FROM HOST/base/user:1.0.0\n",
		"gone.yaml":       podOf("HOST/acme/gone:1.0.0", "runAsUser: 1000"),
		"named.yaml":      podOf("HOST/acme/named:1.0.0", "runAsNonRoot: true"),
		"fine.yaml":       podOf("HOST/acme/named:1.0.0", "runAsNonRoot: true, runAsUser: 1000"),
		"mixed.yaml":      podOf("HOST/acme/mixed:1.0.0", ""),
		"mixed2.yaml":     podOf("HOST/acme/mixed:1.0.0@"+mixed, "runAsUser: 1000"),
		"patch.yaml":      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: 'HOST/base/root:1.0.0'}, {name: sidecar}]}}}\n",
		"moved.yaml":      podOf("HOST/acme/moved:1.0.0@"+before, "runAsUser: 1000"),
	})
	want(t, "findings", findings,
		`gone.yaml:8 image/missing-in-registry container web: the registry has no image "HOST/acme/gone:1.0.0"`,
		`mixed.yaml:8 image/runs-as-root container web: image "HOST/acme/mixed:1.0.0" runs as root on linux/arm64`,
		`moved.yaml:8 image/tag-moved container web: the tag "1.0.0" of image "HOST/acme/moved" names `+now+` today`,
		`named.yaml:8 kubernetes/user-conflict container web: runAsNonRoot is true, and image "HOST/acme/named:1.0.0" names its user instead of giving a number, so it is not started`,
		`root/Dockerfile:1 dockerfile/user-missing stage 0 has no USER, and its base image HOST/base/root runs as root`,
	)
	incomplete = slices.DeleteFunc(incomplete, func(text string) bool { return strings.HasPrefix(text, "patch.yaml:") })
	if len(incomplete) > 0 {
		t.Errorf("incomplete: %q", incomplete)
	}
	for _, path := range s.asked {
		if strings.HasSuffix(path, "/1.0.0") && strings.Count(strings.Join(s.asked, "\n")+"\n", path+"\n") > 1 {
			t.Errorf("%s is asked for more than once", path)
		}
	}
}

func TestRegistry_TellsFromWhereOwnImagesCome(t *testing.T) {
	s := newShop(t)
	commit, other := strings.Repeat("ab12", 10), strings.Repeat("cd34", 10)
	labels := func(revision string) object {
		return object{"org.opencontainers.image.revision": revision, "org.opencontainers.image.source": "git@example.com:Acme/Shop.git"}
	}
	for name, revision := range map[string]string{"own/good:ab12ab1": commit, "own/mismatch:ab12ab1": other, "own/missing:1.0.0": strings.Repeat("ef56", 10), "own/none:1.0.0": ""} {
		s.push(name, platform("amd64", "1000", labels(revision)))
	}
	s.push("own/secret:1.0.0", platform("amd64", "1000", object{"org.opencontainers.image.revision": commit, "org.opencontainers.image.source": "https://example.com/acme/shop", "api_token": "7f3d9a1c5b8e2f4a6d0c"}))
	files := map[string]string{}
	for _, name := range []string{"good:ab12ab1", "mismatch:ab12ab1", "missing:1.0.0", "none:1.0.0", "secret:1.0.0", "later:1.0.0"} {
		files[strings.Split(name, ":")[0]+".yaml"] = podOf("HOST/own/"+name, "runAsUser: 1000")
	}
	known := clone{commit: repository.CommitReached, other: repository.CommitReached}
	findings, incomplete := s.check(files, func(o *check.Options) { o.Commits = known })
	want(t, "findings", findings,
		`mismatch.yaml:8 provenance/revision-mismatch container web: the tag of image "HOST/own/mismatch:ab12ab1" names commit ab12ab1, and its revision label `+other,
		`missing.yaml:8 provenance/unknown-commit container web: image "HOST/own/missing:1.0.0" says by its label that it was built from commit `+strings.Repeat("ef56", 10)+`: it is missing`,
		`none.yaml:8 provenance/labels-missing container web: image "HOST/own/none:1.0.0" lacks the label org.opencontainers.image.revision`,
		`secret.yaml:8 provenance/secret-in-history container web: image "HOST/own/secret:1.0.0" holds a secret by its name (7f3d****) in its label api_token`,
	)
	want(t, "incomplete", incomplete,
		`later.yaml:8 image "HOST/own/later:1.0.0" of container web: the registry does not have it; it is one of your own, so it may be pushed later`)

	_, incomplete = s.check(map[string]string{"good.yaml": files["good.yaml"]})
	want(t, "incomplete without a clone", incomplete,
		`good.yaml:8 image "HOST/own/good:ab12ab1" of container web: whether its commit `+commit+` is one of this repository: there is no clone to look in`)
}

// clone knows some commits, and has every other one for missing.
type clone map[string]repository.CommitState

func (c clone) FindCommit(_ context.Context, id string, _ repository.Refs) (repository.Commit, error) {
	if state, known := c[id]; known {
		return repository.Commit{State: state}, nil
	}
	return repository.Commit{State: repository.CommitMissing, Reason: "it is missing"}, nil
}

func TestRegistry_WhatCannotBeHadIsIncomplete(t *testing.T) {
	s := newShop(t)
	s.down = true
	findings, incomplete := s.check(map[string]string{
		"down.yaml":    podOf("HOST/acme/app:1.0.0", "runAsNonRoot: true"),
		"refused.yaml": podOf("169.254.169.254/acme/app:1.0.0", "runAsNonRoot: true"),
		"Dockerfile":   "FROM HOST/base/user:1.0.0\n",
	})
	want(t, "findings", findings, `Dockerfile:1 dockerfile/user-missing stage 0 has no USER, and its base image HOST/base/user is not known to run as another user than root`)
	for i, part := range []string{"Dockerfile:1 ", "down.yaml:8 ", "refused.yaml:8 "} {
		reason := "unavailable"
		if part == "refused.yaml:8 " {
			reason = "refused"
		}
		if len(incomplete) != 3 || !strings.HasPrefix(incomplete[i], part) || !strings.Contains(incomplete[i], reason) {
			t.Errorf("incomplete is %q, want %s%s", incomplete, part, reason)
		}
	}
}

// Without a registry nobody is asked, and nothing is said of it.
func TestRegistry_IsNotAskedUnasked(t *testing.T) {
	s := newShop(t)
	counted, connections := listen(t)
	files := map[string]string{
		"web.yaml":   podOf("HOST/acme/app:1.0.0", "runAsNonRoot: true"),
		"other.yaml": podOf(counted+"/acme/app:1.0.0", "runAsNonRoot: true"),
	}
	findings, incomplete := s.check(files, func(o *check.Options) { o.Registry = nil })
	want(t, "findings", findings)
	want(t, "incomplete", incomplete)
	if len(s.asked) > 0 || connections() > 0 {
		t.Errorf("%q were asked for, and %d connections opened", s.asked, connections())
	}
	if s.check(files); len(s.asked) == 0 {
		t.Error("nobody is asked where a registry is given either, so this test shows nothing")
	}
}

// listen counts who connects to an address.
func listen(t *testing.T) (address string, connections func() int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	var mu sync.Mutex
	var n int
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			c.Close()
			mu.Lock()
			n++
			mu.Unlock()
		}
	}()
	return listener.Addr().String(), func() int { mu.Lock(); defer mu.Unlock(); return n }
}

// A rule that is off asks for nothing.
func TestRegistry_IsAskedOnlyForWhatARuleWants(t *testing.T) {
	s := newShop(t)
	s.push("acme/app:1.0.0", platform("amd64", "1000", nil))
	s.check(map[string]string{"compose.yaml": "services: {web: {image: 'HOST/acme/app:1.0.0'}, built: {build: ., image: 'HOST/acme/built:1.0.0'}, open: {image: 'HOST/acme/app:${TAG}'}}\n"})
	if want := []string{"/v2/acme/app/manifests/1.0.0"}; !slices.Equal(s.asked, want) {
		t.Errorf("asked for %q, want %q", s.asked, want)
	}
}

func TestRegistry_SaysHowFarItIs(t *testing.T) {
	s := newShop(t)
	var out bytes.Buffer
	var mu sync.Mutex
	s.check(map[string]string{"web.yaml": podOf("HOST/acme/app:1.0.0", "")}, func(o *check.Options) {
		o.Asking = func(done, total int) { mu.Lock(); defer mu.Unlock(); fmt.Fprintf(&out, "%d of %d", done, total) }
	})
	if out.String() != "1 of 1" {
		t.Errorf("progress is %q", out.String())
	}
}
