package cluster_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"guard/admission/cluster"
)

// library is an API server that has everything that it is asked for, and notes
// what that was. A real one would take the word of its roles for it.
type library struct {
	mu    sync.Mutex
	asked []string
	extra int // bytes of what is in a Secret besides
}

func (l *library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, r.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"metadata":{"uid":"1","resourceVersion":"2"},"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"e30=","more":%q}}`, strings.Repeat("AAAA", l.extra/4))
}

func (l *library) open(t *testing.T) *cluster.Cluster {
	t.Helper()
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\nclusters: [{name: a, cluster: {server: %q}}]\nusers: [{name: a, user: {}}]\n", server.URL)
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Open(cluster.Connection{Kubeconfig: kubeconfig})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// RELIABILITY 31: the API server does not check the names of pull secrets in a
// Pod. One that is a path must not lead to the Secret of another namespace,
// which guard may read and the Pod's author may not.
func TestPullSecrets_NamesAreNoPaths(t *testing.T) {
	for _, ask := range []struct{ namespace, account, secret string }{
		{"shop", "web", "../../bank/secrets/pull"},
		{"shop", "web", ".."},
		{"shop", "web", "pull/../../../bank/secrets/pull"},
		{"shop", "web", "..%2f..%2fbank%2fsecrets%2fpull"},
		{"shop", "../../bank/serviceaccounts/web", ""},
		{"../namespaces/bank", "web", "pull"},
	} {
		l := &library{}
		got, err := l.open(t).PullSecrets(t.Context(), ask.namespace, ask.account, []string{ask.secret})
		if err == nil || len(got) > 0 {
			t.Errorf("%+v: got %d, %v", ask, len(got), err)
		}
		for _, path := range l.asked {
			if !strings.HasPrefix(path, "/api/v1/namespaces/shop/serviceaccounts/web") {
				t.Errorf("%+v: the API server was asked for %s", ask, path)
			}
		}
	}
	l := &library{}
	if got, err := l.open(t).PullSecrets(t.Context(), "shop", "", []string{"pull", ""}); err != nil || len(got) != 1 {
		t.Errorf("a plain name and an empty one, which the kubelet passes over: %d, %v", len(got), err)
	}
	if _, err := l.open(t).Labels(t.Context(), "../serviceaccounts"); err == nil {
		t.Error("a namespace that is a path")
	}
}

// Users make Secrets of a megabyte, and name many of them. What is no
// credential of a registry by its size alone is not kept.
func TestPullSecrets_AreBounded(t *testing.T) {
	l := &library{extra: 1 << 20}
	if _, err := l.open(t).PullSecrets(t.Context(), "shop", "web", []string{"pull"}); err == nil || !strings.Contains(err.Error(), "shop/pull: it is too large") {
		t.Errorf("a large Secret: %v", err)
	}
	var many []string
	for i := range 17 {
		many = append(many, fmt.Sprint("pull-", i))
	}
	if _, err := (&library{}).open(t).PullSecrets(t.Context(), "shop", "web", many); err == nil {
		t.Error("17 Secrets")
	}
}
