package metadata

import (
	"guard/internal/pipeline/symbol"
)

// Output is the text of an output of the action: "tags", "tag-names",
// "version" or "labels". Entries are separated by what the inputs sep-tags and
// sep-labels say; "" is a line break. A text of which an entry is not certain
// is not known. ok is false for other outputs: "json" holds what is in the
// result, and the files for bake hold its tags and labels.
func (r Result) Output(name, separator string) (text symbol.Value, ok bool) {
	var entries []symbol.Value
	switch name {
	case "version":
		return r.Version, true
	case "tags":
		entries = references(r.Tags)
	case "tag-names":
		entries = references(r.Names)
	case "labels":
		for _, l := range r.Labels {
			entries = append(entries, symbol.Join(symbol.Text(l.Name+"="), l.Value))
		}
	default:
		return nil, false
	}
	if reason := r.doubt(name); reason != "" {
		return symbol.Nobody(reason), true
	}
	return joined(entries, separator), true
}

// doubt says why the entries of an output are not known; "" where they are.
func (r Result) doubt(name string) string {
	for _, p := range r.Unknown {
		if (p.Input == "labels") == (name == "labels") {
			return p.Message
		}
	}
	list := r.Tags
	if name == "tag-names" {
		list = r.Names
	}
	for _, t := range list {
		if name != "labels" && t.Certain.IsUnknown() {
			return t.Certain.Reason
		}
	}
	return ""
}

func references(tags []Tag) []symbol.Value {
	list := make([]symbol.Value, len(tags))
	for i, t := range tags {
		list[i] = t.Reference
	}
	return list
}

func joined(entries []symbol.Value, separator string) symbol.Value {
	if separator == "" {
		separator = "\n"
	}
	var parts []symbol.Value
	for i, entry := range entries {
		if i > 0 {
			parts = append(parts, symbol.Text(separator))
		}
		parts = append(parts, entry)
	}
	return symbol.Join(parts...)
}
