package document

import (
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// dockerfile reads the whole text as a Dockerfile.
func (l *loader) dockerfile() []*Document { return l.recovering(l.readDockerfile) }

// recovering turns a panic of the builder's parser into a file that is
// unparsable.
func (l *loader) recovering(read func() []*Document) (documents []*Document) {
	defer func() {
		if cause := recover(); cause != nil { // which may hold anything of the file, so it is not told
			r := newDockerReader(l)
			r.unread(unreadable{message: "the builder's parser failed on it", beyond: true})
			documents = []*Document{r.finish()}
		}
	}()
	return read()
}

func (l *loader) readDockerfile() []*Document {
	r := newDockerReader(l)
	result, problems := parseLeniently(l.source.Text)
	if line := l.firstLine(dockerTemplateFrame, 1); line > 0 && len(problems) > 0 {
		return l.dockerTemplate(line)
	}
	for _, problem := range problems {
		r.unread(problem)
	}
	if result != nil {
		r.read(result)
	}
	if r.templateLine > 0 {
		return l.dockerTemplate(r.templateLine)
	}
	return []*Document{r.finish()}
}

// dockerTemplate is a raw template: what is to be filled in may set the user,
// or end the stage, so that nothing in it can be judged.
func (l *loader) dockerTemplate(line int) []*Document {
	r := newDockerReader(l)
	path := finding.NewPath("unread", 0)
	r.unreads = append(r.unreads, r.value.node(l.source.Line(line), l.source.Offset(line, 1)))
	r.incomplete(path, "a raw template, not looked at: render it first and check what comes out")
	return []*Document{r.finish()}
}

// dockerReader reads one Dockerfile.
type dockerReader struct {
	load    *loader
	doc     *Document
	model   *Dockerfile
	lex     *dockerLex
	value   *dockerValue
	nodes   []*tree.Node // of the instructions
	unreads []*tree.Node // of what could not be read
	syntax  *tree.Node
	global  variables
	stage   *stageReader // the stage that is being read; nil before the first FROM
	stages  []*stageReader

	templateLine int // the first line that shows the file to be a raw template; 0 for none
}

func newDockerReader(l *loader) *dockerReader {
	lex := &dockerLex{escape: parser.DefaultEscapeToken}
	model := &Dockerfile{Stages: []Stage{}, Global: []Arg{}, SecretArgs: []SecretArg{}}
	return &dockerReader{
		load: l, lex: lex, model: model,
		value:  &dockerValue{source: l.source, lex: lex},
		global: platformVariables(),
		doc: &Document{
			Kind: KindDockerfile, File: l.source.File, Source: l.source, Dockerfile: model,
			Images: []Image{}, Secrets: []Secret{}, Unparsable: []Problem{}, Incomplete: []Problem{},
		},
	}
}

// read reads all instructions.
func (r *dockerReader) read(result *parser.Result) {
	r.lex.escape = result.EscapeToken
	r.frontend()
	for _, node := range result.AST.Children {
		if len(r.nodes) == maxInstructions || len(r.stages) == maxStages {
			r.unread(unreadable{first: node.StartLine, last: node.EndLine, beyond: true, message: fmt.Sprintf("the file has more than %d stages or %d instructions", maxStages, maxInstructions)})
			return
		}
		r.instruction(node)
	}
	if len(r.stages) == 0 && len(r.doc.Unparsable)+len(r.doc.Incomplete) == 0 {
		r.wrong("there is no FROM in it", finding.Path{})
	}
}

// finish builds the value and what follows from all stages together.
func (r *dockerReader) finish() *Document {
	r.finishStages()
	r.model.Ignore, r.model.Use = r.load.dockerIgnore(), r.load.dockerUse()
	members := []tree.Member{member("instructions", r.value.list(r.nodes, 0))}
	if r.syntax != nil {
		members = append(members, member("syntax", r.syntax))
	}
	if len(r.unreads) > 0 {
		members = append(members, member("unread", r.value.list(r.unreads, 0)))
	}
	r.doc.Value = r.value.mapping(0, members...)
	return r.doc
}

// unread reports lines that could not be read.
func (r *dockerReader) unread(problem unreadable) {
	path := finding.Path{}
	if problem.first > 0 {
		path = finding.NewPath("unread", len(r.unreads))
		offset := r.load.source.Offset(problem.first, 1)
		text := r.load.source.Line(problem.first)
		blank := len(text) - len(strings.TrimLeft(text, " \t"))
		r.unreads = append(r.unreads, r.value.node(text[blank:], offset+blank))
	}
	r.report(Problem{Message: problem.message, Path: path, Beyond: problem.beyond})
}

// wrong reports what is not as the builder wants it.
func (r *dockerReader) wrong(message string, path finding.Path) {
	r.report(Problem{Message: message, Path: path})
}

// report adds what could not be read. Of very many such places the first ones
// are enough, but a limit is always told.
func (r *dockerReader) report(problem Problem) {
	if len(r.doc.Unparsable) < maxUnreadable || problem.Beyond {
		r.doc.Unparsable = append(r.doc.Unparsable, problem)
	}
}

func (r *dockerReader) incomplete(path finding.Path, format string, args ...any) {
	r.doc.Incomplete = append(r.doc.Incomplete, Problem{Message: fmt.Sprintf(format, args...), Path: path})
}

// frontend notes what # syntax= names. A frontend that is not the builder's
// own may read the file in any way.
func (r *dockerReader) frontend() {
	r.model.Syntax = Text{Path: finding.Path{}}
	name, _, where, found := parser.DetectSyntax([]byte(r.load.source.Text))
	if !found || len(where) == 0 {
		return
	}
	line := r.load.source.Line(where[0].Start.Line)
	column := max(strings.Index(line, name), 0)
	r.syntax = r.value.node(name, r.load.source.Offset(where[0].Start.Line, 1)+column)
	r.model.Syntax = Text{Value: name, Path: finding.NewPath("syntax")}
	if !ownFrontend(name) {
		r.incomplete(r.model.Syntax.Path, "the frontend %q builds this file, and what it makes of the instructions is not known", name)
	}
}

// ownFrontend tells whether a frontend is one of the builder's own.
func ownFrontend(name string) bool {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "index.docker.io/")
	for _, own := range []string{"docker/dockerfile", "docker/dockerfile-upstream", "docker/dockerfile-test"} {
		if rest, ok := strings.CutPrefix(name, own); ok && (rest == "" || rest[0] == ':' || rest[0] == '@') {
			return true
		}
	}
	return false
}
