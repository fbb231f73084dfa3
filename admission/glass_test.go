package admission_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guard/admission"
	"guard/admission/breakglass"
	"guard/internal/registry/signature/sign"
)

// operator is somebody who may sign tokens.
type operator struct {
	key    sign.Key
	public string
}

func newOperator(t testing.TB) operator {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	o := operator{}
	if o.key, err = sign.LoadKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil); err != nil {
		t.Fatal(err)
	}
	if o.public, err = o.key.PublicPEM(); err != nil {
		t.Fatal(err)
	}
	return o
}

// sign makes a token for jane in shop, for an hour from a moment on.
func (o operator) sign(t testing.TB, from time.Time, change func(*breakglass.Token)) string {
	t.Helper()
	token := breakglass.Token{ID: "t-1", Audience: "guard", Users: []string{"jane"}, Namespaces: []string{"shop"}, Reason: "the registry is down", NotBefore: from, Expires: from.Add(time.Hour)}
	if change != nil {
		change(&token)
	}
	text, err := breakglass.Sign(token, o.key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// glass decides by a configuration that takes tokens of an operator, from a
// directory.
func glass(t testing.TB, o operator, tokens fstest.MapFS, more string, namespaces admission.Namespaces) *admission.Handler {
	t.Helper()
	files := fstest.MapFS{
		"guard.yaml":     {Data: []byte("version: 1\nadmission:\n  break-glass: {keys: [{name: alice, file: keys/alice.pub}], max-lifetime: 2h}\n" + more)},
		"keys/alice.pub": {Data: []byte(o.public)},
	}
	h, err := admission.Load(t.Context(), files, "guard.yaml", admission.Outside{Namespaces: namespaces, Tokens: &breakglass.Directory{FS: tokens}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func laid(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// RELIABILITY 63: a token lets in what is denied, tells everybody, and counts
// for those alone whom it names, where it names, while it lasts.
func TestReview_BrokenGlass(t *testing.T) {
	alice, eve, now := newOperator(t), newOperator(t), time.Now().Truncate(time.Second)
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`, `spec.hostNetwork=true`)
	for name, tt := range map[string]struct {
		token string
		ask   func(*admission.Request)
		why   string // why it does not count; "": it does
	}{
		"for her":             {token: alice.sign(t, now, nil)},
		"for her group":       {token: alice.sign(t, now, func(k *breakglass.Token) { k.Users, k.Groups = nil, []string{"system:authenticated"} })},
		"for the image":       {token: alice.sign(t, now, func(k *breakglass.Token) { k.Images = []string{"nginx:latest"} })},
		"for another image":   {token: alice.sign(t, now, func(k *breakglass.Token) { k.Images = []string{"nginx:1.27.0"} }), why: "not for all images"},
		"somebody else asks":  {token: alice.sign(t, now, nil), ask: func(r *admission.Request) { r.User.Name = "joe" }, why: "not for this user"},
		"another namespace":   {token: alice.sign(t, now, nil), ask: func(r *admission.Request) { r.Namespace = "live" }, why: "not for this namespace"},
		"expired":             {token: alice.sign(t, now.Add(-2*time.Hour), nil), why: "has expired"},
		"not yet":             {token: alice.sign(t, now.Add(time.Hour), nil), why: "counts from"},
		"for too long":        {token: alice.sign(t, now, func(k *breakglass.Token) { k.Expires = now.Add(3 * time.Hour) }), why: "2h0m0s is the most"},
		"for another cluster": {token: alice.sign(t, now, func(k *breakglass.Token) { k.Audience = "staging" }), why: "audience"},
		"signed by somebody":  {token: eve.sign(t, now, nil), why: "none of the keys"},
		"changed":             {token: alice.sign(t, now, nil) + "A", why: "does not count"},
		"no token":            {token: "please", why: "no JSON Web Token"},
		"on the object, at best": {token: "", ask: func(r *admission.Request) {
			r.Object = []byte(with(t, bad, `metadata.annotations={"guard/break-glass":"`+alice.sign(t, now, nil)+`"}`))
		}, why: "-"},
	} {
		tokens := fstest.MapFS{}
		if tt.token != "" {
			tokens["jane"] = laid(tt.token)
		}
		h, r := glass(t, alice, tokens, "", nil), create(bad)
		if tt.ask != nil {
			tt.ask(&r)
		}
		got := h.Review(t.Context(), r)
		if tt.why != "" {
			if got.Allowed || got.Bypass != nil || got.Audit["decision"] != "denied" || tt.why != "-" && !strings.Contains(got.Audit["break-glass"], tt.why) {
				t.Errorf("%s: allowed %v, %q", name, got.Allowed, got.Audit)
			}
			continue
		}
		said := strings.Join(got.Warnings, "\n")
		if !got.Allowed || got.UID != "u-1" || got.Audit["decision"] != "broken-glass" || !strings.Contains(got.Audit["break-glass"], "token t-1 of alice") || !strings.Contains(got.Audit["denied"], "image/tag-latest") ||
			!strings.HasPrefix(got.Audit["policies"], "sha256:") || !strings.Contains(said, "let in by the break-glass token t-1") || !strings.Contains(said, "would be denied: spec.containers[0].image") {
			t.Errorf("%s: allowed %v, %q, %q", name, got.Allowed, got.Audit, got.Warnings)
		}
		if b := got.Bypass; b == nil || b.How != "token" || b.Name != "t-1" || b.Signer != "alice" || b.Reason != "the registry is down" || !b.Until.Equal(now.Add(time.Hour)) {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// A token is used only where something is denied, and says so, also where guard
// cannot decide; it changes no labels of namespaces.
func TestReview_BrokenGlassIsForWhatIsDenied(t *testing.T) {
	alice := newOperator(t)
	tokens := fstest.MapFS{
		"broken": laid("x"),
		"jane":   laid(alice.sign(t, time.Now(), func(k *breakglass.Token) { k.Namespaces = []string{"shop", "unknown"} })),
	}
	h := glass(t, alice, tokens, "  namespaces: [{labels: {tier: play}, mode: warn}]\n", labels{"shop": {"tier": "test"}})
	if got := h.Review(t.Context(), create(pod(good))); !got.Allowed || got.Bypass != nil || got.Audit["break-glass"] != "" || len(got.Warnings) > 0 {
		t.Errorf("what keeps the rules: %+v", got)
	}
	lost := create(pod(good))
	lost.Namespace = "unknown"
	got := h.Review(t.Context(), lost)
	if !got.Allowed || got.Bypass == nil || !strings.Contains(got.Audit["undecided"], "not known") || !slices.ContainsFunc(got.Warnings, func(w string) bool { return strings.Contains(w, "cannot decide") }) {
		t.Errorf("what cannot be decided: %+v", got)
	}
	label := admission.Request{
		UID: "u-2", Kind: "Namespace", Resource: admission.Resource{Version: "v1", Resource: "namespaces"}, Name: "shop", Namespace: "shop", Operation: admission.Update,
		User:      admission.User{Name: "jane"},
		Object:    []byte(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"tier":"play"}}}`),
		OldObject: []byte(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}`),
	}
	if got := h.Review(t.Context(), label); got.Allowed || got.Bypass != nil {
		t.Errorf("a label that decides: %+v", got)
	}
}

// What a token names is shown as text, and within the limits.
func TestReview_BrokenGlassIsToldInBounds(t *testing.T) {
	alice := newOperator(t)
	token := alice.sign(t, time.Now(), func(k *breakglass.Token) { k.ID, k.Reason = "t\n1\x1b[2J", strings.Repeat("r", 500) })
	containers := with(t, pod(good))
	for range 40 {
		containers = with(t, containers, `spec.containers.+={"name":"x","image":"nginx:latest"}`)
	}
	got := glass(t, alice, fstest.MapFS{"a": laid(token)}, "", nil).Review(t.Context(), create(containers))
	size := 0
	for _, w := range got.Warnings {
		size += len(w)
	}
	if !got.Allowed || len(got.Warnings) > 13 || size > 4096 || strings.ContainsAny(strings.Join(got.Warnings, "")+got.Audit["break-glass"]+got.Bypass.Name, "\n\x1b") {
		t.Errorf("%d warnings of %d bytes: %q", len(got.Warnings), size, got.Warnings)
	}
}

// tokensNow are tokens that cannot be read.
type noTokens struct{}

func (noTokens) Tokens(context.Context) ([]breakglass.Laid, error) {
	return nil, errors.New("the disk")
}

func TestReview_TokensThatCannotBeReadLetNothingIn(t *testing.T) {
	h := configured(t, "", nil)
	h.Glass = &admission.Glass{Tokens: noTokens{}}
	got := h.Review(t.Context(), create(with(t, pod(good), `spec.hostNetwork=true`)))
	if got.Allowed || got.Audit["break-glass"] != "the disk" {
		t.Errorf("got %+v", got)
	}
}

func TestLoad_RefusesKeysOfTheGlass(t *testing.T) {
	alice := newOperator(t)
	quoted := strings.ReplaceAll(alice.public, "\n", `\n`)
	for text, want := range map[string]string{
		`{keys: [{file: none.pub, name: a}]}`:  `the key "a"`,
		`{keys: [{name: a}]}`:                  "either pem or file",
		`{keys: [{name: a, pem: x, file: y}]}`: "either pem or file",
		`{keys: [{pem: x}]}`:                   "expected a name",
		`{keys: [{name: a, pem: x}]}`:          "no key in PEM",
		`{keys: [{name: a, pem: "` + quoted + `"}, {name: b, pem: "` + quoted + `"}]}`: "the same as",
		`{max-lifetime: 0s}`:    "expected a time between",
		`{max-lifetime: 1000h}`: "expected a time between",
		`{audience: ""}`:        "expected a text",
		`{key: x}`:              "unknown key",
	} {
		files := fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\nadmission: {break-glass: " + text + "}\n")}}
		if _, err := admission.Load(t.Context(), files, "guard.yaml", admission.Outside{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
