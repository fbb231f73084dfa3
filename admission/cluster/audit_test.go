//go:build cluster

package cluster_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"guard/admission"
	"guard/admission/audit"
	"guard/admission/cluster"
	"guard/admission/clustertest"
	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
)

// shop is what the cluster holds: a Deployment that runs, one with a waiver that
// has ended, a Pod of nobody, a cron job, and what lies where nothing is asked.
func shop(t *testing.T, c *clustertest.Cluster) {
	t.Helper()
	for _, namespace := range []string{"shop", "bank", "exempt"} {
		c.Kubectl(t, "create", "namespace", namespace)
	}
	c.Apply(t, deployment("shop", "web", "registry.example.com/shop/web:latest", ""))
	c.Apply(t, deployment("bank", "pay", "registry.example.com/bank/pay:latest", "image/tag-latest until=2020-01-31 -- until the release"))
	c.Apply(t, deployment("exempt", "old", "registry.example.com/old:latest", ""))
	c.Apply(t, `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone", "namespace": "shop"}, "spec": {"containers": [{"name": "alone", "image": "registry.example.com/alone:latest"}]}}`)
	c.Apply(t, `{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly", "namespace": "bank"}, "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": {
		"restartPolicy": "Never", "containers": [{"name": "nightly", "image": "registry.example.com/nightly:latest"}]}}}}}}`)
	for namespace, name := range map[string]string{"shop": "web", "bank": "pay", "exempt": "old"} {
		c.Kubectl(t, "wait", "--namespace="+namespace, "--for=condition=Available", "--timeout=60s", "deployment/"+name)
	}
}

func deployment(namespace, name, image, waiver string) string {
	return fmt.Sprintf(`{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": %[2]q, "namespace": %[1]q, "annotations": {"guard/waive": %[4]q}}, "spec": {
		"replicas": 2, "selector": {"matchLabels": {"app": %[2]q}}, "template": {"metadata": {"labels": {"app": %[2]q}}, "spec": {"containers": [{"name": %[2]q, "image": %[3]q}]}}}}`, namespace, name, image, waiver)
}

// open is a client of the cluster, as admin.
func open(t *testing.T, c *clustertest.Cluster) *cluster.Cluster {
	t.Helper()
	kubeconfig, err := c.Kubeconfig("admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	api, err := cluster.Open(cluster.Connection{Kubeconfig: kubeconfig, Agent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// handler decides by a configuration.
func handler(t *testing.T, api *cluster.Cluster, text string) *admission.Handler {
	t.Helper()
	h, err := admission.Load(t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\n" + text)}}, "guard.yaml", admission.Outside{Namespaces: api})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

const exempting = "admission: {exempt: {namespaces: [exempt, kube-system]}}"

func run(t *testing.T, o audit.Options) *audit.Result {
	t.Helper()
	o.Now, o.Tell = time.Now(), func(what string) { t.Log(what) }
	result, err := audit.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// told lists who is told to break a rule.
func told(r *finding.Report, rule string) []string {
	var files []string
	for _, f := range r.Findings {
		if f.Rule == rule {
			files = append(files, f.File+": "+f.Action.String())
		}
	}
	return slices.Compact(files)
}

func TestCluster_Audit(t *testing.T) {
	c := clustertest.Start(t, clustertest.Options{Scheduler: true, Node: true})
	shop(t, c)
	api := open(t, c)
	h := handler(t, api, exempting)
	t.Run("what is found is told once, at the owner", func(t *testing.T) {
		r := run(t, audit.Options{Handler: h, Lister: api.Lister(2)})
		want := []string{"CronJob/bank/nightly: deny", "Deployment/bank/pay: deny", "Deployment/shop/web: deny", "Pod/shop/alone: deny"}
		if diff := gocmp.Diff(want, told(r.Report, "image/tag-latest")); diff != "" {
			t.Error(diff)
		}
		for _, f := range r.Report.Findings {
			if strings.HasPrefix(f.File, "ReplicaSet/") || strings.HasPrefix(f.File, "Pod/") && f.File != "Pod/shop/alone" {
				t.Errorf("%s is told of at its owner, too: %s: %s", f.File, f.Rule, f.Message)
			}
		}
		if expired := told(r.Report, "analysis/waiver-expired"); !slices.Equal(expired, []string{"Deployment/bank/pay: warn"}) && !slices.Equal(expired, []string{"Deployment/bank/pay: deny"}) {
			t.Errorf("waivers that have ended: %q", expired)
		}
		if r.Exempt != 4 || r.Unread != 0 || r.Denied == 0 || r.Denied != r.Report.Summary.Denied {
			t.Errorf("%d exempt, %d unread, %d denied, %+v", r.Exempt, r.Unread, r.Denied, r.Report.Summary)
		}
	})
	t.Run("a small page finds what a large one finds", func(t *testing.T) {
		small, large := run(t, audit.Options{Handler: h, Lister: api.Lister(1)}), run(t, audit.Options{Handler: h, Lister: api.Lister(500)})
		if diff := gocmp.Diff(large.Report.Findings, small.Report.Findings, gocmp.Comparer(func(a, b finding.Finding) bool { return a.File == b.File && a.Rule == b.Rule && a.Message == b.Message })); diff != "" || small.Objects != large.Objects {
			t.Errorf("%d and %d objects\n%s", small.Objects, large.Objects, diff)
		}
	})
	t.Run("only the namespaces that are named", func(t *testing.T) {
		r := run(t, audit.Options{Handler: h, Lister: api.Lister(0), Namespaces: []string{"shop"}})
		if got := told(r.Report, "image/tag-latest"); !slices.Equal(got, []string{"Deployment/shop/web: deny", "Pod/shop/alone: deny"}) || r.Exempt != 0 {
			t.Errorf("told %q, %d exempt", got, r.Exempt)
		}
	})
	t.Run("guard check says the same of what kubectl prints", func(t *testing.T) { agree(t, c, api) })
	t.Run("a container that was added to a Pod is told of the Pod", func(t *testing.T) {
		pod := strings.TrimSpace(c.Kubectl(t, "get", "pods", "--namespace=shop", "--selector=app=web", "--output=jsonpath={.items[0].metadata.name}"))
		c.Kubectl(t, "debug", "--namespace=shop", pod, "--image=registry.example.com/tools/shell:latest", "--container=shell", "--attach=false")
		r := run(t, audit.Options{Handler: h, Lister: api.Lister(0), Namespaces: []string{"shop"}})
		if got := told(r.Report, "image/tag-latest"); !slices.Contains(got, "Pod/shop/"+pod+": deny") {
			t.Errorf("told %q, want the Pod %s among them", got, pod)
		}
	})
	t.Run("who only claims an owner is judged", func(t *testing.T) {
		c.Apply(t, `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "claims", "namespace": "bank", "ownerReferences": [{"apiVersion": "example.com/v1", "kind": "Thing", "name": "x", "uid": "0", "controller": true}]},
			"spec": {"containers": [{"name": "claims", "image": "registry.example.com/claims:latest"}]}}`)
		r := run(t, audit.Options{Handler: h, Lister: api.Lister(0), Namespaces: []string{"bank"}})
		if got := told(r.Report, "image/tag-latest"); !slices.Contains(got, "Pod/bank/claims: deny") {
			t.Errorf("told %q", got)
		}
	})
	t.Run("the command says it", func(t *testing.T) { command(t, c) })
	t.Run("who may not list is told so", func(t *testing.T) {
		kubeconfig, err := c.Kubeconfig("nobody")
		if err != nil {
			t.Fatal(err)
		}
		nobody, err := cluster.Open(cluster.Connection{Kubeconfig: kubeconfig})
		if err != nil {
			t.Fatal(err)
		}
		r := run(t, audit.Options{Handler: h, Lister: nobody.Lister(0)})
		if r.Objects != 0 || r.Unread != len(admission.Holders()) || len(r.Unlisted) != r.Unread || !strings.Contains(fmt.Sprint(r.Report.Incomplete), "Forbidden") {
			t.Errorf("%s, unlisted %q: %+v", r, r.Unlisted, r.Report.Incomplete)
		}
	})
}

// said is a finding as far as audit and check can say the same: one names
// lines, the other does not.
type said struct{ Object, Rule, Action, Path, Message string }

func saidIn(r *finding.Report) []said {
	var all []said
	for _, f := range r.Findings {
		if f.Object != "" {
			all = append(all, said{f.Object, f.Rule, f.Action.String(), f.Path, f.Message})
		}
	}
	slices.SortFunc(all, func(a, b said) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return all
}

// agree compares an audit with guard check on the same objects, as kubectl
// prints them.
func agree(t *testing.T, c *clustertest.Cluster, api *cluster.Cluster) {
	audited := run(t, audit.Options{Handler: handler(t, api, ""), Lister: api.Lister(0), Namespaces: []string{"shop", "bank"}})
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Unasked: []string{policy.NeedRegistry}})
	if err != nil {
		t.Fatal(err)
	}
	var checked []said
	for _, printed := range []string{
		c.Kubectl(t, "get", "--namespace=shop", "deployment/web", "pod/alone", "--output=json"),
		c.Kubectl(t, "get", "--namespace=bank", "deployment/pay", "cronjob/nightly", "--output=json"),
	} {
		dir := t.TempDir()
		out, err := check.Run(t.Context(), check.Options{Root: dir, Dir: dir, Paths: []string{"-"}, Stdin: strings.NewReader(printed), Evaluator: evaluator, Config: config.Default(), Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		checked = append(checked, saidIn(out.Report)...)
	}
	slices.SortFunc(checked, func(a, b said) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	found := slices.DeleteFunc(saidIn(audited.Report), func(s said) bool { return strings.HasPrefix(s.Rule, "analysis/waiver") })
	if diff := gocmp.Diff(checked, found); diff != "" || len(found) < 4 {
		t.Errorf("guard check (-), guard-webhook audit (+):\n%s", diff)
	}
}

// build makes the program that people run.
func build(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "guard-webhook")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "guard/cmd/guard-webhook").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// command runs the program as people do.
func command(t *testing.T, c *clustertest.Cluster) {
	kubeconfig, err := c.Kubeconfig("admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := build(t)
	c.Kubectl(t, "create", "namespace", "empty")
	var formats []string
	for _, format := range []string{"github", "gitlab", "html", "json", "junit", "markdown", "sarif"} {
		formats = append(formats, "-o", format+"="+filepath.Join(dir, format))
	}
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"something is denied", append([]string{"--kubeconfig", kubeconfig, "--namespace", "shop", "-o", "text"}, formats...), 1, "Deployment/shop/web"},
		{"nothing is there", []string{"--kubeconfig", kubeconfig, "--namespace", "empty"}, 3, "nothing to judge"},
		{"there is no such file", []string{"--kubeconfig", filepath.Join(dir, "none")}, 2, "kubeconfig"},
		{"a format is misspelt", []string{"-o", "jsn"}, 2, `did you mean "json"?`},
		{"a namespace is none", []string{"--namespace", "../shop"}, 2, "no name of a namespace"},
	} {
		out, err := exec.CommandContext(t.Context(), program, append([]string{"audit"}, tt.args...)...).CombinedOutput()
		code := 0
		if exit := new(exec.ExitError); errors.As(err, &exit) {
			code = exit.ExitCode()
		}
		if code != tt.code || !strings.Contains(strings.ReplaceAll(string(out), `\"`, `"`), tt.want) {
			t.Errorf("%s: exit code %d, want %d and %q\n%s", tt.name, code, tt.code, tt.want, out)
		}
	}
	for _, format := range []string{"github", "gitlab", "html", "json", "junit", "markdown", "sarif"} {
		text, err := os.ReadFile(filepath.Join(dir, format))
		if err != nil || !strings.Contains(string(text), "Deployment/shop/web") {
			t.Errorf("%s names no Deployment: %v\n%.2000s", format, err, text)
		}
	}
}

// What an API server has forgotten is listed anew, and counted once.
func TestCluster_AuditStartsAnew(t *testing.T) {
	c := clustertest.Start(t, clustertest.Options{APIServer: []string{"--etcd-compaction-interval=1s", "--watch-cache=false"}})
	c.Kubectl(t, "create", "namespace", "shop")
	for _, name := range []string{"a", "b", "c"} {
		c.Apply(t, deployment("shop", name, "registry.example.com/shop/web:latest", ""))
	}
	api := open(t, c)
	slow := &slowly{Lister: api.Lister(1), between: func() {
		for range 4 {
			c.Kubectl(t, "annotate", "namespace", "shop", "--overwrite", fmt.Sprintf("now=%d", time.Now().UnixNano()))
			time.Sleep(1500 * time.Millisecond)
		}
	}}
	var said []string
	r, err := audit.Run(t.Context(), audit.Options{Handler: handler(t, api, ""), Lister: slow, Namespaces: []string{"shop"}, Now: time.Now(), Tell: func(what string) { said = append(said, what) }})
	if err != nil {
		t.Fatal(err)
	}
	if got := told(r.Report, "image/tag-latest"); len(got) != 3 || r.Unread != 0 {
		t.Errorf("told %q, %s", got, r)
	}
	if len(said) == 0 || !strings.Contains(said[0], "deployments.apps: the list starts anew") {
		t.Errorf("said %q", said)
	}
}

// slowly waits once, behind the first Deployment.
type slowly struct {
	audit.Lister
	between func()
	waited  bool
}

func (s *slowly) List(ctx context.Context, resource admission.Resource, namespace string, each func(audit.Object) error, restarted func(string)) error {
	return s.Lister.List(ctx, resource, namespace, func(o audit.Object) error {
		err := each(o)
		if resource.Resource == "deployments" && !s.waited {
			s.waited = true
			s.between()
		}
		return err
	}, restarted)
}
