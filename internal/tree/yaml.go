package tree

import (
	"errors"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// ParseYAML reads all documents of a YAML stream. A document that cannot be
// read does not keep its neighbours from being read. Documents that hold
// nothing, not even a null, are left out. The text is as [Decode] gives it.
func ParseYAML(text string) []Part {
	if len(text) > MaxBytes {
		return []Part{{Line: 1, Err: limitError(1, 1, tooLarge)}}
	}
	chunks := splitDocuments(text)
	if len(chunks) > maxDocuments {
		return []Part{{Line: 1, Err: limitError(chunks[maxDocuments].start, 1, tooOften)}}
	}
	r := &yamlReader{left: MaxNodes, repeat: maxRepeat}
	for _, chunk := range chunks {
		if !r.readFast(chunk) {
			r.readAny(chunk)
		}
	}
	return r.parts
}

// yamlReader collects the documents of a stream.
type yamlReader struct {
	parts  []Part
	nodes  slab
	left   int // nodes that the rest of the stream may have
	repeat int // bytes that may be read again to find the line of an error
}

// readAny reads a chunk with the library. It holds one document, or more where
// the library sees a document marker that [splitDocuments] does not.
func (r *yamlReader) readAny(c chunk) {
	if err := unreadable(c); err != nil {
		r.parts = append(r.parts, Part{Line: c.start, Err: err})
		return
	}
	text := withoutVersion(c.text)
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.parts = append(r.parts, Part{Line: c.start, Err: r.explain(err, c)})
			return
		}
		if !isEmpty(&doc) {
			r.build(c, &doc)
		}
	}
}

// isEmpty tells whether there is nothing between the document markers.
func isEmpty(doc *yaml.Node) bool {
	if len(doc.Content) == 0 {
		return true
	}
	root := doc.Content[0]
	return root.Kind == yaml.ScalarNode && root.Value == "" && root.Style == 0 && root.Anchor == ""
}

func (r *yamlReader) build(c chunk, doc *yaml.Node) {
	b := &yamlBuilder{place: newPlacer(c), built: map[*yaml.Node]*built{}, left: r.left}
	part := Part{Line: c.start}
	root, err := b.build(doc.Content[0], 0)
	if err == nil {
		part.Root, part.Problems = root.node, b.problems
		r.left -= root.size
	}
	part.Err = err
	r.parts = append(r.parts, part)
}
