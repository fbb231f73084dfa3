package report

import (
	"errors"
	"io"
	"strings"

	"guard/internal/finding"
)

// htmlPipeline is a pipeline as the template of the page reads it.
type htmlPipeline struct {
	File, Subtitle string
	Head           []string
	Rows           []htmlRun
	Against        []string
	Notes          []htmlNote
	Graph          *svgGraph
	Undrawn        string // why there is no graph; "" where there is one, or no job
	Jobs           []htmlJob
	Images         []htmlImage
	Unknown        []htmlIncomplete
}

type htmlRun struct {
	Title string
	Cells []htmlCell
}

type htmlCell struct{ Head, Text, Class string }

type htmlNote struct{ Number, Text string }

type htmlJob struct {
	ID, Gate string
	Facts    []string
}

type htmlImage struct{ Runs, Use, Image, Fact, Class string }

// Graph draws how the jobs of a pipeline wait for each other, as the element
// that a page of HTML holds; its colours are those of the page's style. An error
// says why there is no drawing.
func Graph(w io.Writer, p finding.Pipeline) error {
	page, err := htmlPage()
	if err != nil {
		return err
	}
	graph, undrawn := newSVGGraph(cleanPipeline(p), 1)
	if undrawn != "" {
		return errors.New("no graph of the jobs: " + undrawn)
	}
	return page.ExecuteTemplate(w, "graph", graph)
}

func htmlPipelines(pipelines []finding.Pipeline) []htmlPipeline {
	all := make([]htmlPipeline, len(pipelines))
	for i, p := range pipelines {
		all[i] = newHTMLPipeline(p, i+1)
	}
	return all
}

func newHTMLPipeline(p finding.Pipeline, id int) htmlPipeline {
	table := newPipelineTable(p)
	h := htmlPipeline{
		File: p.File, Subtitle: strings.TrimSpace(pipelineSubtitle(p)), Head: table.head, Against: mappedTo(table.against, (*against).String),
		Unknown: mappedTo(p.Unknown, newIncomplete), Images: htmlImages(p),
	}
	for _, row := range table.rows {
		h.Rows = append(h.Rows, newHTMLRun(table, row))
	}
	for i, note := range table.notes {
		h.Notes = append(h.Notes, htmlNote{strings.TrimSpace(noteMark(i + 1)), note})
	}
	if len(p.Jobs) > 0 {
		h.Graph, h.Undrawn = newSVGGraph(p, id)
	}
	for _, i := range layered(p).order {
		h.Jobs = append(h.Jobs, htmlJob{p.Jobs[i].ID, gateText(p.Jobs[i].Gate), jobFacts(p, p.Jobs[i])})
	}
	return h
}

func newHTMLRun(t *pipelineTable, row pipelineRow) htmlRun {
	run := htmlRun{Title: row.title.String()}
	for i, c := range row.cells {
		run.Cells = append(run.Cells, htmlCell{t.head[i], c.String(), c.tone})
	}
	return run
}

func htmlImages(p finding.Pipeline) []htmlImage {
	var all []htmlImage
	for _, group := range imageGroups(p) {
		for _, image := range group.images {
			class := "open"
			if image.Use == "deployed" {
				class = or(map[string]string{"yes": "ok", "no": "against"}[image.Pushed.Holds], "open")
			}
			all = append(all, htmlImage{strings.Join(group.titles, ", "), imageUse(image), imageName(image), imageFact(image), class})
		}
	}
	return all
}
