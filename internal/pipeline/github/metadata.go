package github

import (
	"slices"
	"strconv"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/metadata"
	"guard/internal/pipeline/symbol"
)

const metadataAction = "docker/metadata-action"

func isMetadata(step *pipeline.Step) bool {
	return step.Uses != nil && strings.EqualFold(step.Uses.Name, metadataAction)
}

// metadata are the outputs of docker/metadata-action.
func (m *moment) metadata(step *pipeline.Step) map[string]symbol.Value {
	result := metadata.Evaluate(m.metadataInputs(step), m.metadataContext())
	outputs := map[string]symbol.Value{
		"tags":      lines(result.Tags, result.Unknown, func(t metadata.Tag) symbol.Value { return t.Reference }),
		"tag-names": lines(result.Names, result.Unknown, func(t metadata.Tag) symbol.Value { return t.Name }),
		"version":   result.Version,
	}
	return outputs
}

// lines writes tags one below the other. What could not be understood may add
// more, so a line that nobody knows stands at the end.
func lines(tags []metadata.Tag, unknown []metadata.Problem, text func(metadata.Tag) symbol.Value) symbol.Value {
	var out []symbol.Value
	for i, tag := range tags {
		if i > 0 {
			out = append(out, symbol.Text("\n"))
		}
		out = append(out, text(tag))
	}
	if len(unknown) > 0 {
		out = append(out, symbol.Text("\n"), symbol.Nobody(unknown[0].Message))
	}
	return symbol.Join(out...)
}

func (m *moment) metadataInputs(step *pipeline.Step) metadata.Inputs {
	major, _ := strconv.Atoi(strings.TrimPrefix(majorOf(step.Uses.Ref), "v"))
	context, _ := m.with("context").Known()
	return metadata.Inputs{
		Images: m.with("images"), Tags: m.with("tags"), Flavor: m.with("flavor"), Labels: m.with("labels"),
		Git: context == "git", Major: major,
	}
}

func majorOf(ref string) string {
	major, _, _ := strings.Cut(ref, ".")
	return major
}

// metadataContext is the run as the action sees it.
func (m *moment) metadataContext() metadata.Context {
	c := metadata.Context{
		Event: eventName(m.run), Ref: m.ref(), SHA: symbol.Of(m.commit()), HeadSHA: symbol.Of(symbol.FullSHA()),
		DefaultBranch: symbol.Text(m.defaultBranch()),
	}
	if m.run.IsPullRequest() {
		c.BaseRef, c.Number = symbol.Text(m.run.Base), prNumber()
	}
	c.Environment.PRHeadSHA, _ = m.variable("DOCKER_METADATA_PR_HEAD_SHA")
	c.Environment.ShortSHALength, _ = m.variable("DOCKER_METADATA_SHORT_SHA_LENGTH")
	return c
}

// DeadTags lists the tag rules that none of the runs can fire. Of a workflow
// that others call nobody knows all runs.
func (p *Provider) DeadTags(runs []flow.Run) []pipeline.DeadTag {
	dead := []pipeline.DeadTag{}
	if p.isCalled() {
		return dead
	}
	for i := range p.pipeline.Jobs {
		for j := range p.pipeline.Jobs[i].Steps {
			if step := &p.pipeline.Jobs[i].Steps[j]; isMetadata(step) && p.isOwn(i, j) {
				dead = append(dead, p.deadTags(runs, flow.Place{Job: i, Step: j}, step)...)
			}
		}
	}
	return dead
}

// withTags adds the runs that a person starts by hand from a tag: GitHub asks
// for a branch or a tag.
func withTags(runs []flow.Run) []flow.Run {
	all := slices.Clone(runs)
	for _, run := range runs {
		for _, tag := range tags {
			if run.Situation == flow.Manual {
				run.Branch, run.Tag = "", tag
				all = append(all, run)
			}
		}
	}
	return all
}

// deadTags asks for one step. Where its inputs depend on the run, they are
// those of the first.
func (p *Provider) deadTags(runs []flow.Run, place flow.Place, step *pipeline.Step) []pipeline.DeadTag {
	var contexts []metadata.Context
	for _, run := range withTags(runs) {
		contexts = append(contexts, p.at(run, place).metadataContext())
	}
	given, found := variable(step.With, "tags")
	if len(contexts) == 0 || !found {
		return nil
	}
	var dead []pipeline.DeadTag
	for _, rule := range metadata.Dead(p.at(runs[0], place).metadataInputs(step), contexts) {
		dead = append(dead, pipeline.DeadTag{Text: rule.Text, Path: given.Path.With(finding.Span{Line: rule.Line + 1})})
	}
	return dead
}
