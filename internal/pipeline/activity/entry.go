package activity

import (
	"path"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// Entry says what an action, a task, a component or a program does: one line
// of the table, built in or the team's.
type Entry struct {
	// Uses is a pattern of what uses: names, without the ref: "acme/deploy-*",
	// "Docker@2", "docker://acme/lint"; ./ names one of the repository. A *
	// stands for anything but a slash. "" where Run is given.
	Uses string

	// Run is the beginning of a command line: "./ci/test.sh", "acme deploy".
	// Its words must be those of the command. "" where Uses is given.
	Run string

	// Kinds are what it does; none says that it does nothing a rule asks for.
	Kinds []pipeline.ActivityKind

	Images []string // inputs that name images, one a line or between commas
	Push   string   // the input that says whether a build pushes; "" where it always does
	Files  []string // inputs that name manifests
}

// fromTable adds what the team's table says of a command line.
func (f *finder) fromTable(s *scope, index int, program string, args []shell.Word) bool {
	for i := range f.options.Table {
		entry := &f.options.Table[i]
		if entry.Run == "" || !entry.runs(program, args) {
			continue
		}
		for _, kind := range entry.Kinds {
			f.add(s, index, pipeline.Activity{Kind: kind, Tool: entry.Run, Pushes: pushOfEntry(kind)})
		}
		return true
	}
	return false
}

func pushOfEntry(kind pipeline.ActivityKind) string {
	if kind == pipeline.Build {
		return "unknown"
	}
	return ""
}

// runs tells whether a command line begins with the words of the entry.
func (e *Entry) runs(program string, args []shell.Word) bool {
	words := strings.Fields(e.Run)
	if len(words) == 0 || len(words)-1 > len(args) || !sameProgram(words[0], program) {
		return false
	}
	for i, word := range words[1:] {
		if args[i].Text != word {
			return false
		}
	}
	return true
}

func sameProgram(pattern, program string) bool {
	if strings.Contains(pattern, "/") {
		return path.Clean(pattern) == path.Clean(program)
	}
	return pattern == program || !strings.HasPrefix(program, ".") && pattern == path.Base(program)
}

// names tells whether an entry speaks of what uses: names.
func (e *Entry) names(name string) bool {
	if e.Uses == "" {
		return false
	}
	for pattern := range strings.SplitSeq(strings.ToLower(e.Uses), "|") {
		if matched, err := path.Match(pattern, name); err == nil && matched {
			return true
		}
		if begin, open := strings.CutSuffix(pattern, "/**"); open && strings.HasPrefix(name, begin+"/") {
			return true
		}
	}
	return false
}

// usesNames is how the table may name what uses: names, in lower case: with
// the path behind the repository, and for a task with its version.
func usesNames(use *pipeline.Use) []string {
	raw := strings.ToLower(strings.TrimSpace(use.Raw))
	if strings.HasPrefix(raw, "docker://") {
		image, _, _ := strings.Cut(raw, "@")
		if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
			image = image[:colon]
		}
		return []string{image}
	}
	name, ref, _ := strings.Cut(raw, "@")
	names := []string{strings.TrimSuffix(name, "/")}
	if use.Kind == "task" {
		ref, _, _ = strings.Cut(ref, ".")
		names = append(names, name+"@"+ref)
	}
	return names
}
