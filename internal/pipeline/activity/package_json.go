package activity

import (
	"encoding/json"
	"path"
	"strings"

	"guard/internal/pipeline/shell"
)

// packageScript looks into a script of package.json.
func packageScript(f *finder, c *call, target string) bool {
	if c.has("-w|--workspace|--workspaces|-ws|-r|--recursive|-F|--filter|--filter-prod") || isOneOf(c.operand(0), "workspace|workspaces") || c.scope.remote != "" {
		return false
	}
	dir, located := c.scope.inDir(orElse(c.value("--prefix|-C|--dir|--cwd"), "."))
	if !located {
		return false
	}
	text, ok := f.files.get(path.Join(dir, "package.json"))
	if !ok {
		return false
	}
	var file struct {
		Scripts map[string]string `json:"scripts"`
	}
	if json.Unmarshal([]byte(text), &file) != nil {
		return false
	}
	script, found := file.Scripts[target]
	if !found {
		return f.binary(c, target)
	}
	for _, extra := range c.extra() {
		script += " " + extra
	}
	return f.namedText(c, target, script, path.Join(dir, "package.json"))
}

// binary looks at yarn jest, which runs a program where there is no script of
// that name.
func (f *finder) binary(c *call, name string) bool {
	if !isOneOf(c.name, "yarn|pnpm|bun") || rowsOf()[name] == nil || generic()[name] || c.operand(0) != name {
		return false
	}
	f.line(c.scope, c.index, c.operands[0], c.operands[1:], maxDepth)
	return true
}

// namedText looks into the script of a target.
func (f *finder) namedText(c *call, target, text, file string) bool {
	before := c.scope.names
	c.scope.names = append([]string{target}, before...)
	defer func() { c.scope.names = before }()
	return strings.TrimSpace(text) != "" && f.text(c, text, file, shell.Reader{})
}

// extra lists the options behind -- that npm hands on to a script. Words that
// the shell would read as more than one are left out.
func (c *call) extra() []string {
	var all []string
	for _, word := range c.operands {
		if strings.HasPrefix(word.Text, "--") && !strings.ContainsAny(word.Text, " \t\n;|&<>()$`'\"\\") {
			all = append(all, word.Text)
		}
	}
	return all
}
