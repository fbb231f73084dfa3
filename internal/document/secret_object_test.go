package document_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/document"
)

// Nothing of a secret is kept, wherever it stands, and what rules go by is.
func TestRedactObject(t *testing.T) {
	const object = `{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": {"name": "web", "managedFields": [{"manager": "canary-1"}], "annotations": {
			"kubectl.kubernetes.io/last-applied-configuration": "{\"x\":\"canary-2\"}",
			"example.com/note": "see https://jane:canary-3@example.com/x",
			"example.com/password": "canary-4",
			"example.com/state": "LONG-canary-5"}},
		"spec": {
			"containers": [{
				"name": "web", "image": "nginx:1.27.0", "command": ["run", "--password", "canary-6", "--level", "info"], "args": ["--token=canary-7-abcdefgh", "DB_PASSWORD=canary-8-abcdefgh"],
				"env": [{"name": "MODE", "value": "canary-9"}, {"name": "PIN", "value": 12345678}, {"name": "FROM", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}],
				"readinessProbe": {"httpGet": {"path": "/", "port": 8080, "httpHeaders": [{"name": "Authorization", "value": "Bearer canary-10"}]}},
				"securityContext": {"runAsUser": 0, "privileged": true}
			}],
			"sidecar": {"env": {"A": "canary-11"}, "apiToken": "canary-12"}
		},
		"items": [{"kind": "Secret", "data": {"a": "canary-13"}, "stringData": {"b": "canary-14"}}]
	}`
	text := strings.Replace(object, "LONG-", strings.Repeat("H4sIAAAA", 200), 1)
	got, err := document.RedactObject([]byte(text), document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(got, []byte("canary")); at >= 0 || bytes.Contains(got, []byte("12345678")) {
		t.Errorf("kept: %s", got[max(0, at-40):])
	}
	for _, kept := range []string{`"image":"nginx:1.27.0"`, `"command":["run","--password","****","--level","info"]`, `"secretKeyRef":{"name":"db","key":"password"}`, `"runAsUser":0,"privileged":true`, `{"name":"MODE","value":"****"}`, `"port":8080`} {
		if !strings.Contains(string(got), kept) {
			t.Errorf("it lacks %s: %s", kept, got)
		}
	}
	for name, text := range map[string]string{"nothing": "", "no JSON": "{", "two": "{} {}", "a key twice": `{"a":1,"a":2}`, "too large": `{"a":"` + strings.Repeat("x", 11<<20) + `"}`} {
		if got, err := document.RedactObject([]byte(text), document.Options{}); err == nil {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Real objects come out as JSON that holds the same containers and images.
func TestRedactObject_KeepsWhatRulesGoBy(t *testing.T) {
	all, err := filepath.Glob("../../admission/testdata/reviews/*.json")
	if err != nil || len(all) == 0 {
		t.Fatal(err, len(all))
	}
	compared := 0
	for _, file := range all {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var review struct {
			Request struct{ Object json.RawMessage }
		}
		if err := json.Unmarshal(data, &review); err != nil || len(review.Request.Object) == 0 || string(review.Request.Object) == "null" {
			continue
		}
		got, err := document.RedactObject(review.Request.Object, document.Options{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if before, now := images(review.Request.Object), images(got); before != now {
			t.Errorf("%s: images %s, were %s", file, now, before)
		} else if before != "" {
			compared++
		}
	}
	if compared < 10 {
		t.Errorf("only %d objects hold an image", compared)
	}
}

func images(object []byte) string {
	var all []string
	for _, d := range document.Load("object.json", object, document.Options{}) {
		for _, image := range d.Images {
			all = append(all, image.Path.String()+"="+image.Raw)
		}
	}
	return strings.Join(all, " ")
}
