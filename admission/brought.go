package admission

import (
	"guard/internal/document"
)

// imageAt is an image with the document that it stands in.
type imageAt struct {
	*document.Image
	document *document.Document
}

// brought are the images that an object lets nodes pull and that it did not
// before, or lets run otherwise than before.
type brought struct {
	images []imageAt
	old    map[string]bool // the paths of all others
}

// newImages are those that a request brings in: of an update, the ones whose
// use is new. What an image is, is a matter of the security context, too.
func (h *Handler) newImages(r *Request, documents []*document.Document) brought {
	b := brought{old: map[string]bool{}}
	before := map[string]bool{}
	if r.Operation == Update && r.OldObject != nil {
		for _, use := range usesOf(document.Load(objectFile, r.OldObject, h.Documents)) {
			before[use.key] = true
		}
	}
	for _, use := range usesOf(documents) {
		if before[use.key] {
			b.old[use.image.Path.String()] = true
			continue
		}
		b.images = append(b.images, use.image)
	}
	return b
}

// use is how an object uses an image.
type use struct {
	image imageAt
	key   string // what is the same, is used in the same way
}

func usesOf(documents []*document.Document) []use {
	var all []use
	for _, d := range documents {
		contexts := map[string]string{}
		for _, pod := range pods(d) {
			whole := written(d, pod.Security.Path)
			for _, c := range pod.Containers {
				contexts[c.Image.Path.String()] = key(whole, written(d, c.Security.Path))
			}
		}
		for i := range d.Images {
			image := &d.Images[i]
			all = append(all, use{imageAt{image, d}, key(image.Role, image.Holder, image.Raw, contexts[image.Path.String()])})
		}
	}
	return all
}
