package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"guard/internal/document"
)

// The bounds of an explanation.
const (
	maxExplained  = 2000 // steps
	maxStepText   = 120  // bytes of an expression
	maxStepValue  = 160  // bytes of a value
	maxStepValues = 8    // of one expression
)

// stepTracer puts what OPA evaluates together to the expressions that stand in
// the file: OPA has taken them apart, and may try each many times.
type stepTracer struct {
	file  string
	exprs []*ast.Expr               // of the file, in its order
	parts map[*ast.Expr][]*ast.Expr // what OPA has made of each
	doc   *document.Document

	steps  []Step
	cut    bool
	frames map[uint64]*frame // by query
}

// frame is a body that is being evaluated.
type frame struct {
	depth   int
	within  *ast.Expr // of the frame around it, while that was evaluated
	rule    *ast.Rule // nil: the body of a not, every or comprehension
	pending bool      // it is not known yet whether current holds
	current *ast.Expr // nil: something in the head
}

func newStepTracer(m *module, doc *document.Document) *stepTracer {
	t := &stepTracer{file: m.file, doc: doc, parts: map[*ast.Expr][]*ast.Expr{}, frames: map[uint64]*frame{}}
	for _, r := range m.parsed.Rules {
		ast.WalkExprs(r, func(e *ast.Expr) bool {
			if e.Location != nil && e.Location.File == m.file {
				t.exprs = append(t.exprs, e)
			}
			return false
		})
	}
	slices.SortStableFunc(t.exprs, func(a, b *ast.Expr) int { return cmp.Compare(a.Location.Offset, b.Location.Offset) })
	return t
}

// Enabled is always true.
func (t *stepTracer) Enabled() bool { return true }

// Config asks for the values of variables.
func (t *stepTracer) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

// TraceEvent follows the evaluation.
func (t *stepTracer) TraceEvent(event topdown.Event) {
	switch event.Op {
	case topdown.EnterOp:
		t.enter(&event)
	case topdown.EvalOp:
		t.eval(&event)
	case topdown.RedoOp:
		t.redo(&event)
	case topdown.FailOp:
		t.fail(&event)
	case topdown.ExitOp:
		t.exit(&event)
	}
}

func (t *stepTracer) enter(event *topdown.Event) {
	if !t.inFile(event.Location) {
		return
	}
	f := &frame{}
	if parent := t.frames[event.ParentID]; parent != nil {
		f.depth, f.within = parent.depth+1, parent.current
	}
	t.frames[event.QueryID] = f
	if r, is := event.Node.(*ast.Rule); is {
		f.rule = r
		t.add(Step{Place: place(t.file, r.Location), Text: headText(r), Depth: f.depth, Kind: StepDefinition})
	}
}

func headText(r *ast.Rule) string {
	text, _, _ := strings.Cut(string(r.Location.Text), "\n")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "{"))
}

func (t *stepTracer) inFile(at *ast.Location) bool { return at != nil && at.File == t.file }

// exprAt is the innermost expression of the file that holds a place; nil for
// one in the head of a definition.
func (t *stepTracer) exprAt(at *ast.Location) *ast.Expr {
	if !t.inFile(at) {
		return nil
	}
	var found *ast.Expr
	for _, e := range t.exprs {
		if e.Location.Offset > at.Offset {
			break
		}
		if at.Offset < e.Location.Offset+len(e.Location.Text) {
			found = e
		}
	}
	return found
}

func (t *stepTracer) eval(event *topdown.Event) {
	f, expr := t.frames[event.QueryID], t.exprAt(event.Location)
	if f == nil {
		return
	}
	if f.current != expr {
		t.hold(f, event)
	}
	f.pending, f.current = true, expr
	t.learn(expr, event)
}

// learn keeps what OPA has made of an expression.
func (t *stepTracer) learn(expr *ast.Expr, event *topdown.Event) {
	if part, is := event.Node.(*ast.Expr); is && expr != nil && !slices.Contains(t.parts[expr], part) {
		t.parts[expr] = append(t.parts[expr], part)
	}
}

// hold tells that the pending expression of a frame holds.
func (t *stepTracer) hold(f *frame, event *topdown.Event) {
	t.tell(f, event, StepTrue)
}

func (t *stepTracer) redo(event *topdown.Event) {
	if f := t.frames[event.QueryID]; f != nil && event.Location != nil {
		if _, is := event.Node.(*ast.Expr); is {
			f.pending, f.current = true, t.exprAt(event.Location)
		}
	}
}

func (t *stepTracer) fail(event *topdown.Event) {
	f := t.frames[event.QueryID]
	switch {
	case f == nil:
	case f.pending && f.current == nil && f.rule != nil && t.inFile(event.Location):
		t.failHead(f, event)
	default:
		t.tell(f, event, StepFalse)
	}
}

// failHead tells that everything holds, and the result cannot be had.
func (t *stepTracer) failHead(f *frame, event *topdown.Event) {
	f.pending = false
	s := Step{Place: place(t.file, event.Location), Text: oneLine(string(event.Location.Text)) + " is undefined", Depth: f.depth + 1, Kind: StepFalse}
	if part, is := event.Node.(*ast.Expr); is {
		s.Values = shownBy(localsOf(event, part), t.shown)
	}
	t.add(s)
}

func (t *stepTracer) exit(event *topdown.Event) {
	f := t.frames[event.QueryID]
	if f == nil {
		return
	}
	t.hold(f, event)
	if f.rule != nil {
		t.add(Step{Place: place(t.file, f.rule.Location), Text: headText(f.rule), Depth: f.depth, Kind: StepResult})
	}
}

// tell tells what became of the pending expression of a frame. What a "not" is
// about is told with it.
func (t *stepTracer) tell(f *frame, event *topdown.Event, kind StepKind) {
	expr := f.current
	if !f.pending || expr == nil || expr == f.within {
		return
	}
	f.pending, f.current = false, nil
	if len(t.steps) < maxExplained {
		t.add(Step{Place: place(t.file, expr.Location), Text: oneLine(string(expr.Location.Text)), Depth: f.depth + 1, Kind: kind, Values: t.values(expr, event)})
	} else {
		t.cut = true
	}
}

func (t *stepTracer) add(s Step) {
	if len(t.steps) == maxExplained {
		t.cut = true
		return
	}
	t.steps = append(t.steps, s)
}

// values are those of what stands in an expression: of references, which OPA
// has given variables of their own, and of the file's variables.
func (t *stepTracer) values(expr *ast.Expr, event *topdown.Event) []string {
	var values []string
	keep := func(name string, value ast.Value) {
		if text := name + " = " + t.shown(value); len(values) < maxStepValues && !slices.Contains(values, text) {
			values = append(values, text)
		}
	}
	for _, part := range t.parts[expr] {
		for _, operand := range part.Operands() {
			if name, value, ok := t.reference(operand, event); ok {
				keep(name, value)
			}
		}
	}
	for _, part := range t.parts[expr] {
		for _, l := range localsOf(event, part) {
			if _, whole := l.value.(ast.Object); !whole || len(values) == 0 {
				keep(string(l.name), l.value)
			}
		}
	}
	return values
}

// reference is the value that a reference in an expression leads to, and how
// it stands in the file.
func (t *stepTracer) reference(term *ast.Term, event *topdown.Event) (name string, value ast.Value, ok bool) {
	ref, is := term.Value.(ast.Ref)
	if !is || term.Location == nil || len(ref) < 2 {
		return "", nil, false
	}
	for _, step := range ref[1:] {
		if v, isVar := step.Value.(ast.Var); isVar && event.LocalMetadata[v].Name == "" {
			return "", nil, false // it runs through a list
		}
	}
	value, ok = t.resolve(event, ref)
	return oneLine(string(term.Location.Text)), value, ok
}

// resolve finds what a reference into a value or the input leads to.
func (t *stepTracer) resolve(event *topdown.Event, ref ast.Ref) (ast.Value, bool) {
	base := event.Plug(ref[0])
	if ref[0].Equal(ast.InputRootDocument) {
		base = event.Input()
	}
	if base == nil || !base.IsGround() {
		return nil, false
	}
	if _, isVar := base.Value.(ast.Var); isVar {
		return nil, false
	}
	path := make(ast.Ref, 0, len(ref)-1)
	for _, step := range ref[1:] {
		path = append(path, event.Plug(step))
	}
	if !path.IsGround() {
		return nil, false
	}
	value, err := base.Value.Find(path)
	if err != nil {
		return ast.String("undefined"), true
	}
	return value, true
}

func oneLine(text string) string {
	return clipTo(strings.Join(strings.Fields(text), " "), maxStepText)
}

// shown writes a value, as far as it fits, with the document's secrets
// redacted.
func (t *stepTracer) shown(value ast.Value) string {
	w := valueWriter{redact: t.doc.Redact}
	w.write(value)
	return clipTo(w.b.String(), maxStepValue)
}

// valueWriter writes a value until it is long enough.
type valueWriter struct {
	redact func(string) string
	b      strings.Builder
}

func (w *valueWriter) full() bool { return w.b.Len() > maxStepValue }

func (w *valueWriter) write(value ast.Value) {
	switch value := value.(type) {
	case ast.String:
		w.b.WriteString(strconv.Quote(w.redact(string(value))))
	case *ast.Array:
		w.list("[", "]", value.Len(), value.Elem)
	case ast.Set:
		elements := value.Slice()
		w.list("{", "}", len(elements), func(i int) *ast.Term { return elements[i] })
	case ast.Object:
		w.object(value)
	default:
		w.b.WriteString(value.String())
	}
}

func (w *valueWriter) list(open, end string, n int, at func(int) *ast.Term) {
	w.b.WriteString(open)
	for i := range n {
		if w.full() {
			return
		}
		if i > 0 {
			w.b.WriteString(", ")
		}
		w.write(at(i).Value)
	}
	w.b.WriteString(end)
}

func (w *valueWriter) object(value ast.Object) {
	w.b.WriteString("{")
	sep := ""
	for _, key := range telling(value) {
		if w.full() {
			return
		}
		w.b.WriteString(sep)
		w.write(key.Value)
		w.b.WriteString(": ")
		w.write(value.Get(key).Value)
		sep = ", "
	}
	w.b.WriteString("}")
}

// names are the fields that tell best which object it is.
var names = []string{"raw", "name", "id", "key", "value", "message"}

// telling are the keys of an object that hold something, those that say which
// one it is first.
func telling(value ast.Object) []*ast.Term {
	keys := slices.DeleteFunc(slices.Clone(value.Keys()), func(key *ast.Term) bool { return empty(value.Get(key).Value) })
	slices.SortStableFunc(keys, func(a, b *ast.Term) int { return cmp.Compare(rank(a), rank(b)) })
	return keys
}

func rank(key *ast.Term) int {
	text, _ := key.Value.(ast.String)
	if i := slices.Index(names, string(text)); i >= 0 {
		return i
	}
	return len(names)
}

func empty(value ast.Value) bool {
	switch value := value.(type) {
	case ast.Null:
		return true
	case ast.Boolean:
		return !bool(value)
	case ast.String:
		return value == ""
	case *ast.Array:
		return value.Len() == 0
	case ast.Object:
		return value.Len() == 0
	}
	return false
}
