package document

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/azure"
	"guard/internal/pipeline/github"
	"guard/internal/pipeline/gitlab"
	"guard/internal/tree"
)

// pipeline reads a document of a provider's pipeline.
func (l *loader) pipeline(root *tree.Node, provider string) []*Document {
	d := l.newObject(root)
	d.Kind = KindPipeline
	if root.Type() != tree.Map {
		d.Pipeline = pipeline.New(provider, "")
		d.Unparsable = append(d.Unparsable, Problem{Message: "expected a map, found " + root.Type().String(), Path: finding.Path{}})
		return []*Document{d}
	}
	read, values, outsider := github.Read, github.Values, github.Outsider
	switch provider {
	case "gitlab":
		read, values, outsider = gitlab.Read, gitlab.Values, gitlab.Outsider
	case "azure":
		read, values, outsider = azureTemplates{l, d}.read, azure.Values, azure.Outsider
	}
	d.Pipeline = read(l.source, root)
	l.ownUses(d.Pipeline)
	for _, problem := range d.Pipeline.Exceeded {
		d.Unparsable = append(d.Unparsable, Problem(problem))
	}
	for _, problem := range d.Pipeline.Incomplete {
		d.Incomplete = append(d.Incomplete, Problem(problem))
	}
	images := &pipelineImages{load: l, doc: d, values: values, outsider: outsider, seen: map[string]bool{}}
	images.collect()
	secrets := &pipelineSecrets{load: l, doc: d, seen: map[string]bool{}}
	secrets.collect()
	return []*Document{d}
}

// azureTemplates reads the templates that a pipeline of Azure inserts, and
// notes the secrets in them, which the pipeline's document then holds too.
type azureTemplates struct {
	load *loader
	doc  *Document
}

func (t azureTemplates) read(source *tree.Source, root *tree.Node) *pipeline.Pipeline {
	options := azure.Options{}
	if t.load.options.Lookup != nil {
		options.Lookup = t.lookup
	}
	return azure.Read(source, root, options)
}

func (t azureTemplates) lookup(name string) ([]byte, error) {
	data, err := t.load.options.Lookup(name)
	if err != nil {
		return nil, err
	}
	text, bad := tree.Decode(data)
	if bad == nil && len(t.doc.hidden) < maxHidden {
		other := &loader{source: tree.NewSource(name, text), options: t.load.options}
		t.doc.hidden = append(t.doc.hidden, other.literalSecrets()...)
	}
	return data, nil
}

// ownUses makes local what a pipeline uses of its own repository by its full
// name.
func (l *loader) ownUses(p *pipeline.Pipeline) {
	if l.options.Repository == "" {
		return
	}
	for i := range p.Jobs {
		job := &p.Jobs[i]
		l.ownUse(job.Uses)
		for j := range job.Steps {
			l.ownUse(job.Steps[j].Uses)
		}
	}
}

func (l *loader) ownUse(use *pipeline.Use) {
	own := l.options.Repository
	if use == nil || use.Owner == "" || len(use.Name) < len(own) || !strings.EqualFold(use.Name[:len(own)], own) {
		return
	}
	if rest := use.Name[len(own):]; rest == "" || rest[0] == '/' {
		use.Kind = "local"
	}
}

// pipelineImages lists the images of a pipeline's jobs. What several jobs take
// from one place is listed once.
type pipelineImages struct {
	load     *loader
	doc      *Document
	values   func(*pipeline.Pipeline, *pipeline.Job, string) []string
	outsider func(*pipeline.Pipeline, string) string
	seen     map[string]bool
}

// maxPipelineImages bounds the images of one file.
const maxPipelineImages = 5000

// collect lists the images of the jobs that run, then of the templates that
// none of them used.
func (p *pipelineImages) collect() {
	for _, hidden := range []bool{false, true} {
		for i := range p.doc.Pipeline.Jobs {
			if job := &p.doc.Pipeline.Jobs[i]; job.Hidden == hidden {
				p.job(job)
			}
		}
	}
}

func (p *pipelineImages) job(job *pipeline.Job) {
	if job.Container != nil {
		p.add(job, *job.Container, RoleJob, jobHolder(job, job.Container.Path))
	}
	for _, service := range job.Services {
		p.add(job, service, RoleService, serviceHolder(service))
	}
	for _, step := range job.Steps {
		if step.Uses != nil && step.Uses.Kind == "docker" {
			raw := step.Uses.Raw[len("docker://"):]
			p.add(job, pipeline.Image{Raw: raw, Path: step.Uses.Path}, RoleAction, step.Holder)
		}
	}
}

func (p *pipelineImages) add(job *pipeline.Job, image pipeline.Image, role Role, holder string) {
	place := image.Path.String()
	if job.Hidden && p.seen[place] {
		return
	}
	outsider := p.outsider(p.doc.Pipeline, image.Raw)
	for _, raw := range p.values(p.doc.Pipeline, job, image.Raw) {
		key := place + "\x00" + raw
		if raw == "" || p.seen[key] || len(p.doc.Images) >= maxPipelineImages {
			continue
		}
		p.seen[key], p.seen[place] = true, true
		parsed := p.load.image(raw, image.Path, role, holder)
		parsed.Outsider = outsider
		p.doc.Images = append(p.doc.Images, parsed)
	}
}

// jobHolder says who uses an image of a job: the job itself, or what it takes
// the image from.
func jobHolder(job *pipeline.Job, path finding.Path) string {
	own, _ := finding.NewPath(job.ID)[0].Key()
	top := ""
	if len(path) > 0 {
		top, _ = path[0].Key()
	}
	if top == "resources" {
		return "container of job " + job.ID
	}
	if top == "default" || top == "image" && top != own {
		return "default image"
	}
	if top == "jobs" || top == "runs" || top == "stages" || top == "extends" || top == "container" || top == own {
		return "job " + job.ID
	}
	return "job " + top
}

func serviceHolder(service pipeline.Image) string {
	if service.Name != "" {
		return "service " + service.Name
	}
	return "service " + service.Raw
}
