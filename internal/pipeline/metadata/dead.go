package metadata

import "slices"

// Dead lists the rules that make no tag in any of the runs, in the order of
// the input: a semver rule where no Git tag starts the pipeline. Where the
// action fails in a run, or a rule cannot be read, nothing is said about the
// rules; nor about a rule that says enable=false in so many words, for
// somebody wants it so.
func Dead(in Inputs, contexts []Context) []Rule {
	if len(contexts) == 0 {
		return nil
	}
	alive := map[int]bool{}
	var rules []rule
	for _, c := range contexts {
		e := evaluation{world: newWorld(newAlphabet(), in, c)}
		rules = e.rules(in.Tags)
		e.readFlavor(in.Flavor)
		for _, f := range e.fireAll(rules) {
			alive[f.rule.Line] = true
		}
		if len(e.result.Invalid) > 0 || len(e.result.Unknown) > 0 {
			return nil
		}
	}
	return dead(rules, alive)
}

func dead(rules []rule, alive map[int]bool) []Rule {
	var list []Rule
	for _, r := range rules {
		if r.Line >= 0 && !alive[r.Line] && r.get("enable") != "false" {
			list = append(list, r.Rule)
		}
	}
	return byLine(list)
}

func byLine(rules []Rule) []Rule {
	slices.SortFunc(rules, func(a, b Rule) int { return a.Line - b.Line })
	return rules
}
