package expand

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// Names that Lookup is asked for beside those of variables. Where it does not
// know them, the usual is assumed: HEAD is the commit that is built, and the
// branch and tag are not known.
const (
	HeadCommit = "guard:commit"  // the commit that is checked out
	HeadBranch = "guard:branch"  // the branch that is checked out
	HeadTag    = "guard:git-tag" // the tag that is checked out; unset where none is
)

// Scope is what a script sees beside what it sets itself. A nil function knows
// nothing.
type Scope struct {
	// Lookup returns the value of an environment variable. The empty value is
	// one that is known to be empty or unset; ok is false where nobody knows
	// whether something sets it.
	Lookup func(name string) (value symbol.Value, ok bool)

	// Expression returns the value of what the provider puts in the place of
	// text before the shell reads the script: "${{ github.sha }}",
	// "$[[ inputs.env ]]", "$(Build.BuildId)", brackets included.
	Expression func(text string) symbol.Value

	// Budget bounds how much work all scripts that share it may take together;
	// nil: only each of them is bounded.
	Budget *Budget
}

// Budget is the work that several scripts may take together. The zero value
// allows none; see [NewBudget].
type Budget struct{ steps int }

// NewBudget allows the work of the scripts of one large file, some seconds at
// most.
func NewBudget() *Budget { return &Budget{steps: maxBudget} }

// Assignment is a variable that a script sets for others.
type Assignment struct {
	Name    string
	Value   symbol.Value   // unknown where it may be several
	Values  []symbol.Value // all it may be; the empty value where it may be left unset
	Output  bool           // of Azure Pipelines: other jobs see it, too
	Command int            // index of the command that sets it last
	Path    finding.Path   // of that command
}

// Trace is what became of a script that was followed.
type Trace struct {
	Outputs     []Assignment            // $GITHUB_OUTPUT, ::set-output
	Environment []Assignment            // $GITHUB_ENV, ##vso[task.setvariable]: for later steps
	Files       map[string][]Assignment // NAME=value lines by the file they are written to, as named
	Exported    []Assignment            // variables that are exported at the end

	follower *follower
	final    []world
}

// Word returns what a word of a command is at the place where it stands. A
// word that may be several things is unknown, for the reason that makes it so;
// see [Trace.Values].
func (t *Trace) Word(command int, word *shell.Word) symbol.Value {
	return single(t.Values(command, word), t.follower.why(command))
}

// Values lists all that a word of a command may be, a few at most: one for each
// turn of a loop, and for each way through conditions that cannot be decided.
// It is never empty.
func (t *Trace) Values(command int, word *shell.Word) []symbol.Value {
	f := t.follower
	if command < 0 || command >= len(f.seen) || word == nil {
		return []symbol.Value{symbol.Nobody("the script has no such command")}
	}
	places := f.seen[command].places
	if f.exhausted() {
		return []symbol.Value{symbol.Nobody(tooLong)}
	}
	if len(places) == 0 {
		return []symbol.Value{symbol.Nobody(f.why(command))}
	}
	var values []symbol.Value
	for _, env := range places {
		values = appendNew(values, f.queried(env, word))
	}
	if f.seen[command].more {
		values = appendNew(values, symbol.Nobody(fmt.Sprintf("the command runs with more than %d sets of values", maxPlaces)))
	}
	return values
}

// Runs tells whether the script comes to a command, if all before goes well.
func (t *Trace) Runs(command int) logic.Answer {
	f := t.follower
	switch {
	case command < 0 || command >= len(f.seen):
		return logic.No
	case f.exhausted():
		return logic.Maybe(tooLong)
	case len(f.seen[command].places) == 0 && f.seen[command].reason == "":
		return logic.No
	case f.seen[command].surely():
		return logic.Yes
	}
	return logic.Maybe(f.why(command))
}

// Final returns what a variable is at the end of the script; ok is false where
// the script does not set it. Where the next script runs in the same shell, as
// on GitLab, its Lookup asks here first.
func (t *Trace) Final(name string) (value symbol.Value, ok bool) {
	if reason := t.Incomplete(); reason != "" {
		return symbol.Nobody(reason), true
	}
	if !t.follower.ask(func() { value, ok = t.atTheEnd(name) }) {
		return symbol.Nobody(tooLong), true
	}
	return value, ok
}

// Incomplete says why the script was not followed to its end, so that it may
// set more than is listed; "" where it was.
func (t *Trace) Incomplete() string {
	if t.follower.exhausted() {
		return tooLong
	}
	return t.follower.script.Unread
}

func (t *Trace) atTheEnd(name string) (value symbol.Value, ok bool) {
	var values []symbol.Value
	for _, w := range t.final {
		bound := t.follower.find(w.env, name)
		if bound == nil {
			values = appendNew(values, t.follower.outside(name))
			continue
		}
		ok = true
		values = appendNew(values, bound.value)
	}
	if !ok {
		return nil, false
	}
	return single(values, fmt.Sprintf("%s is set under a condition", name)), true
}

// single is the only value, or one that is unknown.
func single(values []symbol.Value, reason string) symbol.Value {
	if len(values) == 1 {
		return values[0]
	}
	for _, v := range values {
		if v.Has(symbol.Unknown) {
			return symbol.Nobody(v.Reason())
		}
	}
	if reason == "" {
		reason = "it is one of several values"
	}
	return symbol.Nobody(reason)
}

// Follow follows a script. Of one whose commands could not be read nothing is
// known; see [Trace.Incomplete].
func Follow(script *pipeline.Script, scope Scope) *Trace {
	f := newFollower(script, scope)
	defer f.settle()
	worlds := f.run(0, len(script.Commands), nil, []world{{weight: 1}})
	f.functionsNeverCalled(worlds)
	t := &Trace{follower: f, final: worlds, Files: map[string][]Assignment{}}
	t.collect()
	return t
}
