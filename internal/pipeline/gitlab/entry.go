package gitlab

import "guard/internal/finding"

// variableEntry is a variable of the file as GitLab sets it for jobs.
type variableEntry struct {
	name   string
	value  string
	raw    bool // expand: false; a dollar sign in it is one
	asked  bool // a person is asked for it where they start the pipeline
	path   finding.Path
	option []string
}

// entries reads a map of variables.
func (r *reader) entries(v value) []variableEntry {
	v, ok := r.follow(v, 0)
	if !ok {
		return nil
	}
	var entries []variableEntry
	for _, m := range v.members() {
		at, known := r.follow(m.value, 0)
		if !known {
			continue
		}
		entry := variableEntry{name: m.key}
		if at.isMap() {
			expand, isBool := at.get("expand").node.Bool()
			entry.raw = isBool && !expand
			entry.asked = at.get("description").isSet()
			for _, option := range at.get("options").items() {
				entry.option = append(entry.option, option.scalar())
			}
			at = at.get("value")
		}
		entry.value, entry.path = at.scalar(), at.path
		entries = append(entries, entry)
	}
	return entries
}
