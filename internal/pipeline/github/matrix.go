package github

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/tree"
)

// maxMatrixValues bounds the values of all variables of a matrix; GitHub
// refuses a matrix of more than 256 jobs.
const maxMatrixValues = 4096

// matrixReader collects the variables of a matrix in the file's order.
type matrixReader struct {
	axes []pipeline.Axis
	left int
}

// matrix reads the variables of a matrix whose values are written out. What
// include: adds counts; exclude: only takes combinations away. A value that is
// a map gives a variable for each of its keys: image.name.
func matrix(n *tree.Node) []pipeline.Axis {
	m := &matrixReader{axes: []pipeline.Axis{}, left: maxMatrixValues}
	if n.Type() != tree.Map {
		return m.axes
	}
	for _, member := range n.Members {
		if name := member.Key.Text; name != "include" && name != "exclude" {
			m.axis(name, member.Value)
		}
	}
	m.include(n.Get("include"))
	return m.axes
}

func (m *matrixReader) axis(name string, values *tree.Node) {
	if values.Type() != tree.List {
		m.named(name).Known = false
		return
	}
	for _, item := range values.Items {
		m.value(name, item)
	}
}

func (m *matrixReader) include(n *tree.Node) {
	if n.IsSet() && n.Type() != tree.List {
		m.unknown()
		return
	}
	if n == nil {
		return
	}
	for _, item := range n.Items {
		if item.Type() != tree.Map {
			m.unknown()
			continue
		}
		for _, member := range item.Members {
			m.value(member.Key.Text, member.Value)
		}
	}
	for i := range m.axes {
		m.axes[i].Included = true
	}
}

// unknown is what a part that an expression makes does to all variables.
func (m *matrixReader) unknown() {
	for i := range m.axes {
		m.axes[i].Known = false
	}
}

func (m *matrixReader) value(name string, n *tree.Node) {
	if n.Type() == tree.Map {
		for _, member := range n.Members {
			m.value(name+"."+member.Key.Text, member.Value)
		}
		return
	}
	axis := m.named(name)
	value := n.Scalar()
	m.left--
	if m.left < 0 || n.Type() == tree.List || strings.Contains(value, "${{") {
		axis.Known = false
		return
	}
	if !slices.Contains(axis.Values, value) {
		axis.Values = append(axis.Values, value)
	}
}

// named returns the variable of a name, which GitHub compares without case.
func (m *matrixReader) named(name string) *pipeline.Axis {
	for i := range m.axes {
		if strings.EqualFold(m.axes[i].Name, name) {
			return &m.axes[i]
		}
	}
	m.axes = append(m.axes, pipeline.Axis{Name: name, Values: []string{}, Known: true})
	return &m.axes[len(m.axes)-1]
}
