package check

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"

	"guard/internal/config"
	"guard/internal/finding"
)

// ignoreFiles are the files, in every directory, whose patterns keep paths
// out of a check. Their syntax is that of .gitignore; the later ones win.
var ignoreFiles = []string{gitIgnoreFile, ownIgnoreFile}

// gitIgnoreFile is the one that Git reads, too.
const gitIgnoreFile = ".gitignore"

// ownIgnoreFile is the one that nothing but guard reads, so a change to it is
// one to what is checked.
const ownIgnoreFile = ".guardignore"

// maxIgnoreFile is the most bytes of one such file that are read.
const maxIgnoreFile = 1 << 20

// ignores are the patterns that hold at one point of a walk. Patterns of
// directories that the walk has left cannot match any more, so they stay.
type ignores struct {
	start    []string // the named directory, whose own name no pattern keeps out
	read     func(p string) ([]byte, bool)
	here     func(p string) ([]byte, bool) // the work tree, where read reads a trusted revision; nil: it reads this
	changed  []string                      // ignore files of guard's own that differ between the two
	patterns []*ignorePattern
	limits   [][]gitignore.Pattern // what layers let be left alone, a list of each; nil: anything may be
	tracked  func(p string) bool   // tells whether Git has a path, or what lies below it; nil: not known
}

// ignorePattern is a pattern with the place where it stands.
type ignorePattern struct {
	gitignore.Pattern
	text, file string
	line       int // 0 where not known
	paths      int // that it has kept out
}

// ours tells whether nothing but guard goes by the pattern.
func (p *ignorePattern) ours() bool { return path.Base(p.file) != gitIgnoreFile }

// newIgnores reads the ignore files from the scope's root down to the parent
// of start, behind the patterns of the configuration. Where a revision is
// trusted they are read as they are there: a change cannot hide itself.
func newIgnores(s *scope, start string, o *Options) *ignores {
	i := &ignores{read: s.readIgnore, limits: limitsOf(o)}
	if s.dir == o.Root {
		i.tracked = o.Tracked
	}
	if o.Trust != nil && s.dir == o.Root {
		i.here = s.readIgnore
		i.read = func(p string) ([]byte, bool) {
			text, err := o.Trust.ReadFile(p)
			return text, err == nil
		}
	}
	i.configured(o)
	if start == "." {
		return i
	}
	i.start = strings.Split(start, "/")
	dir := "."
	i.enter(dir)
	for _, part := range strings.Split(path.Dir(start), "/") {
		if dir = path.Join(dir, part); dir != "." {
			i.enter(dir)
		}
	}
	return i
}

// enter adds the patterns of a directory's own ignore files.
func (i *ignores) enter(dir string) {
	for _, name := range ignoreFiles {
		text, ok := i.read(path.Join(dir, name))
		if ok {
			i.parse(string(text), path.Join(dir, name), 1, domain(dir))
		}
		if name == ownIgnoreFile {
			i.compare(path.Join(dir, name), text)
		}
	}
}

// compare notes where an ignore file is not what the trusted revision has.
func (i *ignores) compare(p string, trusted []byte) {
	if i.here == nil {
		return
	}
	if text, _ := i.here(p); !bytes.Equal(text, trusted) {
		i.changed = append(i.changed, p)
	}
}

// readIgnore reads an ignore file; ok is false where there is none.
func (s *scope) readIgnore(p string) (text []byte, ok bool) {
	f, _, err := openRegular(s.root, p)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	text, err = io.ReadAll(io.LimitReader(f, maxIgnoreFile))
	return text, err == nil
}

// configured adds the patterns of the configuration.
func (i *ignores) configured(o *Options) {
	for n, text := range o.Ignore {
		file, line := "", 0
		if o.Config != nil {
			at, _ := config.Said(o.Config.File, o.Config.Text, "ignore", n)
			file, line = o.Config.File, at.Line
		}
		i.parse(text, file, line, nil)
	}
}

// parse adds the patterns in a text, which begins at a line of a file.
func (i *ignores) parse(text, file string, first int, domain []string) {
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		i.patterns = append(i.patterns, &ignorePattern{Pattern: gitignore.ParsePattern(line, domain), text: line, file: file, line: first + n})
	}
}

func domain(dir string) []string {
	if dir == "." {
		return nil
	}
	return strings.Split(dir, "/")
}

// match tells whether a path is kept out. The last pattern that says
// something decides, as far as layers let it.
func (i *ignores) match(p string, isDir bool) bool {
	parts := strings.Split(p, "/")
	pattern := i.deciding(parts, isDir)
	if pattern == nil || !i.may(pattern, p, parts, isDir) {
		return false
	}
	pattern.paths++
	return true
}

// deciding is the pattern that keeps a path out; nil where none does.
func (i *ignores) deciding(parts []string, isDir bool) *ignorePattern {
	for _, pattern := range slices.Backward(i.patterns) {
		result := pattern.Match(parts, isDir)
		if result == gitignore.NoMatch || len(i.start) > 0 && pattern.Match(i.start, true) != gitignore.NoMatch {
			continue
		}
		if result == gitignore.Exclude {
			return pattern
		}
		return nil
	}
	return nil
}

// may tells whether layers let a pattern keep a path out. By what Git leaves alone
// only what it does not have may be: what was committed all the same is part of the
// repository.
func (i *ignores) may(pattern *ignorePattern, p string, parts []string, isDir bool) bool {
	switch {
	case i.limits == nil:
		return true
	case !pattern.ours():
		return i.tracked == nil || !i.tracked(p)
	}
	for _, limit := range i.limits {
		if !ignorable(limit, parts, isDir) {
			return false
		}
	}
	return true
}

// ignorable tells whether patterns have a path, or a directory that it lies in.
func ignorable(limit []gitignore.Pattern, parts []string, isDir bool) bool {
	for n := 1; n <= len(parts); n++ {
		for _, pattern := range slices.Backward(limit) {
			result := pattern.Match(parts[:n], isDir || n < len(parts))
			if result == gitignore.Exclude {
				return true
			}
			if result == gitignore.Include {
				break
			}
		}
	}
	return false
}

// limitsOf are the patterns of what layers let be left alone.
func limitsOf(o *Options) [][]gitignore.Pattern {
	if o.Evaluator == nil {
		return nil
	}
	var limits [][]gitignore.Pattern
	for _, list := range o.Evaluator.Ignorable() {
		limit := []gitignore.Pattern{}
		for _, text := range list {
			limit = append(limit, gitignore.ParsePattern(text, nil))
		}
		limits = append(limits, limit)
	}
	return limits
}

// told are the patterns that only guard goes by and that have kept something out.
func (i *ignores) told(s *scope) []finding.Ignored {
	var list []finding.Ignored
	for _, p := range i.patterns {
		if p.paths > 0 && p.ours() {
			file := p.file
			if path.Base(file) == ownIgnoreFile {
				file = s.name(file)
			}
			list = append(list, finding.Ignored{Pattern: p.text, File: file, Line: p.line, Paths: p.paths})
		}
	}
	return list
}
