package policy

import (
	"io/fs"
	"strings"
)

// isTestFile tells whether a file holds the unit tests of a rule: tag_test.rego
// beside tag.rego. A rule may itself be named so that it ends in test.
func isTestFile(fsys fs.FS, name string) bool {
	rule, ends := strings.CutSuffix(name, "_test.rego")
	if !ends {
		return false
	}
	_, err := fs.Stat(fsys, rule+".rego")
	return err == nil
}
