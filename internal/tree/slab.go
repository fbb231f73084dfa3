package tree

// slab hands out nodes, and the slices that hold them, from larger pieces of
// memory, which costs a fraction of making each one alone.
type slab struct {
	count int // nodes handed out
	nodes []Node
	lists []*Node
	maps  []Member
}

// The sizes of a slab's pieces, in elements. They grow with what was asked
// for, so that a small document stays small.
const (
	minSlab = 16
	maxSlab = 512
)

func (s *slab) next() *Node {
	if len(s.nodes) == 0 {
		s.nodes = make([]Node, max(minSlab, min(s.count, maxSlab)))
	}
	s.count++
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	return n
}

// list copies items. The result has no room to grow into its neighbours.
func (s *slab) list(items []*Node) []*Node {
	n := len(items)
	if n == 0 {
		return []*Node{}
	}
	if len(s.lists) < n {
		s.lists = make([]*Node, max(n, minSlab, min(s.count/2, maxSlab)))
	}
	out := s.lists[:n:n]
	s.lists = s.lists[n:]
	copy(out, items)
	return out
}

// members copies members. The result has no room to grow into its neighbours.
func (s *slab) members(members []Member) []Member {
	n := len(members)
	if n == 0 {
		return []Member{}
	}
	if len(s.maps) < n {
		s.maps = make([]Member, max(n, minSlab, min(s.count/2, maxSlab)))
	}
	out := s.maps[:n:n]
	s.maps = s.maps[n:]
	copy(out, members)
	return out
}
