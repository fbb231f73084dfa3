// Package policies carries guard's library of Rego rules. There is no logic
// here: package guard/internal/policy loads, proves and runs it.
package policies

import "embed"

// FS holds rules/<category>/<name>.rego with their unit tests beside them, and
// the modules that rules share in lib.
//
//go:embed lib rules
var FS embed.FS
