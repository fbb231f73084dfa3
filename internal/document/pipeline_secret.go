package document

import (
	"guard/internal/finding"
	"guard/internal/pipeline"
)

// pipelineSecrets lists the literal secrets in the variables of a pipeline,
// each once.
type pipelineSecrets struct {
	load *loader
	doc  *Document
	seen map[string]bool // paths
}

func (p *pipelineSecrets) collect() {
	p.variables(p.doc.Pipeline.Env, "the pipeline", "env")
	for _, job := range p.doc.Pipeline.Jobs {
		holder := "job " + job.ID
		p.variables(job.Env, holder, "env")
		if job.Container != nil {
			p.variables(job.Container.Env, holder, "env")
		}
		for _, service := range job.Services {
			p.variables(service.Env, serviceHolder(service), "service-env")
		}
		for _, step := range job.Steps {
			p.variables(step.Env, step.Holder, "env")
		}
	}
}

func (p *pipelineSecrets) variables(variables []pipeline.Variable, holder, place string) {
	for _, v := range variables {
		p.variable(v.Name, v.Path, holder, place)
	}
}

func (p *pipelineSecrets) variable(name string, path finding.Path, holder, place string) {
	key := path.String()
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	node, found := p.doc.Value.At(path)
	if !found {
		return
	}
	if secret, ok := p.load.namedSecret(name, node, path, holder, place); ok {
		p.doc.Secrets = append(p.doc.Secrets, secret)
	}
}
