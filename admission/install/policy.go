package install

import (
	"strings"

	registration "k8s.io/api/admissionregistration/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"guard/admission"
)

// Policy is a ValidatingAdmissionPolicy for the rules that ask for nothing but
// the object: image/tag-latest, kubernetes/privileged and
// kubernetes/run-as-non-root. The API server evaluates it itself, so it holds
// while the webhook is not asked. It denies nothing that those rules admit;
// what it misses docs/admission.md lists.
func Policy() *registration.ValidatingAdmissionPolicy {
	fail, equivalent := registration.Fail, registration.Equivalent
	return &registration.ValidatingAdmissionPolicy{
		TypeMeta:   meta.TypeMeta{APIVersion: registration.SchemeGroupVersion.String(), Kind: "ValidatingAdmissionPolicy"},
		ObjectMeta: meta.ObjectMeta{Name: Name},
		Spec: registration.ValidatingAdmissionPolicySpec{
			FailurePolicy: &fail,
			MatchConstraints: &registration.MatchResources{
				MatchPolicy:   &equivalent,
				ResourceRules: named(rules(admission.Holders(), registration.NamespacedScope)),
			},
			Variables:   variables(),
			Validations: validations(),
		},
	}
}

func named(rules []registration.RuleWithOperations) []registration.NamedRuleWithOperations {
	all := make([]registration.NamedRuleWithOperations, len(rules))
	for i, r := range rules {
		all[i] = registration.NamedRuleWithOperations{RuleWithOperations: r}
	}
	return all
}

// variables take an object apart, and the object before a change in the same
// way: what was broken before is not denied.
func variables() []registration.Variable {
	return append(parts("object", "now"), parts("oldObject", "before")...)
}

// parts are the variables about one object. Everything in it is optional, so
// that no expression can fail on an object that the API server lets through.
func parts(object, when string) []registration.Variable {
	fill := strings.NewReplacer("OBJECT", object, "POD", "variables."+when+"Pod", "CONTAINERS", "variables."+when+"Containers", "IMAGES", "variables."+when+"Images")
	list := []registration.Variable{
		{Name: when + "Pod", Expression: podOf},
		{Name: when + "Containers", Expression: containersOf},
		{Name: when + "Images", Expression: imagesOf},
		{Name: when + "Floating", Expression: `IMAGES.filter(image, ` + floating + `)`},
		{Name: when + "Privileged", Expression: `CONTAINERS.filter(c, ` + privileged + `).map(c, c.?name.orValue(""))`},
		{Name: when + "Roots", Expression: `POD.?hostUsers.orValue(true) == false || POD.?os.?name.orValue("") == "windows" ? [] : CONTAINERS.filter(c, c.?image.orValue("") != "" && (` + root + `)).map(c, c.?name.orValue(""))`},
	}
	for i := range list {
		list[i].Expression = fill.Replace(list[i].Expression)
	}
	return list
}

// The expressions, in CEL.
const (
	// podOf is the spec of the Pod that an object holds; dyn, since each kind
	// keeps it elsewhere.
	podOf = `OBJECT == null ? dyn({}) : ` +
		`OBJECT.kind == "Pod" ? dyn(OBJECT).?spec.orValue({}) : ` +
		`OBJECT.kind == "PodTemplate" ? dyn(OBJECT).?template.?spec.orValue({}) : ` +
		`OBJECT.kind == "CronJob" ? dyn(OBJECT).?spec.?jobTemplate.?spec.?template.?spec.orValue({}) : ` +
		`dyn(OBJECT).?spec.?template.?spec.orValue({})`

	containersOf = `POD.?containers.orValue([]) + POD.?initContainers.orValue([]) + POD.?ephemeralContainers.orValue([])`

	imagesOf = `CONTAINERS.map(c, c.?image.orValue("")) + ` +
		`POD.?volumes.orValue([]).map(v, v.?image.?reference.orValue(""))`

	// An image without a digest whose tag is missing or latest. What is no
	// reference, or a place for one, is left to guard; so is the word auto, which
	// Istio replaces.
	floating = `image != "auto" && image.matches("` + reference + `") && (!image.matches(":[^/]*$") || image.lowerAscii().endsWith(":latest"))`

	// reference is a host with or without a port, a path, and perhaps a tag.
	reference = `^([a-z0-9.-]+(:[0-9]+)?/)?[a-z0-9._-]+(/[a-z0-9._-]+)*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?$`

	privileged = `c.?securityContext.?privileged.orValue(false) == true`

	// A user by number decides; without one, runAsNonRoot must say so. The
	// container's word counts before the Pod's.
	root = `c.?securityContext.?runAsUser.or(POD.?securityContext.?runAsUser).hasValue() ` +
		`? c.?securityContext.?runAsUser.or(POD.?securityContext.?runAsUser).orValue(0) == 0 ` +
		`: c.?securityContext.?runAsNonRoot.or(POD.?securityContext.?runAsNonRoot).orValue(false) == false`
)

func validations() []registration.Validation {
	return []registration.Validation{
		{
			Expression:        `variables.nowFloating.all(image, image in variables.beforeFloating)`,
			Message:           "an image has no tag or the tag latest, and no digest (image/tag-latest)",
			MessageExpression: `"no tag or the tag latest, and no digest: " + variables.nowFloating.filter(image, !(image in variables.beforeFloating)).join(", ") + " (image/tag-latest)"`,
		},
		{
			Expression:        `variables.nowPrivileged.all(name, name in variables.beforePrivileged)`,
			Message:           "a container is privileged (kubernetes/privileged)",
			MessageExpression: `"privileged: " + variables.nowPrivileged.filter(name, !(name in variables.beforePrivileged)).join(", ") + " (kubernetes/privileged)"`,
		},
		{
			// What kubectl debug adds to a Pod that runs as root already does so by
			// the Pod's word.
			Expression:        `variables.nowRoots.all(name, name in variables.beforeRoots) || request.?subResource.orValue("") == "ephemeralcontainers" && size(variables.beforeRoots) > 0`,
			Message:           "a container may run as root (kubernetes/run-as-non-root)",
			MessageExpression: `"neither runAsNonRoot nor a runAsUser above 0: " + variables.nowRoots.filter(name, !(name in variables.beforeRoots)).join(", ") + " (kubernetes/run-as-non-root)"`,
		},
	}
}
