package document

// Built returns the names (registry and repository, without tag) of the
// images that the document's file builds or pushes.
func (d *Document) Built() []string {
	var names []string
	for _, image := range d.Images {
		if (image.Role == RoleBuilt || image.Role == RolePushed) && image.Repository != "" {
			names = append(names, image.Registry+"/"+image.Repository)
		}
	}
	return names
}

// MarkOwn marks the images whose names are among built as one's own. It is
// the last step of loading, when all files of a run are known.
func (d *Document) MarkOwn(built map[string]bool) {
	for i := range d.Images {
		image := &d.Images[i]
		image.Own = image.Own || built[image.Registry+"/"+image.Repository]
	}
}
