package document_test

import (
	"strings"
	"testing"

	"guard/internal/document"
)

// What a Pod runs is known by its status, where that names the same
// repository, and nothing in the status keeps the Pod from being read.
func TestLoad_KnowsWhatAPodRuns(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	for name, tt := range map[string]struct{ status, want string }{
		"a digest":                {`{"containerStatuses":[{"name":"web","imageID":"docker.io/library/nginx@` + digest + `"}]}`, digest},
		"as Docker writes it":     {`{"containerStatuses":[{"name":"web","imageID":"docker-pullable://nginx@` + digest + `"}]}`, digest},
		"of another container":    {`{"containerStatuses":[{"name":"other","imageID":"nginx@` + digest + `"}]}`, ""},
		"of an init container":    {`{"initContainerStatuses":[{"name":"web","imageID":"nginx@` + digest + `"}]}`, ""},
		"of another repository":   {`{"containerStatuses":[{"name":"web","imageID":"quay.io/library/nginx@` + digest + `"}]}`, ""},
		"the id of a local image": {`{"containerStatuses":[{"name":"web","imageID":"` + digest + `"}]}`, ""},
		"not pulled yet":          {`{"containerStatuses":[{"name":"web","imageID":""}]}`, ""},
		"something else":          {`{"containerStatuses":{"web":[1]}}`, ""},
		"items of something else": {`{"containerStatuses":[1,null,{"name":2,"imageID":{}}]}`, ""},
		"no status":               {`null`, ""},
	} {
		text := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"nginx:1.27.3"}]},"status":` + tt.status + `}`
		d := document.Load("pod.json", []byte(text), document.Options{})[1]
		if len(d.Images) != 1 || d.Images[0].Running != tt.want || len(d.Unparsable) > 0 {
			t.Errorf("%s: %+v, %v, want %q", name, d.Images, d.Unparsable, tt.want)
		}
	}
}
