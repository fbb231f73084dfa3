package report

import "slices"

// drawing places jobs in layers. A long edge passes through a slot of its own
// in every layer between, so that it runs through no job.
type drawing struct {
	layers [][]int // slots by layer, from top to bottom
	slots  []slot
	y      []int // of each slot's middle
}

// slot is a job, or the place where an edge passes a layer.
type slot struct {
	job    int // -1 for an edge that passes
	layer  int
	before []int // slots one layer to the left
}

// mostSlots bounds what a drawing holds.
const mostSlots = 3_000

func newDrawing(l layers) *drawing {
	d := &drawing{}
	at := make([]int, len(l.of))
	for _, job := range l.order {
		at[job] = d.add(slot{job: job, layer: l.of[job]})
	}
	for _, job := range l.order {
		for _, before := range l.edges[job] {
			if l.of[before] < l.of[job] && len(d.slots) <= mostSlots {
				d.connect(at[before], at[job])
			}
		}
	}
	return d
}

func (d *drawing) add(s slot) int {
	for len(d.layers) <= s.layer {
		d.layers = append(d.layers, nil)
	}
	d.slots = append(d.slots, s)
	d.layers[s.layer] = append(d.layers[s.layer], len(d.slots)-1)
	return len(d.slots) - 1
}

// connect leads an edge from one slot to another through the layers between.
func (d *drawing) connect(from, to int) {
	for layer := d.slots[from].layer + 1; layer < d.slots[to].layer; layer++ {
		from = d.add(slot{job: -1, layer: layer, before: []int{from}})
	}
	d.slots[to].before = append(d.slots[to].before, from)
}

// mostShrunk is how many layers may be made smaller to fit on a page.
const mostShrunk = 5

// sweeps is how often the layers are put in order.
const sweeps = 4

// arrange puts every slot beside those that it is connected with, so that few
// edges cross, and gives it its place.
func (d *drawing) arrange() {
	behind := make([][]int, len(d.slots))
	for i := range d.slots {
		for _, before := range d.slots[i].before {
			behind[before] = append(behind[before], i)
		}
	}
	d.y = make([]int, len(d.slots))
	d.stack()
	for range sweeps {
		for _, layer := range d.layers {
			d.sort(layer, func(i int) []int { return d.slots[i].before })
		}
		for _, layer := range slices.Backward(d.layers) {
			d.sort(layer, func(i int) []int { return behind[i] })
		}
	}
	for _, layer := range d.layers {
		d.sort(layer, func(i int) []int { return d.slots[i].before })
	}
}

// stack puts the slots of every layer one below the other, around a common
// middle.
func (d *drawing) stack() {
	for _, layer := range d.layers {
		d.place(layer)
	}
}

// sort orders a layer by the middle of its neighbours, and places it.
func (d *drawing) sort(layer []int, neighbours func(int) []int) {
	middle := map[int]float64{}
	for _, i := range layer {
		middle[i] = float64(d.y[i])
		if next := neighbours(i); len(next) > 0 {
			sum := 0
			for _, n := range next {
				sum += d.y[n]
			}
			middle[i] = float64(sum) / float64(len(next))
		}
	}
	slices.SortStableFunc(layer, func(a, b int) int {
		switch {
		case middle[a] < middle[b]:
			return -1
		case middle[a] > middle[b]:
			return 1
		}
		return 0
	})
	d.place(layer)
}

// place gives the slots of a layer their height around 0.
func (d *drawing) place(layer []int) {
	total := -rowGap
	for _, i := range layer {
		total += d.height(i) + rowGap
	}
	y := -total / 2
	for _, i := range layer {
		d.y[i] = y + d.height(i)/2
		y += d.height(i) + rowGap
	}
}

func (d *drawing) height(i int) int {
	if d.slots[i].job < 0 {
		return 2
	}
	return nodeHeight
}
