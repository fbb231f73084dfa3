// Package tree is the value of a document: a tree of maps, lists and scalars
// in which every part knows where it stands in the file.
//
// It hides the YAML and JSON readers. Everything above asks a [Node], never a
// library's type, so the readers may change alone.
//
//	parts := tree.ParseYAML(text)
//	for _, part := range parts {
//		if part.Err != nil { … } // this document of the stream only
//		image := part.Root.Get("spec").Get("image") // nil-safe
//		fmt.Println(image.Text, image.Line, image.Column)
//	}
package tree
