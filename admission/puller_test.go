package admission_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"guard/admission"
	"guard/internal/registry/signature/signaturetest"
)

// secrets are the pull secrets of namespaces, by service account or name.
type secrets map[string][]admission.PullSecret

func (s secrets) PullSecrets(_ context.Context, namespace, account string, names []string) ([]admission.PullSecret, error) {
	if namespace == "broken" {
		return nil, errors.New("the API server says Forbidden")
	}
	all := append([]admission.PullSecret(nil), s[namespace+"/"+account]...)
	for _, name := range names {
		found, known := s[namespace+"/secret/"+name]
		if !known {
			return nil, fmt.Errorf("pull secret %s/%s: the API server says NotFound", namespace, name)
		}
		all = append(all, found...)
	}
	return all, nil
}

const canary = "hunter2-canary"

func pullSecret(host string) []admission.PullSecret {
	return []admission.PullSecret{{Name: "pull", Version: "1", Type: "kubernetes.io/dockerconfigjson", Data: map[string][]byte{
		".dockerconfigjson": []byte(`{"auths":{"` + host + `":{"username":"jane","password":"` + canary + `"}}}`),
	}}}
}

// private puts a password in front of a registry, and notes who shows which.
func private(t *testing.T, repository string, shown *[]string) (name string) {
	t.Helper()
	target, err := url.Parse("http://" + hostOf(repository))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, ok := r.BasicAuth()
		if ok {
			*shown = append(*shown, user+":"+password)
		}
		if user != "jane" || password != canary {
			w.Header().Set("WWW-Authenticate", `Basic realm="r"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://") + "/team/app"
}

// RELIABILITY 31 and 33: images are asked for with the pull secrets of the
// Pod's own namespace and service account. What one may see, another is not
// told, and nothing of a secret is said.
func TestReview_PullSecrets(t *testing.T) {
	r, key := signaturetest.NewFallbackRepository(t), signaturetest.NewSigner(t)
	image := r.Push()
	var shown []string
	name := private(t, r.Name(), &shown)
	sign := signaturetest.Signing{Signer: key}
	r.Attach(image.Digest, sign.Cosign(t, signaturetest.Payload(t, name, image.Digest)))
	text := fmt.Sprintf("version: 1\ntrust:\n  - images: [%q]\n    authorities: [{name: release, keys: [{file: release.pub}], no-transparency-log: true}]\n", name)
	malformed := pullSecret(hostOf(name))
	malformed[0].Data[".dockerconfigjson"] = []byte(canary)
	h, err := admission.Load(t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte(text)}, "release.pub": {Data: []byte(key.PublicPEM(t))}}, "guard.yaml", admission.Outside{
		Registry: client(t, hostOf(name)),
		Secrets: secrets{
			"a/web": pullSecret(hostOf(name)), "b/secret/pull": pullSecret(hostOf(name)), "c/web": pullSecret("registry.example.com"), "d/web": malformed,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	pod := podOf(t, name+"@"+image.Digest)
	for _, test := range []struct {
		name, namespace string
		changes         []string
		want            string
	}{
		{"of the service account", "a", []string{`spec.serviceAccountName="web"`}, "allowed"},
		{"of another service account", "a", []string{`spec.serviceAccountName="other"`}, "undecided"},
		{"named by the Pod", "b", []string{`spec.imagePullSecrets=[{"name":"pull"}]`}, "allowed"},
		{"of another namespace", "a", []string{`spec.imagePullSecrets=[{"name":"pull"}]`}, "undecided"},
		{"not named", "b", nil, "undecided"},
		{"for another host", "c", []string{`spec.serviceAccountName="web"`}, "undecided"},
		{"malformed", "d", []string{`spec.serviceAccountName="web"`}, "undecided"},
		{"missing", "b", []string{`spec.imagePullSecrets=[{"name":"gone"}]`}, "undecided"},
		{"not readable", "broken", nil, "undecided"},
		{"of the service account, again", "a", []string{`spec.serviceAccountName="web"`}, "allowed"},
	} {
		request := create(with(t, pod, test.changes...))
		request.Namespace = test.namespace
		got := h.Review(t.Context(), request)
		if got.Audit["decision"] != test.want || got.Allowed != (test.want == "allowed") {
			t.Errorf("%s: %s: %s", test.name, got.Audit["decision"], got.Message)
		}
		if all, _ := json.Marshal(got); strings.Contains(string(all), canary) {
			t.Errorf("%s: the answer holds the password: %s", test.name, all)
		}
	}
	if len(shown) == 0 {
		t.Error("no credential was shown at all")
	}
}
