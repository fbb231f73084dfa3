package admission_test

import (
	"context"
	"errors"
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
	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/transport"
)

// shop is a real registry behind a door that counts who comes and that can be
// shut.
type shop struct {
	*signaturetest.Repository
	t     testing.TB
	name  string // of the repository, at the door
	asked atomic.Int64
	shut  atomic.Pointer[http.HandlerFunc] // answers instead; nil: the registry does
}

func newShop(t testing.TB) *shop {
	t.Helper()
	s := &shop{Repository: signaturetest.NewFallbackRepository(t), t: t}
	host, path, _ := strings.Cut(s.Repository.Name(), "/")
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		if instead := s.shut.Load(); instead != nil {
			(*instead)(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	s.name = strings.TrimPrefix(server.URL, "http://") + "/" + path
	return s
}

// tag lets a tag name a digest from now on.
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

// handler asks the shop as a configuration says.
func (s *shop) handler(text string, files ...string) *admission.Handler {
	s.t.Helper()
	dir := fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\n" + text)}}
	for i := 0; i+1 < len(files); i += 2 {
		dir[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	h, err := admission.Load(s.t.Context(), dir, "guard.yaml", admission.Outside{Registry: hasty(s.t, hostOf(s.name))})
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// hasty is a client that asks again at once.
func hasty(t testing.TB, host string) *registry.Client {
	t.Helper()
	c, err := registry.New(registry.Options{Transport: transport.Options{Allow: []string{host}, Insecure: []string{host}, Budget: 20 * time.Second, Backoff: time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const asking = "admission: {registry: true}\n"

// asUser lets a Pod say as whom it runs, so that the image does not decide.
const asUser = `spec.securityContext={"runAsNonRoot":true,"runAsUser":1000,"seccompProfile":{"type":"RuntimeDefault"}}`

// What a registry says of images is judged by the same rules as in guard check:
// with their paths, remedies, and the actions of the configuration. The images
// of the shop are all root.
func TestReview_RulesThatNeedRegistries(t *testing.T) {
	s := newShop(t)
	before, now := s.Push(), s.Push()
	s.tag("1.4.2", now.Digest)
	const release = ":1.4.2"
	for _, test := range []struct {
		name, config, image string
		changes             []string
		decision, want      string // what is denied, or what is warned of
	}{
		{"all is well", asking, release, []string{asUser}, "allowed", ""},
		{"an image that is root", asking, release, nil, "denied", "kubernetes/user-conflict spec.containers[0].image"},
		{"an image that is not there", asking, ":1.4.3", []string{asUser}, "denied", "image/missing-in-registry spec.containers[0].image"},
		{"a tag that has moved", asking, release + "@" + before.Digest, []string{asUser}, "denied", "image/tag-moved spec.containers[0].image"},
		{"a tag that has not", asking, release + "@" + now.Digest, []string{asUser}, "allowed", ""},
		{"of an init container", asking, release, []string{asUser, `spec.initContainers=[{"name":"init","image":"IMAGE-gone","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]`}, "denied", "image/missing-in-registry spec.initContainers[0].image"},
		{"a rule that warns", asking + "rules: {image/missing-in-registry: {action: warn}}\n", ":1.4.3", []string{asUser}, "allowed", "image/missing-in-registry"},
		{"a rule that warns here", "admission: {registry: true, namespaces: [{names: [shop], rules: {image/missing-in-registry: {action: warn}}}]}\n", ":1.4.3", []string{asUser}, "allowed", "image/missing-in-registry"},
		{"from a severity on", asking + "fail-on: critical\n", ":1.4.3", []string{asUser}, "allowed", "image/missing-in-registry"},
	} {
		for i := range test.changes {
			test.changes[i] = strings.ReplaceAll(test.changes[i], "IMAGE", s.name+release)
		}
		got := s.handler(test.config).Review(t.Context(), create(with(t, podOf(t, s.name+test.image), test.changes...)))
		said := strings.Join(append(rules(got), got.Warnings...), "\n")
		if got.Audit["decision"] != test.decision || !strings.Contains(said, test.want) || test.want == "" && said != "" {
			t.Errorf("%s: %s, %q: %s", test.name, got.Audit["decision"], said, got.Message)
		}
		if test.decision == "denied" && strings.Count(got.Message, "\n  ") != len(got.Causes) {
			t.Errorf("%s: not every finding has a remedy: %s", test.name, got.Message)
		}
	}
}

// Nobody is asked where the configuration does not say so, where what needs no
// registry denies already, where the rules are off, or for what ran before.
func TestReview_AsksRegistriesOnlyWhereItMust(t *testing.T) {
	s := newShop(t)
	s.tag("1.4.2", s.Push().Digest)
	sound := with(t, podOf(t, s.name+":1.4.2"), asUser)
	old := podOf(t, s.name+":1.4.2")
	off := "admission: {registry: true, namespaces: [{names: [shop], rules: {" +
		"image/missing-in-registry: {action: off}, image/tag-moved: {action: off}, image/runs-as-root: {action: off}, kubernetes/user-conflict: {action: off}, " +
		"provenance/revision-mismatch: {action: off}, provenance/secret-in-history: {action: off}}}]}\n"
	for _, test := range []struct {
		name, config string
		request      admission.Request
		decision     string
		asks         bool
	}{
		{"by default", "", create(old), "allowed", false},
		{"where it is wanted", asking, create(sound), "allowed", true},
		{"denied before", asking, create(with(t, sound, `spec.containers.0.image="`+s.name+`:latest"`)), "denied", false},
		{"where the rules are off", off, create(old), "allowed", false},
		{"a label", asking, update(old, with(t, old, `metadata.labels={"a":"b"}`)), "allowed", false},
		{"another security context", asking, update(sound, old), "denied", true},
		{"another image", asking, update(sound, with(t, sound, `spec.containers.0.image="`+s.name+`:1.4.1"`)), "denied", true},
	} {
		h := s.handler(test.config)
		before := s.asked.Load()
		got := h.Review(t.Context(), test.request)
		if asks := s.asked.Load() > before; got.Audit["decision"] != test.decision || asks != test.asks {
			t.Errorf("%s: %s, asked %v: %s", test.name, got.Audit["decision"], asks, got.Message)
		}
	}
}

// Rules of users that read facts and do not say that they need them see them,
// too, and what they find without is told once.
func TestReview_UsersRulesSeeFacts(t *testing.T) {
	const metadata = `# METADATA
# title: Old
# description: An image has a date and an owner.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [recommended]
#   remediation: Build it again.
#   since: 0.1.0
`
	s := newShop(t)
	digest := s.Push().Digest
	rules := func(text string) []string {
		return []string{"policy/rules/image/ours.rego", metadata + "package guard.rules.image.ours\n\n" + text}
	}
	seen := rules(`deny contains {"message": "seen", "path": image.path} if {
	some image in input.images
	image.facts.exists
}
`)
	named := rules(`deny contains {"message": "named", "path": image.path} if some image in input.images
`)
	request := create(with(t, podOf(t, s.name+"@"+digest), asUser))
	for _, test := range []struct {
		name, config string
		files        []string
		want         string
	}{
		{"without a registry", "", seen, ""},
		{"with one", asking, seen, "seen"},
		{"what needs none", asking, named, "named"},
	} {
		got := s.handler("policies: [policy]\n"+test.config, test.files...).Review(t.Context(), request)
		if got.Allowed != (test.want == "") || len(got.Causes) > 1 || !strings.Contains(got.Message, test.want) {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
	// Also where a trust policy alone has registries asked.
	judged := rules(`deny contains {"message": "judged", "path": image.path} if {
	some image in input.images
	image.facts.trust.state == "judged"
}
`)
	key := signaturetest.NewSigner(t)
	s.Attach(digest, signaturetest.Signing{Signer: key}.Cosign(t, signaturetest.Payload(t, s.name, digest)))
	trust := fmt.Sprintf("policies: [policy]\ntrust:\n  - images: [%q]\n    authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]\n", s.name)
	for _, files := range [][]string{judged, seen} {
		if got := s.handler(trust, append(files, "release.pub", key.PublicPEM(t))...).Review(t.Context(), request); len(got.Causes) != 1 || got.Causes[0].Rule != "image/ours" {
			t.Errorf("with a trust policy alone: %+v", got)
		}
	}
	old := with(t, podOf(t, s.name+"@"+digest), asUser)
	got := s.handler("policies: [policy]\n"+asking, named...).Review(t.Context(), update(old, with(t, old, `metadata.labels={"a":"b"}`)))
	if got.Audit["decision"] != "grandfathered" {
		t.Errorf("what was broken before: %+v", got)
	}
}

// An answer is kept: for a while, for all who may see it, and for longer as long
// as the registry does not answer.
func TestReview_AsksForAnImageOnce(t *testing.T) {
	s := newShop(t)
	image := s.Push()
	s.tag("1.4.2", image.Digest)
	for name, ref := range map[string]string{"by tag": s.name + ":1.4.2", "by digest": s.name + "@" + image.Digest} {
		h, before := s.handler(asking), s.asked.Load()
		request := create(with(t, podOf(t, ref), asUser))
		answers := make(chan string, 40)
		for range cap(answers) {
			go func() { answers <- h.Review(t.Context(), request).Audit["decision"] }()
		}
		for range cap(answers) {
			if decision := <-answers; decision != "allowed" {
				t.Errorf("%s: %s", name, decision)
			}
		}
		if asked := s.asked.Load() - before; asked == 0 || asked > 4 {
			t.Errorf("%s: asked %d times for one image", name, asked)
		}
	}
}

// shutters are the ways in which a registry does not answer.
func shutters(t testing.TB) map[string]http.HandlerFunc {
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	wait := func(r *http.Request, long time.Duration) {
		select {
		case <-time.After(long):
		case <-end:
		case <-r.Context().Done():
		}
	}
	return map[string]http.HandlerFunc{
		"hung up":    func(w http.ResponseWriter, _ *http.Request) { hangUp(w) },
		"500":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"401":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) },
		"429":        func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "60"); w.WriteHeader(429) },
		"garbage":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"black hole": func(_ http.ResponseWriter, r *http.Request) { wait(r, time.Hour) },
		"slow": func(w http.ResponseWriter, r *http.Request) {
			for i := range 1000 {
				fmt.Fprint(w, i)
				w.(http.Flusher).Flush()
				wait(r, 100*time.Millisecond)
			}
		},
	}
}

// hangUp ends a connection without an answer.
func hangUp(w http.ResponseWriter) {
	if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
		connection.Close()
	}
}

// RELIABILITY 8, 32 and 62: whatever a registry does instead of answering, what
// a rule wants to know is not known: a denial with a reason of its own, in
// time, or a warning where nothing is denied or the rules only warn.
func TestReview_WhatNoRegistrySaysIsNotKnown(t *testing.T) {
	const warnOnly = "rules: {image/missing-in-registry: {action: warn}, image/tag-moved: {action: warn}, image/runs-as-root: {action: warn}, kubernetes/user-conflict: {action: warn}, " +
		"provenance/revision-mismatch: {action: warn}, provenance/secret-in-history: {action: warn}}\n"
	for name, shutter := range shutters(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			digest := s.Push().Digest
			s.shut.Store(&shutter)
			for _, test := range []struct{ config, decision string }{
				{asking, "undecided"},
				{"admission: {registry: true, mode: warn}\n", "undecided"},
				{asking + warnOnly, "allowed"},
			} {
				refs := []string{":1.4.2@" + digest}
				if test.config == asking {
					refs = append(refs, ":1.4.2")
				}
				for _, ref := range refs {
					h := s.handler(test.config)
					const limit = 2500 * time.Millisecond
					ctx, cancel := context.WithTimeout(t.Context(), limit)
					began := time.Now()
					got := h.Review(ctx, create(with(t, podOf(t, s.name+ref), asUser)))
					took, late := time.Since(began), ctx.Err() != nil
					cancel()
					denies := test.config == asking
					if got.Audit["decision"] != test.decision || got.Allowed == denies || late {
						t.Errorf("%s%s: %s, allowed %v, after %s: %s %q", test.config, ref, got.Audit["decision"], got.Allowed, took, got.Message, got.Warnings)
					}
					if knows := got.Audit["unknown"] == ""; !knows != (test.decision == "allowed") {
						t.Errorf("%s%s: the audit log has %q", test.config, ref, got.Audit["unknown"])
					}
					if said := got.Message + strings.Join(got.Warnings, "\n"); !strings.Contains(said, "not known") || strings.Contains(said, "the registry has no image") {
						t.Errorf("%s%s: no reason is given: %s", test.config, ref, said)
					}
				}
			}
			recording := strings.ReplaceAll(asking+warnOnly, "action: warn", "action: audit")
			bounded, stop := context.WithTimeout(t.Context(), 2500*time.Millisecond)
			defer stop()
			if got := s.handler(recording).Review(bounded, create(with(t, podOf(t, s.name+"@"+digest), asUser))); !got.Allowed || len(got.Warnings) > 0 || got.Audit["unknown"] == "" {
				t.Errorf("where rules only record: %+v", got)
			}
			// What needs no registry is answered at once meanwhile.
			began := time.Now()
			if got := s.handler(asking).Review(t.Context(), create(podOf(t, "nginx:latest"))); got.Audit["decision"] != "denied" || time.Since(began) > 10*time.Second {
				t.Errorf("%s after %s", got.Audit["decision"], time.Since(began))
			}
		})
	}
}

// A registry that does not answer holds up nobody who asks another one.
func TestReview_ASlowRegistryHoldsUpNoOther(t *testing.T) {
	h, err := admission.Load(t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\n" + asking)}}, "guard.yaml", admission.Outside{Registry: client(t, "127.0.0.1")})
	if err != nil {
		t.Fatal(err)
	}
	slow, quick := newShop(t), newShop(t)
	for h.Facts.SameRoom(hostOf(slow.name), hostOf(quick.name)) {
		quick = newShop(t)
	}
	quick.tag("1.4.2", quick.Push().Digest)
	hole := shutters(t)["black hole"]
	slow.shut.Store(&hole)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const many = 100
	ended := make(chan bool, many)
	for i := range many {
		go func() {
			request := create(with(t, podOf(t, fmt.Sprintf("%s:1.4.%d", slow.name, i)), asUser))
			request.Namespace = fmt.Sprint("shop-", i) // one alone does not fill the room
			ended <- h.Review(ctx, request).Allowed
		}()
	}
	eventually(t, func() bool { return slow.asked.Load() >= 16 })
	other := create(with(t, podOf(t, quick.name+":1.4.2"), asUser))
	bounded, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	if got := h.Review(bounded, other); !got.Allowed {
		t.Errorf("another registry is held up: %s", got.Message)
	}
	time.Sleep(50 * time.Millisecond)
	if asked := slow.asked.Load(); asked > 16 {
		t.Errorf("%d look-ups at the same time", asked)
	}
	cancel()
	for range many {
		if <-ended {
			t.Error("admitted without an answer")
		}
	}
}

// What a trust policy demands is denied whatever the severity to fail on, and
// what the configuration makes of a rule by its name holds for it, too.
func TestReview_ActionsOfTrustRules(t *testing.T) {
	s, key := newShop(t), signaturetest.NewSigner(t)
	image := s.name + "@" + s.Push().Digest
	trust := fmt.Sprintf("trust: [{images: [%q], authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]}]\n", s.name)
	for _, test := range []struct{ name, config, image, decision, want string }{
		{"not signed", "", image, "denied", "is not signed"},
		{"from a severity on", "fail-on: critical\n", image, "denied", "is not signed"},
		{"of a small profile", "profile: minimal\n", image, "denied", "is not signed"},
		{"a rule that warns", "rules: {provenance/signature-missing: {action: warn}}\n", image, "allowed", "is not signed"},
		{"a rule that warns here", "admission: {namespaces: [{names: [shop], rules: {provenance/signature-missing: {action: warn}}}]}\n", image, "allowed", "is not signed"},
		{"a tag", "", s.name + ":1.4.2", "denied", "has no digest"},
		{"a tag where that only warns", "rules: {image/not-digest-pinned: {action: warn}}\n", s.name + ":1.4.2", "undecided", "the registry has no such image"},
		{"of the strict profile", "profile: strict\n", s.name + ":1.4.2", "denied", "has no digest"},
	} {
		got := s.handler(test.config+trust, "release.pub", key.PublicPEM(t)).Review(t.Context(), create(podOf(t, test.image)))
		if said := got.Message + strings.Join(got.Warnings, "\n"); got.Audit["decision"] != test.decision || !strings.Contains(said, test.want) {
			t.Errorf("%s: %s: %s", test.name, got.Audit["decision"], said)
		}
	}
}

// In a namespace that is an environment with approval: proved, an approval for
// it is needed, also where the trust policy itself demands none.
func TestReview_DemandsApproval(t *testing.T) {
	s, key := newShop(t), signaturetest.NewSigner(t)
	signed := s.Push()
	sign := signaturetest.Signing{Signer: key}
	s.Attach(signed.Digest, sign.Cosign(t, signaturetest.Payload(t, s.name, signed.Digest)))
	config := `environments:
  production: {names: [production], approval: proved}
  staging: {names: [staging], approval: required}
admission: {namespaces: [{names: [live-*], environment: production}, {names: [try-*], environment: staging}]}
`
	trust := fmt.Sprintf("trust: [{images: [%q], authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]}]\n", s.name)
	h := s.handler(config+trust, "release.pub", key.PublicPEM(t))
	for namespace, want := range map[string]string{"live-1": "kubernetes/production-approval spec.containers[0].image", "try-1": "", "shop": ""} {
		request := create(podOf(t, s.name+"@"+signed.Digest))
		request.Namespace = namespace
		if got := h.Review(t.Context(), request); strings.Join(rules(got), " ") != want || got.Allowed != (want == "") {
			t.Errorf("%s: %q: %s", namespace, rules(got), got.Message)
		}
	}
	_, err := admission.Load(t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\n" + config)}}, "guard.yaml", admission.Outside{})
	if err == nil || !strings.Contains(err.Error(), `environment "production" has approval: proved`) {
		t.Errorf("approvals that nobody may give are demanded: %v", err)
	}
}

// What an object names beyond the limit was not looked at, and is not fine.
func TestReview_LooksAtSoManyImages(t *testing.T) {
	s := newShop(t)
	h := s.handler(asking)
	var asked atomic.Int64
	h.Facts.Images = images{image: func(context.Context) (registry.Image, error) {
		asked.Add(1)
		return registry.Image{Digest: signature.DigestOf([]byte("x"))}, nil
	}}
	var more []string
	for i := range 150 {
		more = append(more, fmt.Sprintf(`{"name":"c%d","image":"registry.example.com/team/app:1.4.%d","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}`, i, i))
	}
	got := h.Review(t.Context(), create(with(t, pod(good), asUser, "spec.containers=["+strings.Join(more, ",")+"]")))
	if got.Audit["decision"] != "undecided" || !strings.Contains(got.Message, "more than 100 images") || asked.Load() != 100 {
		t.Errorf("%s, asked for %d: %s", got.Audit["decision"], asked.Load(), got.Message)
	}
}

// In one look, whatever came of asking for an image holds, and a registry that
// does not answer is given up.
func TestFacts_Once(t *testing.T) {
	s := newShop(t)
	s.tag("1.4.2", s.Push().Digest)
	h := s.handler(asking)
	once := h.Facts.Once()
	refs := func(tag string) imageref.Reference { return (*imageref.Classifier)(nil).Parse(s.name + ":" + tag) }
	for _, tag := range []string{"1.4.2", "gone"} {
		for _, namespace := range []string{"a", "b", "c"} {
			before := s.asked.Load()
			_, err := once.Images.Image(t.Context(), refs(tag), admission.Puller{Namespace: namespace})
			if (err != nil) != (tag == "gone") || (s.asked.Load() > before) != (namespace == "a") {
				t.Errorf("%s, %s: asked %d times, %v", tag, namespace, s.asked.Load()-before, err)
			}
		}
	}
	gone := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }
	shutter := http.HandlerFunc(gone)
	s.shut.Store(&shutter)
	for i := range 10 {
		before := s.asked.Load()
		_, err := once.Images.Image(t.Context(), refs(fmt.Sprintf("2.0.%d", i)), admission.Puller{})
		if err == nil || (s.asked.Load() > before) != (i < 3) {
			t.Errorf("image %d: asked %d times, %v", i, s.asked.Load()-before, err)
		}
	}
	if _, err := h.Facts.Images.Image(t.Context(), refs("2.0.0"), admission.Puller{}); err == nil {
		t.Error("a registry that does not answer has answered")
	}
	s.shut.Store(nil)
	if _, err := h.Facts.Once().Images.Image(t.Context(), refs("1.4.2"), admission.Puller{}); err != nil {
		t.Errorf("the next look has given the registry up, too: %v", err)
	}
	// What was deleted since is noticed, though its digest was known.
	deleted := (*imageref.Classifier)(nil).Parse(s.name + "@" + s.Push().Digest)
	if _, err := h.Facts.Images.Image(t.Context(), deleted, admission.Puller{}); err != nil {
		t.Fatal(err)
	}
	missing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) })
	s.shut.Store(&missing)
	if _, err := h.Facts.Once().Images.Image(t.Context(), deleted, admission.Puller{}); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("an image that is gone: %v", err)
	}
	var none *admission.Facts
	if none.Once() != nil {
		t.Error("what asks nobody asks somebody once")
	}
}

// What runs is compared with what its tag names now.
func TestInspect_APodThatRunsWhatItsTagNamedBefore(t *testing.T) {
	s := newShop(t)
	before := s.Push()
	s.tag("1.4.2", before.Digest)
	h := s.handler(asking)
	running := with(t, podOf(t, s.name+":1.4.2"), asUser, `status={"containerStatuses":[{"name":"web","imageID":"`+s.name+`@`+before.Digest+`"}]}`)
	if got := h.Inspect(t.Context(), existing(running), today); got.Unread != "" || slices.Contains(said(got), "image/tag-moved deny") {
		t.Errorf("before: %q, %s", said(got), got.Unread)
	}
	s.tag("1.4.2", s.Push().Digest)
	h.Facts = h.Facts.Once() // and nothing of before is believed
	if got := h.Inspect(t.Context(), existing(running), today); !slices.Contains(said(got), "image/tag-moved deny") {
		t.Errorf("after: %q, %s, %q", said(got), got.Unread, got.Incomplete)
	}
}
