package document

import (
	"slices"
	"strings"

	"guard/internal/imageref"
	"guard/internal/tree"
)

// Facts is what the files of a run say together of images: what some file
// builds is one's own wherever it is used, and an image in a manifest that
// something else gives its tag is a placeholder there. The zero value knows
// nothing.
type Facts struct {
	built     map[string]bool // registry/repository of what is built or pushed here
	retagged  map[string]bool // names, as written, that a Kustomization gives a tag or digest
	artifacts map[string]bool // names, as written, that Skaffold builds and tags
}

// Learn returns what the documents of one file say.
func Learn(documents []*Document) Facts {
	f := Facts{built: map[string]bool{}, retagged: map[string]bool{}, artifacts: map[string]bool{}}
	for _, d := range documents {
		f.learn(d)
	}
	return f
}

func (f *Facts) learn(d *Document) {
	for _, image := range d.Images {
		if (image.Role == RoleBuilt || image.Role == RolePushed) && image.Repository != "" {
			f.built[repository(&image)] = true
		}
	}
	switch {
	case d.GitOps != nil && d.GitOps.Kind == "Kustomization":
		addNames(f.retagged, d.Value.Get("images"), "name", "newTag", "digest")
	case d.Kubernetes != nil && strings.HasPrefix(d.Kubernetes.APIVersion, "skaffold/"):
		addNames(f.artifacts, d.Value.Dig("build", "artifacts"), "image")
	}
}

// addNames adds the names in a list of maps. Where fields are given, only
// those maps count that set one of them.
func addNames(names map[string]bool, list *tree.Node, key string, fields ...string) {
	if list.Type() != tree.List {
		return
	}
	for _, item := range list.Items {
		sets := len(fields) == 0 || slices.ContainsFunc(fields, func(field string) bool { return item.Get(field).IsSet() })
		if name := item.Get(key).Scalar(); name != "" && sets {
			names[name] = true
		}
	}
}

func repository(image *Image) string { return image.Registry + "/" + image.Repository }

// Merge returns what f and the others say together.
func (f Facts) Merge(others ...Facts) Facts {
	all := Learn(nil)
	for _, o := range append([]Facts{f}, others...) {
		union(all.built, o.built)
		union(all.retagged, o.retagged)
		union(all.artifacts, o.artifacts)
	}
	return all
}

func union(into, from map[string]bool) {
	for name := range from {
		into[name] = true
	}
}

// Names lists the images of a file, each once, as [Facts.Concern] wants them.
func Names(documents []*Document) []string {
	var names []string
	for _, d := range documents {
		for i := range d.Images {
			names = append(names, repository(&d.Images[i]), d.Images[i].Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Concern tells whether f says anything of one of the names.
func (f Facts) Concern(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return f.built[name] || f.retagged[name] || f.artifacts[name]
	})
}

// Apply is the last step of loading the documents of a file: it tells them
// what all files of the run say together.
func (f Facts) Apply(documents []*Document) {
	for _, d := range documents {
		f.apply(d)
	}
}

func (f Facts) apply(d *Document) {
	if d.Kind == KindKubernetes {
		d.Images = slices.DeleteFunc(d.Images, func(image Image) bool { return f.retagged[image.Name] })
	}
	for i := range d.Images {
		image := &d.Images[i]
		image.Own = image.Own || f.built[repository(image)] || f.artifacts[image.Name]
		if d.Kind == KindKubernetes && image.Class == imageref.ClassNone && f.artifacts[image.Name] {
			d.leaveOpen(image, "Skaffold puts the tag in when it deploys")
		}
	}
}

// leaveOpen says of an image that its tag is not known here.
func (d *Document) leaveOpen(image *Image, reason string) {
	image.Unresolved, image.Mutable, image.Reason = true, false, reason
	image.Class, image.Classes = imageref.ClassUnknown, []imageref.Class{imageref.ClassUnknown}
	d.Incomplete = append(d.Incomplete, unresolved(image))
}
