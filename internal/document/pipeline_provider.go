package document

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/azure"
	"guard/internal/pipeline/expand"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/github"
	"guard/internal/pipeline/gitlab"
	"guard/internal/tree"
)

// providerFile is a pipeline as its provider's adapter has read it.
type providerFile struct {
	pipeline *pipeline.Pipeline
	whole    *pipeline.Pipeline // with what it runs of other files; what runs answers for
	adopt    func()             // takes over what was found out of the whole
	runs     flow.Provider      // nil where it starts by no event of its own
	values   func(*pipeline.Pipeline, *pipeline.Job, string) []string
	outsider func(*pipeline.Pipeline, string) string
}

// readPipeline is the one place that knows which adapters there are.
func (l *loader) readPipeline(d *Document, root *tree.Node, provider string) providerFile {
	parts := pipelineParts{l, d}
	switch provider {
	case "gitlab":
		return parts.gitlab(root)
	case "azure":
		return parts.azure(root)
	default:
		return parts.github(root)
	}
}

// pipelineParts reads the files that a pipeline consists of besides its own,
// and notes the secrets in them, which the pipeline's document then holds too.
type pipelineParts struct {
	load *loader
	doc  *Document
}

func (p pipelineParts) github(root *tree.Node) providerFile {
	w := github.Open(p.load.source, root, p.lookup())
	read := providerFile{pipeline: w.Pipeline, whole: w.Whole, adopt: w.Adopt, values: github.Values, outsider: github.Outsider}
	if w.Pipeline.Form == "workflow" {
		read.runs = github.NewProvider(w, github.Repository{
			Path: p.load.options.Repository, DefaultBranch: p.load.options.Pipelines.DefaultBranch,
		})
	}
	return read
}

func (p pipelineParts) gitlab(root *tree.Node) providerFile {
	file := gitlab.Open(p.load.source, root, gitlab.Options{Lookup: p.lookup(), Glob: p.load.options.Glob, Repository: p.load.options.Repository})
	runs := gitlab.NewRuns(file, flow.Branches{Main: p.load.options.Pipelines.DefaultBranch})
	return providerFile{pipeline: file.Pipeline, whole: file.Whole, adopt: file.Adopt, runs: runs, values: gitlab.Values, outsider: gitlab.Outsider}
}

func (p pipelineParts) azure(root *tree.Node) providerFile {
	file := azure.ReadFile(p.load.source, root, azure.Options{Lookup: p.lookup(), Host: azure.HostOf(p.load.options.Host)})
	read := providerFile{pipeline: file.Pipeline, whole: file.Pipeline, adopt: func() {}, values: azure.Values, outsider: azure.Outsider}
	if file.Pipeline.Form == "pipeline" {
		read.runs = azure.NewProvider(file, followScripts())
	}
	return read
}

// followScripts follows the scripts of one file, all within one budget.
func followScripts() azure.Follow {
	budget := expand.NewBudget()
	return func(s *pipeline.Script, e azure.Environment) azure.Trace {
		return expand.Follow(s, expand.Scope{Lookup: e.Lookup, Expression: e.Expression, Budget: budget})
	}
}

// lookup reads a file that the pipeline includes; nil where no file can be
// read.
func (p pipelineParts) lookup() func(string) ([]byte, error) {
	if p.load.options.Lookup == nil {
		return nil
	}
	return func(name string) ([]byte, error) {
		p.doc.Parts = append(p.doc.Parts, name)
		data, err := p.load.options.Lookup(name)
		if err != nil {
			return nil, err
		}
		text, bad := tree.Decode(data)
		if bad == nil && len(p.doc.hidden) < maxHidden {
			other := &loader{source: tree.NewSource(name, text), options: p.load.options}
			p.doc.hidden = append(p.doc.hidden, other.literalSecrets()...)
		}
		return data, nil
	}
}
