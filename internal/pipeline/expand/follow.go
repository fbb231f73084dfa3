package expand

import (
	"fmt"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// The limits of following one script. Beyond them values are unknown.
const (
	maxSteps  = 150_000 // small steps: commands, parts of words, characters of values
	maxQuery  = 15_000  // steps of one question about a word
	maxWorlds = 4       // ways through conditions that cannot be decided
	maxBudget = 1_500_000
	maxPlaces = 8  // sets of values with which one command runs
	maxDepth  = 40 // blocks, calls and substitutions inside each other
	maxItems  = 16 // words that a loop goes through
)

const tooLong = "the script is too long to be followed"

// follower follows one script.
type follower struct {
	script    *pipeline.Script
	commands  []shell.Command
	scope     Scope
	seen      []sight
	functions map[string]body
	called    map[string]bool
	calls     int // functions, blocks and substitutions inside each other
	quiet     int // above 0, what is seen is not recorded
	left      int // steps that may still be made
	spent     bool
}

// sight is how a command was seen to run.
type sight struct {
	places []*binding // with these variables
	more   bool       // and with others
	weight float64    // the share of the ways through the script that come here
	most   float64    // of that, the largest at once
	repeat bool       // it stands in a function, and may be counted several times
	reason string     // why it may not run
}

// surely tells whether all ways through the script come here.
func (s sight) surely() bool {
	const all = 1 - 1e-6
	return s.most >= all || !s.repeat && s.weight >= all
}

// body is a function's commands.
type body struct {
	first, end int
	block      *shell.Block
}

func newFollower(script *pipeline.Script, scope Scope) *follower {
	f := &follower{
		script: script, commands: script.Commands, scope: scope,
		seen: make([]sight, len(script.Commands)), left: maxSteps,
		functions: map[string]body{}, called: map[string]bool{},
	}
	if scope.Budget != nil {
		f.left = min(maxSteps, scope.Budget.steps)
		scope.Budget.steps -= f.left
	}
	return f
}

// settle gives back to the budget what was not needed.
func (f *follower) settle() {
	if f.scope.Budget != nil {
		f.scope.Budget.steps += max(f.left, 0)
	}
}

// spend makes some steps; it is false where there are none left.
func (f *follower) spend(steps int) bool {
	f.left -= steps
	f.spent = f.spent || f.left < 0
	return f.left >= 0
}

// exhausted tells whether the limit of the whole script was reached.
func (f *follower) exhausted() bool { return f.spent }

// run follows the commands from first up to end, which stand in the block
// outer or further inside, in each of the worlds.
func (f *follower) run(first, end int, outer *shell.Block, worlds []world) []world {
	if f.calls >= maxDepth {
		return f.tooDeep(worlds)
	}
	f.calls++
	defer func() { f.calls-- }()
	for i := first; i < end && f.spend(1); {
		if block := f.below(i, outer); block != nil {
			next := f.extent(i, end, outer, block)
			worlds = f.block(part{i, next, outer}, block, worlds)
			i = next
			continue
		}
		i = f.simple(i, end, outer, worlds)
	}
	return worlds
}

// tooDeep is the worlds behind commands that are not followed.
func (f *follower) tooDeep(worlds []world) []world {
	f.spent = true
	return worlds
}

// part is the commands from first up to end, all inside the block outer.
type part struct {
	first, end int
	outer      *shell.Block
}

// below returns the block directly inside outer that a command stands in; nil
// where it stands in outer itself.
func (f *follower) below(i int, outer *shell.Block) *shell.Block {
	for b := f.commands[i].Block; b != nil && b != outer; b = b.Outer {
		if !f.spend(1) {
			return nil
		}
		if b.Outer == outer {
			return b
		}
	}
	return nil
}

// extent is where a block ends, or the clause that it is a part of.
func (f *follower) extent(i, end int, outer, block *shell.Block) int {
	for i++; i < end; i++ {
		next := f.below(i, outer)
		if next == nil || next != block && (block.Clause == nil || next.Clause != block.Clause) {
			break
		}
	}
	return i
}

// simple follows a command and what is substituted in its words. It returns
// the index of what comes behind.
func (f *follower) simple(i, end int, outer *shell.Block, worlds []world) int {
	next := i + 1
	for next < end && f.commands[next].Parent == i {
		block := f.below(next, outer)
		if block == nil || block.Kind != shell.Substituted {
			break
		}
		behind := f.extent(next, end, outer, block)
		for _, w := range worlds {
			f.aside(part{next, behind, block}, w)
		}
		next = behind
	}
	for k := range worlds {
		if !worlds[k].ended {
			f.command(i, &worlds[k])
		}
	}
	return next
}

// aside follows commands only to see how they run.
func (f *follower) aside(p part, w world) {
	if w.ended || f.quiet > 0 {
		return
	}
	w.out, w.listen, w.input = nil, true, nil
	f.run(p.first, p.end, p.outer, []world{w})
}

// block follows a block, or all of a clause, in each of the worlds.
func (f *follower) block(p part, b *shell.Block, worlds []world) []world {
	var out []world
	for k, w := range worlds {
		if w.ended {
			out = append(out, w)
			continue
		}
		room := maxWorlds - len(out) - (len(worlds) - k)
		out = append(out, f.enter(p, b, w, room)...)
	}
	return out
}

// enter follows a block in one world. Room is how many more may come of it.
func (f *follower) enter(p part, b *shell.Block, w world, room int) []world {
	switch b.Kind {
	case shell.Branch, shell.Question:
		return f.branches(p, b.Clause, w, room)
	case shell.Loop:
		return []world{f.loop(p, b, w)}
	case shell.Stage:
		return []world{f.pipe(p, w)}
	case shell.Subshell:
		return []world{f.subshell(part{p.first, p.end, b}, w)}
	case shell.Function:
		f.functions[b.Name] = body{p.first, p.end, b}
	case shell.Substituted:
		f.aside(part{p.first, p.end, b}, w)
	}
	return []world{w}
}

// subshell follows a shell of its own, which leaves nothing but files behind.
func (f *follower) subshell(p part, w world) world {
	inner := f.run(p.first, p.end, p.outer, []world{w})
	return f.joined(w, inner, "set under a condition")
}

// joined is one world behind several that came from w in a shell of its own.
func (f *follower) joined(w world, inner []world, reason string) world {
	out := w
	if len(inner) != 1 {
		envs := make([]*binding, 0, len(inner))
		for _, in := range inner {
			envs = append(envs, f.outlives(w.env, in.env))
		}
		out.env = f.blurred(w.env, envs, reason)
		out.out = symbol.Nobody("what is printed depends on a condition")
		if same := sameOutput(inner); same != nil {
			out.out = *same
		}
		return out
	}
	out.env, out.out = f.outlives(w.env, inner[0].env), inner[0].out
	return out
}

func sameOutput(worlds []world) *symbol.Value {
	var outs []symbol.Value
	for _, w := range worlds {
		outs = appendNew(outs, w.out)
	}
	if len(outs) != 1 {
		return nil
	}
	return &outs[0]
}

// record notes that a command is run in a world.
func (f *follower) record(i int, w *world) {
	if f.quiet > 0 {
		return
	}
	s := &f.seen[i]
	s.weight += w.weight
	s.most = max(s.most, w.weight)
	s.repeat = s.repeat || f.inFunction(i)
	if w.why != "" {
		s.reason = w.why
	}
	for _, known := range s.places {
		if known == w.env {
			return
		}
	}
	if len(s.places) == maxPlaces {
		s.more = true
		return
	}
	s.places = append(s.places, w.env)
}

func (f *follower) inFunction(i int) bool {
	for b := f.commands[i].Block; b != nil && f.spend(1); b = b.Outer {
		if b.Kind == shell.Function {
			return true
		}
	}
	return false
}

// why says why a command does not run for certain, or with several values.
func (f *follower) why(command int) string {
	if command < 0 || command >= len(f.seen) {
		return ""
	}
	switch s := f.seen[command]; {
	case s.reason != "":
		return s.reason
	case len(s.places) == 0 && f.spent:
		return tooLong
	case len(s.places) == 0:
		return "the script does not come to this command"
	}
	return "it is one of several values"
}

// functionsNeverCalled follows the bodies that nothing has called, with what
// the script has set at its end.
func (f *follower) functionsNeverCalled(worlds []world) {
	for i := 0; i < len(f.commands); i++ {
		block := f.commands[i].Block
		if block == nil || block.Kind != shell.Function || len(f.seen[i].places) > 0 || f.called[block.Name] && block.Name != "" {
			continue
		}
		end := f.extent(i, len(f.commands), block.Outer, block)
		for _, w := range worlds {
			w.weight, w.why, w.ended = 0, "it stands in a function that the script does not call by its name", false
			f.run(i, end, block, []world{f.withArguments(w, nil)})
		}
		i = end - 1
	}
}

// underCondition is the reason for what is set in some branch of a clause.
func underCondition(clause *shell.Clause) string {
	return fmt.Sprintf("set under a condition on line %d", clause.Line)
}
