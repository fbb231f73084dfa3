package gitlab

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// maxNesting bounds variables inside the values of variables.
const maxNesting = 10

// scope is the variables of one job in one run, by one of its fates and for
// one combination of its matrix.
type scope struct {
	run         *runContext
	job         int
	index       int               // among the job's scopes
	lists       [][]variableEntry // strongest first; the last is the file's
	combination map[string]string
	opaque      string // why the variables of the rules are not known; "" where they are
	left        *int   // variables that may still be replaced, all scopes of one text together
}

// maxReplaced bounds the variables that are replaced for one text, those
// inside values counted.
const maxReplaced = 5000

// Values lists what a text of a job can be in a run, its variables replaced.
// There are several where a matrix multiplies the job, or where it is not
// known which rule holds.
func (p *Provider) Values(run flow.Run, at flow.Place, text string) []symbol.Value {
	var values []symbol.Value
	for _, s := range p.scopes(run, at.Job) {
		for _, v := range s.expand(text, nil) {
			values = appendNew(values, v)
		}
	}
	if p.file.plans[at.Job].matrixCut || len(p.in(run).fates(at.Job))*len(p.file.plans[at.Job].matrix) > maxValues {
		values = append(values, symbol.Nobody("the matrix of the job has more combinations than are looked at"))
	}
	return values
}

// appendNew appends a value that is not among those before; of too many only
// that there are more is kept.
func appendNew(values []symbol.Value, v symbol.Value) []symbol.Value {
	switch {
	case slices.ContainsFunc(values, func(known symbol.Value) bool { return slices.Equal(known, v) }):
		return values
	case len(values) == maxValues:
		return append(values, symbol.Nobody(fmt.Sprintf("there are more than %d values", maxValues)))
	case len(values) > maxValues:
		return values
	}
	return append(values, v)
}

// scopes lists the scopes of a job; there is at least one.
func (p *Provider) scopes(run flow.Run, job int) []scope {
	c := p.in(run)
	plan := &p.file.plans[job]
	left := maxReplaced
	var scopes []scope
	for _, fate := range c.fates(job) {
		if !fate.present() && len(c.fates(job)) > 1 {
			continue
		}
		for _, combination := range plan.matrix {
			lists := [][]variableEntry{p.given, fate.variables, plan.variables, c.pipeline}
			scopes = append(scopes, scope{c, job, len(scopes), lists, combination, fate.opaque, &left})
		}
	}
	if len(scopes) > maxValues {
		scopes = scopes[:maxValues]
	}
	return scopes
}

// variable returns what a variable can be worth in the job; null where it is
// unset.
func (s *scope) variable(name string, chain []string) []worth {
	if slices.Contains(chain, name) || len(chain) > maxNesting {
		return []worth{textWorth(symbol.Nobody("$" + name + " holds itself"))}
	}
	if value, ok := s.combination[name]; ok {
		return s.texts(value, append(chain, name))
	}
	if _, provided := s.run.predefined[name]; !provided && s.opaque != "" {
		return []worth{textWorth(symbol.Nobody(s.opaque))}
	}
	if sent := s.run.received(s.job).values[name]; len(sent) > 0 {
		return worths(sent)
	}
	plan := &s.run.provider.file.plans[s.job]
	for i, list := range s.lists {
		entry := entryNamed(list, name)
		switch {
		case entry == nil, i == len(s.lists)-1 && !plan.inherited(name):
		case entry.asked && s.run.run.Event == eventWeb:
			return []worth{s.run.entryWorth(entry)}
		case entry.raw:
			return []worth{plain(entry.value)}
		default:
			return s.texts(entry.value, append(chain, name))
		}
	}
	return s.provided(name, chain)
}

func (s *scope) texts(text string, chain []string) []worth { return worths(s.expand(text, chain)) }

func worths(values []symbol.Value) []worth {
	var out []worth
	for _, v := range values {
		out = append(out, textWorth(v))
	}
	return out
}

// provided is what GitLab sets, or what the project's settings may.
func (s *scope) provided(name string, chain []string) []worth {
	if w, known := s.ofJob(name, chain); known {
		return w
	}
	w, known := s.run.predefined[name]
	switch {
	case !known && s.run.received(s.job).unread != "":
		return []worth{textWorth(symbol.Nobody(s.run.received(s.job).unread))}
	case !known:
		return []worth{textWorth(symbol.Of(settingNamed(name)))}
	case w.kind == isOneOf:
		return w.of
	}
	return []worth{w}
}

// The limits of one value; a longer one is unknown.
const (
	maxParts = 128
	maxText  = 4096 // bytes
)

// replaceable matches what is replaced in a text: variables and inputs.
var replaceable = regexp.MustCompile(`\$\[\[[^\]]*\]\]|` + variable.String())

// expand replaces the variables of a text. An unset one is the empty text.
func (s *scope) expand(text string, chain []string) []symbol.Value {
	values := []symbol.Value{nil}
	last := 0
	for _, at := range replaceable.FindAllStringIndex(text, -1) {
		values = joinedEach(values, symbol.Text(text[last:at[0]]))
		last = at[1]
		if strings.HasPrefix(text[at[0]:], "$[[") {
			values = joinedEach(values, interpolated(text[at[0]:at[1]]))
			continue
		}
		name := strings.Trim(text[at[0]:at[1]], "${}")
		if name == "" {
			values = joinedEach(values, symbol.Text("$"))
			continue
		}
		if *s.left--; *s.left < 0 {
			return []symbol.Value{symbol.Nobody("more variables are inside each other than are replaced")}
		}
		var pieces []symbol.Value
		for _, w := range s.variable(name, chain) {
			pieces = append(pieces, named(w.text))
		}
		values = joinedEach(values, pieces...)
	}
	return joinedEach(values, symbol.Text(text[last:]))
}

// joinedEach writes each of some pieces behind each of some values, as far as
// they are not too many.
func joinedEach(values []symbol.Value, pieces ...symbol.Value) []symbol.Value {
	var out []symbol.Value
	for _, before := range values {
		for _, piece := range pieces {
			if len(out) == maxValues {
				return append(out, symbol.Nobody(fmt.Sprintf("there are more than %d values", maxValues)))
			}
			if v := symbol.Join(before, piece); !tooLong(v) {
				out = append(out, v)
			} else {
				out = append(out, symbol.Nobody("the value is longer than what is looked at"))
			}
		}
	}
	return out
}

func tooLong(v symbol.Value) bool {
	bytes := 0
	for _, p := range v {
		bytes += len(p.Text)
	}
	return len(v) > maxParts || bytes > maxText
}

// named is a value whose parts are known by what they stand for alone.
func named(v symbol.Value) symbol.Value {
	out := slices.Clone(v)
	for i := range out {
		if out[i].Kind == symbol.Repository {
			out[i].Text = ""
		}
	}
	return out
}
