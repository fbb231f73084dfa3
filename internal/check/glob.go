package check

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// maxWalked bounds the files and directories that are looked through for one
// pattern.
const maxWalked = 20_000

// glob lists the files of the scope that a pattern of some other file names, by
// their paths from its root, in order: ** stands for anything, * for anything
// but a slash.
func (s *scope) glob(pattern string) ([]string, error) { return s.globWithin(pattern, maxWalked) }

func (s *scope) globWithin(pattern string, most int) ([]string, error) {
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(expression, `\*\*`, `.*`)
	expression = strings.ReplaceAll(expression, `\*`, `[^/]*`)
	matches, err := regexp.Compile("^(?:" + expression + ")$")
	if err != nil {
		return nil, fmt.Errorf("the pattern %q: %w", pattern, err)
	}
	fixed, _, _ := strings.Cut(pattern, "*")
	names, walked := []string{}, 0
	err = fs.WalkDir(s.root.FS(), path.Dir(fixed+"x"), func(name string, entry fs.DirEntry, err error) error {
		if walked++; walked > most {
			return fmt.Errorf("there are more than %d files and directories to look through", most)
		}
		switch {
		case err != nil && entry == nil:
			return nil // there is no such directory
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case !entry.IsDir() && matches.MatchString(name):
			names = append(names, name)
		}
		return nil
	})
	return names, err
}
