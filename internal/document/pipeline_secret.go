package document

import (
	"guard/internal/pipeline"
	"guard/internal/tree"
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
		p.variable(v, holder, place)
	}
}

// variable notes the secret that a variable holds. One that another file sets
// is noted there; here it is only hidden.
func (p *pipelineSecrets) variable(v pipeline.Variable, holder, place string) {
	node, found := p.doc.Value.At(v.Path)
	if !found {
		return
	}
	if node.Scalar() != v.Value {
		p.elsewhere(v, holder, place)
		return
	}
	key := v.Path.String()
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	if secret, ok := p.load.namedSecret(v.Name, node, v.Path, holder, place); ok {
		p.doc.Secrets = append(p.doc.Secrets, secret)
	}
}

func (p *pipelineSecrets) elsewhere(v pipeline.Variable, holder, place string) {
	node := &tree.Node{Kind: tree.String, Text: v.Value}
	if secret, ok := p.load.namedSecret(v.Name, node, v.Path, holder, place); ok && len(p.doc.hidden) < maxHidden {
		p.doc.hidden = append(p.doc.hidden, secret)
	}
}

// maxHidden bounds the secrets of other files that one document hides.
const maxHidden = 1000
