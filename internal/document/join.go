package document

import (
	"slices"
	"strings"

	"guard/internal/imageref"
	"guard/internal/pipeline/flow"
	"guard/internal/tree"
)

// Facts is what the files of a run say together of images: what some file
// builds is one's own wherever it is used, and an image in a manifest that
// something else gives its tag is a placeholder there. The zero value knows
// nothing.
type Facts struct {
	built          map[string]bool            // registry/repository of what is built or pushed here
	artifacts      map[string]bool            // names, as written, that Skaffold builds and tags
	kustomizations map[string]kustomization   // by directory
	retagged       map[string]bool            // names, as written, that some Kustomization gives a tag or digest
	retaggedIn     map[string]map[string]bool // by file: those that a Kustomization which the file is part of gives one
	pushes         []flow.Known               // what pipelines push
	pushed         *flow.Pushes               // the same in order, once all is known
	pushingFiles   int                        // files with such pipelines
	tests          tests
	staging        []string // files whose pipelines deploy to an environment before production
}

// Learn returns what the documents of one file say.
func Learn(documents []*Document) Facts {
	f := Facts{built: map[string]bool{}, artifacts: map[string]bool{}, kustomizations: map[string]kustomization{}, retagged: map[string]bool{}}
	for _, d := range documents {
		f.learn(d)
	}
	f.tests.learn(documents)
	return f
}

func (f *Facts) learn(d *Document) {
	for _, image := range d.Images {
		if (image.Role == RoleBuilt || image.Role == RolePushed) && image.Repository != "" {
			f.built[repository(&image)] = true
		}
	}
	if d.Pipeline != nil && flow.Stages(d.Pipeline) {
		f.staging = append(f.staging, d.File)
	}
	switch {
	case d.Pipeline != nil && len(d.Pipeline.Pushes) > 0:
		f.pushes, f.pushingFiles = append(f.pushes, pushesOf(d.Pipeline, d.File)...), 1
	case d.GitOps != nil && (d.GitOps.Kind == "Kustomization" || d.GitOps.Kind == "Component"):
		f.learnKustomization(d)
	case d.Kubernetes != nil && strings.HasPrefix(d.Kubernetes.APIVersion, "skaffold/"):
		addNames(f.artifacts, d.Value.Dig("build", "artifacts"), "image")
	}
}

// addNames adds the names in a list of maps. Where fields are given, only
// those maps count that set one of them.
func addNames(names map[string]bool, list *tree.Node, key string, fields ...string) {
	for _, item := range items(list) {
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
		all.pushes, all.pushingFiles = append(all.pushes, o.pushes...), all.pushingFiles+o.pushingFiles
		all.staging = append(all.staging, o.staging...)
		for dir, k := range o.kustomizations {
			all.kustomizations[dir] = all.kustomizations[dir].join(k)
		}
	}
	for _, o := range append([]Facts{f}, others...) {
		all.tests.join(&o.tests)
	}
	all.retaggedIn = retaggedFiles(all.kustomizations)
	all.pushed = flow.NewPushes(all.pushes)
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
		if d.Pipeline != nil && len(d.Pipeline.Deploys) > 0 {
			names = append(names, deploying)
		}
		if d.Pipeline != nil && asksOthers(d.Pipeline) {
			names = append(names, untested)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// deploying stands among the names of a file whose pipeline deploys: what it
// deploys may be pushed by the pipeline of another file. No image is so named.
const deploying = "(deploys)"

// Concern tells whether f says anything of one of the names.
func (f Facts) Concern(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return f.built[name] || f.retagged[name] || f.artifacts[name] ||
			name == deploying && (f.pushingFiles > 0 || len(f.staging) > 0) || name == untested && f.tests.sayMore()
	})
}

// Apply is the last step of loading the documents of a file: it tells them
// what all files of the run say together.
func (f Facts) Apply(documents []*Document) {
	for _, d := range documents {
		f.apply(d)
	}
}

// Retags tells whether an image of a document gets its tag elsewhere: from a
// Kustomization that the file is part of. [Facts.Apply] leaves such images out.
func (f Facts) Retags(d *Document, image *Image) bool {
	return d.Kind == KindKubernetes && f.retaggedIn[d.File][image.Name]
}

func (f Facts) apply(d *Document) {
	d.Images = slices.DeleteFunc(d.Images, func(image Image) bool { return f.Retags(d, &image) })
	if d.Pipeline != nil {
		flow.Join(d.Pipeline, d.File, f.pushed)
		f.tests.apply(d)
		if i := slices.IndexFunc(f.staging, func(file string) bool { return file != d.File }); i >= 0 {
			flow.StagedElsewhere(d.Pipeline, f.staging[i])
		}
	}
	for i := range d.Images {
		image := &d.Images[i]
		image.Own = image.Own || f.Builds(image)
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
