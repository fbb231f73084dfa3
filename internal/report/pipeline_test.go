package report

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"guard/internal/finding"
)

// mermaidLine is every line that a graph may hold: labels are letters, digits,
// spaces, commas and entities.
var mermaidLine = regexp.MustCompile(`^(flowchart LR|  j\d+(\["L"\]|\{\{"L"\}\})|  j\d+ --> j\d+)$`)

// checkMermaid fails for whatever in the graphs of a page of Markdown is not
// guard's own, and returns how many graphs there are.
func checkMermaid(t testing.TB, page string) (graphs int) {
	t.Helper()
	label := regexp.MustCompile(`"[\pL\p{Nd} ,]*(?:(?:#\d+;|<br/>)[\pL\p{Nd} ,]*)*"`)
	inside := false
	for line := range strings.SplitSeq(page, "\n") {
		switch {
		case line == "```mermaid":
			inside, graphs = true, graphs+1
		case line == "```":
			inside = false
		case strings.Contains(line, "```"):
			t.Errorf("a fence that is not guard's: %q", line)
		case inside && !mermaidLine.MatchString(label.ReplaceAllString(line, `"L"`)):
			t.Errorf("not a line of guard's graph: %q", line)
		}
	}
	if inside {
		t.Error("a graph without an end")
	}
	return graphs
}

// hostileLabels are names of jobs that break out of a drawing where they are
// written without care.
var hostileLabels = []string{
	"x\x1b[31m", "</svg><script>alert(1)</script>", "a`b```", `x"]] --> y`, "x]] --> x", "a\nb --> c", "a\u202eb", "end", "1. list", "- item", "%%{init: {}}%%", "click j0 href \"https://evil.example\"", "<img src=x onerror=alert(1)>", "#quot;", "&quot;", "\\",
}

func hostilePipeline(name string) *finding.Report {
	p := deliveryPipeline()
	for i := range p.Jobs {
		p.Jobs[i].ID, p.Jobs[i].Environment = name+fmt.Sprint(i), name
	}
	return &finding.Report{Pipelines: []finding.Pipeline{p}}
}

// Reliability 57
func TestPipeline_DrawsHostileNamesAsText(t *testing.T) {
	for _, name := range append(slices.Clone(hostileLabels), payloads...) {
		var page bytes.Buffer
		if err := pipelineMarkdownFormat.Write(&page, hostilePipeline(name), Options{}); err != nil {
			t.Fatal(err)
		}
		if n := checkMermaid(t, page.String()); n != 1 {
			t.Errorf("%q: %d graphs, want 1:\n%s", name, n, page.String())
		}
		checkInert(t, page.String())
		checkHTML(t, render(t, "html", hostilePipeline(name), Options{}))
		var text bytes.Buffer
		if err := pipelineTextFormat.Write(&text, hostilePipeline(name), Options{Color: true, Width: 60}); err != nil {
			t.Fatal(err)
		}
		checkInert(t, text.String())
		checkCommands(t, text.String(), 0)
	}
}

func TestPipeline_DrawsEveryJobAndEdgeOnce(t *testing.T) {
	var b bytes.Buffer
	if err := Graph(&b, deliveryPipeline()); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for node := range root.Descendants() {
		for _, a := range node.Attr {
			if a.Key == "class" {
				counts[strings.Fields(a.Val)[0]]++
			}
		}
	}
	if counts["node"] != 5 || counts["point"] != 5 {
		t.Errorf("%d jobs and %d arrows, want 5 and 5", counts["node"], counts["point"])
	}
}

// Jobs that wait for each other in a circle have no place before each other.
func TestLayered_EndsForCirclesAndStrayIndexes(t *testing.T) {
	p := finding.Pipeline{Jobs: []finding.PipelineJob{{After: []int{1, 0, -1, 99}}, {After: []int{0}}, {After: []int{1, 1}}, {}}}
	l := layered(p)
	if len(l.order) != 4 || l.count() != 3 {
		t.Errorf("order %v, %d edges; want 4 jobs and 3 edges", l.order, l.count())
	}
	if _, undrawn := newSVGGraph(p, 1); undrawn != "" {
		t.Error(undrawn)
	}
}

func TestLayered_PutsAJobBehindTheLastOfThoseBeforeIt(t *testing.T) {
	p := finding.Pipeline{Jobs: []finding.PipelineJob{{After: []int{1, 2}}, {After: []int{2}}, {}}}
	if got := layered(p); !slices.Equal(got.of, []int{2, 1, 0}) || !slices.Equal(got.order, []int{2, 1, 0}) {
		t.Errorf("layers %v in order %v, want [2 1 0] both", got.of, got.order)
	}
}

// No job lies upon another, none is outside of the drawing, and none is passed
// through by the edge of others.
func TestPipeline_DrawsJobsApart(t *testing.T) {
	p := finding.Pipeline{}
	for i := range 120 {
		job := finding.PipelineJob{ID: fmt.Sprint("job", i)}
		for _, before := range []int{i - 1 - i%7, i / 2, i - 40} {
			if before >= 0 && before < i {
				job.After = append(job.After, before)
			}
		}
		p.Jobs = append(p.Jobs, job)
	}
	g, undrawn := newSVGGraph(p, 1)
	if undrawn != "" {
		t.Fatal(undrawn)
	}
	for i, a := range g.Nodes {
		if a.X < 0 || a.Y < 0 || a.X+a.Width > g.Width || a.Y+a.Height > g.Height {
			t.Errorf("%s is outside of the drawing", a.Name)
		}
		for _, b := range g.Nodes[:i] {
			if a.X == b.X && max(a.Y, b.Y) < min(a.Y, b.Y)+a.Height {
				t.Errorf("%s and %s lie upon each other", a.Name, b.Name)
			}
		}
	}
}

func TestPipeline_SaysWhyItDrawsNoGraph(t *testing.T) {
	many, dense := finding.Pipeline{}, finding.Pipeline{}
	for i := range mostDrawn + 1 {
		many.Jobs = append(many.Jobs, finding.PipelineJob{})
		if i < 60 {
			job := finding.PipelineJob{}
			for before := range i {
				job.After = append(job.After, before)
			}
			dense.Jobs = append(dense.Jobs, job)
		}
	}
	for want, p := range map[string]finding.Pipeline{"201 jobs, which is too many to draw": many, "1770 edges between the jobs, which is too many to draw": dense} {
		if _, undrawn := newSVGGraph(p, 1); undrawn != want {
			t.Errorf("got %q, want %q", undrawn, want)
		}
		var b bytes.Buffer
		if err := pipelineMarkdownFormat.Write(&b, &finding.Report{Pipelines: []finding.Pipeline{p}}, Options{}); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("Markdown lacks %q (%v)", want, err)
		}
	}
}

// Every line fits the terminal, unless one word alone is wider than it.
func TestPipelineText_KeepsToTheWidthOfTheTerminal(t *testing.T) {
	for _, width := range []int{30, 44, 60, 80, 100, 140} {
		var b bytes.Buffer
		if err := pipelineTextFormat.Write(&b, &finding.Report{Pipelines: []finding.Pipeline{deliveryPipeline()}}, Options{Color: true, Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(colors.ReplaceAllString(b.String(), ""), "\n") {
			if textWidth(line) > width {
				t.Errorf("at %d columns a line takes %d: %q", width, textWidth(line), line)
			}
		}
	}
}

func TestPipelineText_AlignsWideCharacters(t *testing.T) {
	p := deliveryPipeline()
	p.Environments[0].Name = "本番"
	p.Runs[1].Title = "push to 開発"
	var b bytes.Buffer
	if err := pipelineTextFormat.Write(&b, &finding.Report{Pipelines: []finding.Pipeline{p}}, Options{}); err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(strings.SplitN(b.String(), "\n\n", 2)[1], "\n\n")
	lines := strings.Split(table, "\n")
	if len(lines) != 6 {
		t.Fatalf("%d lines, want a heading and 5 runs:\n%s", len(lines), table)
	}
	for _, line := range lines {
		last := strings.LastIndex(line, "  ") + 2
		if got, want := textWidth(line[:last]), textWidth(lines[0][:strings.LastIndex(lines[0], "pushes")]); got != want {
			t.Errorf("the last column begins at %d, want %d: %q", got, want, line)
		}
	}
}

func FuzzPipelineMarkdown(f *testing.F) {
	seedPayloads(f)
	for _, label := range hostileLabels {
		f.Add(label)
	}
	f.Fuzz(func(t *testing.T, name string) {
		var page bytes.Buffer
		if err := pipelineMarkdownFormat.Write(&page, hostilePipeline(name), Options{}); err != nil {
			t.Fatal(err)
		}
		checkMermaid(t, page.String())
		checkInert(t, page.String())
	})
}
