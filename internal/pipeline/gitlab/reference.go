package gitlab

import (
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// reference is the tag of a list that names another part of the file.
const reference = "!reference"

// follow replaces a !reference by what it names; ok is false where that cannot
// be found.
func (r *reader) follow(v value, depth int) (target value, ok bool) {
	if v.merged != nil || v.node.Type() != tree.List || v.node.Tag != reference {
		return v, true
	}
	names := make([]string, len(v.node.Items))
	for i, item := range v.node.Items {
		names[i] = item.Scalar()
	}
	if depth > maxNested {
		r.incomplete(v.path, "!reference leads through more than %d others", maxNested)
		return value{}, false
	}
	target, ok = r.named(names)
	if !ok {
		r.missing(v.path, names)
		return value{}, false
	}
	return r.follow(target, depth+1)
}

// named finds what a list of keys leads to.
func (r *reader) named(names []string) (target value, ok bool) {
	target = r.whole
	for i, name := range names {
		if i == 0 && r.top(name).isMap() && !IsKeyword(name) {
			target = r.resolve(name, nil)
			continue
		}
		target = target.get(name)
	}
	return target, len(names) > 0 && target.isSet()
}

func (r *reader) missing(path finding.Path, names []string) {
	name := strings.Join(names, ", ")
	if r.open {
		r.absent(path, fmt.Sprintf("!reference [%s] is not in this file", name), "!reference "+name)
		return
	}
	r.invalid(path, "!reference [%s] names nothing", name)
}
