// Package examples carries the example files of guard's rules, which guard
// explain shows and which the rules are tested with.
package examples

import "embed"

// FS holds <category>/<name>/{bad,good}/ for every rule.
//
//go:embed all:*
var FS embed.FS
