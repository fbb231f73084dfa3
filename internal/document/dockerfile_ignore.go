package document

import (
	"bytes"
	"errors"
	"io/fs"
	"path"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// maxIgnorePatterns is how many lines of a .dockerignore are looked at.
const maxIgnorePatterns = 1000

// dockerIgnore finds out what is kept out of the build context. Which
// directory that is stands on the command line of the build; so a file that
// may be asked counts as asked.
func (l *loader) dockerIgnore() DockerIgnore {
	var ignore DockerIgnore
	if l.options == nil || l.options.Lookup == nil {
		return ignore
	}
	ignore.Known = true
	for _, file := range ignoreFiles(l.source.File) {
		text, err := l.options.Lookup(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return DockerIgnore{}
		default:
			ignore.take(text)
			if !ignore.Known {
				return DockerIgnore{}
			}
		}
	}
	return ignore
}

// ignoreFiles lists where the builder may look: beside the Dockerfile under
// its own name, and in every directory that may be the build context.
func ignoreFiles(file string) []string {
	files := []string{file + ".dockerignore"}
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		files = append(files, path.Join(dir, ".dockerignore"))
		if dir == "." || dir == "/" {
			return files
		}
	}
}

// take adds what one file keeps out. What it keeps out is not known where the
// file cannot be read.
func (d *DockerIgnore) take(text []byte) {
	d.Present = true
	patterns, err := ignorefile.ReadAll(bytes.NewReader(text))
	if err != nil || len(patterns) > maxIgnorePatterns {
		d.Known = false
		return
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		d.Known = false
		return
	}
	d.Git = d.Git || excludes(matcher, ".git")
	d.Env = d.Env || excludes(matcher, ".env")
}

func excludes(matcher *patternmatcher.PatternMatcher, file string) bool {
	excluded, err := matcher.MatchesOrParentMatches(file)
	return err == nil && excluded
}
