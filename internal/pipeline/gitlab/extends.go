package gitlab

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// resolve returns a job with what it extends. Chain names the jobs that are
// being resolved, the first one foremost.
func (r *reader) resolve(id string, chain []string) value {
	if v, known := r.resolved[id]; known {
		return v
	}
	own := r.top(id)
	bases := own.get("extends")
	v := own
	for i, base := range slices.Backward(baseNames(bases)) {
		if below, ok := r.base(base, bases, i, append(chain, id)); ok {
			v = r.merge(below, v, 0)
		}
	}
	r.resolved[id] = v
	return v
}

// baseNames reads extends: one name, or a list of which the last wins.
func baseNames(extends value) []string {
	if extends.isList() {
		var names []string
		for _, item := range extends.items() {
			names = append(names, item.scalar())
		}
		return names
	}
	if name := extends.scalar(); name != "" {
		return []string{name}
	}
	return nil
}

// base returns the job that another one extends.
func (r *reader) base(name string, extends value, i int, chain []string) (value, bool) {
	path := extends.path
	if extends.isList() {
		path = extends.within(i)
	}
	id := chain[len(chain)-1]
	switch {
	case slices.Contains(chain, name):
		r.circular[id] = true
		r.invalid(path, "job %q extends itself: %s", id, strings.Join(append(chain, name), " -> "))
	case len(chain) > maxExtends:
		r.incomplete(path, "job %q extends more than %d levels of others", id, maxExtends)
	case r.top(name).isMap():
		return r.resolve(name, chain), true
	case r.top(name).isSet():
		r.invalid(path, "job %q extends %q, which is not a map", id, name)
	case r.open || strings.Contains(name, "$[["):
		r.absent(path, fmt.Sprintf("what %q, which job %q extends, holds is not known: it is not in this file", name, id), name)
	default:
		r.invalid(path, "job %q extends %q, which does not exist", id, name)
	}
	return value{}, false
}

// absent notes once that something is not in this file.
func (r *reader) absent(path finding.Path, message, name string) {
	if !r.noted[name] {
		r.noted[name] = true
		r.incomplete(path, "%s", message)
	}
}

// merge lays one value over another: maps member by member, everything else
// as a whole.
func (r *reader) merge(below, above value, depth int) value {
	if !below.isMap() || !above.isMap() || depth > tree.MaxDepth {
		if above.node == nil && above.merged == nil {
			return below
		}
		return above
	}
	members := slices.Clone(below.members())
	index := make(map[string]int, len(members))
	for i, m := range members {
		index[m.key] = i
	}
	for _, m := range above.members() {
		if i, both := index[m.key]; both {
			members[i].value = r.merge(members[i].value, m.value, depth+1)
		} else {
			members = append(members, m)
		}
	}
	if !r.spend(len(members), above.path) {
		return above
	}
	return value{node: above.node, path: above.path, merged: members, foreign: above.foreign}
}

// spend counts merged members; ok is false where they become too many.
func (r *reader) spend(n int, path finding.Path) bool {
	if r.left >= 0 && r.left < n {
		r.incomplete(path, "what jobs extend and files include is larger than %d members together", maxMerged)
	}
	r.left = max(-1, r.left-n)
	return r.left >= 0
}
