package azure

import (
	"slices"

	"guard/internal/pipeline/symbol"
)

// variable is what a variable holds at a place; found is false where nothing in
// the file sets it, so that it can only be a setting.
func (s *scope) variable(name string) (v symbol.Value, found bool) {
	if s.exhausted() {
		return symbol.Nobody(tooOften), true
	}
	if v, ok := s.setByScript(name); ok {
		return v, true
	}
	if value, ok := s.row[lower(name)]; ok && s.level != ofFile {
		return s.deeper().text(value), true
	}
	if v, ok := s.setInFile(name); ok {
		return v, true
	}
	if v, ok := s.predefined(name); ok {
		return v, true
	}
	if isSecretName(name) {
		return symbol.Of(symbol.Part{Kind: symbol.Secret, Name: name, Source: name}), false
	}
	return symbol.Of(symbol.Part{Kind: symbol.Setting, Name: name, Source: name}), false
}

// setInFile looks a variable up in the job, its stage and the file. Of several
// definitions the last one whose condition holds counts.
func (s *scope) setInFile(name string) (v symbol.Value, ok bool) {
	known := &s.provider.variables
	job := &s.file().jobs[s.place.Job]
	levels := []index{known.stages[job.stage], known.file}
	switch s.level {
	case ofFile:
		levels = levels[1:]
	case ofJob, ofStep:
		levels = slices.Insert(levels, 0, known.jobs[s.place.Job])
	}
	for i, level := range levels {
		for _, candidate := range slices.Backward(level.named[lower(name)]) {
			if s.exhausted() {
				return symbol.Nobody(tooOften), true
			}
			switch holds := s.guarded(candidate.when); {
			case holds.IsNo():
				continue
			case holds.IsUnknown():
				return symbol.Nobody(holds.Reason), true
			}
			at := s.deeper()
			if i == len(levels)-2 {
				at.level = ofStage
			}
			return at.text(candidate.text), true
		}
	}
	return nil, false
}
