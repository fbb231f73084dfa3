package codeowners

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// The limits of a file. Beyond them lines are problems.
const (
	maxRules   = 20_000
	maxPattern = 1000 // bytes
	maxGlobs   = 8    // ** in a pattern
	maxOwners  = 100  // of a rule
	maxTold    = 100  // problems
)

// Parse reads the text of a file. Its name tells the two dialects apart, and so do
// sections, which GitLab alone has. A line that is wrong is a problem, and the rest
// counts all the same, as it does on the forge.
func Parse(name, text string) *File {
	p := &parser{file: &File{Name: name, sections: []section{{}}}}
	if len(text) > MaxBytes {
		p.problem("it is not used: %v", errTooLarge)
		return p.file
	}
	lines := strings.Split(strings.TrimPrefix(text, "\xef\xbb\xbf"), "\n")
	p.file.gitLab = path.Dir(name) == ".gitlab" || slices.ContainsFunc(lines, sectionHead.MatchString)
	for i, line := range lines {
		p.at = i + 1
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			p.line(line)
		}
	}
	return p.file
}

// sectionHead matches [Name], ^[Name][2] @owner.
var sectionHead = regexp.MustCompile(`^\s*\^?\[([^\]]+)\](?:\[[0-9]*\])?(?:\s+(.*))?$`)

type parser struct {
	file    *File
	at      int // line
	current int // section
	rules   int
}

func (p *parser) problem(format string, args ...any) {
	if len(p.file.Problems) < maxTold {
		p.file.Problems = append(p.file.Problems, Problem{p.at, fmt.Sprintf(format, args...)})
	}
}

func (p *parser) line(line string) {
	if p.rules++; p.rules > maxRules {
		if p.rules == maxRules+1 {
			p.problem("there are more than %d lines; the rest was not read", maxRules)
		}
		return
	}
	if p.file.gitLab {
		if m := sectionHead.FindStringSubmatch(line); m != nil {
			p.section(strings.ToLower(strings.TrimSpace(m[1])), m[2])
			return
		}
	}
	words := fields(line)
	pattern, out := words[0], false
	if p.file.gitLab {
		pattern, out = strings.CutPrefix(pattern, "!")
	}
	glob, wrong := p.glob(pattern)
	if wrong != "" {
		p.problem("the pattern %q %s", shortened(words[0]), wrong)
		return
	}
	section := &p.file.sections[p.current]
	owners, whole := p.owners(words[1:])
	if !whole {
		return
	}
	if len(owners) == 0 && p.file.gitLab && !out {
		if owners = section.owners; len(owners) == 0 {
			p.problem("the pattern %q has no owner", shortened(pattern))
			return
		}
	}
	section.rules = append(section.rules, rule{glob, strings.HasSuffix(pattern, "/*"), owners, out})
}

// section goes on with a section. Those of one name are one.
func (p *parser) section(name, owners string) {
	p.current = slices.IndexFunc(p.file.sections, func(s section) bool { return s.name == name })
	if p.current < 0 {
		p.current = len(p.file.sections)
		p.file.sections = append(p.file.sections, section{name: name})
	}
	if by, _ := p.owners(fields(owners)); len(by) > 0 {
		p.file.sections[p.current].owners = by
	}
}

// owners are those that words name. GitHub skips a line with one that is none, and
// GitLab the word. Whole is false where the line does not count.
func (p *parser) owners(words []string) (owners []string, whole bool) {
	for _, word := range words {
		if strings.HasPrefix(word, "#") && !p.file.gitLab {
			break
		}
		switch {
		case !isOwner(word):
			if p.problem("%q is no owner, such as @user, @organisation/team or an address", shortened(word)); !p.file.gitLab {
				return nil, false
			}
		case len(owners) == maxOwners:
			p.problem("more than %d owners", maxOwners)
			return owners, true
		default:
			owners = append(owners, word)
		}
	}
	return owners, true
}

// isOwner tells whether a word is @user, @organisation/team, @@role or an address.
func isOwner(word string) bool {
	at := strings.IndexByte(word, '@')
	return len(word) <= 320 && at >= 0 && strings.Trim(word, "@") != "" && !strings.HasSuffix(word, "@")
}

// glob is a pattern as doublestar has it, for paths without a slash in front.
func (p *parser) glob(pattern string) (glob, wrong string) {
	switch {
	case strings.HasPrefix(pattern, "!"):
		return "", "begins with !, which takes nothing back"
	case !p.file.gitLab && strings.ContainsAny(pattern, "[]"):
		return "", "has brackets, which GitHub does not take"
	case len(pattern) > maxPattern || strings.Count(pattern, "**") > maxGlobs:
		return "", "is longer than what is read"
	}
	anchored := strings.HasPrefix(pattern, "/")
	pattern, isDir := strings.CutSuffix(strings.Trim(strings.TrimPrefix(pattern, "/"), " "), "/")
	if pattern == "" {
		return "**", ""
	}
	if !p.file.gitLab && strings.Contains(pattern, "/") {
		anchored = true
	}
	glob = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(pattern)
	if !anchored && !strings.HasPrefix(glob, "**/") {
		glob = "**/" + glob
	}
	if isDir {
		glob += "/**/*"
	}
	if !doublestar.ValidatePattern(glob) {
		return "", "has a bracket that is not closed"
	}
	return glob, ""
}

// fields splits a line at its white space, unless a backslash stands before it.
func fields(line string) []string {
	var words []string
	var word strings.Builder
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '#' || line[i+1] == '\t'):
			i++
			word.WriteByte(line[i])
		case c == ' ' || c == '\t' || c == '\r':
			if word.Len() > 0 {
				words = append(words, word.String())
				word.Reset()
			}
		default:
			word.WriteByte(c)
		}
	}
	if word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}

// shortened is a text for a message.
func shortened(text string) string {
	if len(text) > 80 {
		return strings.ToValidUTF8(text[:80], "") + "…"
	}
	return text
}
