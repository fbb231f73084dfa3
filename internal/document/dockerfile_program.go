package document

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// program finds what a container of the final stage starts, and whether it is
// there.
func (r *dockerReader) program() *Program {
	if len(r.stages) == 0 {
		return nil
	}
	final, m := r.stages[len(r.stages)-1], r.model
	m.Entrypoint, m.Command = r.started(final, "ENTRYPOINT"), r.started(final, "CMD")
	i := cmp.Or(m.Entrypoint, m.Command)
	if i == nil || i.Shell || len(i.Args) == 0 {
		return nil
	}
	p := &Program{Name: i.Args[0].Value, Keyword: i.Keyword, Path: i.Args[0].Path}
	p.Missing = r.missing(final, p.Name)
	return p
}

// started is the instruction of this keyword that counts for a stage: the last
// one of its chain.
func (r *dockerReader) started(s *stageReader, keyword string) *Instruction {
	for _, n := range s.Chain {
		instructions := r.stages[n].Instructions
		for j := len(instructions) - 1; j >= 0; j-- {
			if instructions[j].Keyword == keyword && !instructions[j].OnBuild {
				return &instructions[j]
			}
		}
	}
	return nil
}

// missing says why a program is not in a stage; "" where it is or may be. Of
// an image nobody knows what is in it, so there a program is missing only
// where another stage makes it and nothing brings it over.
func (r *dockerReader) missing(final *stageReader, name string) string {
	if strings.HasPrefix(name, "./") {
		name = path.Join(final.workdir, name)
	}
	if !path.IsAbs(name) || strings.Contains(name, "$") || r.brought(final, path.Clean(name)) {
		return ""
	}
	if final.Scratch {
		return "the stage is built from scratch, and nothing is copied to " + name
	}
	for _, s := range r.stages {
		if !slices.Contains(final.Chain, s.Index) && slices.Contains(s.outputs, path.Clean(name)) {
			return fmt.Sprintf("it is made in %s, and nothing copies it here", s.Holder)
		}
	}
	return ""
}

// brought tells whether something in the chain may put a file there.
func (r *dockerReader) brought(final *stageReader, name string) bool {
	for _, n := range final.Chain {
		s := r.stages[n]
		if slices.Contains(s.outputs, name) || slices.ContainsFunc(s.targets, func(dir string) bool { return covers(dir, name) }) {
			return true
		}
	}
	return false
}

// covers tells whether a file may come to be when something is copied to dir.
func covers(dir, name string) bool {
	return dir == "/" || dir == name || strings.HasPrefix(name, dir+"/") || strings.Contains(dir, "$")
}

// track follows what a stage puts where.
func (s *stageReader) track(i *Instruction) {
	switch i.Keyword {
	case "WORKDIR":
		if len(i.Args) > 0 {
			dir, _ := s.scope.expand(i.Args[0].Value)
			s.workdir = path.Join("/", absolute(s.workdir, dir))
		}
	case "COPY", "ADD":
		s.targets = append(s.targets, path.Clean(absolute(s.workdir, i.Dest)))
	case "RUN":
		s.trackRun(i)
	}
}

// trackRun notes what compilers write (-o file), and the words of all other
// commands, any of which may be a file that comes to be.
func (s *stageReader) trackRun(i *Instruction) {
	for _, command := range i.Commands {
		for j, arg := range command.Args {
			if arg.Text == "-o" && j+1 < len(command.Args) {
				s.outputs = append(s.outputs, path.Clean(absolute(s.workdir, command.Args[j+1].Text)))
			} else if strings.Contains(arg.Text, "/") && !command.Inner {
				s.targets = append(s.targets, path.Clean(absolute(s.workdir, arg.Text)))
			}
		}
	}
}

func absolute(dir, file string) string {
	if path.IsAbs(file) {
		return file
	}
	return path.Join("/", dir, file)
}
