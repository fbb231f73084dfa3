package policy

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/tree"
)

// encoder turns one document into OPA's terms. What is shared in the document
// becomes one term: nodes of the value, paths, and words.
type encoder struct {
	nodes map[*tree.Node]*ast.Term
	paths map[pathKey]*ast.Term
	words map[string]*ast.Term // keys, in paths and in the value
}

// pathKey identifies a path, which is immutable, by the place it is kept at.
type pathKey struct {
	first  *finding.Step
	length int
}

var encoderPool = sync.Pool{New: func() any {
	return &encoder{map[*tree.Node]*ast.Term{}, map[pathKey]*ast.Term{}, map[string]*ast.Term{}}
}}

// maxKept bounds the maps that are kept: clearing a large one costs every
// later document.
const maxKept = 4096

// release keeps the encoder's maps for the next document.
func (e *encoder) release() {
	if len(e.nodes)+len(e.paths)+len(e.words) > maxKept {
		return
	}
	clear(e.nodes)
	clear(e.paths)
	clear(e.words)
	encoderPool.Put(e)
}

// encodeFunc turns a value of one Go type into a term.
type encodeFunc func(*encoder, reflect.Value) *ast.Term

// encoding is how documents of one kind become terms: with those fields of
// their models only that some rule can ask for.
type encoding struct {
	fields    map[string]bool // of the document; nil: all
	mentioned map[string]bool // names of fields of models; nil: all
	named     map[string]bool // every string in the rules, names of fields among them
	encoders  sync.Map        // reflect.Type -> encodeFunc
	document  func() []encodeField
}

func newEncoding(fields, mentioned map[string]bool) *encoding {
	c := &encoding{fields: fields, mentioned: mentioned}
	c.document = sync.OnceValue(c.documentFields)
	return c
}

// encodeField is a field of a struct with its encoder.
type encodeField struct {
	key       *ast.Term
	name      string
	index     []int
	omitEmpty bool
	encode    encodeFunc
}

// documentFields are the fields of a document. The encoder of a model is built
// when the first document with it turns up.
func (c *encoding) documentFields() []encodeField {
	var fields []encodeField
	for _, f := range jsonFields(reflect.TypeFor[document.Document]()) {
		if c.fields != nil && !c.fields[f.name] {
			continue
		}
		get := sync.OnceValue(func() encodeFunc { return c.encoderOf(f.typ) })
		encode := func(e *encoder, v reflect.Value) *ast.Term { return get()(e, v) }
		fields = append(fields, encodeField{ast.InternedTerm(f.name), f.name, f.index, f.omitEmpty, encode})
	}
	return fields
}

// inputTerm is what rules see of a document.
func (c *encoding) inputTerm(doc *document.Document, now string) *ast.Term {
	e := encoderPool.Get().(*encoder)
	defer e.release()
	v := reflect.ValueOf(doc).Elem()
	fields := c.document()
	pairs := make([][2]*ast.Term, 0, len(fields)+1)
	for i := range fields {
		pairs = fields[i].append(pairs, e, v)
	}
	pairs = append(pairs, [2]*ast.Term{ast.InternedTerm("now"), ast.StringTerm(now)})
	return ast.NewTerm(ast.NewObject(pairs...))
}

func (f *encodeField) append(pairs [][2]*ast.Term, e *encoder, v reflect.Value) [][2]*ast.Term {
	value := v.FieldByIndex(f.index)
	if f.omitEmpty && value.IsZero() {
		return pairs
	}
	return append(pairs, [2]*ast.Term{f.key, f.encode(e, value)})
}

func (c *encoding) encodeFields(t reflect.Type) []encodeField {
	var fields []encodeField
	for _, f := range jsonFields(t) {
		if c.mentioned == nil || c.mentioned[f.name] {
			fields = append(fields, encodeField{ast.InternedTerm(f.name), f.name, f.index, f.omitEmpty, c.encoderOf(f.typ)})
		}
	}
	return fields
}

// encoderOf builds the encoder of a type once.
func (c *encoding) encoderOf(t reflect.Type) encodeFunc {
	if known, ok := c.encoders.Load(t); ok {
		return known.(encodeFunc)
	}
	made, _ := c.encoders.LoadOrStore(t, c.newEncoder(t))
	return made.(encodeFunc)
}

func (c *encoding) newEncoder(t reflect.Type) encodeFunc {
	switch {
	case t == pathType:
		return func(e *encoder, v reflect.Value) *ast.Term { return e.path(*v.Addr().Interface().(*finding.Path)) }
	case t == nodeType:
		return func(e *encoder, v reflect.Value) *ast.Term { return e.node(*v.Addr().Interface().(**tree.Node)) }
	}
	switch t.Kind() {
	case reflect.Bool:
		return func(_ *encoder, v reflect.Value) *ast.Term { return ast.InternedTerm(v.Bool()) }
	case reflect.String:
		return func(_ *encoder, v reflect.Value) *ast.Term { return stringTerm(v.String()) }
	case reflect.Int, reflect.Int32, reflect.Int64:
		return func(_ *encoder, v reflect.Value) *ast.Term { return ast.InternedTerm(int(v.Int())) }
	case reflect.Pointer:
		return encodePointer(c.encoderOf(t.Elem()))
	case reflect.Slice:
		return encodeSlice(c.encoderOf(t.Elem()))
	case reflect.Struct:
		return encodeStruct(c.encodeFields(t))
	}
	panic(fmt.Sprintf("policy: a model must not have a field of type %s", t))
}

func encodePointer(element encodeFunc) encodeFunc {
	return func(e *encoder, v reflect.Value) *ast.Term {
		if v.IsNil() {
			return ast.NullTerm()
		}
		return element(e, v.Elem())
	}
}

func encodeSlice(element encodeFunc) encodeFunc {
	return func(e *encoder, v reflect.Value) *ast.Term {
		if v.Len() == 0 {
			return ast.InternedEmptyArray
		}
		terms := make([]*ast.Term, v.Len())
		for i := range terms {
			terms[i] = element(e, v.Index(i))
		}
		return ast.ArrayTerm(terms...)
	}
}

func encodeStruct(fields []encodeField) encodeFunc {
	return func(e *encoder, v reflect.Value) *ast.Term {
		pairs := make([][2]*ast.Term, 0, len(fields))
		for i := range fields {
			pairs = fields[i].append(pairs, e, v)
		}
		return ast.NewTerm(ast.NewObject(pairs...))
	}
}

// node encodes a part of the document's value. The keys of a map are strings,
// whatever they are in YAML.
func (e *encoder) node(n *tree.Node) *ast.Term {
	if n.Type() == tree.Absent || n.Kind == tree.Null {
		return ast.NullTerm()
	}
	if n.IsScalar() {
		return scalarTerm(n)
	}
	if known, ok := e.nodes[n]; ok {
		return known
	}
	term := e.collection(n)
	e.nodes[n] = term
	return term
}

func (e *encoder) collection(n *tree.Node) *ast.Term {
	if n.Kind == tree.List {
		items := make([]*ast.Term, len(n.Items))
		for i, item := range n.Items {
			items[i] = e.node(item)
		}
		return ast.ArrayTerm(items...)
	}
	pairs := make([][2]*ast.Term, len(n.Members))
	for i, m := range n.Members {
		pairs[i] = [2]*ast.Term{e.word(m.Key.Text), e.node(m.Value)}
	}
	return ast.NewTerm(ast.NewObject(pairs...))
}

func scalarTerm(n *tree.Node) *ast.Term {
	switch n.Kind {
	case tree.Bool:
		value, _ := n.Bool()
		return ast.InternedTerm(value)
	case tree.Number:
		if number, ok := plainNumber(n.Text).(json.Number); ok {
			return ast.NumberTerm(number)
		}
	}
	return stringTerm(n.Text)
}

// path is a path as rules hand it on.
func (e *encoder) path(path finding.Path) *ast.Term {
	if len(path) == 0 {
		return ast.InternedEmptyArray
	}
	at := pathKey{&path[0], len(path)}
	if known, ok := e.paths[at]; ok {
		return known
	}
	steps := make([]*ast.Term, len(path))
	for i, step := range path {
		steps[i] = e.step(step)
	}
	term := ast.ArrayTerm(steps...)
	e.paths[at] = term
	return term
}

func (e *encoder) word(s string) *ast.Term {
	known, ok := e.words[s]
	if !ok {
		known = ast.StringTerm(s)
		e.words[s] = known
	}
	return known
}

func (e *encoder) step(step finding.Step) *ast.Term {
	if key, ok := step.Key(); ok {
		return e.word(key)
	}
	if index, ok := step.Index(); ok {
		return ast.InternedTerm(index)
	}
	span, _ := step.Span()
	return spanTerm(span)
}

func spanTerm(span finding.Span) *ast.Term {
	pairs := [][2]*ast.Term{{ast.InternedTerm("line"), ast.InternedTerm(span.Line)}}
	for _, optional := range []struct {
		name  string
		value int
	}{{"column", span.Column}, {"end_line", span.EndLine}, {"end_column", span.EndColumn}} {
		if optional.value != 0 {
			pairs = append(pairs, [2]*ast.Term{ast.InternedTerm(optional.name), ast.InternedTerm(optional.value)})
		}
	}
	return ast.NewTerm(ast.NewObject(pairs...))
}

// stringTerm shares the term of the most frequent string.
func stringTerm(s string) *ast.Term {
	if s == "" {
		return ast.InternedEmptyString
	}
	return ast.StringTerm(s)
}
