// Package tree is the value of a document: a tree of maps, lists and scalars
// in which every part knows where it stands in the file.
//
// It hides the readers of text, YAML and JSON. Everything above asks a [Node],
// never a library's type, so the readers may change alone. What most files
// consist of is read by a fast reader of our own; whatever that one is not sure
// of goes to a library, and both give the same nodes.
//
//	text, err := tree.Decode(data) // UTF-8, whatever it was
//	if err != nil { … }
//	source := tree.NewSource("k8s/web.yaml", text)
//	for _, part := range tree.ParseYAML(text) {
//		if part.Err != nil { … } // this document of the stream only
//		image := part.Root.Get("spec").Get("image") // nil-safe
//		fmt.Println(image.Text, source.Locate(part.Root, finding.NewPath("spec", "image")))
//	}
//
// Texts may be hostile: size, nesting, number of values and of documents are
// bounded ([MaxBytes], [MaxDepth], [MaxNodes]), every use of an alias counted.
package tree
