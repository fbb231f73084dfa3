// Package testdata carries the example files of guard's rules, which guard
// explain shows and which the rules are tested with.
package testdata

import "embed"

// Rules holds rules/<category>/<name>/{bad,good}/ for every rule.
//
//go:embed all:rules
var Rules embed.FS
