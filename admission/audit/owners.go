package audit

import (
	"hash/maphash"

	"guard/internal/finding"
)

// owners remembers what was found in the objects that control others, so that
// what these make is not told twice.
type owners struct {
	seed  maphash.Seed
	found map[string]map[uint64]bool // by UID: what was found
}

// maxOwners bounds how many objects are remembered. What a forgotten one owns
// is told of itself.
const maxOwners = 200_000

func newOwners() *owners {
	return &owners{seed: maphash.MakeSeed(), found: map[string]map[uint64]bool{}}
}

// remember keeps what was found in an object.
func (o *owners) remember(uid string, findings []finding.Finding) {
	if _, known := o.found[uid]; uid == "" || !known && len(o.found) >= maxOwners {
		return
	}
	var keys map[uint64]bool
	for _, f := range findings {
		if keys == nil {
			keys = map[uint64]bool{}
		}
		keys[o.key(&f)] = true
	}
	o.found[uid] = keys
}

// knows tells whether an object was looked at in this run. What only says that
// it has an owner is judged by itself.
func (o *owners) knows(uid string) bool {
	_, known := o.found[uid]
	return known
}

// fresh are the findings that the owner does not have.
func (o *owners) fresh(owner string, findings []finding.Finding) []finding.Finding {
	theirs := o.found[owner]
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
