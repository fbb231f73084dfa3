package install_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	registration "k8s.io/api/admissionregistration/v1"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	budget "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"
	scheduling "k8s.io/api/scheduling/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"guard/admission"
	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/policy"
)

// manifests are the objects that the plain manifests hold.
type manifests struct {
	namespaces  []core.Namespace
	deployments []apps.Deployment
	jobs        []batch.Job
	budgets     []budget.PodDisruptionBudget
	priorities  []scheduling.PriorityClass
	networks    []networking.NetworkPolicy
	accounts    []core.ServiceAccount
	roles       []rbac.ClusterRole
	bindings    []rbac.ClusterRoleBinding
	local       []rbac.Role
	localBound  []rbac.RoleBinding
	secrets     []core.Secret
	services    []core.Service
	configs     []core.ConfigMap
	webhooks    []registration.ValidatingWebhookConfiguration
	policies    []registration.ValidatingAdmissionPolicy
	bound       []registration.ValidatingAdmissionPolicyBinding
}

const (
	installFile = "../manifests/install.yaml"
	disarmFile  = "../manifests/uninstall/disarm.yaml"
)

// read reads a file of manifests; a field that its type does not have fails
// the test.
func read(t *testing.T, file string) manifests {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var m manifests
	for _, part := range bytes.Split(data, []byte("\n---\n")) {
		var kind meta.TypeMeta
		if err := yaml.Unmarshal(part, &kind); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		switch kind.Kind {
		case "": // the comment at the head
		case "Namespace":
			add(t, &m.namespaces, part)
		case "Deployment":
			add(t, &m.deployments, part)
		case "Job":
			add(t, &m.jobs, part)
		case "PodDisruptionBudget":
			add(t, &m.budgets, part)
		case "PriorityClass":
			add(t, &m.priorities, part)
		case "NetworkPolicy":
			add(t, &m.networks, part)
		case "ServiceAccount":
			add(t, &m.accounts, part)
		case "ClusterRole":
			add(t, &m.roles, part)
		case "ClusterRoleBinding":
			add(t, &m.bindings, part)
		case "Role":
			add(t, &m.local, part)
		case "RoleBinding":
			add(t, &m.localBound, part)
		case "Secret":
			add(t, &m.secrets, part)
		case "Service":
			add(t, &m.services, part)
		case "ConfigMap":
			add(t, &m.configs, part)
		case "ValidatingWebhookConfiguration":
			add(t, &m.webhooks, part)
		case "ValidatingAdmissionPolicy":
			add(t, &m.policies, part)
		case "ValidatingAdmissionPolicyBinding":
			add(t, &m.bound, part)
		default:
			t.Errorf("%s: no test knows the kind %q", file, kind.Kind)
		}
	}
	return m
}

func add[T any](t *testing.T, list *[]T, text []byte) {
	t.Helper()
	var object T
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	*list = append(*list, object)
}

// one is the only element of a list.
func one[T any](t *testing.T, list []T) T {
	t.Helper()
	if len(list) != 1 {
		t.Fatalf("%d of %T, expected one", len(list), list)
	}
	return list[0]
}

// named is the element of a list that has this name.
func named[T any, P interface {
	*T
	meta.Object
}](t *testing.T, list []T, name string) T {
	t.Helper()
	return one(t, slices.DeleteFunc(slices.Clone(list), func(object T) bool { return P(&object).GetName() != name }))
}

// webhook is the Deployment of the replicas.
func (m manifests) webhook(t *testing.T) apps.Deployment {
	t.Helper()
	return named(t, m.deployments, "guard-webhook")
}

// pods are the templates of all Pods that the manifests bring, by what runs in
// them.
func pods(t *testing.T) map[string]core.PodTemplateSpec {
	t.Helper()
	m := read(t, installFile)
	return map[string]core.PodTemplateSpec{
		"webhook":      m.webhook(t).Spec.Template,
		"certificates": named(t, m.deployments, "guard-webhook-certificates").Spec.Template,
		"arm":          one(t, m.jobs).Spec.Template,
		"disarm":       one(t, read(t, disarmFile).jobs).Spec.Template,
	}
}

// RELIABILITY 64: every Pod that the manifests bring is hardened.
func TestManifests_PodsAreHardened(t *testing.T) {
	installed := read(t, installFile)
	for name, template := range pods(t) {
		pod := template.Spec
		s := pod.SecurityContext
		if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.RunAsUser == nil || *s.RunAsUser < 1 || s.SeccompProfile == nil || s.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault {
			t.Errorf("%s: the Pod may run as root or without seccomp: %+v", name, s)
		}
		if pod.AutomountServiceAccountToken == nil || !*pod.AutomountServiceAccountToken || pod.ServiceAccountName == "" || pod.ServiceAccountName == "default" {
			t.Errorf("%s: the token of the service account %q: %v", name, pod.ServiceAccountName, pod.AutomountServiceAccountToken)
		}
		if pod.HostNetwork || pod.HostPID || pod.HostIPC || slices.ContainsFunc(pod.Volumes, func(v core.Volume) bool { return v.HostPath != nil }) {
			t.Errorf("%s: the Pod reaches into its node", name)
		}
		if pod.PriorityClassName != one(t, installed.priorities).Name {
			t.Errorf("%s: priority class %q", name, pod.PriorityClassName)
		}
		c := one(t, pod.Containers)
		if s := c.SecurityContext; s == nil || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation ||
			s.Privileged != nil || s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []core.Capability{"ALL"}) || len(s.Capabilities.Add) > 0 {
			t.Errorf("%s: the container is not hardened: %+v", name, s)
		}
		if c.Resources.Limits.Memory().IsZero() || c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() {
			t.Errorf("%s: the container has no limit or request: %+v", name, c.Resources)
		}
		if !strings.Contains(c.Image, "@sha256:") {
			t.Errorf("%s: the image %s has no digest", name, c.Image)
		}
	}
}

// RELIABILITY 63, 64: replicas survive a node, a drain and a rollout.
func TestManifests_ReplicasStay(t *testing.T) {
	m := read(t, installFile)
	d := m.webhook(t)
	if d.Spec.Replicas == nil || *d.Spec.Replicas < 3 {
		t.Errorf("replicas: %v", d.Spec.Replicas)
	}
	if u := d.Spec.Strategy.RollingUpdate; u == nil || u.MaxUnavailable.String() != "0" {
		t.Errorf("a rollout may take replicas away before others are there: %+v", u)
	}
	labels := d.Spec.Template.Labels
	if p := one(t, m.budgets); p.Spec.MaxUnavailable.String() != "1" || !selects(t, p.Spec.Selector, labels) {
		t.Errorf("the disruption budget does not hold the replicas: %+v", p.Spec)
	}
	terms := d.Spec.Template.Spec.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution
	if !slices.ContainsFunc(terms, func(w core.WeightedPodAffinityTerm) bool {
		return w.PodAffinityTerm.TopologyKey == "kubernetes.io/hostname" && selects(t, w.PodAffinityTerm.LabelSelector, labels)
	}) {
		t.Errorf("replicas may gather on one node: %+v", terms)
	}
	if one(t, m.priorities).Value < 1_000_000_000 {
		t.Error("others may push the replicas out")
	}
	c := one(t, d.Spec.Template.Spec.Containers)
	if c.ReadinessProbe.HTTPGet.Path != "/readyz" || c.LivenessProbe.HTTPGet.Path != "/livez" || c.Lifecycle.PreStop.Sleep.Seconds < 5 {
		t.Error("the API server may call a replica that does not answer")
	}
	// Nothing that a replica needs to start may be admitted by the webhook.
	for _, h := range armed(t) {
		if matches(t, h.NamespaceSelector, d.Namespace) {
			t.Errorf("%s: the webhook decides about its own replicas", h.Name)
		}
	}
}

func selects(t *testing.T, selector *meta.LabelSelector, labels map[string]string) bool {
	t.Helper()
	s, err := meta.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	return !s.Empty() && s.Matches(set(labels))
}

type set map[string]string

func (s set) Has(key string) bool              { _, ok := s[key]; return ok }
func (s set) Get(key string) string            { return s[key] }
func (s set) Lookup(key string) (string, bool) { v, ok := s[key]; return v, ok }

// matches tells whether a selector lets a namespace of that name in.
func matches(t *testing.T, selector *meta.LabelSelector, namespace string) bool {
	t.Helper()
	return selects(t, selector, map[string]string{"kubernetes.io/metadata.name": namespace})
}

// RELIABILITY 64: nothing may be done that need not be.
func TestManifests_RolesAreMinimal(t *testing.T) {
	m := read(t, installFile)
	// Who may do what: the rules of each account, wherever they hold.
	got := map[string][]string{}
	for _, b := range m.bindings {
		got[one(t, b.Subjects).Name] = append(got[one(t, b.Subjects).Name], allowed("everywhere", named(t, m.roles, b.RoleRef.Name).Rules)...)
	}
	for _, b := range m.localBound {
		got[one(t, b.Subjects).Name] = append(got[one(t, b.Subjects).Name], allowed("in "+b.Namespace, named(t, m.local, b.RoleRef.Name).Rules)...)
	}
	want := map[string][]string{
		"guard-webhook":              {"everywhere: get,list,watch namespaces", "in guard-system: create events.events.k8s.io"},
		"guard-webhook-arm":          {"everywhere: get,update validatingwebhookconfigurations.admissionregistration.k8s.io guard-webhook"},
		"guard-webhook-certificates": {"everywhere: get,patch validatingwebhookconfigurations.admissionregistration.k8s.io guard-webhook", "in guard-system: get,patch secrets guard-webhook-tls"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, template := range pods(t) {
		if want := "guard-webhook-" + strings.TrimPrefix(name, "dis"); name != "webhook" && template.Spec.ServiceAccountName != want || name == "webhook" && template.Spec.ServiceAccountName != "guard-webhook" {
			t.Errorf("%s runs as %s", name, template.Spec.ServiceAccountName)
		}
	}
	// The key of the authority is in no Pod: only the authority asks for it.
	for name, template := range pods(t) {
		for _, v := range template.Spec.Volumes {
			if v.Secret != nil && slices.ContainsFunc(v.Secret.Items, func(item core.KeyToPath) bool {
				return item.Key != "tls.crt" && item.Key != "tls.key" && item.Key != "ca.crt"
			}) || v.Secret != nil && len(v.Secret.Items) == 0 {
				t.Errorf("%s: mounts %+v", name, v.Secret)
			}
		}
	}
	if s := one(t, m.secrets); len(s.Data)+len(s.StringData) > 0 {
		t.Error("an upgrade would put back what the Secret of the certificates holds at first")
	}
	for _, a := range m.accounts {
		if a.AutomountServiceAccountToken == nil || *a.AutomountServiceAccountToken {
			t.Errorf("%s: any Pod of the account gets its token", a.Name)
		}
	}
}

// allowed are rules as people read them.
func allowed(where string, rules []rbac.PolicyRule) []string {
	var all []string
	for _, r := range rules {
		for _, group := range r.APIGroups {
			for _, resource := range r.Resources {
				line := where + ": " + strings.Join(r.Verbs, ",") + " " + strings.TrimSuffix(resource+"."+group, ".")
				all = append(all, strings.TrimSpace(line+" "+strings.Join(r.ResourceNames, ",")))
			}
		}
	}
	return all
}

// For an audit the webhook may list what Kubernetes holds Pods in, all of it.
func TestManifests_AnAuditMayListEveryHolder(t *testing.T) {
	text, err := os.ReadFile("../chart/templates/role.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range admission.Holders() {
		group := r.Group
		if group == "" {
			group = `""`
		}
		rule := regexp.MustCompile(`apiGroups: \[` + group + `\]\n +resources: \[([a-z, ]*\b)?` + r.Resource + `\b[a-z, ]*\]\n +verbs: \[list\]`)
		if !rule.Match(text) {
			t.Errorf("%s of %s may not be listed", r.Resource, group)
		}
	}
}

// RELIABILITY 64: who may call the webhook, and whom it may call.
func TestManifests_NetworkIsBounded(t *testing.T) {
	m := read(t, installFile)
	for _, template := range pods(t) {
		l := template.Labels
		var holds []networking.NetworkPolicy
		for _, p := range m.networks {
			if selects(t, &p.Spec.PodSelector, l) {
				holds = append(holds, p)
			}
		}
		p := one(t, holds)
		if !slices.Equal(p.Spec.PolicyTypes, []networking.PolicyType{networking.PolicyTypeIngress, networking.PolicyTypeEgress}) {
			t.Errorf("%s bounds %v", p.Name, p.Spec.PolicyTypes)
		}
		for _, in := range p.Spec.Ingress {
			if port := one(t, in.Ports).Port.String(); port != "https" {
				t.Errorf("%s lets everybody in at %s", p.Name, port)
			}
		}
		for _, out := range p.Spec.Egress {
			if len(out.Ports) == 0 {
				t.Errorf("%s lets out at every port: %+v", p.Name, out)
			}
			for _, to := range out.To {
				if to.IPBlock != nil && (to.IPBlock.CIDR != "0.0.0.0/0" || !slices.Contains(to.IPBlock.Except, "169.254.0.0/16")) {
					t.Errorf("%s lets out to the metadata of a cloud: %+v", p.Name, to.IPBlock)
				}
			}
			// Without a destination only the API server's ports are open: metadata
			// are served at port 80.
			if len(out.To) == 0 && slices.ContainsFunc(out.Ports, func(port networking.NetworkPolicyPort) bool { return port.Port.IntValue() == 80 }) {
				t.Errorf("%s lets out to anybody at port 80", p.Name)
			}
		}
	}
}

// RELIABILITY 63: what is installed asks nobody, and what uninstalls makes
// sure of it first.
func TestManifests_AreInstalledDisarmed(t *testing.T) {
	m := read(t, installFile)
	if c := one(t, m.webhooks); len(c.Webhooks) > 0 {
		t.Errorf("the configuration is installed with %d webhooks", len(c.Webhooks))
	}
	arm, disarm := one(t, m.jobs), one(t, read(t, disarmFile).jobs)
	if hook := arm.Annotations["helm.sh/hook"]; hook != "post-install,post-upgrade,post-rollback" {
		t.Errorf("arming is a hook of %q", hook)
	}
	if hook := disarm.Annotations["helm.sh/hook"]; hook != "pre-delete" {
		t.Errorf("disarming is a hook of %q", hook)
	}
	for _, job := range []batch.Job{arm, disarm} {
		c := one(t, job.Spec.Template.Spec.Containers)
		if c.Args[0] != c.Name || job.Spec.ActiveDeadlineSeconds == nil || *job.Spec.ActiveDeadlineSeconds >= 300 {
			t.Errorf("%s: %q, %v s: Helm waits 300", job.Name, c.Args, job.Spec.ActiveDeadlineSeconds)
		}
	}
}

// RELIABILITY 64: guard finds nothing in its own manifests.
func TestManifests_GuardFindsNothing(t *testing.T) {
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := check.Run(t.Context(), check.Options{Root: "../..", Dir: "../..", Paths: []string{"admission/manifests"}, Evaluator: evaluator, Config: config.Default(), Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range out.Report.Findings {
		t.Errorf("%s:%d: %s (%s)", f.File, f.Line, f.Message, f.Rule)
	}
	for _, i := range out.Report.Incomplete {
		t.Errorf("%s:%d: not looked at: %s", i.File, i.Line, i.Reason)
	}
	if out.Report.Summary.Documents < 20 {
		t.Errorf("only %d documents were looked at", out.Report.Summary.Documents)
	}
}

// The policy that holds without the webhook leaves out the same namespaces,
// and has an effect.
func TestManifests_PolicyIsBound(t *testing.T) {
	m := read(t, installFile)
	b := one(t, m.bound)
	if b.Spec.PolicyName != one(t, m.policies).Name || !slices.Equal(b.Spec.ValidationActions, []registration.ValidationAction{registration.Deny}) {
		t.Errorf("the policy is bound by %+v", b.Spec)
	}
	for namespace, want := range map[string]bool{"shop": true, "kube-system": false, one(t, m.namespaces).Name: false} {
		if got := matches(t, b.Spec.MatchResources.NamespaceSelector, namespace); got != want {
			t.Errorf("namespace %s: %t, want %t", namespace, got, want)
		}
	}
}
