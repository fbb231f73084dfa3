package document

// gitopsDoubts says what is not known of an object for production. Of one for
// another environment nobody asks, and of one that no name speaks of only what
// replaces its images.
func (r *reader) gitopsDoubts() {
	model := r.doc.GitOps
	if model.Production.Holds != "no" {
		for _, update := range model.Updates {
			if update.Fault == "" && update.Unknown != "" {
				r.incomplete(place{path: update.Path}, "which image "+update.Tool+" takes for "+update.Image+" is not known: "+update.Unknown)
			}
		}
	}
	if model.Production.Holds != "yes" {
		return
	}
	for _, source := range model.Sources {
		if source.Floats.Holds == "unknown" {
			r.incomplete(place{path: source.Revision.Path}, "whether what production takes of "+source.Holder+" moves is not known: "+source.Floats.Reason)
		}
	}
	if sync := model.AutoSync; sync.Automatic.Holds == "unknown" && len(sync.Path) > 0 {
		r.incomplete(place{path: sync.Path}, "whether production is synchronised by itself is not known: "+sync.Automatic.Reason)
	}
}
