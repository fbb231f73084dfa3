package activity

import (
	"path"
	"regexp"
	"strings"

	"guard/internal/pipeline/shell"
)

const (
	maxPrerequisites = 50 // targets that one goal leads to
	maxExpansion     = 10 // variables inside variables
	maxLine          = 64 << 10
)

// makefile is as much of a Makefile as is read: plain rules and plain
// variables. Patterns, conditionals and includes are not followed.
type makefile struct {
	rules     map[string]*makeRule
	variables map[string]string
	first     string // the default goal
}

type makeRule struct {
	needs  []string
	recipe []string
}

var (
	makeAssignment = regexp.MustCompile(`^(?:export\s+|override\s+)*([A-Za-z0-9_.-]+)\s*(\?=|:=|::=|\+=|=)\s*(.*)$`)
	makeReference  = regexp.MustCompile(`\$\(([A-Za-z0-9_.-]+)\)|\$\{([A-Za-z0-9_.-]+)\}`)
)

func readMakefile(text string) *makefile {
	m := &makefile{rules: map[string]*makeRule{}, variables: map[string]string{"MAKE": "make"}}
	var current []*makeRule
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n", " "), "\n") {
		switch {
		case strings.HasPrefix(line, "\t"):
			for _, rule := range current {
				rule.recipe = append(rule.recipe, line[1:])
			}
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case makeAssignment.MatchString(line):
			match := makeAssignment.FindStringSubmatch(line)
			if match[2] == "+=" {
				match[3] = m.variables[match[1]] + " " + match[3]
			}
			m.variables[match[1]] = match[3]
		default:
			current = m.rule(line)
		}
	}
	return m
}

// rule reads target: prerequisites ; recipe.
func (m *makefile) rule(line string) []*makeRule {
	targets, behind, found := strings.Cut(line, ":")
	if !found {
		return nil
	}
	needs, inline, _ := strings.Cut(strings.TrimPrefix(behind, ":"), ";")
	needs, _, _ = strings.Cut(needs, "#")
	if makeAssignment.MatchString(strings.TrimSpace(needs)) {
		return nil // a variable of a target
	}
	var rules []*makeRule
	for _, target := range strings.Fields(m.expand(targets, 0)) {
		rule := m.rules[target]
		if rule == nil {
			rule = &makeRule{}
			m.rules[target] = rule
		}
		rule.needs = append(rule.needs, strings.Fields(strings.ReplaceAll(m.expand(needs, 0), "|", " "))...)
		if strings.TrimSpace(inline) != "" {
			rule.recipe = append(rule.recipe, strings.TrimSpace(inline))
		}
		rules = append(rules, rule)
		if m.first == "" && !strings.HasPrefix(target, ".") && !strings.Contains(target, "%") {
			m.first = target
		}
	}
	return rules
}

// expand writes the values of variables; those that are not known become
// variables of the shell.
func (m *makefile) expand(text string, depth int) string {
	if depth >= maxExpansion || len(text) > maxLine {
		return text
	}
	return makeReference.ReplaceAllStringFunc(text, func(reference string) string {
		name := reference[2 : len(reference)-1]
		if value, known := m.variables[name]; known && len(value) < maxLine/maxExpansion {
			return m.expand(value, depth+3)
		}
		return "$$" + strings.NewReplacer(".", "_", "-", "_").Replace(name)
	})
}

// line is a line of a recipe as the shell gets it; spared tells whether its
// failure is ignored.
func (m *makefile) line(text string) (command string, spared bool) {
	text = strings.TrimSpace(text)
	for text != "" && strings.IndexByte("@-+", text[0]) >= 0 {
		spared = spared || text[0] == '-'
		text = strings.TrimSpace(text[1:])
	}
	return strings.ReplaceAll(m.expand(text, 0), "$$", "$"), spared
}

// makeTarget looks into the rule of a goal and what it needs.
func makeTarget(f *finder, c *call, target string) bool {
	dir, located := c.scope.inDir(orElse(c.value("-C|--directory"), "."))
	if !located || c.scope.remote != "" {
		return false
	}
	names := []string{"GNUmakefile", "makefile", "Makefile"}
	if own := c.value("-f|--file|--makefile"); own != "" {
		names = []string{own}
	}
	for _, name := range names {
		if text, ok := f.files.get(path.Join(dir, name)); ok {
			return f.makeGoal(c, readMakefile(text), target, path.Join(dir, name), dir)
		}
	}
	return false
}

func (f *finder) makeGoal(c *call, m *makefile, target, file, dir string) bool {
	if target == "" {
		target = orElse(m.variables[".DEFAULT_GOAL"], m.first)
	}
	if m.rules[target] == nil {
		return false
	}
	before := *c.scope
	defer func() { *c.scope = before }()
	c.scope.dir, c.scope.names = dir, append([]string{target}, before.names...)
	left := maxPrerequisites
	f.makeRule(c, m, target, file, map[string]bool{}, &left)
	return true
}

// makeRule looks at what a target needs, then at its recipe. Each target is
// made once.
func (f *finder) makeRule(c *call, m *makefile, target, file string, made map[string]bool, left *int) {
	rule := m.rules[target]
	if rule == nil || made[target] || *left == 0 {
		return
	}
	made[target] = true
	*left--
	for _, need := range rule.needs {
		f.makeRule(c, m, need, file, made, left)
	}
	for _, text := range rule.recipe {
		f.recipeLine(c, m, text, file)
	}
}

func (f *finder) recipeLine(c *call, m *makefile, text, file string) {
	command, spared := m.line(text)
	before := len(f.found)
	if command != "" && !f.text(c, command, file, shell.Reader{}) {
		f.opaque(c.scope, c.index, c.name, command)
	}
	for i := before; spared && i < len(f.found); i++ {
		f.found[i].Ignored = orElse(f.found[i].Ignored, "- before a line of make")
	}
}
