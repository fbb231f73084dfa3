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
	plotBarHigh = 14
	plotGap     = 12 // between two names
	plotLetters = 38 // of a name
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

// barPlot draws a bar for each number of each name that is not zero, the first
// names if there are too many.
func barPlot(title string, of []series, groups []plotGroup) *plot {
	groups = groups[:min(len(groups), mostPlotted)]
	p := &plot{Width: plotWidth, Height: plotGap / 2, Title: title}
	most := mostOf(groups)
	for _, g := range groups {
		p.Texts = append(p.Texts, plotText{plotLabel - 10, p.Height + plotBarHigh - 3, "end", shorten(g.name, plotLetters)})
		drawn := 0
		for i, n := range g.numbers {
			if n > 0 {
				p.bar(p.Height+drawn*plotBarHigh, max(2, (plotWidth-plotLabel-plotNumber)*n/most), of[i].class, fmt.Sprintf("%s: %d %s", g.name, n, of[i].name), fmt.Sprint(n))
				drawn++
			}
		}
		p.Height += max(drawn, 1)*plotBarHigh + plotGap
	}
	return p
}

// bar draws one bar with its number behind it.
func (p *plot) bar(y, width int, class, title, number string) {
	p.Bars = append(p.Bars, plotBar{plotLabel, y, width, plotBarHigh - 2, class, title})
	p.Texts = append(p.Texts, plotText{plotLabel + width + 6, y + plotBarHigh - 3, "small", number})
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
