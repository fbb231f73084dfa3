package azure

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
)

// beside lists the runs by pushes of branches and tags that no situation is
// about and that the trigger or conditions name, and says which are not played
// through.
func (p *Provider) beside(branches flow.Branches) (starts []flow.Start, left []pipeline.Problem) {
	t := triggerOf(p.file.root.get("trigger"))
	if p.file.Pipeline.Form == "template" || t.none || t.unknown != "" {
		return nil, nil
	}
	var named, tagged []flow.Ref
	for _, ref := range slices.Concat(p.triggering(t), p.conditioned()) {
		usual := p.usualRuns(branches, ref.tag)
		if ref.isUsual(t, usual) {
			continue
		}
		ref.Names = slices.DeleteFunc(ref.Names, func(name string) bool { return t.push(ref.run(name)).IsNo() })
		switch {
		case len(ref.Names) == 0 && !ref.filter: // such a push starts nothing
		case ref.tag:
			tagged = append(tagged, ref.Ref)
		default:
			named = append(named, ref.Ref)
		}
	}
	names, left := flow.Beside("branch", named)
	for _, name := range names {
		starts = append(starts, p.pushed(pushRef{}.run(name))...)
	}
	names, more := flow.Beside("tag", tagged)
	for _, name := range names {
		starts = append(starts, p.pushed(pushRef{tag: true}.run(name))...)
	}
	return starts, append(left, more...)
}

// Unplayed says of which branches and tags that the file names no run is
// played through.
func (p *Provider) Unplayed(branches flow.Branches) []pipeline.Problem {
	_, left := p.beside(branches)
	return left
}

// pushRef is a branch or tag that the file speaks of.
type pushRef struct {
	flow.Ref
	tag    bool
	filter bool // a filter of the trigger lets it in
}

// run is a push of a branch or tag of this kind.
func (r pushRef) run(name string) flow.Run {
	run := flow.Run{Situation: flow.Other, Event: eventPush}
	if r.tag {
		run.Tag = name
	} else {
		run.Branch = name
	}
	return run
}

// usualRuns are the pushes of the situations.
func (p *Provider) usualRuns(branches flow.Branches, tag bool) []flow.Run {
	if tag {
		return []flow.Run{branches.RunOf(flow.Tag)}
	}
	return []flow.Run{branches.RunOf(flow.Feature), branches.RunOf(flow.Develop), branches.RunOf(flow.Main), branches.RunOf(flow.Hotfix)}
}

// isUsual tells whether a push of a situation starts the pipeline and is one
// that the ref is about.
func (r pushRef) isUsual(t trigger, usual []flow.Run) bool {
	return slices.ContainsFunc(usual, func(run flow.Run) bool {
		name := run.Branch + run.Tag
		about := r.filter && matches(r.Text, name) || r.Text == name || r.tag && !r.filter && strings.HasPrefix(name, r.Text)
		return about && !t.push(run).IsNo()
	})
}

// triggering are the names and patterns that the trigger includes.
func (p *Provider) triggering(t trigger) []pushRef {
	var refs []pushRef
	path := p.file.root.get("trigger").path
	add := func(pattern string, tag bool) {
		if rest, full := strings.CutPrefix(pattern, tagNames); full {
			pattern, tag = rest, true
		}
		pattern = strings.TrimPrefix(pattern, branchNames)
		refs = append(refs, pushRef{flow.Ref{Text: pattern, Names: examples(pattern), Path: path}, tag, true})
	}
	for _, pattern := range t.branches.include[:min(len(t.branches.include), maxNamed)] {
		add(pattern, false)
	}
	for _, pattern := range t.tags.include[:min(len(t.tags.include), maxNamed)] {
		add(pattern, true)
	}
	return refs
}

// maxNamed bounds the branches and tags that are looked at: of one filter, and
// of all conditions.
const maxNamed = 100

// examples are names that a pattern matches.
func examples(pattern string) []string {
	var names []string
	for _, any := range []string{"x", "y", "1"} {
		name := strings.NewReplacer("*", any, "?", any).Replace(pattern)
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

var namedRef = regexp.MustCompile(`(?i)(refs/heads/|refs/tags/|sourcebranchname'?\]?\s*,\s*')([\w./-]+)'`)

// conditioned are the branches and tags that conditions compare the run's own
// with.
func (p *Provider) conditioned() []pushRef {
	var refs []pushRef
	seen := map[string]bool{}
	note := func(text string, path finding.Path) {
		for _, m := range namedRef.FindAllStringSubmatch(text, maxNamed) {
			if key := strings.ToLower(m[1]) + m[2]; !seen[key] && len(seen) < maxNamed {
				seen[key] = true
				refs = append(refs, refOf(m[2], strings.EqualFold(m[1], tagNames), path))
			}
		}
	}
	for _, s := range p.file.stages {
		note(s.condition+s.when.text(), s.path)
	}
	for i, j := range p.file.jobs {
		model := &p.file.Pipeline.Jobs[i]
		note(j.condition+j.when.text(), model.Path)
		for k, s := range j.steps {
			note(s.condition+s.when.text(), model.Steps[k].Path)
		}
	}
	return refs
}

// refOf is a branch or tag that a condition names, or how it begins.
func refOf(name string, tag bool, path finding.Path) pushRef {
	names := []string{name}
	switch {
	case tag:
		names = []string{name + "1.2.3", name + "v1.2.3", name}
	case strings.HasSuffix(name, "/"):
		name += "x"
		names = []string{name}
	}
	return pushRef{flow.Ref{Text: name, Names: names, Path: path}, tag, false}
}

// text is the conditions of a guard.
func (g *guard) text() string {
	text := ""
	for depth := 0; g != nil && depth < maxRounds; g, depth = g.outer, depth+1 {
		text += " " + g.holds.String()
	}
	return text
}

// base gives a pull request the branch that it goes to and that the filter lets
// through; ok is false where none is found.
func (t trigger) base(run *flow.Run) (ok bool) {
	names := []string{run.Base, flow.Branches{}.RunOf(flow.Develop).Branch}
	for _, pattern := range t.branches.include[:min(len(t.branches.include), maxNamed)] {
		names = append(names, examples(strings.TrimPrefix(pattern, branchNames))...)
	}
	for _, name := range names {
		if t.branches.takes(name, branchNames) {
			run.Base = name
			return true
		}
	}
	return false
}
