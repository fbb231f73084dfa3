package expand

import (
	"slices"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/shell"
)

// arm is a branch of a clause with what asks for it. A part that has no
// commands is empty.
type arm struct {
	question, branch part
}

// arms lists the branches of a clause whose commands are p.
func (f *follower) arms(p part, clause *shell.Clause) []arm {
	arms := make([]arm, len(clause.Tests))
	for i := p.first; i < p.end && f.spend(1); {
		block := f.below(i, p.outer)
		if block == nil || block.Arm >= len(arms) {
			break
		}
		next := i + 1
		for next < p.end && f.below(next, p.outer) == block {
			next++
		}
		if block.Kind == shell.Question {
			arms[block.Arm].question = part{i, next, block}
		} else {
			arms[block.Arm].branch = part{i, next, block}
		}
		i = next
	}
	return arms
}

// branches follows the branches that a world may take.
func (f *follower) branches(p part, clause *shell.Clause, w world, room int) []world {
	arms, base := f.arms(p, clause), w
	var taken []world
	open := logic.Yes // none of the branches so far was taken
	for k, a := range arms {
		asked := f.run(a.question.first, a.question.end, a.question.outer, []world{w})
		if w = asked[0]; len(asked) > 1 {
			w = f.merged(base, asked, clause)
		}
		answer := f.decide(clause.Tests[k], w.env, clause.Chained)
		if answer.IsNo() {
			continue
		}
		in := w
		if logic.And(open, answer).IsUnknown() {
			in.weight, in.why = w.weight/2, reasonOf(open, answer, underCondition(clause))
		}
		taken = append(taken, f.run(a.branch.first, a.branch.end, a.branch.outer, []world{in})...)
		open = logic.And(open, logic.Not(answer))
		if answer.IsYes() {
			break
		}
	}
	if !open.IsNo() {
		taken = append(taken, w)
	}
	return f.fork(base, taken, clause, room)
}

// reasonOf says why a branch may not be taken.
func reasonOf(open, answer logic.Answer, otherwise string) string {
	for _, a := range []logic.Answer{answer, open} {
		if a.IsUnknown() && a.Reason != "" {
			return a.Reason
		}
	}
	return otherwise
}

// fork is the worlds behind a clause. Those that failed are given up, unless
// there is no other.
func (f *follower) fork(base world, taken []world, clause *shell.Clause, room int) []world {
	alive := slices.DeleteFunc(slices.Clone(taken), func(w world) bool { return w.failed })
	if len(alive) == 0 {
		alive = taken[:1]
	}
	alive = distinct(alive)
	if len(alive) > 1+max(room, 0) {
		alive = []world{f.merged(base, alive, clause)}
	}
	for i := range alive {
		alive[i].weight = base.weight / float64(len(alive))
		alive[i].why = base.why
		if len(alive) > 1 {
			alive[i].why = underCondition(clause)
		}
	}
	return alive
}

// distinct leaves out worlds that are as another one.
func distinct(worlds []world) []world {
	var out []world
	for _, w := range worlds {
		if !slices.ContainsFunc(out, func(o world) bool {
			return o.env == w.env && o.ended == w.ended && o.by == w.by && slices.Equal(o.out, w.out)
		}) {
			out = append(out, w)
		}
	}
	return out
}

// merged is one world in the place of several that came from base.
func (f *follower) merged(base world, worlds []world, clause *shell.Clause) world {
	envs := make([]*binding, len(worlds))
	for i, w := range worlds {
		envs[i] = w.env
	}
	out := base
	out.env = f.blurred(base.env, envs, underCondition(clause))
	out.out = f.joined(base, worlds, "").out
	return out
}
