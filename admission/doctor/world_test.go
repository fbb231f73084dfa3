package doctor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sigs.k8s.io/yaml"

	"guard/admission"
	"guard/admission/authority"
	"guard/admission/doctor"
)

type object = map[string]any

// world is a cluster in which the plain manifests are installed and armed, as
// objects by their paths. What a real one answers another test asks.
type world struct {
	t       *testing.T
	objects map[string]any
	rights  map[string]bool     // that accounts have, as they are asked for
	fail    map[string]error    // by path
	admits  func([]byte) error  // what comes of a Pod
	decides map[string]*judging // by replica
}

// judging is one replica.
type judging struct{ server *admission.Server }

const (
	hooksPath      = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/guard-webhook"
	policyPath     = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/guard-webhook"
	bindingPath    = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/guard-webhook"
	mutatingPath   = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
	deploymentPath = "/apis/apps/v1/namespaces/guard-system/deployments/guard-webhook"
	budgetsPath    = "/apis/policy/v1/namespaces/guard-system/poddisruptionbudgets"
	secretPath     = "/api/v1/namespaces/guard-system/secrets/guard-webhook-tls"
	configPath     = "/api/v1/namespaces/guard-system/configmaps/guard-webhook"
	podsPath       = "/api/v1/namespaces/guard-system/pods"
	namespacesPath = "/api/v1/namespaces"
	nodesPath      = "/api/v1/nodes"
	rightsPath     = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
	dryPath        = "/api/v1/namespaces/shop/pods"
)

func installed(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, objects: map[string]any{}, rights: map[string]bool{}, fail: map[string]error{}, decides: map[string]*judging{}}
	w.manifests()
	w.certificate(time.Now())
	w.objects["/version"] = object{"major": "1", "minor": "35", "gitVersion": "v1.35.4"}
	w.objects[mutatingPath] = object{"items": []any{}}
	w.objects[nodesPath] = object{"items": []any{object{"spec": object{}}, object{"spec": object{}}, object{"spec": object{"unschedulable": true}}}}
	var namespaces []any
	for _, name := range []string{"guard-system", "kube-system", "shop"} {
		n := object{"metadata": object{"name": name, "labels": object{"kubernetes.io/metadata.name": name}}}
		w.objects[namespacesPath+"/"+name] = n
		namespaces = append(namespaces, n)
	}
	w.objects[namespacesPath] = object{"items": namespaces}
	var pods []any
	for _, at := range [][2]string{{"web-a", "node-0"}, {"web-b", "node-1"}, {"web-c", "node-0"}} {
		spec := object{"nodeName": at[1], "containers": []any{object{"name": "webhook", "image": "registry.example.com/guard@sha256:0"}}}
		pods = append(pods, object{"metadata": object{"name": at[0]}, "spec": spec, "status": object{"conditions": []any{object{"type": "Ready", "status": "True"}}}})
		w.replica(at[0], "version: 1\n")
	}
	w.objects[podsPath] = object{"items": pods}
	w.admits = func(pod []byte) error {
		if strings.Contains(string(pod), ":main") {
			return &doctor.Refusal{Message: `admission webhook "pods.guard-webhook.guard" denied the request: guard found 1 broken rule: image/tag-branch`}
		}
		return nil
	}
	return w
}

// manifests puts the plain manifests in, and arms them.
func (w *world) manifests() {
	text, err := os.ReadFile("../manifests/install.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, part := range bytes.Split(text, []byte("\n---\n")) {
		var o object
		if err := yaml.Unmarshal(part, &o); err != nil {
			w.t.Fatal(err)
		}
		name := ""
		if m, ok := o["metadata"].(object); ok {
			name, _ = m["name"].(string)
		}
		switch o["kind"] {
		case "ValidatingAdmissionPolicy":
			w.objects[policyPath] = o
		case "ValidatingAdmissionPolicyBinding":
			w.objects[bindingPath] = o
		case "Deployment":
			w.objects["/apis/apps/v1/namespaces/guard-system/deployments/"+name] = o
		case "PodDisruptionBudget":
			w.objects[budgetsPath] = object{"items": []any{o}}
		case "ConfigMap":
			w.objects[configPath] = o
		case "ClusterRole", "Role":
			w.grant(name, o)
		}
	}
	golden, err := os.ReadFile("../install/testdata/webhooks.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	var hooks []any
	if err := yaml.Unmarshal(golden, &hooks); err != nil {
		w.t.Fatal(err)
	}
	w.objects[hooksPath] = object{"metadata": object{"name": "guard-webhook"}, "webhooks": hooks}
}

// grant gives an account what a role of its name allows.
func (w *world) grant(account string, role object) {
	for _, r := range role["rules"].([]any) {
		rule := r.(object)
		names, _ := rule["resourceNames"].([]any)
		if names == nil {
			names = []any{""}
		}
		for _, group := range rule["apiGroups"].([]any) {
			for _, resource := range rule["resources"].([]any) {
				for _, verb := range rule["verbs"].([]any) {
					for _, name := range names {
						w.rights[strings.Join([]string{account, verb.(string), group.(string), resource.(string), name.(string)}, " ")] = true
					}
				}
			}
		}
	}
}

// memory keeps the certificates.
type memory map[string][]byte

func (m memory) Load(context.Context) (map[string][]byte, string, error) { return m, "1", nil }

func (m memory) Save(_ context.Context, data map[string][]byte, _ string) error {
	maps.Copy(m, data)
	return nil
}

// certificate puts in one that was made at a time, and has it trusted.
func (w *world) certificate(at time.Time) {
	kept := memory{}
	keeper := authority.Keeper{Store: kept, Names: []string{"guard-webhook.guard-system.svc"}, Now: func() time.Time { return at }}
	bundle, err := keeper.Ensure(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.objects[secretPath] = object{"data": map[string][]byte(kept)}
	for _, h := range w.hooks() {
		h["clientConfig"].(object)["caBundle"] = bundle.CA
	}
}

func (w *world) hooks() (all []object) {
	for _, h := range w.objects[hooksPath].(object)["webhooks"].([]any) {
		all = append(all, h.(object))
	}
	return all
}

// replica has one decide by a configuration.
func (w *world) replica(name, configuration string) {
	h, err := admission.Load(w.t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte(configuration)}}, "guard.yaml", admission.Outside{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.decides[name] = &judging{admission.NewServer(func() *admission.Handler { return h }, nil)}
}

// Get implements doctor.API.
func (w *world) Get(_ context.Context, path string) ([]byte, error) {
	path, _, _ = strings.Cut(path, "?")
	if err := w.fail[path]; err != nil {
		return nil, err
	}
	o, there := w.objects[path]
	if !there {
		return nil, doctor.ErrAbsent
	}
	return json.Marshal(o)
}

// Post implements doctor.API.
func (w *world) Post(_ context.Context, path string, body []byte) ([]byte, error) {
	path, query, _ := strings.Cut(path, "?")
	if err := w.fail[path]; err != nil {
		return nil, err
	}
	if replica, ok := strings.CutPrefix(path, podsPath+"/https:"); ok {
		return w.review(strings.TrimSuffix(replica, ":8443/proxy/validate"), body)
	}
	switch path {
	case rightsPath:
		return w.may(body)
	case dryPath:
		if query != "dryRun=All" {
			w.t.Error("a Pod was made")
		}
		return nil, w.admits(body)
	}
	w.t.Errorf("POST %s", path)
	return nil, errors.New("nobody knows")
}

func (w *world) review(replica string, body []byte) ([]byte, error) {
	j := w.decides[replica]
	if j == nil {
		return nil, &doctor.Refusal{Message: "error trying to reach service: connection refused"}
	}
	call := httptest.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
	call.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	j.server.ServeHTTP(answer, call)
	return answer.Body.Bytes(), nil
}

func (w *world) may(body []byte) ([]byte, error) {
	var ask struct {
		Spec struct {
			User               string
			ResourceAttributes struct{ Verb, Group, Resource, Name string }
		}
	}
	if err := json.Unmarshal(body, &ask); err != nil {
		return nil, err
	}
	account, a := strings.TrimPrefix(ask.Spec.User, "system:serviceaccount:guard-system:"), ask.Spec.ResourceAttributes
	allowed := w.rights[strings.Join([]string{account, a.Verb, a.Group, a.Resource, a.Name}, " ")] || w.rights[account+" * * * "]
	return json.Marshal(object{"status": object{"allowed": allowed}})
}
