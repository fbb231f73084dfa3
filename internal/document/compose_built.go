package document

// shareBuilt makes the images of services that use what another service of
// the file builds that service's: they are found locally and pulled from
// nowhere.
func (r *composeReader) shareBuilt() {
	built := map[string]bool{}
	for _, image := range r.doc.Images {
		built[image.Raw] = built[image.Raw] || image.Role == RoleBuilt
	}
	for i := range r.doc.Images {
		if image := &r.doc.Images[i]; image.Role == RoleContainer && built[image.Raw] {
			image.Role, image.Own = RoleBuilt, true
		}
	}
}
