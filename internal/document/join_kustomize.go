package document

import (
	"maps"
	"path"
	"slices"

	"guard/internal/tree"
)

// kustomization is what a Kustomization says of images, and the files and
// directories that it is made of.
type kustomization struct {
	retagged map[string]bool // names, as written, that it gives a tag or digest
	parts    []string        // paths as documents have them
}

func (k kustomization) join(other kustomization) kustomization {
	joined := kustomization{retagged: map[string]bool{}, parts: slices.Concat(k.parts, other.parts)}
	union(joined.retagged, k.retagged)
	union(joined.retagged, other.retagged)
	return joined
}

func (f *Facts) learnKustomization(d *Document) {
	k := kustomization{retagged: map[string]bool{}}
	addNames(k.retagged, d.Value.Get("images"), "name", "newTag", "digest")
	union(f.retagged, k.retagged)
	dir := path.Dir(d.File)
	for _, field := range []string{"resources", "bases", "components", "patchesStrategicMerge"} {
		for _, item := range items(d.Value.Get(field)) {
			k.parts = append(k.parts, path.Join(dir, item.Scalar()))
		}
	}
	for _, patch := range items(d.Value.Get("patches")) {
		k.parts = append(k.parts, path.Join(dir, patch.Get("path").Scalar()))
	}
	f.kustomizations[dir] = f.kustomizations[dir].join(k)
}

// items lists what a list holds; nothing where there is none.
func items(list *tree.Node) []*tree.Node {
	if list.Type() != tree.List {
		return nil
	}
	return list.Items
}

// maxParts bounds how many parts are followed from all Kustomizations
// together. What lies beyond is judged as it is written.
const maxParts = 200_000

// retaggedFiles says of each file which images get their tag elsewhere: from a
// Kustomization that names the file, or a directory whose Kustomization does.
func retaggedFiles(all map[string]kustomization) map[string]map[string]bool {
	files, left := map[string]map[string]bool{}, maxParts
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		if len(all[dir].retagged) > 0 {
			retag(files, all, dir, &left)
		}
	}
	return files
}

// retag notes the images of one Kustomization for all files it is made of.
func retag(files map[string]map[string]bool, all map[string]kustomization, start string, left *int) {
	seen, open := map[string]bool{start: true}, []string{start}
	for len(open) > 0 {
		dir := open[len(open)-1]
		open = open[:len(open)-1]
		for _, part := range all[dir].parts {
			if seen[part] || *left == 0 {
				continue
			}
			seen[part] = true
			*left--
			if _, isDir := all[part]; isDir {
				open = append(open, part)
				continue
			}
			if files[part] == nil {
				files[part] = map[string]bool{}
			}
			union(files[part], all[start].retagged)
		}
	}
}
