package activity

import (
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// helmImages reads the images that helm --set names: image=app:1, or
// image.repository=app,image.tag=1. A tag whose image is not named here is a
// tag alone.
func helmImages(words []shell.Word) []pipeline.Operand {
	var order []string
	images := map[string]*chartImage{}
	for _, word := range words {
		for _, part := range splitList(word.Text) {
			at := assignmentAt(part)
			if at < 0 {
				continue
			}
			value := word
			value.Text = part[at+1:]
			prefix, field := imageField(part[:at])
			if field == "" || value.Text == "" {
				continue
			}
			if images[prefix] == nil {
				images[prefix] = &chartImage{}
				order = append(order, prefix)
			}
			images[prefix].set(field, value)
		}
	}
	var all []pipeline.Operand
	for _, prefix := range order {
		all = append(all, images[prefix].operands()...)
	}
	return all
}

// chartImage is one image as the values of a chart name it.
type chartImage struct {
	registry, repository, tag, digest, whole *shell.Word
}

// imageField splits web.image.tag into the image it belongs to and the part
// of it that it names; field is "" where it names none.
func imageField(key string) (prefix, field string) {
	dot := strings.LastIndexByte(key, '.')
	last := strings.ToLower(key[dot+1:])
	parent := key[:max(dot, 0)]
	inImage := strings.HasSuffix(strings.ToLower(parent), "image")
	switch {
	case last == "image":
		return key, "whole"
	case last == "imagetag", last == "image_tag", last == "imageversion":
		return parent + ".image", "tag"
	case last == "tag" && (inImage || parent == "" || parent == "global"):
		return parent, "tag"
	case inImage && (last == "repository" || last == "name" || last == "repo"):
		return parent, "repository"
	case inImage && last == "registry":
		return parent, "registry"
	case inImage && (last == "digest" || last == "sha"):
		return parent, "digest"
	}
	return "", ""
}

func (i *chartImage) set(field string, value shell.Word) {
	switch field {
	case "registry":
		i.registry = &value
	case "repository":
		i.repository = &value
	case "tag":
		i.tag = &value
	case "digest":
		i.digest = &value
	default:
		i.whole = &value
	}
}

func (i *chartImage) operands() []pipeline.Operand {
	if i.whole != nil && i.tag == nil {
		return []pipeline.Operand{operandOf(*i.whole)}
	}
	name := i.repository
	if name == nil {
		name = i.whole
	}
	switch {
	case name == nil && i.tag != nil:
		operand := operandOf(*i.tag)
		operand.Tag = true
		return []pipeline.Operand{operand}
	case name == nil:
		return nil
	}
	image := operandOf(*name)
	if i.registry != nil {
		image = joined(operandOf(*i.registry), "/", image)
	}
	if i.digest != nil {
		return []pipeline.Operand{joined(image, "@", operandOf(*i.digest))}
	}
	if i.tag == nil {
		return nil // the tag is that of the chart
	}
	return []pipeline.Operand{joined(image, ":", operandOf(*i.tag))}
}
