package pipeline

import (
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline/shell"
)

// flow is where the words of a command end up.
type flow struct {
	printed bool   // in the job's log
	file    string // in this file of the workspace
}

// writers write their words, or what they read, out unchanged; filters do so
// in a form that is as good.
var (
	writers = []string{"echo", "printf", "cat", "tee"}
	filters = []string{"base64", "tr", "sed", "cat", "tee", "xxd", "gunzip", "fold", "jq", "sort"}
)

// flow follows the words of a command that writes them out.
func (f *follower) flow(command *shell.Command) flow {
	here := slices.ContainsFunc(command.Redirect, func(r shell.Redirect) bool { return strings.HasPrefix(r.Op, "<<") })
	if !slices.Contains(writers, command.Name) && !(here && slices.Contains(filters, command.Name)) {
		return flow{}
	}
	if (command.Name == "cat" || command.Name == "tee") && !here {
		return flow{} // their words are names of files
	}
	return f.flowOf(command)
}

// flowOf follows the output of a command to the end of its pipe.
func (f *follower) flowOf(command *shell.Command) flow {
	last := command
	for !last.Last || ToFile(*last) {
		if ToFile(*last) {
			return flow{file: workspaceFile(target(*last))}
		}
		next := f.next(last)
		if next == nil || !slices.Contains(filters, next.Name) {
			return flow{}
		}
		last = next
	}
	switch {
	case last.Name == "tee" && last != command:
		return flow{printed: true, file: workspaceFile(firstOperand(*last))}
	case last.Inner:
		return flow{}
	}
	return flow{printed: true}
}

// stage is a place in a pipe.
type stage struct{ pipe, stage int }

// next is the command behind this one in its pipe.
func (f *follower) next(command *shell.Command) *shell.Command {
	if f.stages == nil {
		f.stages = map[stage]int{}
		for i, c := range f.script.Commands {
			f.stages[stage{c.Pipe, c.Stage}] = i
		}
	}
	i, found := f.stages[stage{command.Pipe, command.Stage + 1}]
	if !found || command.Pipe < 0 {
		return nil
	}
	return &f.script.Commands[i]
}

// target is the file that a command's output is redirected to.
func target(command shell.Command) string {
	for _, redirect := range command.Redirect {
		if strings.HasPrefix(redirect.Op, ">") || strings.HasPrefix(redirect.Op, "&>") {
			return redirect.Target.Text
		}
	}
	return ""
}

func firstOperand(command shell.Command) string {
	for _, word := range command.Args {
		if !strings.HasPrefix(word.Text, "-") {
			return word.Text
		}
	}
	return ""
}

// workspaces are the variables that providers name the workspace by.
var workspaces = []string{
	"$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{ github.workspace }}", "${{github.workspace}}",
	"$CI_PROJECT_DIR", "${CI_PROJECT_DIR}", "$PWD", "${PWD}",
}

// workspaceFile is the file where it lies in the workspace; "" for the home
// directory, temporary directories, devices, and where it cannot be said.
func workspaceFile(file string) string {
	for _, workspace := range workspaces {
		if inside, ok := strings.CutPrefix(file, workspace+"/"); ok {
			return inside
		}
	}
	if file == "" || strings.ContainsAny(file[:1], "/~$&\"'`") || strings.HasPrefix(file, "..") {
		return ""
	}
	return strings.TrimPrefix(file, "./")
}

// guards are the commands of a job that keep others from reading files.
type guards struct {
	umask bool
	files []string // operands of chmod and the like, as patterns
}

func newGuards(job *Job) guards {
	g := guards{}
	for _, step := range job.Steps {
		if step.Script == nil {
			continue
		}
		for _, command := range step.Script.Commands {
			g.add(command)
		}
	}
	return g
}

func (g *guards) add(command shell.Command) {
	switch command.Name {
	case "umask":
		g.umask = g.umask || len(command.Args) > 0 && strings.HasSuffix(command.Args[0].Text, "77")
	case "chmod":
		if slices.ContainsFunc(command.Args, func(w shell.Word) bool { return isPrivateMode(w.Text) }) {
			g.operands(command)
		}
	}
}

func (g *guards) operands(command shell.Command) {
	for _, word := range command.Args {
		if !strings.HasPrefix(word.Text, "-") && !isPrivateMode(word.Text) {
			g.files = append(g.files, workspaceFile(word.Text))
		}
	}
}

// isPrivateMode tells whether a mode of chmod leaves nothing to group and
// others.
func isPrivateMode(mode string) bool {
	octal := strings.TrimLeft(mode, "0")
	if len(octal) == 3 && strings.HasSuffix(octal, "00") && strings.Trim(octal, "01234567") == "" {
		return true
	}
	return slices.Contains([]string{"go-rwx", "og-rwx", "go=", "og=", "u=rw,go=", "u=r,go=", "u=rwx,go=", "go-r", "og-r", "g-r,o-r"}, mode)
}

// cover tells whether a file is kept from others: by its own name, a pattern,
// or a directory it lies in.
func (g guards) cover(file string) bool {
	return g.umask || slices.ContainsFunc(g.files, func(pattern string) bool {
		matched, err := path.Match(pattern, file)
		return pattern != "" && (err == nil && matched || strings.HasPrefix(file, strings.TrimSuffix(pattern, "/")+"/"))
	})
}
