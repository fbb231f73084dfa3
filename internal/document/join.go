package document

import (
	"slices"
	"strings"

	"guard/internal/imageref"
	"guard/internal/tree"
)

// Join is the last step of loading, when all files of a run are known: what
// some file builds is one's own wherever it is used, and an image in a
// manifest that something else gives its tag is a placeholder there.
func Join(documents []*Document) {
	j := join{built: map[string]bool{}, retagged: map[string]bool{}, artifacts: map[string]bool{}}
	for _, d := range documents {
		j.learn(d)
	}
	for _, d := range documents {
		j.apply(d)
	}
}

// join is what the documents of a run say together of images.
type join struct {
	built     map[string]bool // registry/repository of what is built or pushed here
	retagged  map[string]bool // names, as written, that a Kustomization gives a tag or digest
	artifacts map[string]bool // names, as written, that Skaffold builds and tags
}

func (j *join) learn(d *Document) {
	for _, image := range d.Images {
		if (image.Role == RoleBuilt || image.Role == RolePushed) && image.Repository != "" {
			j.built[image.Registry+"/"+image.Repository] = true
		}
	}
	switch {
	case d.GitOps != nil && d.GitOps.Kind == "Kustomization":
		addNames(j.retagged, d.Value.Get("images"), "name", "newTag", "digest")
	case d.Kubernetes != nil && strings.HasPrefix(d.Kubernetes.APIVersion, "skaffold/"):
		addNames(j.artifacts, d.Value.Dig("build", "artifacts"), "image")
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

func (j *join) apply(d *Document) {
	if d.Kind == KindKubernetes {
		d.Images = slices.DeleteFunc(d.Images, func(image Image) bool { return j.retagged[image.Name] })
	}
	for i := range d.Images {
		image := &d.Images[i]
		image.Own = image.Own || j.built[image.Registry+"/"+image.Repository] || j.artifacts[image.Name]
		if d.Kind == KindKubernetes && image.Class == imageref.ClassNone && j.artifacts[image.Name] {
			d.leaveOpen(image, "Skaffold puts the tag in when it deploys")
		}
	}
}

// leaveOpen says of an image that its tag is not known here.
func (d *Document) leaveOpen(image *Image, reason string) {
	image.Unresolved, image.Reason = true, reason
	image.Class, image.Classes = imageref.ClassUnknown, []imageref.Class{imageref.ClassUnknown}
	d.Incomplete = append(d.Incomplete, unresolved(image))
}
