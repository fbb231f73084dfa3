package policy

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"guard/internal/document"
	"guard/internal/finding"
)

// Evaluator says what is wrong with documents. It is immutable and safe for
// concurrent use.
type Evaluator struct {
	library *library
	now     string
	at      time.Time // decides which rules are in force; zero: all
	kinds   map[document.Kind]*kindQuery
	digest  func() string

	givingUp *givingUp // nil: a rule that was stopped is asked of the next document, too
}

// Compile loads the rules of all sources, proves that nothing is wrong with
// them, and settles with which action and parameters each is evaluated. Its
// error is [Errors], or holds [Stopped] where that takes too much time or memory.
func Compile(ctx context.Context, sources []Source, settings Settings) (*Evaluator, error) {
	e, err := within(ctx, maxCompilation(), func(context.Context) (*Evaluator, error) { return compile(sources, settings) })
	return e, compiling(err)
}

// compiling says of what was stopped that it was the compilation.
func compiling(err error) error {
	if stopped(err) {
		return fmt.Errorf("compile the policies: %w", err)
	}
	return err
}

func compile(sources []Source, settings Settings) (*Evaluator, error) {
	var errs Errors
	lib := loadLibrary(sources, false, &errs)
	lib.settle(settings, &errs)
	lib.prove(lib.unproven(), &errs)
	if err := lib.result(errs); err != nil {
		return nil, err
	}
	e := &Evaluator{library: lib, kinds: map[document.Kind]*kindQuery{}, digest: sync.OnceValue(lib.digest)}
	if !settings.Now.IsZero() {
		e = e.At(settings.Now)
	}
	params := lib.paramStore()
	for _, kind := range document.Kinds {
		e.kinds[kind] = &kindQuery{library: lib, kind: kind, rules: lib.active(kind, settings.Unasked), params: params}
	}
	return e, nil
}

// At is the same at another time: what rules see as input.now, and what decides
// whether those that are announced for a day are in force.
func (e *Evaluator) At(now time.Time) *Evaluator {
	then := *e
	then.now, then.at = stamp(now), now
	return &then
}

// Act is what is done about findings of a rule where an action is configured,
// and the day from which on they are denied; "" where that is no other day. The
// rule is one of [Evaluator.Rules].
func (e *Evaluator) Act(rule string, configured finding.Action) (action finding.Action, deniedFrom string) {
	if r, known := e.library.byID[rule]; known {
		return r.At(e.at, configured)
	}
	return configured, ""
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// unproven lists the rules and libraries that the built-in library's own
// tests did not prove already.
func (lib *library) unproven() []*module {
	var modules []*module
	for _, m := range lib.modules {
		if m.role != roleTest && !m.source.builtin() {
			modules = append(modules, m)
		}
	}
	return modules
}

// The needs of rules that only find something in what a registry says of
// images, or in what a trust policy makes of what is signed about them.
const (
	NeedRegistry    = "registry"
	NeedTrustPolicy = "trust-policy"
)

// NeedText says what meets a need: a flag, or a key and where it stands.
func NeedText(need string) string {
	if need == NeedTrustPolicy {
		return "trust: in the configuration"
	}
	return "--" + need
}

// active lists the rules to evaluate on documents of a kind. Those that can
// find nothing, since nobody asks what they need, are not even compiled.
func (lib *library) active(kind document.Kind, unasked []string) []*rule {
	var rules []*rule
	for _, r := range lib.rules {
		idle := slices.ContainsFunc(r.Needs, func(need string) bool { return slices.Contains(unasked, need) })
		if r.Action != finding.Off && appliesTo(r.Kinds, kind) && !idle {
			rules = append(rules, r)
		}
	}
	return rules
}

// Rules returns every rule, by id, with the action and parameters that the
// settings give it. The action of an inactive rule is off.
func (e *Evaluator) Rules() []finding.Rule { return e.library.catalogue() }

// Active returns the ids of the rules that are evaluated on documents of a
// kind.
func (e *Evaluator) Active(kind document.Kind) []string {
	rules := e.kinds[kind].rules
	ids := make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.ID
	}
	return ids
}

// Needs names the fields of the input that the active rules of a kind ask
// for. What no rule asks for need not be computed.
func (e *Evaluator) Needs(kind document.Kind) (map[string]bool, error) {
	q := e.kinds[kind]
	if len(q.rules) == 0 {
		return map[string]bool{}, nil
	}
	if err := q.prepare(); err != nil {
		return nil, err
	}
	if q.encoding.fields != nil {
		return maps.Clone(q.encoding.fields), nil
	}
	return allFields(kind), nil
}

// Asks tells whether an active rule of a kind may ask for a field of a model,
// by its name. Of users' rules that take the input as a whole, nobody knows.
func (e *Evaluator) Asks(kind document.Kind, field string) (bool, error) {
	q := e.kinds[kind]
	if len(q.rules) == 0 {
		return false, nil
	}
	if err := q.prepare(); err != nil {
		return false, err
	}
	return q.encoding.fields == nil || q.encoding.named[field], nil
}

// Asking lists the active rules of a kind, by id, that may ask for a field of a
// model by its name. Of users' rules that take the input as a whole, nobody
// knows, so they count.
func (e *Evaluator) Asking(kind document.Kind, field string) ([]string, error) {
	var ids []string
	for _, r := range e.kinds[kind].rules {
		asks, err := e.library.asks(r, field)
		if err != nil {
			return nil, err
		}
		if asks {
			ids = append(ids, r.ID)
		}
	}
	return ids, nil
}

func (lib *library) asks(r *rule, field string) (bool, error) {
	modules := append([]*module{r.module}, lib.needed([]*module{r.module})...)
	parsed, err := parseAll(modules)
	if err != nil {
		return false, err
	}
	if inputFields(parsed) == nil {
		return true, nil
	}
	mentioned := mentionedStrings(parsed)
	collectStrings(map[string]any(r.Values), mentioned) // a parameter may name a field
	return mentioned[field], nil
}

// Only is the same for some of the active rules: those that are chosen. Rules
// and Digest are those of the whole.
func (e *Evaluator) Only(chosen func(finding.Rule) bool) *Evaluator {
	some := *e
	some.givingUp = nil
	some.kinds = make(map[document.Kind]*kindQuery, len(e.kinds))
	for kind, q := range e.kinds {
		some.kinds[kind] = &kindQuery{library: q.library, kind: kind, rules: q.some(chosen), params: q.params}
	}
	return &some
}

func (q *kindQuery) some(chosen func(finding.Rule) bool) (rules []*rule) {
	for _, r := range q.rules {
		if chosen(r.Rule) {
			rules = append(rules, r)
		}
	}
	return rules
}

func allFields(kind document.Kind) map[string]bool {
	fields := map[string]bool{"now": true}
	for _, field := range jsonFields(reflect.TypeFor[document.Document]()) {
		if has(kind, field) {
			fields[field.name] = true
		}
	}
	return fields
}

// Catalogue lists the rules of the sources without any configuration.
func Catalogue(sources []Source) ([]finding.Rule, error) {
	var errs Errors
	lib := loadLibrary(sources, false, &errs)
	return lib.catalogue(), errs.result()
}

func (lib *library) catalogue() []finding.Rule {
	rules := make([]finding.Rule, len(lib.rules))
	for i, r := range lib.rules {
		rules[i] = r.Rule
	}
	return rules
}
