package document

import (
	"strings"

	"guard/internal/tree"
)

// object fills what every object has.
func (r *reader) object(root *tree.Node, typ objectType) {
	metadata := r.mapping(place{node: root}.get("metadata"))
	k := &Kubernetes{
		APIVersion:  typ.apiVersion(),
		Kind:        typ.kind,
		Name:        r.objectName(metadata),
		Namespace:   r.text(metadata.get("namespace")),
		Namespaced:  !typ.clusterScoped(),
		Labels:      r.entries(metadata.get("labels")),
		Annotations: r.entries(metadata.get("annotations")),
		Data:        []Entry{},
		MorePods:    []Workload{},
	}
	r.doc.Kubernetes = k
	r.doc.Object = objectPath(k)
	r.data(place{node: root}, typ)
	if k.Kind == "" {
		r.unparsable(place{node: root}, "kind: expected a string, found "+root.Get("kind").Type().String())
	}
}

// objectName is metadata.name, or the prefix that metadata.generateName names.
func (r *reader) objectName(metadata place) Text {
	if metadata.node.Get("name").IsSet() || !metadata.node.Get("generateName").IsSet() {
		return r.text(metadata.get("name"))
	}
	return r.text(metadata.get("generateName"))
}

// objectPath is what people call an object: Deployment/shop/web.
func objectPath(k *Kubernetes) string {
	parts := []string{k.Kind}
	if k.Namespace.Value != "" {
		parts = append(parts, k.Namespace.Value)
	}
	if k.Name.Value == "" {
		return strings.Join(append(parts, "(unnamed)"), "/")
	}
	return strings.Join(append(parts, k.Name.Value), "/")
}
