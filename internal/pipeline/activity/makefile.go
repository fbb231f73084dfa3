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
	unsure    map[string]bool // variables that may have another value: ?=, several assignments, conditionals
	first     string          // the default goal
}

type makeRule struct {
	needs  []string
	recipe []string
}

var (
	makeAssignment = regexp.MustCompile(`^(?:export\s+|override\s+)*([A-Za-z0-9_.-]+)\s*(\?=|:=|::=|\+=|=)\s*(.*)$`)
	makeCondition  = regexp.MustCompile(`^\s*(?:ifeq|ifneq|ifdef|ifndef)\b`)
	makeReference  = regexp.MustCompile(`\$\(([A-Za-z0-9_.-]+)\)|\$\{([A-Za-z0-9_.-]+)\}`)
)

func readMakefile(text string) *makefile {
	m := &makefile{rules: map[string]*makeRule{}, variables: map[string]string{"MAKE": "make"}, unsure: map[string]bool{}}
	var current []*makeRule
	conditions := 0
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n", " "), "\n") {
		switch {
		case strings.HasPrefix(line, "\t"):
			for _, rule := range current {
				rule.recipe = append(rule.recipe, line[1:])
			}
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case makeCondition.MatchString(line):
			conditions++
		case strings.HasPrefix(strings.TrimSpace(line), "endif"):
			conditions--
		case makeAssignment.MatchString(line):
			m.assign(makeAssignment.FindStringSubmatch(line), conditions > 0)
		default:
			current = m.rule(line)
		}
	}
	return m
}

// assign notes NAME = value.
func (m *makefile) assign(match []string, conditional bool) {
	name, op, value := match[1], match[2], match[3]
	before, known := m.variables[name]
	switch {
	case op == "+=":
		value = before + " " + value
	case op == "?=" || conditional || known:
		m.unsure[name] = true
	}
	m.variables[name] = value
}

// given notes the variables that the command line of make sets.
func (m *makefile) given(c *call) {
	for _, word := range c.operands {
		if at := assignmentAt(word.Text); at > 0 {
			m.variables[word.Text[:at]] = strings.ReplaceAll(word.Text[at+1:], "$", "$$")
			delete(m.unsure, word.Text[:at])
		}
	}
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

// expand writes the values of variables. Those that are not known become
// variables of the shell, and so do those that may have another value, unless
// they name a program: $(GO) test.
func (m *makefile) expand(text string, depth int) string {
	if depth >= maxExpansion || len(text) > maxLine {
		return text
	}
	var b strings.Builder
	last := 0
	for _, at := range makeReference.FindAllStringIndex(text, -1) {
		b.WriteString(text[last:at[0]])
		b.WriteString(m.value(text[at[0]+2:at[1]-1], beginsCommand(text[:at[0]]), depth))
		last = at[1]
	}
	b.WriteString(text[last:])
	return b.String()
}

func (m *makefile) value(name string, program bool, depth int) string {
	if value, known := m.variables[name]; known && len(value) < maxLine/maxExpansion && (program || !m.unsure[name]) {
		return m.expand(m.functions(value), depth+3)
	}
	return "$$" + strings.NewReplacer(".", "_", "-", "_").Replace(name)
}

// beginsCommand tells whether a program stands behind some text of a recipe.
func beginsCommand(before string) bool {
	before = strings.TrimRight(before, " \t@-+")
	return before == "" || strings.IndexByte("&|;(", before[len(before)-1]) >= 0
}

// functions turns $(shell x) into what the shell itself writes, $(x), and the
// other functions of make into variables of the shell.
func (m *makefile) functions(text string) string {
	for range maxExpansion {
		at := makeFunction.FindStringSubmatchIndex(text)
		if at == nil {
			return text
		}
		end := closing(text, at[0]+2)
		if end < 0 {
			return text
		}
		written := "$$MAKE_FUNCTION"
		if text[at[2]:at[3]] == "shell" {
			written = "$$(" + text[at[1]:end] + ")"
		}
		text = text[:at[0]] + written + text[end+1:]
	}
	return text
}

var makeFunction = regexp.MustCompile(`\$\((shell|call|wildcard|patsubst|subst|foreach|filter|filter-out|sort|word|words|wordlist|firstword|lastword|dir|notdir|suffix|basename|addsuffix|addprefix|join|realpath|abspath|if|or|and|eval|value|origin|flavor|error|warning|info|strip|findstring|file)[ ,]`)

// closing is where the bracket closes that stands open before an offset; -1
// where none does.
func closing(text string, from int) int {
	depth := 1
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return i
		}
	}
	return -1
}

// line is a line of a recipe of a target as the shell gets it; spared tells
// whether its failure is ignored.
func (m *makefile) line(text, target string) (command string, spared bool) {
	text = strings.TrimSpace(text)
	for text != "" && strings.IndexByte("@-+", text[0]) >= 0 {
		spared = spared || text[0] == '-'
		text = strings.TrimSpace(text[1:])
	}
	if len(text) > maxLine {
		return text, spared
	}
	text = automatic.ReplaceAllString(m.functions(text), "${1}$$$$MAKE_AUTOMATIC")
	text = strings.ReplaceAll(text, "$@", target)
	return strings.ReplaceAll(m.expand(text, 0), "$$", "$"), spared
}

// automatic matches the variables that make sets for each target, but $@.
var automatic = regexp.MustCompile(`(^|[^$])\$[<^*?+|%]`)

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
	m.given(c)
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
		f.recipeLine(c, m, target, text, file)
	}
}

func (f *finder) recipeLine(c *call, m *makefile, target, text, file string) {
	command, spared := m.line(text, target)
	before := len(f.found)
	if command != "" && !f.text(c, command, file, shell.Reader{}) {
		f.opaque(c.scope, c.index, c.name, command)
	}
	for i := before; spared && i < len(f.found); i++ {
		f.found[i].Ignored = orElse(f.found[i].Ignored, "- before a line of make")
	}
}
