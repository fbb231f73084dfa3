package azure

import (
	"strings"

	"guard/internal/pipeline"
)

// container reads the container of a job; nil where there is none.
func (r *reader) container(v *value) *pipeline.Image {
	at := v.get("container")
	if !at.isSet() {
		at = r.root.get("container")
	}
	image, ok := r.image("", at)
	if !ok {
		return nil
	}
	return &image
}

// services reads the containers beside a job.
func (r *reader) services(v *value) []pipeline.Image {
	images := []pipeline.Image{}
	at := v.get("services")
	if !at.isSet() {
		at = r.root.get("services")
	}
	for _, m := range at.list() {
		if image, ok := r.image(m.key, m.value); ok {
			images = append(images, image)
		}
	}
	return images
}

// image reads an image, a map with one, or the name of a container among the
// resources.
func (r *reader) image(name string, v *value) (image pipeline.Image, ok bool) {
	image = pipeline.Image{Name: name, Path: v.path, Env: []pipeline.Variable{}}
	if v.isMap() {
		if alias := v.get("alias"); alias.isSet() && !v.has("image") {
			return r.image(name, alias)
		}
		image.Env = r.pairs(v.get("env"))
		v = v.get("image")
		image.Path = v.path
	} else if resource := r.resource(v.scalar()); resource != nil {
		if !resource.has("image") {
			r.once(resource.path, "which image the container %q is is said by the registry that it names", v.scalar())
			return image, false
		}
		v = resource.get("image")
		image.Path, image.Env = v.path, r.pairs(resource.get("env"))
	}
	if name := v.scalar(); image.Path.String() == v.path.String() && (r.out.Form == "template" || r.foreign) && !strings.ContainsAny(name, ":/.$") && name != "" {
		r.once(v.path, "whether %q is an image or a container of the pipeline that inserts the template is not known", name)
		return image, false
	}
	image.Raw = v.scalar()
	return image, image.Raw != ""
}

// resource is the container of a name among the resources; nil where there is
// none.
func (r *reader) resource(name string) *value {
	if name == "" {
		return nil
	}
	for _, c := range r.root.get("resources").get("containers").all() {
		if strings.EqualFold(c.get("container").scalar(), name) {
			return c
		}
	}
	return nil
}
