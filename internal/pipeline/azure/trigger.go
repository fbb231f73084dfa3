package azure

import (
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// The events of a pipeline, and the ways of other resources to start it.
const (
	eventPush     = "push"
	eventPR       = "pr"
	eventSchedule = "schedule"
	eventManual   = "manual"
	eventPipeline = "pipeline"
	eventWebhook  = "webhook"
)

// filter says which names of branches or tags it takes.
type filter struct {
	set              bool // something is said of them at all
	include, exclude []string
}

// trigger is what one of trigger:, pr: and schedules: says.
type trigger struct {
	set      bool // the key is there
	none     bool
	branches filter
	tags     filter
	batch    bool
	unknown  string // why it is not known; "" where it is
}

// Branches and tags, by how their full names begin.
const (
	branchNames = "refs/heads/"
	tagNames    = "refs/tags/"
)

// takes tells whether a name of a sort is let through. Where nothing is
// included, everything is.
func (f filter) takes(name, sort string) bool {
	included := len(f.include) == 0
	for _, pattern := range f.include {
		included = included || matchesSort(pattern, name, sort)
	}
	for _, pattern := range f.exclude {
		included = included && !matchesSort(pattern, name, sort)
	}
	return included
}

// names tells whether the filter includes full names of a sort.
func (f filter) names(sort string) bool {
	return slices.ContainsFunc(f.include, func(pattern string) bool { return strings.HasPrefix(pattern, sort) })
}

// matchesSort compares with a pattern, which may be that of a full name.
func matchesSort(pattern, name, sort string) bool {
	if strings.HasPrefix(pattern, "refs/") {
		return matches(pattern, sort+name)
	}
	return matches(pattern, name)
}

// matches compares with a pattern: * stands for any characters, / among them,
// ? for one.
func matches(pattern, name string) bool {
	star, restart := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, restart = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case star >= 0:
			restart++
			p, n = star+1, restart
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// triggerOf reads trigger: or pr: in its forms: none, a list of branches, a map.
func triggerOf(v *value) trigger {
	t := trigger{set: v.isSet()}
	switch {
	case hasExpression(v.scalar()) || v.when != nil:
		t.unknown = "which branches start the pipeline is known only in a run"
	case v.isScalar():
		t.none = strings.EqualFold(v.scalar(), "none")
		t.branches = filter{set: true, include: []string{v.scalar()}}
	case v.isList():
		t.branches = filter{set: true, include: texts(v)}
		t.none = len(t.branches.include) == 0 || len(t.branches.include) == 1 && strings.EqualFold(t.branches.include[0], "none")
	case v.isMap():
		t.branches, t.tags = filterOf(v.get("branches")), filterOf(v.get("tags"))
		t.batch = v.get("batch").isTrue()
	}
	return t
}

func filterOf(v *value) filter {
	if v.isList() {
		return filter{set: true, include: texts(v)}
	}
	return filter{set: v.isSet(), include: texts(v.get("include")), exclude: texts(v.get("exclude"))}
}

// texts is the texts of a list of scalars, or of one scalar.
func texts(v *value) []string {
	var all []string
	for _, item := range v.all() {
		if item.scalar() != "" {
			all = append(all, item.scalar())
		}
	}
	return all
}

// triggers lists what starts the pipeline. What is not said has a default: all
// branches start it. Pull requests start it by default where the repository
// lies on GitHub; elsewhere that is a setting.
func (r *reader) triggers() {
	push, pr := r.root.get("trigger"), r.root.get("pr")
	if t := triggerOf(push); !t.none {
		r.starts(eventPush, push.path)
	}
	if t := triggerOf(pr); !t.none && (t.set || r.options.Host == "github" || r.options.Host == "bitbucket") {
		r.starts(eventPR, pr.path)
	}
	for _, s := range r.root.get("schedules").all() {
		r.starts(eventSchedule, s.path)
	}
	resources := r.root.get("resources")
	for _, p := range resources.get("pipelines").all() {
		if t := p.get("trigger"); t.isSet() && !strings.EqualFold(t.scalar(), "none") {
			r.starts(eventPipeline, t.path)
		}
	}
	for _, w := range resources.get("webhooks").all() {
		r.starts(eventWebhook, w.path)
	}
}

func (r *reader) starts(event string, path finding.Path) {
	r.out.Triggers = append(r.out.Triggers, pipeline.NewTrigger(event, path))
}
