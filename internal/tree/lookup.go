package tree

// indexedFrom is the number of members from which a map gets an index.
const indexedFrom = 16

// Get returns the value of a key of a map, or nil.
func (n *Node) Get(key string) *Node {
	if i := n.find(key); i >= 0 {
		return n.Members[i].Value
	}
	return nil
}

// Key returns the node of the key itself, or nil.
func (n *Node) Key(key string) *Node {
	if i := n.find(key); i >= 0 {
		return n.Members[i].Key
	}
	return nil
}

// find returns where a key stands in Members, or -1.
func (n *Node) find(key string) int {
	if n == nil || n.Kind != Map {
		return -1
	}
	if n.Lookup != nil {
		if i, ok := n.Lookup[key]; ok {
			return int(i)
		}
		return -1
	}
	for i := range n.Members {
		if n.Members[i].Key.Text == key {
			return i
		}
	}
	return -1
}

// add appends a member, keeping the index; it reports where an equal key
// stands already, and then adds nothing.
func (n *Node) add(m Member) (at int, added bool) {
	if at := n.find(m.Key.Text); at >= 0 {
		return at, false
	}
	n.Members = append(n.Members, m)
	if n.Lookup != nil {
		n.Lookup[m.Key.Text] = int32(len(n.Members) - 1)
	} else if len(n.Members) > indexedFrom {
		n.Lookup = lookupOf(n.Members)
	}
	return len(n.Members) - 1, true
}
