package report

import (
	"io"

	"guard/internal/finding"
)

// The formats of what [PipelineFormats] writes.
var (
	pipelineTextFormat     = Format{"text", "for people", writePipelineText}
	pipelineJSONFormat     = Format{"json", "everything, for programs (version 1)", writePipelineJSON}
	pipelineMarkdownFormat = Format{"markdown", "tables and a Mermaid graph of the jobs", writePipelineMarkdown}
)

// PipelineFormats lists the formats that write what the runs of pipelines can
// do, and nothing of the findings of a report.
func PipelineFormats() []Format {
	return []Format{pipelineJSONFormat, pipelineMarkdownFormat, pipelineTextFormat}
}

// pipelineReport is version 1 of the JSON that guard pipeline writes.
type pipelineReport struct {
	Version    int                  `json:"version"` // always 1
	Tool       pipelineTool         `json:"tool"`
	Pipelines  []finding.Pipeline   `json:"pipelines"`
	Incomplete []finding.Incomplete `json:"incomplete"` // files that could not be looked at, or not whole
}

type pipelineTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// writePipelineJSON writes what is known as it is: no text is changed.
func writePipelineJSON(w io.Writer, r *finding.Report, _ Options) error {
	return encode(w, pipelineReport{
		Version: 1, Tool: pipelineTool{r.Tool.Name, r.Tool.Version},
		Pipelines: append([]finding.Pipeline{}, r.Pipelines...), Incomplete: append([]finding.Incomplete{}, r.Incomplete...),
	})
}
