package policy

import "guard/internal/finding"

// Written is a rule as its author has written it.
type Written struct {
	finding.Rule
	File string // below the root of its source
	Line int    // of its METADATA, 1-based
	Text string // of the file
	Held *Held  // what the layer that its source is demands about it; nil: nothing
}

// WrittenRules lists the rules of the last of the sources, by id. They are read as
// [Catalogue] does; [Check] proves them. The error is [Errors].
func WrittenRules(sources []Source) ([]Written, error) {
	if len(sources) == 0 {
		return nil, nil
	}
	var errs Errors
	sources = layeredSources(sources, &errs)
	lib := loadLibrary(sources, false, &errs)
	lib.settle(Settings{}, &errs)
	if len(errs) > 0 {
		return nil, lib.result(errs)
	}
	own := sources[len(sources)-1]
	var rules []Written
	for _, r := range lib.rules {
		if r.module.source.Name == own.Name && r.module.source.Custom == own.Custom {
			rules = append(rules, r.written())
		}
	}
	return rules, nil
}

func (r *rule) written() Written {
	_, line, _ := metadataBlock(r.module.text)
	w := Written{Rule: r.Rule, File: r.module.name, Line: max(line-1, 1), Text: r.module.text}
	if r.held != nil {
		w.Held = r.held.told()
	}
	return w
}
