package main

import (
	"maps"
	"os"
	"path/filepath"
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
			[]string{`secretName: "own-tls"`}, []string{"kind: Certificate", "kind: Issuer", "cert-manager.io", "guard-webhook-tls"}},
		"no policy":  {object{"validatingAdmissionPolicy": object{"enabled": false}}, nil, []string{"ValidatingAdmissionPolicy"}},
		"warnings":   {object{"validatingAdmissionPolicy": object{"actions": []any{"Warn"}}}, []string{`validationActions: ["Warn"]`}, nil},
		"more kinds": {object{"webhook": object{"resources": []any{"argoproj.io/v1alpha1/rollouts"}}}, []string{"- --resource=argoproj.io/v1alpha1/rollouts\n"}, nil},
		"more namespaces": {object{"webhook": object{"excludedNamespaces": []any{"calico-system"}}},
			[]string{"- --exclude=calico-system\n", `values: ["guard-system","kube-system","calico-system"]`}, nil},
		"no registries":     {object{"networkPolicy": object{"registryCIDRs": []any{}}}, nil, []string{"ipBlock"}},
		"no network policy": {object{"networkPolicy": object{"enabled": false}}, nil, []string{"NetworkPolicy"}},
		"credentials": {object{"registries": object{"credentialsSecret": "pull", "env": object{"GUARD_REGISTRY_ALLOW": "registry.internal"}}},
			[]string{`secretName: "pull"`, "{name: DOCKER_CONFIG, value: /registries}", `{name: GUARD_REGISTRY_ALLOW, value: "registry.internal"}`}, nil},
		"a priority class": {object{"priorityClassName": "system-cluster-critical"}, []string{`priorityClassName: "system-cluster-critical"`}, []string{"kind: PriorityClass"}},
		"a configuration": {object{"config": object{"version": 1, "admission": object{"mode": "warn"}}, "files": object{"team.pem": "KEY\n"}},
			[]string{"    admission:\n      mode: warn\n", `team.pem: "KEY\n"`}, nil},
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
