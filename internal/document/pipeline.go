package document

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/imageref"
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
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
	if !fewer(root, new(int)) {
		d.Pipeline = pipeline.New(provider, "")
		d.addErrors([]tree.Error{{Message: tooManyValues, Limit: true}})
		return []*Document{d}
	}
	read := l.readPipeline(d, root, provider)
	d.Pipeline = read.pipeline
	l.ownUses(d.Pipeline)
	l.runs(d, read)
	for _, problem := range d.Pipeline.Exceeded {
		unread := problem.Message != flow.TooMuch // else all of it was read, and looked at for secrets
		d.Unparsable = append(d.Unparsable, Problem{Message: problem.Message, Path: problem.Path, Beyond: unread})
	}
	for _, problem := range d.Pipeline.Incomplete {
		d.Incomplete = append(d.Incomplete, Problem{Message: problem.Message, Path: problem.Path})
	}
	images := &pipelineImages{load: l, doc: d, values: read.values, outsider: read.outsider, seen: map[string]bool{}}
	images.collect()
	secrets := &pipelineSecrets{load: l, doc: d, seen: map[string]bool{}}
	secrets.collect()
	return []*Document{d}
}

// maxPipelineValues bounds the values of one pipeline, every use of an alias
// counted.
const maxPipelineValues = 150_000

var tooManyValues = fmt.Sprintf("limit exceeded: more than %d values in one pipeline; nothing of it was looked at", maxPipelineValues)

// fewer tells whether a pipeline, of which some values are counted already,
// has no more values than are read.
func fewer(n *tree.Node, counted *int) bool {
	if *counted++; n == nil || *counted > maxPipelineValues {
		return n == nil
	}
	for _, m := range n.Members {
		if !fewer(m.Value, counted) {
			return false
		}
	}
	return !slices.ContainsFunc(n.Items, func(item *tree.Node) bool { return !fewer(item, counted) })
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
	cut      bool // some were left out
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
	for _, push := range p.doc.Pipeline.Pushes {
		p.tags(push.Images, RolePushed, push.Holder)
	}
	for _, deploy := range p.doc.Pipeline.Deploys {
		p.tags(deploy.Images, RoleDeployed, deploy.Holder)
	}
}

// tags lists the images that are pushed or deployed. A part of a name that
// stands for something is taken for an example of it.
func (p *pipelineImages) tags(images []pipeline.ImageTag, role Role, holder string) {
	for _, image := range images {
		key := image.Path.String() + "\x00" + image.Text
		if image.TagOnly || p.seen[key] || p.full(image.Path) {
			continue
		}
		p.seen[key] = true
		parsed := p.load.image(image.Sample, image.Path, role, holder)
		parsed.Raw, parsed.Own = image.Text, role == RolePushed
		parsed.RawRepository = image.RawRepository
		if image.Unknown != "" {
			parsed.Unresolved, parsed.Reason = true, image.Unknown
		}
		parsed.enough = image.Unknown == "" && p.onForge(parsed)
		p.doc.Images = append(p.doc.Images, parsed)
	}
}

// full notes once that there are more images than are looked at.
func (p *pipelineImages) full(path finding.Path) bool {
	if len(p.doc.Images) < maxPipelineImages {
		return false
	}
	if !p.cut {
		p.cut = true
		message := fmt.Sprintf("limit exceeded: more than %d images in one file; the rest was not looked at", maxPipelineImages)
		p.doc.Unparsable = append(p.doc.Unparsable, Problem{Message: message, Path: path})
	}
	return true
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

// onForge tells whether all that is not known of an image is where the forge's
// own registry lies, which nobody has to know.
func (p *pipelineImages) onForge(image Image) bool {
	return p.doc.Pipeline.Provider == "gitlab" && image.Class != imageref.ClassUnknown &&
		!slices.ContainsFunc(image.Symbols, func(name string) bool { return !gitlab.IsOwnRegistry(name) })
}

func (p *pipelineImages) add(job *pipeline.Job, image pipeline.Image, role Role, holder string) {
	place := image.Path.String()
	if job.Hidden && p.seen[place] {
		return
	}
	outsider := p.outsider(p.doc.Pipeline, image.Raw)
	for _, raw := range p.values(p.doc.Pipeline, job, image.Raw) {
		key := place + "\x00" + raw
		if raw == "" || p.seen[key] || p.full(image.Path) {
			continue
		}
		p.seen[key], p.seen[place] = true, true
		parsed := p.load.image(raw, image.Path, role, holder)
		parsed.Outsider, parsed.enough = outsider, p.onForge(parsed)
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
	if top == "jobs" || top == "runs" || top == "include" || top == "stages" || top == "extends" || top == "container" || top == own {
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
