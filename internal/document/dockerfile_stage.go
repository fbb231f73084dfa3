package document

import (
	"maps"
	"strconv"
	"strings"

	"guard/internal/pipeline/shell"
)

// stageReader reads one stage.
type stageReader struct {
	*dockerReader
	Stage
	scope   *scope
	reader  shell.Reader // for RUN in shell form
	foreign bool         // the shell is none that can be read
	user    *User        // of the last USER; nil where there is none
	waiting []SecretArg  // not used so far
	workdir string
	targets []string // where something is put: COPY, ADD, words of RUN
	outputs []string // what compilers write
}

// from begins a stage.
func (r *instructionReader) from() {
	s := &stageReader{dockerReader: r.dockerReader, reader: shell.Reader{Dialect: shell.POSIX}}
	s.Stage = Stage{Index: len(r.stages), Path: r.path, Instructions: []Instruction{}}
	s.scope = &scope{lex: r.lex, global: r.global, env: variables{}, args: variables{}}
	s.name(r.words.args)
	s.platform(r.words.flags)
	s.base(r)
	r.stages = append(r.stages, s)
	r.stage = s
}

func (s *stageReader) name(words []dockerWord) {
	s.Holder = "stage " + strconv.Itoa(s.Index)
	if len(words) == 3 && strings.EqualFold(words[1].text, "as") {
		s.Name = strings.ToLower(words[2].text)
		s.Holder = "stage " + s.Name
	}
}

func (s *stageReader) platform(flags []dockerWord) {
	for _, flag := range flags {
		if value, ok := strings.CutPrefix(flag.text, "--platform="); ok {
			s.Platform = value
		}
	}
}

// base finds out what FROM names: an earlier stage, scratch or an image.
func (s *stageReader) base(r *instructionReader) {
	s.Chain = []int{s.Index}
	if !isFrom(r.node) {
		return
	}
	path := r.path.With("args", 0)
	s.Base, _ = r.lex.expand(r.words.args[0].text, in(r.global))
	parent := r.stageNamed(s.Base)
	switch {
	case parent != nil:
		s.inherit(parent)
	case s.Base == "scratch":
		s.Scratch, s.BaseName = true, "scratch"
		return
	}
	image := r.load.image(s.Base, path, RoleBase, s.Holder)
	image.Stage = parent != nil
	if parent == nil {
		s.BaseName = image.Name
		s.foreign = isWindows(s.Base)
	}
	r.doc.Images = append(r.doc.Images, image)
}

// isWindows tells whether an image is one of Microsoft's for Windows, whose
// shell is none of ours.
func isWindows(image string) bool {
	return strings.Contains(image, "/windows") || strings.Contains(image, "nanoserver") || strings.Contains(image, "servercore")
}

// inherit takes over what a stage has from the one it builds on.
func (s *stageReader) inherit(parent *stageReader) {
	s.Parent = &parent.Index
	s.Chain = append(s.Chain, parent.Chain...)
	s.Scratch = parent.Scratch
	s.scope.env = maps.Clone(parent.scope.env)
	s.reader, s.foreign = parent.reader, parent.foreign
	s.user, s.workdir = parent.user, parent.workdir
}

// stageNamed returns the stage of a name, or nil. Of several with one name it
// is the last.
func (r *dockerReader) stageNamed(name string) *stageReader {
	for i := len(r.stages) - 1; i >= 0; i-- {
		if r.stages[i].Name != "" && strings.EqualFold(r.stages[i].Name, name) {
			return r.stages[i]
		}
	}
	return nil
}

// add reads an instruction of the stage.
func (s *stageReader) add(r *instructionReader) {
	i := r.instructionModel()
	i.Holder = s.Holder
	switch r.keyword {
	case "ENV", "ARG":
		s.pairs(r)
	case "USER":
		s.setUser(r)
	case "SHELL":
		s.setShell(r)
	case "COPY", "ADD":
		s.copy(r, &i)
	case "RUN":
		s.mounts(r)
	}
	i.Pipefail = s.reader.Pipefail
	i.Commands = s.commands(r, i)
	if r.keyword == "RUN" {
		i.Packages = s.packages(&i)
	}
	s.useArgs(r.usedText())
	if !r.onBuild {
		s.track(&i)
	}
	s.Instructions = append(s.Instructions, i)
}

// pairs takes in what ENV and ARG say.
func (s *stageReader) pairs(r *instructionReader) {
	place := strings.ToLower(r.keyword)
	for j, pair := range r.pairs {
		node := r.pairNode(j)
		if node == nil || isPublic(pair.key.text) {
			continue
		}
		if secret, found := s.load.namedSecret(pair.key.text, node, r.pairPath(j), s.Holder, place); found {
			s.doc.Secrets = append(s.doc.Secrets, secret)
		}
	}
	if r.keyword == "ARG" {
		s.secretArgs(r)
	}
	if !r.onBuild {
		s.scope.apply(r.keyword, r.pairs)
	}
}

// usedText is the text in which an ARG is used: that of RUN and ENV.
func (r *instructionReader) usedText() string {
	if r.keyword != "RUN" && r.keyword != "ENV" {
		return ""
	}
	return r.load.source.Text[r.line.start:r.line.end]
}

// setShell notes the shell that RUN in shell form uses from here on.
func (s *stageReader) setShell(r *instructionReader) {
	if r.onBuild {
		return
	}
	command := make([]string, len(r.words.args))
	for j, word := range r.words.args {
		command[j] = word.text
	}
	reader, known := shell.ReaderFor(command)
	s.reader, s.foreign = reader, !known
}

// finishStages turns the stages that were read into the model.
func (r *dockerReader) finishStages() {
	for n, s := range r.stages {
		s.Final = n == len(r.stages)-1
		s.User = s.endUser()
		s.BaseName = r.stages[s.Chain[len(s.Chain)-1]].BaseName
		if s.Parent != nil {
			s.Stage.BaseName = ""
		}
		r.model.Stages = append(r.model.Stages, s.Stage)
	}
	r.copiedStages()
	r.namedContexts()
	r.model.Program = r.program()
}

// copiedStages marks the images of COPY --from and RUN --mount that are
// stages. A stage may be named before it stands in the file.
func (r *dockerReader) copiedStages() {
	for i := range r.doc.Images {
		image := &r.doc.Images[i]
		image.Stage = image.Stage || isCopied(image) && r.isStage(image.Raw)
	}
}

// isCopied tells whether an image is one of COPY --from or RUN --mount.
func isCopied(image *Image) bool {
	name, _ := image.Path[len(image.Path)-2].Key()
	return name == "flags"
}

// isStage tells whether a name, or a number, is that of a stage.
func (r *dockerReader) isStage(name string) bool {
	n, err := strconv.Atoi(name)
	return err == nil && n >= 0 && n < len(r.stages) || r.stageNamed(name) != nil
}
