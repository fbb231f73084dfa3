package activity

import (
	"path"
	"strings"
)

// The limits of what is followed for one pipeline. Beyond them scripts are
// known by their names.
const (
	maxFile     = 512 << 10
	maxReads    = 200
	maxText     = 8 << 20 // bytes of files, each time they are read, and of scripts that were led to
	maxCommands = 50_000  // commands in them
)

// files reads files of the repository, each once.
type files struct {
	read     func(string) ([]byte, error)
	cache    map[string]*string // nil for a file that cannot be read
	text     int
	commands int
}

func newFiles(read func(string) ([]byte, error)) *files {
	return &files{read: read, cache: map[string]*string{}}
}

// get returns a file by its path from the root of the repository.
func (f *files) get(name string) (text string, ok bool) {
	name = path.Clean(name)
	if f.read == nil || name == "." || strings.HasPrefix(name, "..") || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "$`{}*\x00") {
		return "", false
	}
	cached, known := f.cache[name]
	if !known {
		if len(f.cache) == maxReads {
			return "", false
		}
		if data, err := f.read(name); err == nil && len(data) <= maxFile {
			text := string(data)
			cached = &text
		}
		f.cache[name] = cached
	}
	if cached == nil || !f.spend(len(*cached)) {
		return "", false
	}
	return *cached, true
}

// spend takes bytes from what may be followed; false where none are left.
func (f *files) spend(bytes int) bool {
	f.text += bytes
	return f.text <= maxText
}

func (f *files) spendCommands(n int) bool {
	f.commands += n
	return f.commands <= maxCommands
}

// workspaces are names of the directory that the repository is checked out to.
var workspaces = []string{
	"${{ github.workspace }}", "$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "$CI_PROJECT_DIR", "${CI_PROJECT_DIR}",
	"$(Build.SourcesDirectory)", "$(System.DefaultWorkingDirectory)", "$(Build.Repository.LocalPath)", "$(Pipeline.Workspace)/s", "$(Agent.BuildDirectory)/s",
}

// cleanDir is a working directory from the repository's root; located is
// false where it is not known, or lies outside.
func cleanDir(text string) (dir string, located bool) {
	for _, root := range workspaces {
		if rest, inside := cutRoot(text, root); inside {
			text = strings.TrimPrefix(rest, "/")
		}
	}
	dir = path.Clean(orElse(text, "."))
	if strings.ContainsAny(dir, "$`{}~") || strings.HasPrefix(dir, "/") || strings.HasPrefix(dir, "..") {
		return "", false
	}
	return dir, true
}

// cutRoot is what stands behind the name of a root. Azure takes its macros in
// any case.
func cutRoot(text, root string) (rest string, inside bool) {
	if !strings.HasPrefix(root, "$(") {
		return strings.CutPrefix(text, root)
	}
	if len(text) < len(root) || !strings.EqualFold(text[:len(root)], root) {
		return text, false
	}
	return text[len(root):], true
}

// inDir is a file in the directory of a scope.
func (s *scope) inDir(name string) (string, bool) {
	if !s.located {
		return "", false
	}
	return path.Join(s.dir, name), true
}
