package pipeline

import "strings"

// IsCommit tells whether a Git ref is a full commit SHA: 40 hex digits, or 64
// in repositories that use SHA-256. Anything shorter may be a branch or a tag.
func IsCommit(ref string) bool {
	return (len(ref) == 40 || len(ref) == 64) && strings.Trim(ref, "0123456789abcdefABCDEF") == ""
}

// IsExactVersion tells whether a Git ref is named like one release: 1.2.3 or
// v1.2.3, with a pre-release or build behind it.
func IsExactVersion(ref string) bool {
	core := strings.TrimPrefix(ref, "v")
	if i := strings.IndexAny(core, "-+"); i >= 0 {
		core = core[:i]
	}
	parts := strings.Split(core, ".")
	if len(parts) != 3 {
		return false
	}
	for _, part := range parts {
		if part == "" || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return true
}
