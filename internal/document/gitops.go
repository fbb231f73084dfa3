package document

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// updaterGroup is the API group of Argo CD Image Updater.
const updaterGroup = "argocd-image-updater.argoproj.io"

// isGitOps tells whether a document is a Kustomization, or an object of Argo
// CD or Flux. Old Kustomizations have neither apiVersion nor kind; they are
// known by their fields.
func isGitOps(root *tree.Node) bool {
	if !isKubernetes(root) {
		return isBareKustomization(root)
	}
	typ := typeOf(root)
	switch {
	case typ.group == "kustomize.config.k8s.io":
		return true
	case typ.group == "argoproj.io":
		return slices.Contains([]string{"Application", "ApplicationSet", "AppProject"}, typ.kind)
	case typ.group == updaterGroup:
		return typ.kind == "ImageUpdater"
	}
	return strings.HasSuffix(typ.group, ".toolkit.fluxcd.io")
}

// kustomizationFields are the fields of a Kustomization.
var kustomizationFields = []string{
	"apiVersion", "kind", "metadata", "bases", "buildMetadata", "commonAnnotations", "commonLabels", "components",
	"configMapGenerator", "configurations", "crds", "generatorOptions", "generators", "helmCharts",
	"helmChartInflationGenerator", "helmGlobals", "images", "imageTags", "labels", "namePrefix", "nameSuffix",
	"namespace", "openapi", "patches", "patchesJson6902", "patchesStrategicMerge", "replacements", "replicas",
	"resources", "secretGenerator", "sortOptions", "transformers", "validators", "vars",
}

// isBareKustomization tells whether all fields are a Kustomization's, and its
// kind, or a list of what it is made of, says the rest.
func isBareKustomization(root *tree.Node) bool {
	kind := root.Get("kind")
	if root.Type() != tree.Map || kind.IsSet() && kind.Scalar() != "Kustomization" && kind.Scalar() != "Component" {
		return false
	}
	for _, m := range root.Members {
		if !slices.Contains(kustomizationFields, m.Key.Text) {
			return false
		}
	}
	return kind.IsSet() || namesFiles(root.Get("resources")) || namesFiles(root.Get("bases")) || namesFiles(root.Get("components"))
}

// namesFiles tells whether a list holds nothing but strings, and one at least.
func namesFiles(list *tree.Node) bool {
	if list.Type() != tree.List || len(list.Items) == 0 {
		return false
	}
	return !slices.ContainsFunc(list.Items, func(item *tree.Node) bool { return item.Type() != tree.String })
}

// gitops reads a Kustomization or an object of Argo CD or Flux.
func (l *loader) gitops(root *tree.Node) []*Document {
	left := maxItems
	typ := typeOf(root)
	if typ.kind == "" {
		typ.kind = "Kustomization"
	}
	r := &reader{load: l, doc: l.newObject(root), left: &left}
	r.doc.Kind = KindGitOps
	metadata := r.mapping(place{node: root}.get("metadata"))
	model := Kubernetes{Kind: typ.kind, Name: r.objectName(metadata), Namespace: r.text(metadata.get("namespace"))}
	r.doc.GitOps = &GitOps{
		Kind: typ.kind, Name: model.Name.Value, Sources: []GitOpsSource{}, Updates: []GitOpsUpdate{},
		AutoSync: GitOpsSync{Automatic: unknownFact("only applications of Argo CD say it"), Path: finding.Path{}},
	}
	r.doc.Object = objectPath(&model)
	r.gitopsImages(place{node: root}, typ)
	r.gitopsModel(place{node: root}, typ)
	r.gitopsDoubts()
	return []*Document{r.doc}
}

// gitopsModel reads where what runs comes from, and who changes that.
func (r *reader) gitopsModel(root place, typ objectType) {
	deployed := root
	switch {
	case typ.group == "argoproj.io" && typ.kind != "AppProject":
		if typ.kind == "ApplicationSet" {
			deployed = r.mapping(r.mapping(root.get("spec")).get("template"))
		}
		r.argoApplication(deployed)
	case typ.group == updaterGroup:
		r.imageUpdater(r.mapping(root.get("spec")))
	case strings.HasSuffix(typ.group, ".toolkit.fluxcd.io"):
		r.flux(r.mapping(root.get("spec")), typ.kind)
	}
	r.doc.GitOps.Production = r.production(root, deployed)
}

// gitopsImages adds the images that an object sets.
func (r *reader) gitopsImages(root place, typ objectType) {
	switch {
	case typ.group == "argoproj.io":
		r.argoImages(root, typ)
	case strings.HasSuffix(typ.group, ".toolkit.fluxcd.io") && typ.kind == "Kustomization":
		r.kustomizeImages(root.get("spec", "images"))
	case typ.kind == "HelmRelease":
		r.valuesImages(root.get("spec", "values"))
	case typ.kind == "Kustomization" || typ.kind == "Component":
		r.kustomizeImages(root.get("images"))
		r.kustomizeImages(root.get("imageTags"))
	}
}

// kustomizeImages adds the images of a kustomization's list that get a tag or
// digest. An entry without one says nothing of what will run.
func (r *reader) kustomizeImages(list place) {
	for _, at := range r.maps(list) {
		name := r.text(at.get("name"))
		newName := r.text(at.get("newName")).or(name)
		tag, digest := at.get("newTag"), at.get("digest")
		deciding := tag
		raw := newName.Value
		if text := tag.node.Scalar(); text != "" {
			raw += ":" + text
		}
		if text := digest.node.Scalar(); text != "" {
			raw, deciding = raw+"@"+text, digest
		}
		if raw != newName.Value && newName.Value != "" {
			r.deployed(raw, deciding, name.or(newName).Value)
		}
	}
}

// maxDeployed bounds the images that one object sets.
const maxDeployed = 1000

func (r *reader) deployed(raw string, at place, name string) {
	if len(r.doc.Images) == maxDeployed {
		r.unparsable(place{}, fmt.Sprintf("limit exceeded: more than %d images in one object; the rest was not looked at", maxDeployed))
		return
	}
	r.doc.Images = append(r.doc.Images, r.load.image(raw, at.path, RoleDeployed, "image "+name))
}

// argoImages adds the images that an Application or an ApplicationSet's
// template hands to kustomize.
func (r *reader) argoImages(root place, typ objectType) {
	spec := r.mapping(root.get("spec"))
	if typ.kind == "ApplicationSet" {
		spec = r.mapping(r.mapping(spec.get("template")).get("spec"))
	}
	sources := append(r.maps(spec.get("sources")), r.mapping(spec.get("source")))
	for _, source := range sources {
		for _, at := range r.list(r.mapping(source.get("kustomize")).get("images")) {
			r.argoImage(at)
		}
		r.valuesImages(source.get("helm", "valuesObject"))
	}
}

// argoImage reads [name=]image[:tag][@digest] as kustomize edit set image
// does.
func (r *reader) argoImage(at place) {
	name, raw, renamed := strings.Cut(r.text(at).Value, "=")
	if !renamed {
		raw = name
		name, _, _ = strings.Cut(raw, "@")
	}
	last := raw[strings.LastIndexByte(raw, '/')+1:]
	if raw != "" && strings.ContainsAny(last, ":@") {
		r.deployed(raw, at, name)
	}
}
