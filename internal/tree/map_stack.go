package tree

// mapStack holds the members of the maps that are being read, the innermost
// map's last.
type mapStack struct{ members []Member }

// openMap is a map that is being read.
type openMap struct {
	stack  *mapStack
	base   int              // where its members begin
	lookup map[string]int32 // nil while it is small
}

func (s *mapStack) open() openMap { return openMap{stack: s, base: len(s.members)} }

// add adds a member. Where its key stands in the map already it replaces that
// member, and first is the earlier key.
func (o *openMap) add(m Member) (first *Node) {
	own := o.stack.members[o.base:]
	if at := o.find(own, m.Key.Text); at >= 0 {
		first, own[at] = own[at].Key, m
		return first
	}
	o.stack.members = append(o.stack.members, m)
	if o.lookup != nil {
		o.lookup[m.Key.Text] = int32(len(own))
	} else if len(own) == indexedFrom {
		o.lookup = lookupOf(o.stack.members[o.base:])
	}
	return nil
}

func (o *openMap) find(own []Member, key string) int {
	if o.lookup != nil {
		if at, ok := o.lookup[key]; ok {
			return int(at)
		}
		return -1
	}
	for i := range own {
		if own[i].Key.Text == key {
			return i
		}
	}
	return -1
}

// close moves the members into n.
func (o *openMap) close(n *Node, s *slab) {
	n.Members, n.Lookup = s.members(o.stack.members[o.base:]), o.lookup
	o.stack.members = o.stack.members[:o.base]
}

func lookupOf(members []Member) map[string]int32 {
	lookup := make(map[string]int32, 2*len(members))
	for i := range members {
		lookup[members[i].Key.Text] = int32(i)
	}
	return lookup
}
