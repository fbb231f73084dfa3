package install_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	apiserver "k8s.io/apiserver/pkg/admission"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"
	budget "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
	kjson "sigs.k8s.io/json"

	"guard/admission"
	"guard/admission/install"
	"guard/internal/config"
	"guard/internal/policy"
	"guard/internal/tree"
)

// oldest is the oldest Kubernetes that the chart is for.
var oldest = version.MajorMinor(1, 30)

// expression is one in CEL, as the API server's compiler wants it.
type expression struct {
	name, text string
	returns    *cel.Type
}

func (e expression) GetName() string          { return e.name }
func (e expression) GetExpression() string    { return e.text }
func (e expression) ReturnTypes() []*cel.Type { return []*cel.Type{e.returns} }
func condition(text string) expression        { return expression{text: text, returns: cel.BoolType} }

// evaluator is the policy as an API server holds it: compiled by the API
// server's own packages.
type evaluator struct{ conditions, messages plugin.ConditionEvaluator }

func compile(t *testing.T) evaluator {
	t.Helper()
	compiler, err := plugin.NewCompositedCompiler(environment.MustBaseEnvSet(oldest))
	if err != nil {
		t.Fatal(err)
	}
	spec := install.Policy().Spec
	for _, v := range spec.Variables {
		result := compiler.CompileAndStoreVariable(expression{v.Name, v.Expression, cel.AnyType}, plugin.OptionalVariableDeclarations{}, environment.NewExpressions)
		if result.Error != nil {
			t.Fatalf("%s: %v", v.Name, result.Error)
		}
	}
	var conditions, messages []plugin.ExpressionAccessor
	for _, v := range spec.Validations {
		conditions = append(conditions, condition(v.Expression))
		messages = append(messages, expression{text: v.MessageExpression, returns: cel.StringType})
	}
	e := evaluator{
		conditions: compiler.CompileCondition(conditions, plugin.OptionalVariableDeclarations{}, environment.NewExpressions),
		messages:   compiler.CompileCondition(messages, plugin.OptionalVariableDeclarations{}, environment.NewExpressions),
	}
	for _, err := range append(e.conditions.CompilationErrors(), e.messages.CompilationErrors()...) {
		t.Fatal(err)
	}
	return e
}

// denied lists the messages of what the policy denies; known is false where
// the object is none that an API server could read.
func (e evaluator) denied(t *testing.T, r admission.Request) (denied []string, known bool) {
	t.Helper()
	object, err := typed(r.Kind, r.Object)
	if err != nil {
		return nil, false
	}
	old, err := typed(r.Kind, r.OldObject)
	if err != nil {
		return nil, false
	}
	for i, result := range evaluate(t, e.conditions, r, object, old) {
		if result.EvalResult.Value() != true {
			denied = append(denied, evaluate(t, e.messages, r, object, old)[i].EvalResult.Value().(string))
		}
	}
	return denied, true
}

// evaluate evaluates within the budget that the API server gives.
func evaluate(t *testing.T, conditions plugin.ConditionEvaluator, r admission.Request, object, old runtime.Object) []plugin.EvaluationResult {
	t.Helper()
	kind := schema.GroupVersionKind{Group: r.Resource.Group, Version: r.Resource.Version, Kind: r.Kind}
	resource := schema.GroupVersionResource{Group: r.Resource.Group, Version: r.Resource.Version, Resource: r.Resource.Resource}
	attributes := apiserver.NewAttributesRecord(object, old, kind, r.Namespace, r.Name, resource, r.Subresource, apiserver.Operation(r.Operation), nil, false, &user.DefaultInfo{Name: r.User.Name})
	versioned := &apiserver.VersionedAttributes{Attributes: attributes, VersionedKind: kind}
	if object != nil {
		versioned.VersionedObject = apiserver.NewLazyObject(object)
	}
	if old != nil {
		versioned.VersionedOldObject = apiserver.NewLazyObject(old)
	}
	request := plugin.CreateAdmissionRequest(attributes, meta.GroupVersionResource(resource), meta.GroupVersionKind(kind))
	results, _, err := conditions.ForInput(t.Context(), versioned, request, plugin.OptionalVariableBindings{}, nil, budget.RuntimeCELCostBudget)
	if err != nil {
		t.Fatalf("%s: %v", r.Object, err)
	}
	for _, result := range results {
		if result.Error != nil {
			t.Fatalf("%s: %v", r.Object, result.Error)
		}
	}
	return results
}

// typed reads an object as the API server does: into its type, so that what
// the type does not know is gone.
func typed(kind string, data []byte) (runtime.Object, error) {
	if data == nil {
		return nil, nil
	}
	object := map[string]runtime.Object{
		"Pod": &core.Pod{}, "PodTemplate": &core.PodTemplate{}, "ReplicationController": &core.ReplicationController{},
		"Deployment": &apps.Deployment{}, "ReplicaSet": &apps.ReplicaSet{}, "StatefulSet": &apps.StatefulSet{}, "DaemonSet": &apps.DaemonSet{},
		"Job": &batch.Job{}, "CronJob": &batch.CronJob{}, "Namespace": &core.Namespace{},
	}[kind]
	return object, kjson.UnmarshalCaseSensitivePreserveInts(data, object)
}

func handler(t *testing.T) *admission.Handler {
	t.Helper()
	rules, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Unasked: []string{policy.NeedRegistry}})
	if err != nil {
		t.Fatal(err)
	}
	return &admission.Handler{Policies: rules, Documents: policy.Reading(config.Default())}
}

// ruleOf is the rule at the end of a message of the policy.
func ruleOf(message string) string {
	return strings.TrimSuffix(message[strings.LastIndex(message, "(")+1:], ")")
}

// The policy denies no example for which guard does not deny the same rule,
// and most of those for which it does.
func TestPolicy_DeniesNothingThatGuardAdmits(t *testing.T) {
	e, h := compile(t), handler(t)
	both, missed := map[string]int{}, map[string]int{}
	for name, r := range examples(t) {
		denied, known := e.denied(t, r)
		response := h.Review(t.Context(), r)
		if !known || response.Audit["decision"] == "undecided" {
			continue
		}
		var rules []string
		for _, message := range denied {
			rules = append(rules, ruleOf(message))
		}
		for _, rule := range []string{"image/tag-latest", "kubernetes/privileged", "kubernetes/run-as-non-root"} {
			guard := slices.ContainsFunc(response.Causes, func(c admission.Cause) bool { return c.Rule == rule })
			switch {
			case slices.Contains(rules, rule) && !guard && len(response.Causes) < 50:
				t.Errorf("%s: the policy denies %q, guard does not: %s", name, denied, r.Object)
			case slices.Contains(rules, rule):
				both[rule]++
			case guard:
				missed[rule]++
				t.Logf("missed: %s: %s", rule, name)
			}
		}
	}
	t.Logf("denied by both: %v; by guard alone: %v", both, missed)
	for _, rule := range []string{"image/tag-latest", "kubernetes/privileged", "kubernetes/run-as-non-root"} {
		if both[rule] < 2 || missed[rule] > both[rule] {
			t.Errorf("%s: denied by both in %d examples, by guard alone in %d", rule, both[rule], missed[rule])
		}
	}
}

// examples asks to create each of the repository's examples that is of
// Kubernetes itself and holds a Pod.
func examples(t *testing.T) map[string]admission.Request {
	t.Helper()
	kinds := map[string]string{
		"Pod": "pods", "PodTemplate": "podtemplates", "ReplicationController": "replicationcontrollers", "Deployment": "deployments", "ReplicaSet": "replicasets",
		"StatefulSet": "statefulsets", "DaemonSet": "daemonsets", "Job": "jobs", "CronJob": "cronjobs",
	}
	found := map[string]admission.Request{}
	err := filepath.WalkDir("../../testdata", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, part := range tree.ParseYAML(string(data)) {
			if part.Err != nil || len(part.Problems) > 0 {
				continue
			}
			kind := part.Root.Get("kind").Scalar()
			text, err := json.Marshal(part.Root)
			if kinds[kind] == "" || err != nil {
				continue
			}
			group, version, _ := strings.Cut(part.Root.Get("apiVersion").Scalar(), "/")
			if version == "" {
				group, version = "", group
			}
			found[path+" "+string(rune('a'+i%26))] = review(kind, admission.Resource{Group: group, Version: version, Resource: kinds[kind]}, string(text), "")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 100 {
		t.Fatalf("found only %d examples", len(found))
	}
	return found
}

func review(kind string, resource admission.Resource, object, old string) admission.Request {
	r := admission.Request{UID: "u", Kind: kind, Resource: resource, Name: "web", Namespace: "shop", Operation: admission.Create, User: admission.User{Name: "jane"}, Object: []byte(object)}
	if old != "" {
		r.Operation, r.OldObject = admission.Update, []byte(old)
	}
	return r
}

// pod is a Pod with one container and more of its spec.
func pod(container, spec string) string {
	return `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web",` + container + `}]` + spec + `}}`
}

func TestPolicy_Decides(t *testing.T) {
	const (
		digest  = `"image":"web@sha256:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f3f2a9c1e8b7d6f5a4c3b2a19"`
		user    = `,"securityContext":{"runAsUser":1000}`
		nonRoot = `,"securityContext":{"runAsNonRoot":true}`
	)
	for name, c := range map[string]struct {
		object, old, subresource string
		want                     []string
	}{
		"a pinned image of a user":           {object: pod(digest+user, "")},
		"a tag and a port":                   {object: pod(`"image":"h:5000/web:1.2"`+nonRoot, "")},
		"a port and no tag":                  {object: pod(`"image":"h:5000/web"`+nonRoot, ""), want: []string{"no tag or the tag latest, and no digest: h:5000/web (image/tag-latest)"}},
		"latest":                             {object: pod(`"image":"web:Latest"`+nonRoot, ""), want: []string{"no tag or the tag latest, and no digest: web:Latest (image/tag-latest)"}},
		"latest beside a digest":             {object: pod(`"image":"web:latest@sha256:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f3f2a9c1e8b7d6f5a4c3b2a19"`+user, "")},
		"the word of Istio":                  {object: pod(`"image":"auto"`+user, "")},
		"an image in a volume":               {object: pod(digest+user, `,"volumes":[{"name":"v","image":{"reference":"data"}}]`), want: []string{"no tag or the tag latest, and no digest: data (image/tag-latest)"}},
		"an init container":                  {object: pod(digest+nonRoot, `,"initContainers":[{"name":"i","image":"i","securityContext":{"runAsUser":0,"privileged":true}}]`), want: []string{"no tag or the tag latest, and no digest: i (image/tag-latest)", "privileged: i (kubernetes/privileged)", "neither runAsNonRoot nor a runAsUser above 0: i (kubernetes/run-as-non-root)"}},
		"an ephemeral container":             {object: pod(digest+nonRoot, `,"ephemeralContainers":[{"name":"d","image":"d:1","securityContext":{"privileged":true,"runAsUser":5}}]`), want: []string{"privileged: d (kubernetes/privileged)"}},
		"nothing said of the user":           {object: pod(digest, ""), want: []string{"neither runAsNonRoot nor a runAsUser above 0: web (kubernetes/run-as-non-root)"}},
		"the Pod says it":                    {object: pod(digest, `,"securityContext":{"runAsNonRoot":true}`)},
		"the container says otherwise":       {object: pod(digest+`,"securityContext":{"runAsNonRoot":false}`, `,"securityContext":{"runAsNonRoot":true}`), want: []string{"neither runAsNonRoot nor a runAsUser above 0: web (kubernetes/run-as-non-root)"}},
		"root by number beside runAsNonRoot": {object: pod(digest+`,"securityContext":{"runAsNonRoot":true,"runAsUser":0}`, ""), want: []string{"neither runAsNonRoot nor a runAsUser above 0: web (kubernetes/run-as-non-root)"}},
		"a user namespace of its own":        {object: pod(digest, `,"hostUsers":false`)},
		"Windows":                            {object: pod(digest, `,"os":{"name":"windows"}`)},
		"as it was":                          {object: pod(`"image":"web"`, ""), old: pod(`"image":"web"`, "")},
		"another bad image":                  {object: pod(`"image":"other"`+user, ""), old: pod(`"image":"web"`+user, ""), want: []string{"no tag or the tag latest, and no digest: other (image/tag-latest)"}},
		"kubectl debug on what ran as root":  {object: pod(digest, `,"ephemeralContainers":[{"name":"d","image":"d:1"}]`), old: pod(digest, ""), subresource: "ephemeralcontainers"},
		"kubectl debug as root":              {object: pod(digest+user, `,"ephemeralContainers":[{"name":"d","image":"d"}]`), old: pod(digest+user, ""), subresource: "ephemeralcontainers", want: []string{"no tag or the tag latest, and no digest: d (image/tag-latest)", "neither runAsNonRoot nor a runAsUser above 0: d (kubernetes/run-as-non-root)"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := review("Pod", admission.Resource{Version: "v1", Resource: "pods"}, c.object, c.old)
			r.Subresource = c.subresource
			got, known := compile(t).denied(t, r)
			if !known || !slices.Equal(got, c.want) {
				t.Errorf("denied %q, want %q: %s", got, c.want, c.object)
			}
			// guard denies it too, at the same door.
			if response := handler(t).Review(t.Context(), r); len(got) > 0 && response.Allowed {
				t.Errorf("guard admits it: %+v", response)
			}
		})
	}
}

// Each kind keeps its Pod elsewhere.
func TestPolicy_FindsThePodOfEachKind(t *testing.T) {
	const spec = `{"containers":[{"name":"web","image":"web","securityContext":{"runAsUser":5}}]}`
	template := `{"spec":{"template":{"spec":` + spec + `}}}`
	objects := map[string]string{
		"pods": `{"spec":` + spec + `}`, "podtemplates": `{"template":{"spec":` + spec + `}}`, "cronjobs": `{"spec":{"jobTemplate":{"spec":{"template":{"spec":` + spec + `}}}}}`,
	}
	kinds := map[string]string{
		"pods": "Pod", "podtemplates": "PodTemplate", "replicationcontrollers": "ReplicationController", "deployments": "Deployment", "replicasets": "ReplicaSet",
		"statefulsets": "StatefulSet", "daemonsets": "DaemonSet", "jobs": "Job", "cronjobs": "CronJob",
	}
	e := compile(t)
	for _, resource := range admission.Holders() {
		object := objects[resource.Resource]
		if object == "" {
			object = template
		}
		object = `{"kind":"` + kinds[resource.Resource] + `",` + object[1:]
		got, known := e.denied(t, review(kinds[resource.Resource], resource, object, ""))
		if !known || len(got) != 1 {
			t.Errorf("%s: denied %q", resource.Resource, got)
		}
	}
}

// The API server asks about a namespace where its labels change, and only
// there.
func TestWebhooks_AskWhereLabelsChange(t *testing.T) {
	hook := armed(t)[1]
	compiler := plugin.NewConditionCompiler(environment.MustBaseEnvSet(oldest))
	conditions := compiler.CompileCondition([]plugin.ExpressionAccessor{condition(hook.MatchConditions[0].Expression)}, plugin.OptionalVariableDeclarations{}, environment.NewExpressions)
	for _, err := range conditions.CompilationErrors() {
		t.Fatal(err)
	}
	namespace := func(labels string) string { return `{"kind":"Namespace","metadata":{"name":"shop"` + labels + `}}` }
	for name, c := range map[string]struct {
		object, old string
		want        bool
	}{
		"created":         {namespace(""), "", true},
		"no labels":       {namespace(""), namespace(""), false},
		"the same labels": {namespace(`,"labels":{"a":"1"}`), namespace(`,"labels":{"a":"1"}`), false},
		"another value":   {namespace(`,"labels":{"a":"2"}`), namespace(`,"labels":{"a":"1"}`), true},
		"a label more":    {namespace(`,"labels":{"a":"1"}`), namespace(""), true},
		"a label less":    {namespace(""), namespace(`,"labels":{"a":"1"}`), true},
		"something else":  {namespace(`,"annotations":{"a":"1"}`), namespace(""), false},
	} {
		r := review("Namespace", admission.Resource{Version: "v1", Resource: "namespaces"}, c.object, c.old)
		object, err := typed(r.Kind, r.Object)
		if err != nil {
			t.Fatal(err)
		}
		old, err := typed(r.Kind, r.OldObject)
		if err != nil {
			t.Fatal(err)
		}
		if got := evaluate(t, conditions, r, object, old)[0].EvalResult.Value(); got != c.want {
			t.Errorf("%s: asked %v, want %t", name, got, c.want)
		}
	}
}
