package activity

import (
	"path"
	"regexp"
	"strings"
)

var (
	justRecipe = regexp.MustCompile(`^@?([A-Za-z_][A-Za-z0-9_-]*)([^:]*):([^=].*)?$`)
	justValue  = regexp.MustCompile(`\{\{[^{}\n]*\}\}`)
)

// justTarget looks into a recipe of a justfile, and those it depends on.
func justTarget(f *finder, c *call, target string) bool {
	dir, located := c.scope.inDir(orElse(c.value("-d|--working-directory"), "."))
	if !located || c.scope.remote != "" {
		return false
	}
	for _, name := range []string{orElse(c.value("-f|--justfile"), "justfile"), "Justfile", ".justfile"} {
		if text, ok := f.files.get(path.Join(dir, name)); ok {
			m := readJustfile(text)
			return f.makeGoal(c, m, target, path.Join(dir, name), dir)
		}
	}
	return false
}

// readJustfile reads a justfile as if it were a Makefile, which it resembles.
// A recipe in a language of its own is one line.
func readJustfile(text string) *makefile {
	m := &makefile{rules: map[string]*makeRule{}, variables: map[string]string{}, unsure: map[string]bool{}}
	var current *makeRule
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		indented := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
		switch match := justRecipe.FindStringSubmatch(line); {
		case indented && current != nil:
			current.add(justValue.ReplaceAllString(strings.TrimSpace(line), "$$VALUE"))
		case match != nil && !indented:
			current = &makeRule{needs: strings.Fields(strings.NewReplacer("(", " ", ")", " ", "&&", " ").Replace(match[3]))}
			m.rules[match[1]] = current
			m.first = orElse(m.first, match[1])
		case strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#"):
			current = nil
		}
	}
	return m
}

// add appends a line; those behind a #! belong to one script, and one behind a
// backslash goes on with the command before.
func (r *makeRule) add(line string) {
	line = strings.ReplaceAll(line, "$", "$$")
	last := len(r.recipe) - 1
	script := last >= 0 && strings.HasPrefix(r.recipe[0], "#!")
	switch {
	case script:
		r.recipe[last] += "\n" + line
	case last >= 0 && strings.HasSuffix(r.recipe[last], `\`):
		r.recipe[last] = strings.TrimSuffix(r.recipe[last], `\`) + " " + line
	case line != "":
		r.recipe = append(r.recipe, line)
	}
}

// taskTarget looks into a task of a Taskfile.
func taskTarget(f *finder, c *call, target string) bool {
	dir, located := c.scope.inDir(orElse(c.value("-d|--dir"), "."))
	if !located || c.scope.remote != "" {
		return false
	}
	for _, name := range []string{orElse(c.value("-t|--taskfile"), "Taskfile.yml"), "Taskfile.yaml", "taskfile.yml", "Taskfile.dist.yml"} {
		if text, ok := f.files.get(path.Join(dir, name)); ok {
			return f.makeGoal(c, readTaskfile(text), orElse(target, "default"), path.Join(dir, name), dir)
		}
	}
	return false
}

// toxTarget looks into the commands of an environment of tox.ini.
func toxTarget(f *finder, c *call, target string) bool {
	file, located := c.scope.inDir(orElse(c.value("-c|--conf"), "tox.ini"))
	text, ok := f.files.get(file)
	if !located || !ok || c.scope.remote != "" {
		return false
	}
	commands := toxCommands(text, target)
	if len(commands) == 0 {
		return false
	}
	for _, command := range commands {
		spared := strings.HasPrefix(command, "-")
		before := len(f.found)
		command = strings.NewReplacer("{envpython}", "python", "{posargs}", "", "{toxinidir}", ".", "{envbindir}/", "").Replace(strings.TrimLeft(command, "-! "))
		if !f.namedText(c, target, toxValue.ReplaceAllString(command, "$$VALUE"), file) {
			f.opaque(c.scope, c.index, "tox", command)
		}
		for i := before; spared && i < len(f.found); i++ {
			f.found[i].Ignored = orElse(f.found[i].Ignored, "- before a command of tox")
		}
	}
	return true
}

var toxValue = regexp.MustCompile(`\{[^{}\s]*\}`)

// toxCommands lists the commands of an environment, or of testenv, whose
// commands every environment has that names none.
func toxCommands(text, name string) []string {
	sections := map[string][]string{}
	section, inCommands := "", false
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n", " "), "\n") {
		trimmed := strings.TrimSpace(line)
		key, value, assigns := strings.Cut(trimmed, "=")
		switch {
		case strings.HasPrefix(line, "["):
			section, inCommands = strings.Trim(trimmed, "[]"), false
		case trimmed == "" || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";"):
		case line[0] != ' ' && line[0] != '\t':
			inCommands = assigns && strings.TrimSpace(key) == "commands"
			if command := strings.TrimSpace(value); inCommands && command != "" {
				sections[section] = append(sections[section], command)
			}
		case inCommands:
			sections[section] = append(sections[section], trimmed)
		}
	}
	if own := sections["testenv:"+name]; own != nil {
		return own
	}
	if name == "test" {
		return sections["testenv"]
	}
	return nil
}

// composerTarget looks into a script of composer.json.
func composerTarget(f *finder, c *call, target string) bool {
	dir, located := c.scope.inDir(orElse(c.value("-d|--working-dir"), "."))
	if !located || c.scope.remote != "" {
		return false
	}
	text, ok := f.files.get(path.Join(dir, "composer.json"))
	if !ok {
		return false
	}
	commands := composerScripts(text)[target]
	for _, command := range commands {
		command = strings.TrimPrefix(command, "@php ")
		if name, other := strings.CutPrefix(command, "@"); other {
			command = "composer run " + name
		}
		if !f.namedText(c, target, command, path.Join(dir, "composer.json")) {
			return false
		}
	}
	return len(commands) > 0
}
