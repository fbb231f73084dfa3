package document

import (
	"path"
	"slices"

	"guard/internal/tree"
)

// maxParents bounds how many directories above a file are asked for a
// kustomization that names it.
const maxParents = 4

// isResource tells whether a kustomization beside or above the file names it
// as a resource. Such a file holds whole objects, even if what kustomize adds
// to them, such as the selector, is missing.
func (l *loader) isResource() bool {
	if l.options.Lookup == nil {
		return false
	}
	dir, name := path.Dir(l.source.File), path.Base(l.source.File)
	for range maxParents {
		if slices.Contains(l.resourcesOf(dir), name) {
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
		name, dir = path.Join(path.Base(dir), name), path.Dir(dir)
	}
	return false
}

// resourcesOf lists the resources of the kustomization in a directory.
func (l *loader) resourcesOf(dir string) []string {
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		text, err := l.options.Lookup(path.Join(dir, name))
		if err != nil || len(text) > tree.MaxBytes {
			continue
		}
		var resources []string
		for _, part := range tree.ParseYAML(string(text)) {
			resources = append(resources, pathsIn(part.Root.Get("resources"))...)
		}
		return resources
	}
	return nil
}

// pathsIn lists the paths in a list.
func pathsIn(list *tree.Node) []string {
	var paths []string
	for i := 0; list.Item(i) != nil; i++ {
		paths = append(paths, path.Clean(list.Item(i).Scalar()))
	}
	return paths
}
