package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func TestPlain_IsCurrent(t *testing.T) {
	files, err := plain(chartDir)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		current, err := os.ReadFile(filepath.Join(manifests, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(current) != text {
			t.Errorf("%s is not what the chart renders; make manifests writes it", name)
		}
	}
	err = filepath.WalkDir(manifests, func(path string, entry os.DirEntry, err error) error {
		name, _ := filepath.Rel(manifests, path)
		if _, known := files[filepath.ToSlash(name)]; err == nil && !entry.IsDir() && !known {
			t.Errorf("%s is none of what the chart renders", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// values are the least that the chart wants, and more.
func values(more map[string]any) map[string]any {
	all := map[string]any{"image": placeholder}
	maps.Copy(all, more)
	return all
}

type object = map[string]any

func TestRender_RefusesWhatCannotBeMeant(t *testing.T) {
	if _, err := render(chartDir, values(nil)); err != nil {
		t.Fatal(err)
	}
	digest := placeholder["digest"]
	for name, c := range map[string]struct {
		values object
		why    string
	}{
		"no image":                    {object{}, "repository"},
		"no digest":                   {object{"image": object{"repository": "registry.example.com/guard"}}, "digest"},
		"a short digest":              {object{"image": object{"repository": "registry.example.com/guard", "digest": "sha256:00"}}, "digest"},
		"a repository with a tag":     {object{"image": object{"repository": "registry.example.com/guard:1.0", "digest": digest}}, "repository"},
		"no registry":                 {object{"image": object{"repository": "guard", "digest": digest}}, "repository"},
		"a key that is none":          {values(object{"replica": 3}), "replica"},
		"no replicas":                 {values(object{"replicas": 0}), "replicas"},
		"a long timeout":              {values(object{"webhook": object{"timeoutSeconds": 30}}), "timeoutSeconds"},
		"a wildcard":                  {values(object{"webhook": object{"resources": []any{"*/*/*"}}}), "resources"},
		"a pattern of namespaces":     {values(object{"webhook": object{"excludedNamespaces": []any{"kube-*"}}}), "excludedNamespaces"},
		"no memory limit":             {values(object{"resources": object{"limits": object{"memory": nil}}}), "memory"},
		"another config":              {values(object{"config": object{"version": 2}}), "version"},
		"a second configuration":      {values(object{"files": object{"guard.yaml": "x"}}), "guard.yaml"},
		"a file elsewhere":            {values(object{"files": object{"../x": "x"}}), "../x"},
		"another source":              {values(object{"tls": object{"source": "self"}}), "source"},
		"an audit all the time":       {values(object{"audit": object{"interval": "10s"}}), "interval"},
		"secrets by a pattern":        {values(object{"pullSecrets": object{"namespaces": []any{"*"}}}), "namespaces"},
		"a network that is none":      {values(object{"networkPolicy": object{"apiServerCIDRs": []any{"10.0.0.1"}}}), "apiServerCIDRs"},
		"an environment of one's own": {values(object{"registries": object{"env": object{"GODEBUG": "x"}}}), "GODEBUG"},
		"a name that is none":         {values(object{"priorityClassName": "x: y"}), "priorityClassName"},
		"no action":                   {values(object{"validatingAdmissionPolicy": object{"actions": []any{}}}), "actions"},
	} {
		if _, err := render(chartDir, c.values); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: got %v, want an error about %q", name, err, c.why)
		}
	}
}

// text is everything that the chart renders.
func text(t *testing.T, more object) string {
	t.Helper()
	r, err := render(chartDir, values(more))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, m := range r.manifests {
		all.WriteString(document(m.Content))
	}
	for _, h := range r.hooks {
		all.WriteString(document(h.Manifest))
	}
	for _, part := range strings.Split(all.String(), "\n---\n") {
		var read map[string]any
		if err := yaml.UnmarshalStrict([]byte(part), &read); err != nil {
			t.Errorf("%v in\n%s", err, part)
		}
	}
	return all.String()
}

func TestRender_OptionsTakeEffect(t *testing.T) {
	plain := text(t, nil)
	for name, c := range map[string]struct {
		values object
		has    []string
		lacks  []string
	}{
		"an autoscaler": {object{"autoscaling": object{"enabled": true, "minReplicas": 4}},
			[]string{"kind: HorizontalPodAutoscaler", "minReplicas: 4", "- --replicas=4\n"}, []string{"replicas: 3"}},
		"a service monitor": {object{"serviceMonitor": object{"enabled": true, "namespace": "prometheus"}},
			[]string{"kind: ServiceMonitor", `kubernetes.io/metadata.name: "prometheus"`}, nil},
		"a Secret for TLS": {object{"tls": object{"source": "secret", "secretName": "own-tls"}},
			[]string{`secretName: "own-tls"`}, []string{"kind: Secret\n", "guard-webhook-certificates", "guard-webhook-tls", "- --announce=guard-webhook"}},
		"cert-manager": {object{"tls": object{"source": "cert-manager"}},
			[]string{"kind: Certificate\n", "kind: Issuer\n", "cert-manager.io/inject-ca-from: guard-system/guard-webhook\n"}, []string{"kind: Secret\n", "guard-webhook-certificates", "- --announce=guard-webhook"}},
		"an API server of one address": {object{"networkPolicy": object{"apiServerCIDRs": []any{"10.0.0.1/32"}}}, []string{`ipBlock: {cidr: "10.0.0.1/32"}`}, nil},
		"an audit":                     {object{"audit": object{"enabled": true, "interval": "90m"}}, []string{"- --scan-every=90m\n", "kind: Lease\n"}, nil},
		"an audit with reports":        {object{"audit": object{"enabled": true, "policyReports": true}}, []string{"- --policy-reports\n", "- --report-owner=guard-webhook\n"}, nil},
		"pull secrets":                 {object{"pullSecrets": object{"enabled": true}}, []string{"- --pull-secrets\n"}, nil},
		"no policy":                    {object{"validatingAdmissionPolicy": object{"enabled": false}}, nil, []string{"ValidatingAdmissionPolicy"}},
		"warnings":                     {object{"validatingAdmissionPolicy": object{"actions": []any{"Warn"}}}, []string{`validationActions: ["Warn"]`}, nil},
		"more kinds":                   {object{"webhook": object{"resources": []any{"argoproj.io/v1alpha1/rollouts"}}}, []string{"- --resource=argoproj.io/v1alpha1/rollouts\n"}, nil},
		"more namespaces": {object{"webhook": object{"excludedNamespaces": []any{"calico-system"}}},
			[]string{"- --exclude=calico-system\n", `values: ["guard-system","kube-system","calico-system"]`}, nil},
		"no registries":     {object{"networkPolicy": object{"registryCIDRs": []any{}}}, nil, []string{"ipBlock"}},
		"no network policy": {object{"networkPolicy": object{"enabled": false}}, nil, []string{"NetworkPolicy"}},
		"credentials": {object{"registries": object{"credentialsSecret": "pull", "env": object{"GUARD_REGISTRY_ALLOW": "registry.internal"}}},
			[]string{`secretName: "pull"`, "{name: DOCKER_CONFIG, value: /registries}", `{name: GUARD_REGISTRY_ALLOW, value: "registry.internal"}`}, nil},
		"a priority class": {object{"priorityClassName": "system-cluster-critical"}, []string{`priorityClassName: "system-cluster-critical"`}, []string{"kind: PriorityClass"}},
		"a configuration": {object{"config": object{"version": 1, "admission": object{"mode": "warn"}}, "files": object{"team.pem": "KEY\n"}},
			[]string{"    admission:\n      mode: warn\n", `team.pem: "KEY\n"`}, nil},
		"a collector of decisions": {object{"decisions": object{"to": "https://logs.example.com/guard", "inputs": true, "gzip": true, "tokenSecret": "logs", "caSecret": "logs-ca"}, "networkPolicy": object{"egress": []any{object{"ports": []any{object{"port": 4318}}}}}},
			[]string{"- --decisions=https://logs.example.com/guard\n", "- --decisions-inputs\n", "- --decisions-gzip\n", "- --decisions-token=/collector/token\n", "- --decisions-ca=/collector/ca.crt\n", `name: "logs"`, `name: "logs-ca"`, "- port: 4318\n"}, []string{"- --decisions=stdout\n"}},
		"traces": {object{"traces": object{"endpoint": "http://otel.tracing:4318"}}, []string{"- --traces-endpoint=http://otel.tracing:4318\n"}, nil},
		"rules of one's own": {object{"config": object{"version": 1, "policies": []any{"oci://registry.example.com/team/rules:1"}}},
			[]string{"- --policy-cache=/cache\n", "{name: cache, mountPath: /cache}", "emptyDir: {sizeLimit: 256Mi}"}, nil},
		"a glass to break": {object{"config": object{"version": 1, "admission": object{"break-glass": object{"keys": []any{object{"name": "alice", "file": "alice.pub"}}}}}},
			[]string{"- --break-glass=/break-glass\n", "secret: {secretName: guard-break-glass, optional: true, defaultMode: 0440}"}, nil},
		"a namespace": {object{"createNamespace": true}, []string{"kind: Namespace"}, nil},
	} {
		got := text(t, c.values)
		for _, want := range c.has {
			if !strings.Contains(got, want) || strings.Contains(plain, want) {
				t.Errorf("%s: %q is not rendered, or always", name, want)
			}
		}
		for _, other := range c.lacks {
			if strings.Contains(got, other) || !strings.Contains(plain, other) {
				t.Errorf("%s: %q is rendered, or never", name, other)
			}
		}
	}
}

// roles are what the chart allows to whom, as one line for each rule of a role
// and for each of its bindings.
func roles(t *testing.T, more object) []string {
	t.Helper()
	var all []string
	for _, part := range strings.Split(text(t, more), "\n---\n") {
		var o struct {
			Kind     string
			Metadata struct{ Name, Namespace string }
			RoleRef  struct{ Name string }
			Subjects []struct{ Name, Namespace string }
			Rules    []struct{ APIGroups, Resources, ResourceNames, Verbs []string }
		}
		if err := yaml.Unmarshal([]byte(part), &o); err != nil {
			t.Fatal(err)
		}
		for _, r := range o.Rules {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s: %s %s/%s %s", o.Metadata.Name, strings.Join(r.Verbs, ","), strings.Join(r.APIGroups, ","), strings.Join(r.Resources, ","), strings.Join(r.ResourceNames, ","))))
		}
		for _, s := range o.Subjects {
			all = append(all, fmt.Sprintf("%s has %s in %q", s.Name, o.RoleRef.Name, o.Metadata.Namespace))
		}
	}
	slices.Sort(all)
	return all
}

// RELIABILITY 64: each option brings the rights that it needs, and no others.
func TestRender_OptionsBringTheirRights(t *testing.T) {
	plain := roles(t, nil)
	for name, c := range map[string]struct {
		values object
		more   []string
	}{
		"pull secrets": {object{"pullSecrets": object{"enabled": true}}, []string{
			`guard-webhook has guard-webhook-pull-secrets in ""`, `guard-webhook-pull-secrets: get /secrets,serviceaccounts`}},
		"pull secrets of two namespaces": {object{"pullSecrets": object{"enabled": true, "namespaces": []any{"bank", "shop"}}}, []string{
			`guard-webhook has guard-webhook-pull-secrets in "bank"`, `guard-webhook has guard-webhook-pull-secrets in "shop"`, `guard-webhook-pull-secrets: get /secrets,serviceaccounts`}},
		"an audit": {object{"audit": object{"enabled": true}, "webhook": object{"resources": []any{"argoproj.io/v1alpha1/rollouts"}}}, []string{
			`guard-webhook: get,patch coordination.k8s.io/leases guard-scan`, `guard-webhook: list /pods,podtemplates,replicationcontrollers`, `guard-webhook: list apps/deployments,replicasets,statefulsets,daemonsets`,
			`guard-webhook: list argoproj.io/rollouts`, `guard-webhook: list batch/jobs,cronjobs`}},
		"an audit with reports": {object{"audit": object{"enabled": true, "policyReports": true}}, []string{
			`guard-webhook: get admissionregistration.k8s.io/validatingwebhookconfigurations guard-webhook`, `guard-webhook: get,patch coordination.k8s.io/leases guard-scan`,
			`guard-webhook: list /pods,podtemplates,replicationcontrollers`, `guard-webhook: list apps/deployments,replicasets,statefulsets,daemonsets`, `guard-webhook: list batch/jobs,cronjobs`,
			`guard-webhook: list,create,patch,delete wgpolicyk8s.io/policyreports,clusterpolicyreports`}},
	} {
		want := append(slices.Clone(plain), c.more...)
		slices.Sort(want)
		if got := roles(t, c.values); !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for _, line := range plain {
		if strings.Contains(line, "*") {
			t.Errorf("a wildcard: %s", line)
		}
	}
}
