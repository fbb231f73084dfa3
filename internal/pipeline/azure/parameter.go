package azure

import (
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// declared is a parameter as a file declares it.
type declared struct {
	name    string
	kind    string
	value   *tree.Node // default:; nil where a value must be given
	given   bool       // there is a default, be it null
	options []string
	path    finding.Path
	node    *tree.Node
}

// declaredIn lists the parameters of a file: a list of maps, or, as it was
// once, a map of defaults; strict is true for the list, beside which nothing
// can be given.
func declaredIn(n *tree.Node, path finding.Path) (all []declared, strict bool) {
	if n.Type() == tree.Map {
		for _, m := range n.Members {
			all = append(all, declared{name: m.Key.Text, value: m.Value, given: true, path: path.With(m.Key.Text), node: m.Value})
		}
		return all, false
	}
	if n.Type() != tree.List {
		return nil, false
	}
	strict = true
	for i, item := range n.Items {
		d := declared{
			name: item.Get("name").Scalar(), kind: item.Get("type").Scalar(), value: item.Get("default"),
			given: item.Key("default") != nil, path: path.With(i), node: item,
		}
		if d.name == "" || strings.Contains(d.name, "${{") {
			strict = false
			continue
		}
		for _, option := range items(item.Get("values")) {
			d.options = append(d.options, option.Scalar())
		}
		all = append(all, d)
	}
	return all, strict
}

func items(n *tree.Node) []*tree.Node {
	if n.Type() != tree.List {
		return nil
	}
	return n.Items
}

// bind gives the parameters of a template their values: what is passed, or
// their defaults.
func (r *reader) bind(n *tree.Node, item *value, in *names) {
	all, strict := declaredIn(n, nil)
	passed := item.get("parameters")
	for _, d := range all {
		if given, ok := passedAs(passed, d.name); ok {
			in.parameters[strings.ToLower(d.name)] = bound{given, d.kind}
			continue
		}
		if !d.given && d.kind != "" && !passed.open && !hasExpression(passed.scalar()) {
			r.refuse(item.get("template"), "the template %q needs the parameter %q, which is not given", in.from.file, d.name)
		}
		in.parameters[strings.ToLower(d.name)] = bound{r.expand(d.value, nil, in), d.kind}
	}
	for _, m := range passed.list() {
		if _, known := in.parameters[strings.ToLower(m.key)]; known {
			continue
		}
		if strict && !strings.Contains(m.key, "${{") {
			r.refuse(m.value, "the template %q has no parameter %q", in.from.file, m.key)
		}
		in.parameters[strings.ToLower(m.key)] = bound{m.value, ""}
	}
}

// passedAs is what is given as a parameter, whose name counts without case.
func passedAs(passed *value, name string) (*value, bool) {
	for _, m := range passed.list() {
		if strings.EqualFold(m.key, name) && (m.value.isSet() || m.value.kind == tree.Null) {
			return m.value, true
		}
	}
	return nil, false
}

// refuse notes a fault of this file; that of a template is told where it is
// read itself.
func (r *reader) refuse(at *value, format string, args ...any) {
	if at.from.isOwn() {
		r.invalid(at.path, format, args...)
	}
}

// inputs reads the parameters of the file itself, which whoever starts the
// pipeline sets, or who inserts the template.
func (r *reader) inputs(in *names, event string) {
	all, _ := declaredIn(r.node.Get("parameters"), finding.NewPath("parameters"))
	for _, d := range all {
		path := d.path
		if d.node.Type() == tree.Map && d.node.Key("default") != nil {
			path = path.With("default")
		}
		value := r.expand(d.value, path, in)
		in.parameters[strings.ToLower(d.name)] = bound{value, d.kind}
		r.defaults[strings.ToLower(d.name)] = parameter{value: value, kind: d.kind, given: d.given}
		options := d.options
		if options == nil {
			options = []string{}
		}
		r.out.Inputs = append(r.out.Inputs, pipeline.Input{
			Name: d.name, Event: event, Options: options, Path: d.path,
			Free: len(options) == 0 && (d.kind == "" || d.kind == "string"),
		})
	}
}

// parameter is one of the pipeline's own, as runs that nobody starts by hand
// see it.
type parameter struct {
	value *value
	kind  string
	given bool // there is a default
}

// reason says why a parameter is not known.
func (p parameter) reason(name string) string {
	return fmt.Sprintf("the parameter %s has no default", name)
}
