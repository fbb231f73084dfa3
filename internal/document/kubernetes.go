package document

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// FromObject reads one Kubernetes object, or a List of them, as [Load] does.
// Source is the text it was read from, for positions.
func FromObject(root *tree.Node, source *tree.Source, options Options) []*Document {
	l := &loader{source: source, options: &options}
	return l.finished(l.kubernetes(root))
}

// isKubernetes tells whether a document is an object of the Kubernetes API.
func isKubernetes(root *tree.Node) bool {
	return root.Get("apiVersion").Scalar() != "" && root.Get("kind").Scalar() != ""
}

// kubernetes reads an object; a List yields a document per item, whose paths
// start at the item.
func (l *loader) kubernetes(root *tree.Node) []*Document {
	left := maxItems
	return l.objects(root, typeOf(root), &left)
}

// objects reads an object or the items of a List. The depth of the recursion
// is that of the tree.
func (l *loader) objects(root *tree.Node, typ objectType, left *int) []*Document {
	items := root.Get(typ.itemsKey())
	if items.Type() != tree.List {
		return []*Document{l.object(root, typ, left)}
	}
	r := &reader{load: l, doc: l.newObject(root), left: left}
	var documents []*Document
	for _, item := range r.maps(place{node: items, path: finding.NewPath(typ.itemsKey())}) {
		if message := l.objectLimit(len(documents)); message != "" {
			r.unparsable(item, message)
			break
		}
		documents = append(documents, l.objects(item.node, typ.item(item.node), left)...)
	}
	if len(documents) == 0 || len(r.doc.Unparsable) > 0 {
		r.object(root, typ)
		documents = append(documents, r.doc)
	}
	return documents
}

// newObject is a document of an object with nothing read yet.
func (l *loader) newObject(root *tree.Node) *Document {
	return &Document{
		Kind: KindKubernetes, File: l.source.File, Value: root, Source: l.source,
		Images: []Image{}, Secrets: []Secret{}, Unparsable: []Problem{}, Incomplete: []Problem{},
	}
}

func (l *loader) object(root *tree.Node, typ objectType, left *int) *Document {
	r := &reader{load: l, doc: l.newObject(root), left: left}
	r.object(root, typ)
	r.workloads(place{node: root, steps: &l.steps}, typ)
	if r.doc.Workload != nil {
		l.workloads++
	}
	return r.doc
}

// objectType is apiVersion and kind of an object.
type objectType struct {
	group, version, kind string
}

func typeOf(root *tree.Node) objectType {
	group, version, found := strings.Cut(root.Get("apiVersion").Scalar(), "/")
	if !found {
		group, version = "", group
	}
	return objectType{group, version, root.Get("kind").Scalar()}
}

// apiVersion writes group and version as manifests do.
func (t objectType) apiVersion() string {
	if t.group == "" {
		return t.version
	}
	return t.group + "/" + t.version
}

// itemsKey is where a List keeps its objects: List and its typed forms such
// as PodList, and an OpenShift Template. It is "" for all other kinds.
func (t objectType) itemsKey() string {
	switch {
	case strings.HasSuffix(t.kind, "List"):
		return "items"
	case t.kind == "Template" && (t.group == "" || t.group == "template.openshift.io"):
		return "objects"
	}
	return ""
}

// item is the type of an item of a List. In typed Lists items may leave it
// out.
func (t objectType) item(item *tree.Node) objectType {
	own := typeOf(item)
	if own.kind == "" && t.kind != "List" {
		own.kind = strings.TrimSuffix(t.kind, "List")
	}
	if own.version == "" && t.kind != "List" {
		own.group, own.version = t.group, t.version
	}
	return own
}
