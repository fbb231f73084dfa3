package report

import "fmt"

// plot is a drawing of bars or lines that a page's template reads. All lengths
// are those of its own coordinates.
type plot struct {
	Width, Height int
	Title         string // what it shows, for those who do not see it
	Bars          []plotBar
	Lines         []plotLine
	Texts         []plotText
}

type plotBar struct {
	X, Y, Width, Height int
	Class, Title        string
}

type plotLine struct {
	Class, Points string
	Dots          []plotDot
}

type plotDot struct {
	X, Y  int
	Title string
}

type plotText struct {
	X, Y        int
	Class, Text string
}

// How large the parts of plots are.
const (
	plotWidth   = 900
	plotLabel   = 300 // for the names before bars
	plotNumber  = 70  // for the numbers behind them
	plotRow     = 30
	plotLetters = 40 // of a name
	mostPlotted = 25 // rows, and points of a line
)

// series is what bars of one colour show, or a line.
type series struct {
	class, name string
}

// plotGroup is a name with a number for each series.
type plotGroup struct {
	name    string
	numbers []int
}

// barPlot draws one row for each name with a bar for each number, the first
// names if there are too many.
func barPlot(title string, of []series, groups []plotGroup) *plot {
	groups = groups[:min(len(groups), mostPlotted)]
	p := &plot{Width: plotWidth, Height: plotRow * max(len(groups), 1), Title: title}
	most := mostOf(groups)
	thick := (plotRow - 8) / max(len(of), 1)
	for row, g := range groups {
		top := row * plotRow
		p.Texts = append(p.Texts, plotText{plotLabel - 10, top + plotRow/2 + 5, "end", shorten(g.name, plotLetters)})
		for i, n := range g.numbers {
			width := (plotWidth - plotLabel - plotNumber) * n / most
			if n == 0 {
				continue
			}
			y := top + 4 + i*thick
			p.Bars = append(p.Bars, plotBar{plotLabel, y, max(width, 2), thick - 1, of[i].class, fmt.Sprintf("%s: %d %s", g.name, n, of[i].name)})
			p.Texts = append(p.Texts, plotText{plotLabel + max(width, 2) + 6, y + thick - 1, "small", fmt.Sprint(n)})
		}
	}
	return p
}

func mostOf(groups []plotGroup) int {
	most := 1
	for _, g := range groups {
		for _, n := range g.numbers {
			most = max(most, n)
		}
	}
	return most
}

// Where lines are drawn in a plot.
const (
	trendHeight = 260
	trendLeft   = 60
	trendRight  = 880
	trendTop    = 20
	trendBottom = 215
)

// linePlot draws a line for each series over the names, the last ones if there
// are too many.
func linePlot(title string, of []series, groups []plotGroup) *plot {
	groups = groups[max(0, len(groups)-mostPlotted):]
	p := &plot{Width: plotWidth, Height: trendHeight, Title: title}
	most := mostOf(groups)
	for _, share := range []int{0, 1, 2} {
		y := trendBottom - (trendBottom-trendTop)*share/2
		p.Lines = append(p.Lines, plotLine{Class: "axis", Points: fmt.Sprintf("%d,%d %d,%d", trendLeft, y, trendRight, y)})
		p.Texts = append(p.Texts, plotText{trendLeft - 8, y + 5, "end small", fmt.Sprint(most * share / 2)})
	}
	every := (len(groups) + 7) / 8
	for i, g := range groups {
		if i%max(every, 1) == 0 {
			p.Texts = append(p.Texts, plotText{trendX(i, len(groups)), trendBottom + 25, "middle small", shorten(g.name, 13)})
		}
	}
	for s, one := range of {
		line := plotLine{Class: one.class}
		for i, g := range groups {
			x, y := trendX(i, len(groups)), trendBottom-(trendBottom-trendTop)*g.numbers[s]/most
			line.Points += fmt.Sprintf("%d,%d ", x, y)
			line.Dots = append(line.Dots, plotDot{x, y, fmt.Sprintf("%s: %d %s", g.name, g.numbers[s], one.name)})
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

func trendX(i, points int) int {
	const margin = 40
	if points < 2 {
		return (trendLeft + trendRight) / 2
	}
	return trendLeft + margin + (trendRight-trendLeft-2*margin)*i/(points-1)
}
