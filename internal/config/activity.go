package config

import (
	"path"
	"strings"
)

// Activity says what an action, a task, a component or a program of one's own
// does in pipelines.
type Activity struct {
	Uses   string   // a pattern of what uses: names, without the ref; "" where Run is given
	Run    string   // the beginning of a command line; "" where Uses is given
	Kinds  []string // of [ActivityKinds]; none says that it does nothing a rule asks for
	Images []string // inputs that name images
	Push   string   // the input that says whether a build pushes; "" where it always does
	Files  []string // inputs that name manifests
}

// ActivityKinds lists what something in a pipeline may do.
var ActivityKinds = []string{
	"lint", "typecheck", "test", "coverage", "scan", "build", "push", "sign", "attest", "deploy", "wait", "rollback",
	"smoke-test", "version-check", "notify", "canary", "canary-check", "credentials", "approval", "install", "teardown",
}

func (d *decoder) activities(into *[]Activity) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) { *into = append(*into, d.activity(at)) })
	}
}

func (d *decoder) activity(at cursor) Activity {
	var a Activity
	d.fields(at,
		field{"uses", d.uses(&a.Uses)},
		field{"run", d.text(&a.Run)},
		field{"kinds", d.kinds(&a.Kinds)},
		field{"images", d.strs(&a.Images)},
		field{"push", d.text(&a.Push)},
		field{"files", d.strs(&a.Files)},
	)
	uses, run := at.node.Get("uses").IsSet(), at.node.Get("run").IsSet()
	switch {
	case uses == run:
		d.fail(at, "%s: expected either uses (an action, task or component) or run (the beginning of a command)", at.name())
	case run && (a.Images != nil || a.Push != "" || a.Files != nil):
		d.fail(at, "%s: images, push and files name inputs, which only what is used has", at.name())
	}
	if !at.node.Get("kinds").IsSet() {
		d.fail(at, "%s: expected kinds, what it does; [] for nothing", at.name())
	}
	return a
}

// uses reads a pattern of what uses: names. Whatever its ref is, it is the
// same action; only a task has its version in the name: Docker@2.
func (d *decoder) uses(into *string) func(cursor) {
	return func(c cursor) {
		d.text(into)(c)
		*into = strings.TrimSuffix(*into, "@*")
		name, _, hasRef := strings.Cut(*into, "@")
		if hasRef && strings.Contains(*into, "/") {
			d.fail(c, "%s: an entry is for all versions of an action, expected %q, found %q", c.name(), name, *into)
		}
		for _, pattern := range strings.Split(*into, "|") {
			if _, err := path.Match(pattern, ""); err != nil {
				d.fail(c, "%q is not a pattern: a bracket is not closed", pattern)
			}
		}
	}
}

func (d *decoder) kinds(into *[]string) func(cursor) {
	return func(c cursor) {
		*into = []string{}
		d.items(c, func(item cursor) {
			var kind string
			d.choice("kind", &kind, ActivityKinds...)(item)
			*into = append(*into, kind)
		})
	}
}
