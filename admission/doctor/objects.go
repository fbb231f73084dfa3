package doctor

import (
	"net/url"
	"slices"
	"strings"
)

// Of Kubernetes' objects, what is looked at.
type (
	metadata struct {
		Name      string
		Namespace string
		Labels    map[string]string
	}
	list[T any] struct {
		Metadata struct{ Continue string }
		Items    []T
	}

	configuration struct {
		Metadata metadata
		Webhooks []webhook
	}
	webhook struct {
		Name         string
		ClientConfig struct {
			URL      string
			CABundle []byte
			Service  struct{ Namespace, Name string }
		}
		FailurePolicy, MatchPolicy        string
		TimeoutSeconds                    int
		NamespaceSelector, ObjectSelector selector
		Rules                             []rule
		MatchConditions                   []struct{ Name string }
	}
	rule struct {
		APIGroups, APIVersions, Resources, Operations []string
	}

	deployment struct {
		Spec struct {
			Replicas int
			Selector selector
			Template struct{ Spec podSpec }
		}
	}
	podSpec struct {
		NodeName           string
		ServiceAccountName string
		Containers         []struct {
			Name, Image string
			Args        []string
		}
		Volumes []struct {
			Name      string
			Secret    struct{ SecretName string }
			ConfigMap struct{ Name string }
		}
	}
	pod struct {
		Metadata metadata
		Spec     podSpec
		Status   struct {
			Conditions []struct{ Type, Status string }
		}
	}
)

func (p pod) ready() bool {
	for _, c := range p.Status.Conditions {
		if c.Type == "Ready" {
			return c.Status == "True"
		}
	}
	return false
}

// arg is the value of a flag of the webhook: "" where it is not given or has
// none.
func (s podSpec) arg(flag string) (value string, given bool) {
	for _, c := range s.Containers {
		for _, a := range c.Args {
			if name, value, _ := strings.Cut(strings.TrimLeft(a, "-"), "="); name == flag {
				return value, true
			}
		}
	}
	return "", false
}

// selector is a selector of labels.
type selector struct {
	MatchLabels      map[string]string
	MatchExpressions []struct {
		Key, Operator string
		Values        []string
	}
}

func (s selector) matches(labels map[string]string) bool {
	for key, want := range s.MatchLabels {
		if got, has := labels[key]; !has || got != want {
			return false
		}
	}
	for _, x := range s.MatchExpressions {
		value, has := labels[x.Key]
		listed := has && slices.Contains(x.Values, value)
		switch x.Operator {
		case "In":
			if !listed {
				return false
			}
		case "NotIn":
			if listed {
				return false
			}
		case "Exists", "DoesNotExist":
			if has != (x.Operator == "Exists") {
				return false
			}
		}
	}
	return true
}

// keys are the labels that a selector asks for.
func (s selector) keys() []string {
	var all []string
	for key := range s.MatchLabels {
		all = append(all, key)
	}
	for _, x := range s.MatchExpressions {
		all = append(all, x.Key)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// query is the selector of a Deployment as a part of a URL.
func (s selector) query() string {
	var all []string
	for key, value := range s.MatchLabels {
		all = append(all, key+"="+value)
	}
	slices.Sort(all)
	return url.QueryEscape(strings.Join(all, ","))
}

// covers tells whether rules ask about an operation on a resource, which may
// have a subresource, in whatever version of the group.
func covers(rules []rule, group, resource, operation string) bool {
	return slices.ContainsFunc(rules, func(r rule) bool {
		return has(r.APIGroups, group) && has(r.Operations, operation) && slices.ContainsFunc(r.Resources, func(pattern string) bool { return covered(pattern, resource) })
	})
}

func has(list []string, value string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, value)
}

// covered tells whether a rule's resource stands for one. "*" stands for all but
// subresources.
func covered(pattern, resource string) bool {
	want, wantSub, _ := strings.Cut(pattern, "/")
	got, gotSub, _ := strings.Cut(resource, "/")
	return (want == "*" || want == got) && (wantSub == gotSub || wantSub == "*")
}
