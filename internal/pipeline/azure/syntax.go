package azure

import (
	"regexp"
	"strings"

	"guard/internal/tree"
)

// syntax finds what Azure refuses, where that is certain: steps that do
// nothing, jobs without a name of their own form, conditions that are no
// expressions.
func (r *reader) syntax() {
	r.bodies()
	for i, s := range r.stages {
		r.condition(s.condition, r.stageAt(i))
	}
	for i := range r.out.Jobs {
		model := &r.out.Jobs[i]
		r.condition(model.Condition.Value, &value{path: model.Condition.Path, from: &origin{}})
		for j := range model.Steps {
			r.condition(model.Steps[j].Condition.Value, &value{path: model.Steps[j].Condition.Path, from: &origin{}})
		}
	}
	r.lists(r.root)
}

func (r *reader) stageAt(i int) *value {
	return &value{path: r.stages[i].path, from: &origin{}}
}

// bodies finds files that have more than one of stages, jobs and steps, or
// none, beside what they extend.
func (r *reader) bodies() {
	var has []string
	for _, key := range []string{"stages", "jobs", "steps", "extends"} {
		if r.node.Key(key) != nil {
			has = append(has, key)
		}
	}
	if len(has) > 1 && r.out.Form == "pipeline" {
		r.invalid(r.root.get(has[1]).path, "%s cannot stand beside %s", has[1], has[0])
	}
}

// condition finds conditions that are no expression. What a macro or a
// parameter stands in is not looked at.
func (r *reader) condition(text string, at *value) {
	if text == "" || strings.Contains(text, "$") || r.saidBefore[at.path.String()] {
		return
	}
	r.saidBefore[at.path.String()] = true
	r.checkExpression(text, at.path)
}

// lists finds entries of steps:, jobs: and stages: that are not of a known
// sort.
func (r *reader) lists(v *value) {
	for _, m := range v.list() {
		if kinds := entryKinds[m.key]; kinds != nil && m.value.isList() {
			r.entriesOf(m.key, m.value, kinds)
		}
		if m.value.isMap() && (m.key == "strategy" || lifecycle.MatchString(m.key)) {
			r.lists(m.value)
		}
	}
}

var lifecycle = regexp.MustCompile(`^(?:runOnce|rolling|canary|on|success|failure|preDeploy|deploy|routeTraffic|postRouteTraffic)$`)

// entryKinds are the keys of which an entry of a list must have one.
var entryKinds = map[string][]string{
	"stages": {"stage", "template"},
	"jobs":   {"job", "deployment", "template", "phase"},
	"steps": {
		"script", "bash", "pwsh", "powershell", "task", "checkout", "download", "downloadBuild", "publish", "upload", "getPackage", "reviewApp", "template",
	},
}

func (r *reader) entriesOf(list string, v *value, kinds []string) {
	for _, item := range v.items {
		if item.from == nil || !item.from.isOwn() || item.when != nil {
			continue
		}
		switch {
		case item.kind == tree.Null:
		case !item.isMap() && !hasExpression(item.scalar()):
			r.invalid(item.path, "an entry of %s must be a map, found %s", list, item.kind)
		case item.isMap() && !hasKind(item, kinds):
			r.invalid(item.path, "an entry of %s must have one of the keys %s", list, strings.Join(kinds, ", "))
		}
		r.lists(item)
	}
}

func hasKind(v *value, kinds []string) bool {
	for _, kind := range kinds {
		if v.hasKey(kind) {
			return true
		}
	}
	for _, m := range v.members {
		if hasExpression(m.key) {
			return true
		}
	}
	return false
}
