package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/admission"
	"guard/admission/audit"
)

// objects is a cluster that is only a list.
type objects struct {
	all      []audit.Object
	fail     map[string]error // by resource
	restarts map[string]int   // by resource: how often its list starts anew
	kinds    map[string]admission.Resource
}

func (l *objects) List(_ context.Context, resource admission.Resource, namespace string, each func(audit.Object) error, restarted func(string)) error {
	for left := l.restarts[resource.String()]; left >= 0; left-- {
		for _, o := range l.all {
			if o.Resource.String() == resource.String() && (namespace == "" || o.Namespace == namespace) {
				if err := each(o); err != nil {
					return err
				}
			}
		}
		if left > 0 {
			restarted("the list is old")
		}
	}
	return l.fail[resource.String()]
}

func (l *objects) Resource(_ context.Context, group, kind string) (admission.Resource, bool, error) {
	r, known := l.kinds[kind+"."+group]
	return r, known, nil
}

var resources = map[string]admission.Resource{
	"Pod": {Version: "v1", Resource: "pods"}, "ReplicaSet": {Group: "apps", Version: "v1", Resource: "replicasets"},
	"Deployment": {Group: "apps", Version: "v1", Resource: "deployments"}, "Rollout": {Group: "argoproj.io", Version: "v1alpha1", Resource: "rollouts"},
}

// object is one that runs images, with the UID kind/name.
func object(t *testing.T, kind, namespace, name, owner string, images ...string) audit.Object {
	t.Helper()
	var containers []any
	for i, image := range images {
		containers = append(containers, map[string]any{"name": fmt.Sprintf("c%d", i), "image": image})
	}
	pod := map[string]any{"containers": containers}
	spec := map[string]any{"selector": map[string]any{}, "template": map[string]any{"spec": pod}}
	if kind == "Pod" {
		spec = pod
	}
	resource := resources[kind]
	version := strings.Trim(resource.Group+"/"+resource.Version, "/")
	text, err := json.Marshal(map[string]any{"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": name, "namespace": namespace}, "spec": spec})
	if err != nil {
		t.Fatal(err)
	}
	return audit.Object{
		Existing:   admission.Existing{Resource: resource, Kind: kind, Namespace: namespace, Name: name, Object: text},
		APIVersion: version, UID: kind + "/" + name, Owner: owner,
	}
}

const (
	latest = "registry.example.com/shop/web:latest"
	debug  = "registry.example.com/shop/debug:latest"
)

func run(t *testing.T, config string, l *objects, namespaces ...string) (*audit.Result, []string) {
	t.Helper()
	h, err := admission.Load(t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\nrules: {image/tag-latest: {action: deny}}\n" + config)}}, "guard.yaml", admission.Outside{})
	if err != nil {
		t.Fatal(err)
	}
	var notes []string
	r, err := audit.Run(t.Context(), audit.Options{Handler: h, Lister: l, Namespaces: namespaces, Now: time.Now(), Version: "test", Tell: func(what string) { notes = append(notes, what) }})
	if err != nil {
		t.Fatal(err)
	}
	return r, notes
}

// told lists the objects that are told to use the tag latest, each as often as
// it is.
func told(r *audit.Result) []string {
	var all []string
	for _, f := range r.Report.Findings {
		if f.Rule == "image/tag-latest" {
			all = append(all, f.File)
		}
	}
	return all
}

func TestRun_TellsAtTheOwner(t *testing.T) {
	idle := object(t, "ReplicaSet", "shop", "web-0", "Deployment/web", debug)
	idle.Idle = true
	alone := object(t, "ReplicaSet", "shop", "lone", "", latest)
	alone.Idle = true
	for name, tt := range map[string]struct {
		objects []audit.Object
		want    []string
	}{
		"a chain of owners": {[]audit.Object{
			object(t, "Deployment", "shop", "web", "", latest), object(t, "ReplicaSet", "shop", "web-1", "Deployment/web", latest), object(t, "Pod", "shop", "web-1-a", "ReplicaSet/web-1", latest),
		}, []string{"Deployment/shop/web"}},
		"a Pod that was changed": {[]audit.Object{
			object(t, "Deployment", "shop", "web", "", latest), object(t, "ReplicaSet", "shop", "web-1", "Deployment/web", latest), object(t, "Pod", "shop", "web-1-a", "ReplicaSet/web-1", latest, debug),
		}, []string{"Deployment/shop/web", "Pod/shop/web-1-a"}},
		"Pods of before the last change": {[]audit.Object{
			object(t, "Deployment", "shop", "web", "", "registry.example.com/shop/web:1.2.3"), object(t, "ReplicaSet", "shop", "web-1", "Deployment/web", latest), object(t, "Pod", "shop", "web-1-a", "ReplicaSet/web-1", latest),
		}, []string{"ReplicaSet/shop/web-1"}},
		"an owner that is not there": {[]audit.Object{object(t, "Pod", "shop", "a", "ReplicaSet/none", latest)}, []string{"Pod/shop/a"}},
		"an owner of elsewhere": {[]audit.Object{
			object(t, "Deployment", "bank", "web", "", latest), object(t, "Pod", "shop", "a", "Deployment/web", latest),
		}, []string{"Deployment/bank/web", "Pod/shop/a"}},
		"an owner that is a Pod":     {[]audit.Object{object(t, "Pod", "shop", "a", "", latest), object(t, "Pod", "shop", "b", "Pod/a", latest)}, []string{"Pod/shop/a", "Pod/shop/b"}},
		"revisions that are no more": {[]audit.Object{object(t, "Deployment", "shop", "web", "", latest), idle}, []string{"Deployment/shop/web"}},
		"one that is nobody's":       {[]audit.Object{alone}, []string{"ReplicaSet/shop/lone"}},
	} {
		r, _ := run(t, "", &objects{all: tt.objects})
		if diff := cmp.Diff(tt.want, told(r)); diff != "" || r.Unread != 0 {
			t.Errorf("%s: %s%d unread", name, diff, r.Unread)
		}
	}
}

func TestRun_CountsWhatStartsAnewOnce(t *testing.T) {
	l := &objects{all: []audit.Object{object(t, "Pod", "shop", "a", "", latest), object(t, "Pod", "bank", "b", "", latest)}}
	once, _ := run(t, "", l)
	l.restarts = map[string]int{"pods": 2}
	twice, notes := run(t, "", l)
	if diff := cmp.Diff(once, twice); diff != "" || len(notes) != 2 {
		t.Errorf("%s\n%q", diff, notes)
	}
}

func TestRun_LeavesOutNamespaces(t *testing.T) {
	l := &objects{all: []audit.Object{object(t, "Pod", "shop", "a", "", latest), object(t, "Pod", "bank", "b", "", latest), object(t, "Pod", "kube-system", "c", "", latest)}}
	r, _ := run(t, "admission: {exempt: {namespaces: [kube-system]}}", l)
	if got := told(r); !slices.Equal(got, []string{"Pod/bank/b", "Pod/shop/a"}) || r.Exempt != 1 || r.Objects != 2 {
		t.Errorf("told %q: %s", got, r)
	}
	r, _ = run(t, "", l, "bank", "kube-system", "bank")
	if got := told(r); !slices.Equal(got, []string{"Pod/bank/b", "Pod/kube-system/c"}) {
		t.Errorf("told %q: %s", got, r)
	}
}

func TestRun_ListsConfiguredKinds(t *testing.T) {
	l := &objects{
		all:   []audit.Object{object(t, "Rollout", "shop", "web", "", latest), object(t, "ReplicaSet", "shop", "web-1", "Rollout/web", latest)},
		kinds: map[string]admission.Resource{"Rollout.argoproj.io": resources["Rollout"]},
	}
	r, notes := run(t, "kubernetes: {pods: [{group: argoproj.io, kind: Rollout, template: [spec, template]}, {group: example.com, kind: Thing, template: [spec, template]}]}", l)
	if got := told(r); !slices.Equal(got, []string{"Rollout/shop/web"}) {
		t.Errorf("told %q", got)
	}
	if diff := cmp.Diff([]string{"Thing.example.com is configured, and the cluster does not serve it"}, notes); diff != "" {
		t.Error(diff)
	}
}

func TestRun_SaysWhatIsNotSeen(t *testing.T) {
	empty := object(t, "Pod", "shop", "empty", "")
	l := &objects{all: []audit.Object{object(t, "Pod", "shop", "a", "", latest), empty}, fail: map[string]error{"jobs.batch": errors.New("Forbidden")}}
	r, _ := run(t, "", l)
	if r.Unread != 2 || !slices.Equal(r.Unlisted, []string{"jobs.batch"}) || r.Report.Summary.Incomplete != 3 {
		t.Errorf("%s; unlisted %q; %+v", r, r.Unlisted, r.Report.Incomplete)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	h, err := admission.Load(t.Context(), fstest.MapFS{}, "", admission.Outside{})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := audit.Run(ended, audit.Options{Handler: h, Lister: l}); err == nil {
		t.Errorf("an audit that was given up: %s", r)
	}
}

// However much is found, a report holds so much and says how much more there is.
func TestRun_KeepsSoMuch(t *testing.T) {
	l := &objects{}
	for i := range 700 {
		l.all = append(l.all, object(t, "Pod", "shop", fmt.Sprintf("p%03d", i), "", slices.Repeat([]string{latest}, 10)...))
	}
	r, _ := run(t, "", l)
	count := r.Counts[audit.Group{Namespace: "shop", Resource: "pods"}]
	all := count.Denied + count.Warned + count.Audited
	if all <= 20_000 || len(r.Report.Findings) != 20_000 || r.Denied != count.Denied {
		t.Fatalf("%d of %d findings are listed; %s", len(r.Report.Findings), all, r)
	}
	want := fmt.Sprintf("%d more findings are left out: at most 20000 are listed", all-20_000)
	if got := r.Report.Incomplete[len(r.Report.Incomplete)-1]; got.Reason != want {
		t.Errorf("%+v, want %s", got, want)
	}
	reports, err := audit.Reports(r, nil)
	if err != nil || len(reports) != 1 {
		t.Fatalf("%d reports, %v", len(reports), err)
	}
	var written struct {
		Metadata struct{ Annotations map[string]string }
		Summary  map[string]int
		Results  []any
	}
	if err := json.Unmarshal(reports[0].Body, &written); err != nil {
		t.Fatal(err)
	}
	left := fmt.Sprintf("%d results: at most 500 are listed", all-500)
	if len(written.Results) != 500 || written.Summary["fail"] != count.Denied || written.Metadata.Annotations["guard/left-out"] != left || len(reports[0].Body) > 1<<20 {
		t.Errorf("%d results, %v, %v, %d bytes", len(written.Results), written.Summary, written.Metadata.Annotations, len(reports[0].Body))
	}
}

func TestReports_SaysWhatIsDone(t *testing.T) {
	l := &objects{all: []audit.Object{object(t, "Pod", "shop", "a", "", latest), object(t, "Pod", "bank", "b", "", latest), object(t, "Pod", "bank", "empty", "")}}
	r, _ := run(t, "waivers: [{rule: image/tag-latest, objects: [Pod/shop/a], reason: r, owner: o, expires: 2999-01-31}]", l)
	reports, err := audit.Reports(r, &audit.ReportOwner{APIVersion: "v1", Kind: "K", Name: "guard", UID: "u"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, report := range reports {
		var written struct {
			Kind     string
			Metadata struct {
				Name, Namespace string
				Labels          map[string]string
				OwnerReferences []audit.ReportOwner
			}
			Results []struct {
				Policy, Result, Severity string
				Resources                []struct{ UID string }
			}
		}
		if err := json.Unmarshal(report.Body, &written); err != nil {
			t.Fatal(err)
		}
		m := written.Metadata
		if written.Kind != "PolicyReport" || m.Name != "guard-pods" || m.Namespace != report.Namespace || m.Labels["app.kubernetes.io/managed-by"] != "guard" || len(m.OwnerReferences) != 1 {
			t.Errorf("%s", report.Body)
		}
		for _, result := range written.Results {
			if result.Policy == "image/tag-latest" || result.Result == "error" {
				got = append(got, result.Resources[0].UID+" "+result.Policy+" "+result.Result+" "+result.Severity)
			}
		}
	}
	slices.Sort(got)
	want := []string{"Pod/a image/tag-latest skip high", "Pod/b image/tag-latest fail high", "Pod/empty guard error "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
