package document

import (
	"cmp"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// instructionReader reads one instruction. Behind ONBUILD, node is the
// instruction that is put off.
type instructionReader struct {
	*dockerReader
	node    *parser.Node
	line    *dockerLine
	words   *dockerWords
	pairs   []dockerPair
	path    finding.Path
	keyword string // upper case
	onBuild bool
}

// instruction reads one node of the parser.
func (r *dockerReader) instruction(node *parser.Node) {
	i := &instructionReader{dockerReader: r, node: node, path: finding.NewPath("instructions", len(r.nodes))}
	i.line = newDockerLine(r.load.source, node, r.lex.escape)
	start := 0
	if child := onBuildChild(node); child != nil {
		start = i.line.skipBlank(len(node.Value))
		i.node, i.onBuild = child, true
	}
	i.keyword = strings.ToUpper(i.node.Value)
	i.words = splitWords(i.line, i.node, start)
	if i.keyword == "ENV" || i.keyword == "ARG" || i.keyword == "LABEL" {
		i.pairs, i.words.args = i.words.pairs(i.node), nil
	}
	r.nodes = append(r.nodes, i.tree(node))
	i.check(node)
	i.dispatch()
}

// onBuildChild is the instruction behind ONBUILD, or nil.
func onBuildChild(node *parser.Node) *parser.Node {
	if !strings.EqualFold(node.Value, "ONBUILD") || node.Next == nil || len(node.Next.Children) == 0 {
		return nil
	}
	return node.Next.Children[0]
}

// check asks the builder whether the instruction is one.
func (r *instructionReader) check(node *parser.Node) {
	message := validate(node)
	switch {
	case message == "":
	case templateMark.MatchString(r.line.text):
		r.templateLine = cmp.Or(r.templateLine, node.StartLine)
	case r.model.Syntax.Value != "" && (strings.HasPrefix(message, "unknown instruction") || strings.HasPrefix(message, "unknown flag")):
		r.incomplete(r.path, "%s, as far as is known of the frontend %q", message, r.model.Syntax.Value)
	default:
		r.wrong(message, r.path)
	}
}

// dispatch hands the instruction to the stage it belongs to.
func (r *instructionReader) dispatch() {
	switch {
	case r.keyword == "FROM" && !r.onBuild:
		r.from()
	case r.stage != nil:
		r.stage.add(r)
	case r.keyword == "ARG":
		r.globalArgs()
	default:
		r.wrong(r.keyword+" stands before the first FROM", r.path)
	}
}

// globalArgs reads an ARG before the first FROM.
func (r *instructionReader) globalArgs() {
	for j, pair := range r.pairs {
		value, unknown := r.lex.expand(pair.value.text, in(r.global))
		if pair.set {
			set(r.global, pair.key.text, value, unknown)
		}
		r.model.Global = append(r.model.Global, Arg{Name: pair.key.text, Default: value, Path: r.pairPath(j)})
	}
}

// tree builds the instruction's part of the value.
func (r *instructionReader) tree(node *parser.Node) *tree.Node {
	v, l := r.value, r.line
	members := []tree.Member{
		member("keyword", v.node(node.Value, l.start)),
		member("text", v.node(r.load.source.Text[l.start:l.end], l.start)),
		member("flags", v.list(r.wordNodes(r.words.flags), l.start)),
		member("args", v.list(r.wordNodes(r.words.args), l.start)),
	}
	if r.pairs != nil {
		members = append(members, member("pairs", v.list(r.pairNodes(), l.start)))
	}
	return v.mapping(l.start, members...)
}

func (r *instructionReader) wordNodes(words []dockerWord) []*tree.Node {
	nodes := make([]*tree.Node, len(words))
	for j, word := range words {
		nodes[j] = r.value.word(r.line, word)
	}
	return nodes
}

func (r *instructionReader) pairNodes() []*tree.Node {
	nodes := make([]*tree.Node, len(r.pairs))
	for j, pair := range r.pairs {
		members := []tree.Member{member("key", r.value.word(r.line, pair.key))}
		if pair.set {
			members = append(members, member("value", r.value.value(r.line, pair.value)))
		}
		nodes[j] = r.value.mapping(r.line.at(pair.key.start), members...)
	}
	return nodes
}

// pairPath is the path of a pair's value, or of its key where it has none.
func (r *instructionReader) pairPath(j int) finding.Path {
	if r.pairs[j].set && r.pairs[j].value.text != "" {
		return r.path.With("pairs", j, "value")
	}
	return r.path.With("pairs", j, "key")
}

// pairNode is the node of a pair's value, or nil.
func (r *instructionReader) pairNode(j int) *tree.Node {
	return r.nodes[len(r.nodes)-1].Get("pairs").Item(j).Get("value")
}

// model makes the instruction as rules see it.
func (r *instructionReader) instructionModel() Instruction {
	i := Instruction{
		Keyword: r.keyword, OnBuild: r.onBuild, Path: r.path, Text: strings.TrimSpace(r.line.text),
		Args: []Text{}, Flags: []Entry{}, Pairs: []Entry{}, Sources: []Text{}, Remote: []Text{}, Secrets: []Text{}, Packages: []PackageUse{},
	}
	for j, word := range r.words.args {
		i.Args = append(i.Args, Text{Value: word.text, Path: r.path.With("args", j)})
	}
	for j, word := range r.words.flags {
		name, value, _ := strings.Cut(strings.TrimPrefix(word.text, "--"), "=")
		i.Flags = append(i.Flags, Entry{Key: name, Value: value, Path: r.path.With("flags", j)})
	}
	for j, pair := range r.pairs {
		i.Pairs = append(i.Pairs, Entry{Key: pair.key.text, Value: r.pairNode(j).Scalar(), Path: r.pairPath(j)})
	}
	i.Shell = r.shellForm()
	return i
}

// shellForm tells whether an instruction that runs something is in shell form.
func (r *instructionReader) shellForm() bool {
	switch r.keyword {
	case "RUN", "CMD", "ENTRYPOINT":
		return !r.node.Attributes["json"]
	case "HEALTHCHECK":
		return !r.node.Attributes["json"] && len(r.words.args) > 1
	}
	return false
}
