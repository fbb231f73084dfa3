package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"guard/internal/tree"
)

// The types of containers.
const (
	typeContainer = "container"
	typeInit      = "init"
	typeSidecar   = "sidecar"
	typeEphemeral = "ephemeral"
)

// containerList is one list of containers of a Pod.
type containerList struct {
	at       place
	typ      string
	word     string   // what one of them is called, for messages; "" says it by the type
	name     string   // the name of one that has none of its own
	template *stencil // defaults of all of them; nil: none
}

// stencil gives defaults to the containers of a list.
type stencil struct {
	image    Text
	security SecurityContext
}

// maxContainers bounds how many containers one object holds.
const maxContainers = 1000

// containers reads a list of containers of a Pod.
func (r *reader) containers(pod *Workload, list containerList) {
	for i, at := range r.maps(list.at) {
		r.add(pod, list, i, at)
	}
}

// add reads one container of a Pod. One without an image makes the Pod a
// fragment: whoever complains of what is missing must know it.
func (r *reader) add(pod *Workload, list containerList, i int, at place) {
	if r.containersRead++; r.containersRead > maxContainers {
		r.exceeded(place{path: pod.Path}, fmt.Sprintf("more than %d containers in one object", maxContainers))
		return
	}
	c := r.container(pod, list, i, at)
	pod.Containers = append(pod.Containers, c)
	if c.Fragment {
		pod.Fragment = true
		r.incomplete(at, c.Holder+" has no image, so it is taken for a patch: what it lacks may stand elsewhere")
	}
}

func (r *reader) container(pod *Workload, list containerList, i int, at place) Container {
	c := Container{
		Name:     r.text(at.get("name")).Value,
		Type:     r.containerType(list.typ, at),
		Path:     at.path,
		Image:    r.text(at.get("image")),
		Security: r.security(at.get("securityContext")),
	}
	c.Holder = holderName(list.word, c.Type, cmp.Or(c.Name, list.name), i)
	r.imageOf(pod, &c, at)
	if list.template != nil {
		c.Image = c.Image.or(list.template.image)
		c.Security = c.Security.overTemplate(list.template.security)
	}
	c.Fragment = c.Image.Value == ""
	c.Effective = c.Security.over(pod.Security)
	c.AppArmor = appArmorAnnotation(pod, c.Name)
	r.containerParts(&c, at)
	return c
}

// containerParts reads what is below a container.
func (r *reader) containerParts(c *Container, at place) {
	resources := r.mapping(at.get("resources"))
	if !resources.node.IsSet() && at.node.Get("computeResources").IsSet() {
		resources = r.mapping(at.get("computeResources"))
	}
	c.Resources = resources.path
	c.Requests = r.entries(resources.get("requests"))
	c.Limits = r.entries(resources.get("limits"))
	c.Ports = r.ports(at.get("ports"))
	c.Probes = r.probes(at)
	r.environment(c, at)
}

// containerType tells sidecars, which are init containers that keep running,
// from the others.
func (r *reader) containerType(typ string, at place) string {
	if typ == typeInit && r.text(at.get("restartPolicy")).Value == "Always" {
		return typeSidecar
	}
	return typ
}

// holderName is what messages call a container.
func holderName(word, typ, name string, i int) string {
	if word == "" {
		word = map[string]string{typeContainer: "container", typeInit: "init container", typeSidecar: "sidecar container", typeEphemeral: "ephemeral container"}[typ]
	}
	if name == "" {
		return fmt.Sprintf("%s %d", word, i)
	}
	return word + " " + name
}

// imageOf adds the image that a container names itself.
func (r *reader) imageOf(pod *Workload, c *Container, at place) {
	if c.Image.Value == "" {
		return
	}
	if c.Image.Value == "auto" && injected(pod) && !r.made {
		r.incomplete(place{path: c.Image.Path}, c.Holder+": Istio puts in the image when the Pod is made, so it is not known here")
		return
	}
	role := map[string]Role{typeInit: RoleInit, typeSidecar: RoleInit, typeEphemeral: RoleEphemeral}[c.Type]
	if role == "" {
		role = RoleContainer
	}
	image := r.load.image(c.Image.Value, c.Image.Path, role, c.Holder)
	image.PullRule = r.text(at.get("imagePullPolicy")).Value
	image.Injected = image.Raw == "auto" && !r.made
	image.Running = runningDigest(image.Reference, r.pulled[pulledImage{role, c.Name}])
	r.doc.Images = append(r.doc.Images, image)
}

// injected tells whether Istio replaces the image "auto" of a Pod.
func injected(pod *Workload) bool {
	return slices.ContainsFunc(pod.Annotations, func(a Entry) bool { return a.Key == "inject.istio.io/templates" })
}

const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/"

// appArmorAnnotation is the profile that the Pod's annotation names for a
// container.
func appArmorAnnotation(pod *Workload, container string) Text {
	for _, a := range pod.Annotations {
		if name, found := strings.CutPrefix(a.Key, appArmorPrefix); found && name == container {
			return Text{Value: a.Value, Path: a.Path}
		}
	}
	return Text{Path: pod.Metadata.With("annotations", appArmorPrefix+container)}
}

func (r *reader) ports(p place) []Port {
	ports := []Port{}
	for _, at := range r.maps(p) {
		ports = append(ports, Port{ContainerPort: r.number(at.get("containerPort")), HostPort: r.number(at.get("hostPort"))})
	}
	return ports
}

// probes reads probes and lifecycle hooks.
func (r *reader) probes(container place) []Probe {
	lifecycle := r.mapping(container.get("lifecycle"))
	probes := []Probe{}
	for _, p := range []struct {
		typ string
		at  place
	}{
		{"readiness", container.get("readinessProbe")},
		{"liveness", container.get("livenessProbe")},
		{"startup", container.get("startupProbe")},
		{"postStart", lifecycle.get("postStart")},
		{"preStop", lifecycle.get("preStop")},
	} {
		if at := r.mapping(p.at); at.node.IsSet() {
			probes = append(probes, Probe{Type: p.typ, Host: r.probeHost(at), Path: at.path})
		}
	}
	return probes
}

// probeHost is the host a probe asks instead of the Pod.
func (r *reader) probeHost(probe place) Text {
	http := r.text(r.mapping(probe.get("httpGet")).get("host"))
	tcp := r.text(r.mapping(probe.get("tcpSocket")).get("host"))
	return http.or(tcp)
}

// environment looks for literal secrets among the variables of a container.
func (r *reader) environment(c *Container, at place) {
	for _, variable := range r.maps(at.get("env")) {
		name, value := variable.node.Get("name").Scalar(), variable.get("value")
		if value.node.Type() == tree.String {
			r.secret(name, value, c.Holder, "env")
		}
	}
}
