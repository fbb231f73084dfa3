package check

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// ignoreFiles are the files, in every directory, whose patterns keep paths
// out of a check. Their syntax is that of .gitignore; the later ones win.
var ignoreFiles = []string{".gitignore", ownIgnoreFile}

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
	patterns []gitignore.Pattern
}

// newIgnores reads the ignore files from the scope's root down to the parent
// of start, behind the patterns of the configuration. Where a revision is
// trusted they are read as they are there: a change cannot hide itself.
func newIgnores(s *scope, start string, o *Options) *ignores {
	i := &ignores{read: s.readIgnore}
	if o.Trust != nil && s.dir == o.Root {
		i.here = s.readIgnore
		i.read = func(p string) ([]byte, bool) {
			text, err := o.Trust.ReadFile(p)
			return text, err == nil
		}
	}
	i.parse(strings.Join(o.Ignore, "\n"), nil)
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
			i.parse(string(text), domain(dir))
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

func (i *ignores) parse(text string, domain []string) {
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		i.patterns = append(i.patterns, gitignore.ParsePattern(line, domain))
	}
}

func domain(dir string) []string {
	if dir == "." {
		return nil
	}
	return strings.Split(dir, "/")
}

// match tells whether a path is kept out. The last pattern that says
// something decides.
func (i *ignores) match(p string, isDir bool) bool {
	parts := strings.Split(p, "/")
	for n := len(i.patterns) - 1; n >= 0; n-- {
		pattern := i.patterns[n]
		result := pattern.Match(parts, isDir)
		if result == gitignore.NoMatch || len(i.start) > 0 && pattern.Match(i.start, true) != gitignore.NoMatch {
			continue
		}
		return result == gitignore.Exclude
	}
	return false
}
