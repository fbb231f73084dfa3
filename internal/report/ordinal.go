package report

import "guard/internal/finding"

// ordinals numbers findings with the same fingerprint in the same file, so that
// formats which tell findings apart by fingerprint lose none.
type ordinals map[ordinalKey]int

type ordinalKey struct{ rule, file, fingerprint string }

// next returns 1 for the first finding with its fingerprint, 2 for the second.
func (o ordinals) next(f finding.Finding) int {
	key := ordinalKey{f.Rule, f.File, f.Fingerprint}
	o[key]++
	return o[key]
}
