package audit_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"guard/admission"
	"guard/admission/audit"
	"guard/internal/registry"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/transport"
)

// shop is a real registry behind a door that counts who comes, and that may
// be away.
type shop struct {
	*signaturetest.Repository
	t         *testing.T
	name      string
	manifests atomic.Int64 // that were asked for
	away      atomic.Bool
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{Repository: signaturetest.NewFallbackRepository(t), t: t}
	host, path, _ := strings.Cut(s.Repository.Name(), "/")
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/manifests/") {
			s.manifests.Add(1)
		}
		if s.away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.name = strings.TrimPrefix(server.URL, "http://") + "/" + path
	return s
}

func (s *shop) tag(tag, digest string) {
	s.t.Helper()
	m, err := s.Manifest(s.t.Context(), digest)
	if err == nil {
		err = s.PutManifest(s.t.Context(), tag, m.MediaType, m.Bytes)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// audit audits objects by a configuration.
func (s *shop) audit(config string, files fstest.MapFS, all ...audit.Object) *audit.Result {
	s.t.Helper()
	host, _, _ := strings.Cut(s.name, "/")
	client, err := registry.New(registry.Options{Transport: transport.Options{Allow: []string{host}, Insecure: []string{host}, Budget: 5 * time.Second, Backoff: time.Millisecond}})
	if err != nil {
		s.t.Fatal(err)
	}
	dir := fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\nprofile: minimal\n" + config)}}
	for name, file := range files {
		dir[name] = file
	}
	h, err := admission.Load(s.t.Context(), dir, "guard.yaml", admission.Outside{Registry: client})
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := audit.Run(s.t.Context(), audit.Options{Handler: h, Lister: &objects{all: all}, Now: time.Now(), Version: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// running is a Pod that runs a digest.
func running(t *testing.T, namespace, name, repository, tag, digest string) audit.Object {
	t.Helper()
	o := object(t, "Pod", namespace, name, "", repository+":"+tag)
	var pod map[string]any
	if err := json.Unmarshal(o.Object, &pod); err != nil {
		t.Fatal(err)
	}
	pod["status"] = map[string]any{"containerStatuses": []any{map[string]any{"name": "c0", "imageID": repository + "@" + digest}}}
	text, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	o.Existing.Object = text
	return o
}

func toldBy(r *audit.Result, rule string) (files []string) {
	for _, f := range r.Report.Findings {
		if f.Rule == rule {
			files = append(files, f.File)
		}
	}
	slices.Sort(files)
	return files
}

const moved = "admission: {registry: true}\nrules: {image/tag-moved: {action: deny}}\n"

// Running Pods whose tag has moved since show up, in any namespace, and the
// registry is asked for each image once.
func TestRun_TellsOfTagsThatHaveMoved(t *testing.T) {
	s := newShop(t)
	before, now := s.Push(), s.Push()
	s.tag("1.4.2", now.Digest)
	var pods []audit.Object
	for i := range 40 {
		pods = append(pods, running(t, fmt.Sprintf("shop-%d", i%4), fmt.Sprintf("web-%d", i), s.name, "1.4.2", now.Digest))
	}
	pods = append(pods, running(t, "shop-1", "old", s.name, "1.4.2", before.Digest))
	r := s.audit(moved, nil, pods...)
	if got := toldBy(r, "image/tag-moved"); !slices.Equal(got, []string{"Pod/shop-1/old"}) || r.Unread > 0 {
		t.Errorf("told of %q, %d not looked at: %+v", got, r.Unread, r.Report.Incomplete)
	}
	if n := s.manifests.Load(); n == 0 || n > 2 {
		t.Errorf("%d manifests were asked for, of one image", n)
	}
	if r := s.audit("rules: {image/tag-moved: {action: deny}}\n", nil, pods...); len(toldBy(r, "image/tag-moved")) > 0 || s.manifests.Load() > 2 {
		t.Error("a registry is asked that nobody wanted to ask")
	}
}

// An image that has lost its trust shows up, too.
func TestRun_TellsOfImagesThatLostTheirTrust(t *testing.T) {
	s, key := newShop(t), signaturetest.NewSigner(t)
	signed, unsigned := s.Push(), s.Push()
	s.Attach(signed.Digest, signaturetest.Signing{Signer: key}.Cosign(t, signaturetest.Payload(t, s.name, signed.Digest)))
	config := fmt.Sprintf("trust: [{images: [%q], authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]}]\n", s.name)
	var pods []audit.Object
	for i := range 10 {
		pods = append(pods, object(t, "Pod", "shop", fmt.Sprintf("web-%d", i), "", s.name+"@"+signed.Digest), object(t, "Pod", "shop", fmt.Sprintf("bad-%d", i), "", s.name+"@"+unsigned.Digest))
	}
	r := s.audit(config, fstest.MapFS{"release.pub": {Data: []byte(key.PublicPEM(t))}}, pods...)
	if got := toldBy(r, "provenance/signature-missing"); len(got) != 10 || got[0] != "Pod/shop/bad-0" || r.Unread > 0 {
		t.Errorf("told of %q, %d not looked at: %+v", got, r.Unread, r.Report.Incomplete)
	}
	if n := s.manifests.Load(); n > 20 {
		t.Errorf("%d manifests were asked for, of two images", n)
	}
}

// A registry that is away is told of, and does not hold up the audit.
func TestRun_TellsOfARegistryThatIsAway(t *testing.T) {
	s := newShop(t)
	s.away.Store(true)
	var pods []audit.Object
	for i := range 100 {
		pods = append(pods, object(t, "Pod", "shop", fmt.Sprintf("web-%d", i), "", fmt.Sprintf("%s:1.4.%d", s.name, i)))
	}
	r := s.audit(moved, nil, pods...)
	if r.Unread != 100 {
		t.Errorf("%d not looked at, want all", r.Unread)
	}
	if n := s.manifests.Load(); n > 20 {
		t.Errorf("asked %d times, though the registry is away", n)
	}
	if said := fmt.Sprint(r.Report.Incomplete); !strings.Contains(said, "is asked no more") {
		t.Errorf("nothing is said of it: %s", said)
	}
}
