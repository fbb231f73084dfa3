package admission_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guard/admission"
	"guard/internal/policy"
)

// review is an AdmissionReview that asks to create an object.
func review(object string) string {
	return `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"","version":"v1","kind":"Pod"},` +
		`"resource":{"group":"","version":"v1","resource":"pods"},"name":"web","namespace":"shop","operation":"CREATE","userInfo":{"username":"jane","groups":["system:authenticated"]},` +
		`"object":` + object + `,"oldObject":null,"dryRun":false}}`
}

// answer is what the API server reads of an answer.
type answer struct {
	APIVersion, Kind string
	Response         struct {
		UID     string
		Allowed bool
		Status  struct {
			Code    int
			Message string
			Details struct {
				Causes []struct{ Reason, Field, Message string }
			}
		}
		Warnings         []string
		AuditAnnotations map[string]string
	}
}

func post(t testing.TB, url, media, body string) (*http.Response, string) {
	t.Helper()
	response, err := http.Post(url, media, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func serve(t testing.TB, h func() *admission.Handler, watch admission.Watch) string {
	t.Helper()
	server := httptest.NewServer(admission.NewServer(h, watch))
	t.Cleanup(server.Close)
	return server.URL + "/validate"
}

func TestServer_Answers(t *testing.T) {
	h := handler(t, "recommended")
	url := serve(t, func() *admission.Handler { return h }, nil)
	for object, allowed := range map[string]bool{pod(good): true, with(t, pod(good), `spec.containers.0.image="nginx"`): false} {
		response, text := post(t, url+"?timeout=5s", "application/json; charset=utf-8", review(object))
		var got answer
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if response.StatusCode != 200 || got.APIVersion != "admission.k8s.io/v1" || got.Kind != "AdmissionReview" || got.Response.UID != "u-1" || got.Response.Allowed != allowed {
			t.Errorf("got %d %s", response.StatusCode, text)
		}
		if !allowed && (got.Response.Status.Code != 403 || len(got.Response.Status.Details.Causes) != 1 || got.Response.Status.Details.Causes[0].Field != "spec.containers[0].image") {
			t.Errorf("got %s", text)
		}
	}
}

// RELIABILITY 7: what is no review, or one that is not understood, is never
// admitted, and the server lives on.
func TestServer_NeverAdmitsWhatItDoesNotUnderstand(t *testing.T) {
	h := handler(t, "recommended")
	url := serve(t, func() *admission.Handler { return h }, nil)
	whole := review(pod(good))
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	twice := strings.Replace(review(bad), `"image":"nginx:latest"`, `"image":"nginx:latest","image":"registry.example.com/a:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"`, 1)
	for name, body := range map[string]string{
		"empty":                    "",
		"no JSON":                  "apiVersion: v1",
		"cut off":                  whole[:len(whole)/2],
		"two documents":            whole + whole,
		"too large":                review(with(t, pod(good), `metadata.annotations={"a":"`+strings.Repeat("x", admission.MaxBody)+`"}`)),
		"nested":                   review(`{"apiVersion":"v1","kind":"Pod","spec":` + strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000) + "}"),
		"a key twice":              twice,
		"a key twice in a review":  strings.Replace(review(bad), `"object":`, `"object":`+pod(good)+`,"object":`, 1),
		"a key in other letters":   strings.Replace(review(bad), `"object":`, `"OBJECT":`+pod(good)+`,"object":`, 1),
		"invalid UTF-8":            review(strings.Replace(pod(good), "web", "w\xffb", 1)),
		"no request":               `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`,
		"request is null":          `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":null}`,
		"object is null":           review("null"),
		"object is a list":         review("[]"),
		"version v1beta1":          strings.Replace(whole, "admission.k8s.io/v1", "admission.k8s.io/v1beta1", 1),
		"another kind":             strings.Replace(whole, `"AdmissionReview"`, `"Pod"`, 1),
		"no uid":                   strings.Replace(whole, `"uid":"u-1",`, "", 1),
		"uid is a number":          strings.Replace(whole, `"uid":"u-1"`, `"uid":1`, 1),
		"operation unknown":        strings.Replace(whole, "CREATE", "create", 1),
		"groups are no list":       strings.Replace(whole, `["system:authenticated"]`, `"system:masters"`, 1),
		"subresource is an object": strings.Replace(whole, `"name":"web","namespace"`, `"subResource":{},"name":"web","namespace"`, 1),
		"nothing but null":         "null",
	} {
		response, text := post(t, url, "application/json", body)
		var got answer
		err := json.Unmarshal([]byte(text), &got)
		if response.StatusCode == 200 && (err != nil || got.Response.Allowed || got.Response.Status.Code < 400) {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
		if response.StatusCode == 200 && got.Response.UID != "u-1" && got.Response.UID != "1" {
			t.Errorf("%s: the uid is not repeated: %s", name, text)
		}
	}
	for _, media := range []string{"", "text/plain", "application/yaml", "multipart/form-data"} {
		if response, _ := post(t, url, media, whole); response.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("media type %q: %d", media, response.StatusCode)
		}
	}
	if response, _ := http.Get(url); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", response.StatusCode)
	}
	if _, text := post(t, url, "application/json", whole); !strings.Contains(text, `"allowed":true`) {
		t.Errorf("the server does not live on: %s", text)
	}
}

// watch remembers what a server tells.
type watch struct{ decided, refused, panicked atomic.Int64 }

func (w *watch) Decided(admission.Request, admission.Response, time.Duration) { w.decided.Add(1) }
func (w *watch) Refused(int, string)                                          { w.refused.Add(1) }
func (w *watch) Panicked(any, []byte)                                         { w.panicked.Add(1) }

// RELIABILITY 9 and 11: without policies, and in a panic, the request is
// denied, and the next one is served.
func TestServer_PanicDeniesThatRequestOnly(t *testing.T) {
	h := handler(t, "recommended")
	turn := 0
	seen := &watch{}
	url := serve(t, func() *admission.Handler {
		turn++
		switch turn {
		case 1:
			panic("injected")
		case 2:
			return nil
		}
		return h
	}, seen)
	for i, allowed := range []bool{false, false, true} {
		_, text := post(t, url, "application/json", review(pod(good)))
		if strings.Contains(text, `"allowed":true`) != allowed || !strings.Contains(text, `"uid":"u-1"`) {
			t.Errorf("request %d: %s", i, text)
		}
	}
	if seen.panicked.Load() != 1 || seen.decided.Load() != 3 {
		t.Errorf("%d panics and %d decisions were told", seen.panicked.Load(), seen.decided.Load())
	}
}

// FuzzReview: whatever the body is, the server answers, and admits no body
// that is not a review with a uid.
func FuzzReview(f *testing.F) {
	evaluator, err := policy.Compile(f.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Unasked: []string{policy.NeedRegistry}})
	if err != nil {
		f.Fatal(err)
	}
	h := &admission.Handler{Policies: evaluator}
	server := admission.NewServer(func() *admission.Handler { return h }, nil)
	for _, object := range []string{pod(good), with(f, pod(good), `spec.containers.0.image="nginx:latest"`), `{"apiVersion":"v1","kind":"Pod"}`} {
		f.Add([]byte(review(object)))
		f.Add([]byte(strings.Replace(review(object), "CREATE", "UPDATE", 1)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := httptest.NewRecorder()
		call := httptest.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
		call.Header.Set("Content-Type", "application/json")
		server.ServeHTTP(w, call)
		if w.Code != http.StatusOK {
			return
		}
		var got answer
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		var sent struct {
			APIVersion string
			Request    struct{ UID string }
		}
		if err := json.Unmarshal(body, &sent); err != nil || got.Response.UID == "" {
			t.Fatalf("answered %s (%v)", w.Body, err)
		}
	})
}

// FuzzViolatingPod: a Pod that breaks a rule stays denied, whatever else is
// changed of it.
func FuzzViolatingPod(f *testing.F) {
	evaluator, err := policy.Compile(f.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Unasked: []string{policy.NeedRegistry}})
	if err != nil {
		f.Fatal(err)
	}
	h := &admission.Handler{Policies: evaluator}
	f.Add("metadata.labels", `{"a":"b"}`, "nginx:latest", uint8(0))
	f.Add("metadata.annotations", `{"guard/waive":"image/tag-latest until=2099-01-01 -- x"}`, "nginx", uint8(1))
	f.Add("spec.containers.0.name", `"x"`, "docker.io/library/nginx:latest", uint8(2))
	f.Add("spec.volumes", `[]`, "localhost:5000/nginx", uint8(3))
	f.Fuzz(func(t *testing.T, path, value, image string, place uint8) {
		var any any
		if json.Unmarshal([]byte(value), &any) != nil || strings.Contains(path, "image") || strings.HasPrefix(path, "apiVersion") || strings.HasPrefix(path, "kind") {
			return
		}
		if image != "nginx" && image != "nginx:latest" && !strings.HasSuffix(image, "/nginx") {
			image = "nginx:latest"
		}
		object := bad(place, image)
		changed, ok := mutated(object, path, value)
		if !ok {
			return
		}
		if got := h.Review(t.Context(), create(changed)); got.Allowed {
			t.Fatalf("admitted: %s", changed)
		}
	})
}

// bad is a Pod with a bad image at one of its places.
func bad(place uint8, image string) string {
	text, _ := json.Marshal(image)
	var root map[string]any
	_ = json.Unmarshal([]byte(pod(good)), &root)
	container := json.RawMessage(fmt.Sprintf(`{"name":"bad","image":%s}`, text))
	list := []string{"containers", "initContainers", "ephemeralContainers"}[place%3]
	spec := root["spec"].(map[string]any)
	all, _ := spec[list].([]any)
	spec[list] = append(all, container)
	out, _ := json.Marshal(root)
	return string(out)
}

// mutated sets one field of an object; ok is false where the path leads
// through the bad container or replaces what holds it.
func mutated(object, path, value string) (changed string, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	var root, set any
	_ = json.Unmarshal([]byte(object), &root)
	_ = json.Unmarshal([]byte(value), &set)
	keys := strings.Split(path, ".")
	if len(keys) < 2 || keys[0] == "spec" && strings.HasSuffix(keys[1], "ontainers") || keys[0] == "" {
		return "", false
	}
	node := root
	for _, key := range keys[:len(keys)-1] {
		next, isMap := node.(map[string]any)[key]
		if !isMap {
			next = map[string]any{}
			node.(map[string]any)[key] = next
		}
		node = next
	}
	node.(map[string]any)[keys[len(keys)-1]] = set
	out, _ := json.Marshal(root)
	return string(out), true
}
