package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// The bounds of what a failure shows.
const (
	maxShownValue = 2 << 10 // bytes of one value
	maxShownItems = 20      // elements of a set
)

// Failure is the expression at which a unit test failed. Where it compares two
// values, they are here as JSON: those of sets as what is missing and what is
// there without being expected.
type Failure struct {
	Place      Place
	Text       string   // the line
	Got, Want  string   // of a comparison of other values than sets; "" where it compares none
	Missing    []string // expected elements that are not there
	Unexpected []string // elements that are there
	Values     []string // of the variables in any other expression: name = value
}

// Excerpt is the line of the failure with a caret below the expression.
func (f *Failure) Excerpt() string { return excerpt(f.Text, f.Place.Column) }

// failureTracer keeps the last expression of the test itself that failed, of
// those that it got to. What fails in a loop that goes on is no failure.
type failureTracer struct {
	file string
	test *ast.Location

	at     *ast.Location
	expr   *ast.Expr // with the values of its variables
	locals []local
}

// local is a variable, as it is called in the file, and its value.
type local struct {
	name  ast.Var
	value ast.Value
}

// Enabled is always true.
func (f *failureTracer) Enabled() bool { return true }

// Config asks for the values of variables.
func (f *failureTracer) Config() topdown.TraceConfig {
	return topdown.TraceConfig{PlugLocalVars: true}
}

// TraceEvent remembers the furthest failure inside the test.
func (f *failureTracer) TraceEvent(event topdown.Event) {
	expr, is := event.Node.(*ast.Expr)
	if !is || event.Op != topdown.FailOp || !f.inside(event.Location) || f.at != nil && event.Location.Offset < f.at.Offset {
		return
	}
	f.at, f.expr, f.locals = event.Location, pluggedExpr(&event, expr), localsOf(&event, expr)
}

func (f *failureTracer) inside(at *ast.Location) bool {
	return at != nil && at.File == f.file && at.Offset >= f.test.Offset && at.Offset < f.test.Offset+len(f.test.Text)
}

// pluggedExpr is an expression with the values that its variables have.
func pluggedExpr(event *topdown.Event, expr *ast.Expr) *ast.Expr {
	plugged := expr.Copy()
	switch terms := plugged.Terms.(type) {
	case *ast.Term:
		plugged.Terms = event.Plug(terms)
	case []*ast.Term:
		for i := range terms[1:] {
			terms[i+1] = event.Plug(terms[i+1])
		}
	}
	for _, with := range plugged.With {
		with.Value = event.Plug(with.Value)
	}
	return plugged
}

// localsOf lists the variables of an expression that have values.
func localsOf(event *topdown.Event, expr *ast.Expr) []local {
	var locals []local
	ast.WalkVars(expr, func(v ast.Var) bool {
		meta, known := event.LocalMetadata[v]
		seen := slices.ContainsFunc(locals, func(l local) bool { return l.name == meta.Name })
		if value := event.Plug(ast.NewTerm(v)); known && !seen && value.IsGround() && !meta.Name.IsGenerated() {
			locals = append(locals, local{meta.Name, value.Value})
		}
		return false
	})
	return locals
}

func shownBy(locals []local, show func(ast.Value) string) []string {
	var shown []string
	for _, l := range locals {
		shown = append(shown, string(l.name)+" = "+show(l.value))
	}
	return shown
}

// failure says what the two sides of a comparison were.
func (t *testRun) failure(ctx context.Context, m *module, f *failureTracer) *Failure {
	failure := &Failure{Place: place(m.file, f.at), Text: lineOf(m.text, f.at.Row)}
	got, want, ok := t.sides(ctx, f.expr)
	if !ok {
		failure.Values = append(t.asked(ctx, f.expr), shownBy(f.locals, shownValue)...)
		return failure
	}
	gotSet, isSet := got.(ast.Set)
	wantSet, areSets := want.(ast.Set)
	if !isSet || !areSets {
		failure.Got, failure.Want = shownValue(got), shownValue(want)
		return failure
	}
	failure.Missing = shownElements(wantSet.Diff(gotSet))
	failure.Unexpected = shownElements(gotSet.Diff(wantSet))
	return failure
}

// failedAt says where an evaluation ended with an error; nil where it does not
// say.
func failedAt(m *module, err error) *Failure {
	var failed *topdown.Error
	if !errors.As(err, &failed) || failed.Location == nil {
		return nil
	}
	f := &Failure{Place: place(m.file, failed.Location)}
	if f.Place.File == m.file {
		f.Text = lineOf(m.text, f.Place.Line)
	}
	return f
}

// asked shows what an expression that compares nothing was asked of: the call
// with its arguments, or the value that a "not" is about.
func (t *testRun) asked(ctx context.Context, expr *ast.Expr) []string {
	term, single := expr.Terms.(*ast.Term)
	switch {
	case single && expr.Negated:
		if value, ok := t.value(ctx, term, expr.With); ok {
			return []string{term.String() + " = " + shownValue(value)}
		}
	case expr.IsCall() && expr.Operator().IsGround():
		call := &ast.Expr{Terms: expr.Terms}
		return []string{clipTo(call.String(), maxShownValue)}
	}
	return nil
}

// sides evaluates both sides of a comparison: what the rules gave, and what
// was expected.
func (t *testRun) sides(ctx context.Context, expr *ast.Expr) (got, want ast.Value, ok bool) {
	if !expr.IsEquality() && expr.Operator().String() != ast.Equal.Name || expr.Negated {
		return nil, nil, false
	}
	left, right := expr.Operand(0), expr.Operand(1)
	if !asksRules(left) && asksRules(right) {
		left, right = right, left
	}
	got, gotOK := t.value(ctx, left, expr.With)
	want, wantOK := t.value(ctx, right, expr.With)
	return got, want, gotOK && wantOK
}

func asksRules(term *ast.Term) bool {
	asks := false
	ast.WalkRefs(term, func(ref ast.Ref) bool {
		asks = asks || ref.HasPrefix(rulesPrefix)
		return asks
	})
	return asks
}

// value evaluates one side of an expression.
func (t *testRun) value(ctx context.Context, term *ast.Term, with []*ast.With) (ast.Value, bool) {
	expr := ast.Equality.Expr(ast.NewTerm(resultVar), term)
	expr.With = with
	results, err := t.run(ctx, maxEvaluation(), ast.NewBody(expr), &limitedBuffer{})
	if err != nil || len(results) != 1 || results[0][resultVar] == nil {
		return nil, false
	}
	return results[0][resultVar].Value, true
}

func shownElements(set ast.Set) []string {
	var shown []string
	for i, element := range set.Slice() {
		if i == maxShownItems {
			return append(shown, fmt.Sprintf("… %d more", set.Len()-i))
		}
		shown = append(shown, shownValue(element.Value))
	}
	return shown
}

func shownValue(value ast.Value) string {
	return clipTo(value.String(), maxShownValue)
}

func clipTo(text string, most int) string {
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
