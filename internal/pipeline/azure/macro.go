package azure

import (
	"regexp"
	"strings"
)

// macro matches $(name), which Azure replaces by a variable's value where there
// is one of that name, and leaves alone where there is none.
var macro = regexp.MustCompile(`\$\(([A-Za-z_][\w.\-]*)\)`)

// maxMacros bounds the macros of one text.
const maxMacros = 5000

// macrosIn finds the macros of a text: byte offsets of the whole and of the
// name.
func macrosIn(text string) [][]int {
	if !strings.Contains(text, "$(") {
		return nil
	}
	return macro.FindAllStringSubmatchIndex(text, maxMacros)
}

// defined are the variables that a file sets somewhere, in lower case.
type defined map[string]bool

// isMacro tells whether $(name) in a script is Azure's, and not a command whose
// output the shell takes: a name that the file sets, one that is Azure's own,
// or one that no program is called by.
func (d defined) isMacro(name string) bool {
	if d[lower(name)] || isPredefined(name) {
		return true
	}
	return lower(name) != name || strings.Contains(name, ".") && !strings.Contains(name, "-")
}

// predefinedSpaces begin the names of Azure's own variables.
var predefinedSpaces = []string{"build.", "system.", "agent.", "pipeline.", "environment.", "checks.", "release.", "strategy.", "resources."}

func isPredefined(name string) bool {
	name = lower(name)
	for _, space := range predefinedSpaces {
		if strings.HasPrefix(name, space) {
			return true
		}
	}
	return name == "tf_build"
}
