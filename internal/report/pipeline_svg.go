package report

import (
	"fmt"
	"strings"

	"guard/internal/finding"
)

// svgGraph is the drawing of the jobs of a pipeline that the page's template
// reads. All lengths are pixels.
type svgGraph struct {
	ID            int // unique on the page
	Width, Height int
	Shrinks       bool // it stays readable where it is made to fit a page
	Title, Text   string
	Nodes         []svgNode
	Edges         []svgEdge
}

type svgNode struct {
	X, Y, Width, Height int
	NameX, NameY, TextY int
	Class               string // of the gate: open, gate, plain
	Title               string // all of it, for who points at it
	Name, Text          string // shortened
}

// svgEdge is a curve and the point of its arrow.
type svgEdge struct{ Line, Point string }

// How large the parts of a drawing are.
const (
	nodeWidth   = 176
	nodeHeight  = 50
	layerGap    = 44
	rowGap      = 14
	graphMargin = 8
	nodeLetters = 19 // of a job's name
	textLetters = 24 // of what it does, in smaller letters
)

// newSVGGraph draws a clean pipeline's jobs; undrawn says why there is no
// drawing.
func newSVGGraph(p finding.Pipeline, id int) (graph *svgGraph, undrawn string) {
	l := layered(p)
	if undrawn = l.undrawn(); undrawn != "" {
		return nil, undrawn
	}
	d := newDrawing(l)
	if len(d.slots) > mostSlots {
		return nil, "the jobs wait for each other in too many ways to draw"
	}
	d.arrange()
	return d.graph(p, id), ""
}

func (d *drawing) graph(p finding.Pipeline, id int) *svgGraph {
	top, bottom := 0, 0
	for i := range d.slots {
		top, bottom = min(top, d.y[i]-d.height(i)/2), max(bottom, d.y[i]+d.height(i)/2)
	}
	g := &svgGraph{
		ID: id, Width: 2*graphMargin + max(len(d.layers)*(nodeWidth+layerGap)-layerGap, 0), Height: 2*graphMargin + bottom - top,
		Shrinks: len(d.layers) <= mostShrunk, Title: "Jobs of " + p.File, Text: graphText(p),
	}
	for i := range d.slots {
		d.y[i] += graphMargin - top
	}
	for i, s := range d.slots {
		if s.job >= 0 {
			g.Nodes = append(g.Nodes, newSVGNode(p.Jobs[s.job], d.x(i), d.y[i]-nodeHeight/2))
		}
		for _, before := range s.before {
			g.Edges = append(g.Edges, d.edge(before, i))
		}
	}
	return g
}

// x is the left edge of a slot.
func (d *drawing) x(i int) int { return graphMargin + d.slots[i].layer*(nodeWidth+layerGap) }

// edge leads from the right edge of one slot to the left edge of another. One
// that passes a layer goes on straight through it.
func (d *drawing) edge(from, to int) svgEdge {
	x1, y1, x2, y2 := d.x(from)+nodeWidth, d.y[from], d.x(to), d.y[to]
	line := fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, (x1+x2)/2, y1, (x1+x2)/2, y2, x2, y2)
	if d.slots[to].job < 0 {
		return svgEdge{Line: line + fmt.Sprintf("H%d", x2+nodeWidth)}
	}
	return svgEdge{line, fmt.Sprintf("M%d %dl-8 -4v8z", x2, y2)}
}

func newSVGNode(job finding.PipelineJob, x, y int) svgNode {
	title := job.ID
	if text := nodeText(job); text != "" {
		title += ": " + text
	}
	class := "plain"
	switch job.Gate {
	case finding.UnknownGate:
		class = "open"
	case finding.ManualGate, finding.ApprovalGate:
		class = "gate"
	}
	text, nameY := shorten(nodeText(job), textLetters), y+21
	if text == "" {
		nameY = y + 30
	}
	return svgNode{
		NameX: x + 12, NameY: nameY, TextY: y + 39,
		X: x, Y: y, Width: nodeWidth, Height: nodeHeight, Class: class, Title: title,
		Name: shorten(job.ID, nodeLetters), Text: text,
	}
}

// shorten cuts clean text to so many columns, the last of which then is an
// ellipsis.
func shorten(s string, columns int) string {
	if textWidth(s) <= columns {
		return s
	}
	used := 1
	for i, r := range s {
		if used += runeWidth(r); used > columns {
			return strings.TrimRight(s[:i], " ,") + "…"
		}
	}
	return s
}

// graphText says the drawing in words, as far as that is short.
func graphText(p finding.Pipeline) string {
	const mostSaid = 40
	var said []string
	for _, i := range layered(p).order {
		if len(said) == mostSaid {
			said = append(said, fmt.Sprintf("and %d more", len(p.Jobs)-mostSaid))
			break
		}
		text := p.Jobs[i].ID
		if gate := gateText(p.Jobs[i].Gate); gate != "" {
			text += " (" + gate + ")"
		}
		if after := afterNames(p, p.Jobs[i]); len(after) > 0 {
			text += " after " + strings.Join(after, ", ")
		}
		said = append(said, text)
	}
	return limit(strings.Join(said, "; "), 4_000)
}
