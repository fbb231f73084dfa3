package audit

import (
	"hash/maphash"

	"guard/internal/finding"
)

// owners remembers what was found in the objects that control others, so that
// what these make is not told twice.
type owners struct {
	seed  maphash.Seed
	found map[identity]map[uint64]bool // what was found in each
	room  int                          // how much more may be remembered
}

// identity names an object. A UID alone would let an object claim an owner in
// another namespace.
type identity struct{ namespace, uid string }

// maxRemembered bounds how many objects and findings are remembered together.
// What a forgotten object owns is told of itself.
const maxRemembered = 1_000_000

func newOwners() *owners {
	return &owners{seed: maphash.MakeSeed(), found: map[identity]map[uint64]bool{}, room: maxRemembered}
}

// remember keeps what was found in an object.
func (o *owners) remember(object *Object, findings []finding.Finding) {
	who := identity{object.Namespace, object.UID}
	if before, known := o.found[who]; known { // of a list that has started anew
		o.room += 1 + len(before)
		delete(o.found, who)
	}
	if object.UID == "" || o.room < 1+len(findings) {
		return
	}
	keys := make(map[uint64]bool, len(findings))
	for _, f := range findings {
		keys[o.key(&f)] = true
	}
	o.found[who] = keys
	o.room -= 1 + len(keys)
}

// owns tells whether the owner of an object was looked at in this run. What only
// says that it has an owner is judged by itself.
func (o *owners) owns(object *Object) bool {
	_, known := o.found[identity{object.Namespace, object.Owner}]
	return known
}

// fresh are the findings in an object that its owner does not have.
func (o *owners) fresh(object *Object, findings []finding.Finding) []finding.Finding {
	theirs := o.found[identity{object.Namespace, object.Owner}]
	var left []finding.Finding
	for _, f := range findings {
		if !theirs[o.key(&f)] {
			left = append(left, f)
		}
	}
	return left
}

// key is a finding without its place: a message names what it is about.
func (o *owners) key(f *finding.Finding) uint64 {
	return maphash.String(o.seed, f.Rule+"\x00"+f.Message)
}
