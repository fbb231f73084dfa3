package config

import (
	"cmp"
	"slices"

	"guard/internal/finding"
	"guard/internal/tree"
)

// Profiles lists the names of guard's own profiles, from the least to the most.
var Profiles = []string{"minimal", "recommended", "strict", "pss-baseline", "pss-restricted"}

// Approvals lists what an environment may ask for before a deployment.
var Approvals = []string{"none", "required", "proved"}

// Load decodes a configuration. File is its name for messages. The error is
// [Errors]; waivers that are wrong are none, but carry Invalid.
func Load(file string, data []byte) (*Config, error) {
	d := &decoder{file: file}
	root := d.parse(data)
	c := Default()
	c.File, c.Text = file, string(data)
	if root != nil {
		d.config(c, cursor{node: root})
	}
	if len(d.errs) > 0 {
		slices.SortStableFunc(d.errs, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
		return nil, d.errs
	}
	return c, nil
}

// LoadOrganisation decodes what names the rules above a configuration: policies and
// policy-trust, and nothing else. File is its name for messages. The error is
// [Errors].
func LoadOrganisation(file string, data []byte) (*Config, error) {
	d := &decoder{file: file}
	c := &Config{File: file, Text: string(data)}
	root := d.parse(data)
	if root != nil {
		at := cursor{node: root}
		d.fields(at, field{"version", d.version}, field{"policies", d.policies(&c.Policies)}, field{"policy-trust", d.trust(&c.PolicyTrust)})
		d.versioned(at)
	}
	if len(d.errs) == 0 && len(c.Policies) == 0 {
		d.errs = Errors{{Place: Place{File: file}, Message: "it names no policies"}}
	}
	if len(d.errs) > 0 {
		return nil, d.errs
	}
	return c, nil
}

// parse reads the one document of a configuration; nil where it is empty.
func (d *decoder) parse(data []byte) *tree.Node {
	text, err := tree.Decode(data)
	if err != nil {
		d.broken(*err)
		return nil
	}
	parts := tree.ParseYAML(text)
	if len(parts) > 1 {
		d.errs = append(d.errs, &Error{Place: Place{File: d.file, Line: parts[1].Line}, Message: "expected one YAML document, found another one here"})
	}
	if len(parts) == 0 {
		return nil
	}
	for _, problem := range parts[0].Problems {
		d.broken(problem)
	}
	if parts[0].Err != nil {
		d.broken(*parts[0].Err)
	}
	if parts[0].Root.Type() == tree.Null {
		return nil
	}
	return parts[0].Root
}

func (d *decoder) broken(err tree.Error) {
	d.errs = append(d.errs, &Error{Place: Place{File: d.file, Line: err.Line, Column: err.Column}, Message: err.Message})
}

func (d *decoder) config(c *Config, at cursor) {
	d.fields(at,
		field{"version", d.version},
		field{"profile", d.profile(&c.Profile, &c.ProfilePlace)},
		field{"fail-on", func(at cursor) { c.FailOnPlace = d.place(at); d.severity(&c.FailOn)(at) }},
		field{"environments", d.environments(&c.Environments)},
		field{"pipelines", func(at cursor) { d.fields(at, field{"activities", d.activities(&c.Activities)}) }},
		field{"images", func(at cursor) { d.fields(at, field{"own", d.patterns(&c.Images.Own)}) }},
		field{"trust", d.trust(&c.Trust)},
		field{"rules", d.rules(&c.Rules)},
		field{"policies", d.policies(&c.Policies)},
		field{"policy-trust", d.trust(&c.PolicyTrust)},
		field{"ignore", d.strs(&c.Ignore)},
		field{"kubernetes", func(at cursor) { d.fields(at, field{"pods", d.pods(&c.Pods)}) }},
		field{"admission", d.admission(&c.Admission)},
		field{"waivers", d.waivers(&c.Waivers)},
		field{"baseline", d.text(&c.Baseline)},
		field{"snapshot", func(at cursor) { c.Snapshot.Place = d.place(at); d.text(&c.Snapshot.Value)(at) }},
	)
	d.versioned(at)
}

// versioned wants a version.
func (d *decoder) versioned(at cursor) {
	if at.node.Kind == tree.Map && !at.node.Get("version").IsSet() {
		d.fail(at, "no version is given, expected version: 1")
	}
}

func (d *decoder) version(c cursor) {
	if c.node.Kind != tree.Number || c.node.Text != "1" {
		d.fail(c, "version: expected 1, found %q", c.node.Scalar())
	}
}

func (d *decoder) severity(into *finding.Severity) func(cursor) {
	names := make([]string, len(finding.Severities))
	for i, s := range finding.Severities {
		names[i] = s.String()
	}
	return func(c cursor) {
		var name string
		d.choice("severity", &name, names...)(c)
		*into, _ = finding.ParseSeverity(name)
	}
}

func (d *decoder) action(into *finding.Action) func(cursor) {
	names := make([]string, len(finding.Actions))
	for i, a := range finding.Actions {
		names[i] = a.String()
	}
	return func(c cursor) {
		name := c.node.Text
		if off, ok := c.node.Bool(); ok && !off {
			name = finding.Off.String() // YAML takes an unquoted off for false
		} else {
			d.choice("action", &name, names...)(c)
		}
		*into, _ = finding.ParseAction(name)
	}
}

// policies are directories and bundles, each by its name alone, or a bundle
// with the version that it must have.
func (d *decoder) policies(into *[]Policy) func(cursor) {
	return func(c cursor) {
		d.items(c, func(item cursor) {
			p := Policy{Located: Located{Place: d.place(item)}}
			if item.node.Type() != tree.Map {
				d.text(&p.Value)(item)
			} else {
				d.fields(item, field{"bundle", d.text(&p.Value)}, field{"at-least", d.text(&p.AtLeast)})
				if _, isBundle := p.Bundle(); !isBundle {
					d.fail(item, "%s: expected bundle: oci://registry/repository, found %q", item.name(), p.Value)
				}
			}
			*into = append(*into, p)
		})
	}
}

// environments replaces the default map by the given one. What an environment
// leaves out is its name alone, no branch, and no approval.
func (d *decoder) environments(into *[]Environment) func(cursor) {
	return func(c cursor) {
		*into = nil
		d.members(c, func(key string, _, at cursor) {
			e := Environment{Key: key, Names: []string{key}, Approval: "none"}
			d.fields(at,
				field{"names", d.strs(&e.Names)},
				field{"branches", d.patterns(&e.Branches)},
				field{"tags", d.patterns(&e.Tags)},
				field{"approval", d.choice("approval", &e.Approval, Approvals...)},
			)
			*into = append(*into, e)
		})
	}
}

func (d *decoder) rules(into *[]Rule) func(cursor) {
	return func(c cursor) {
		d.members(c, func(id string, key, at cursor) {
			r := Rule{ID: id, Place: d.place(key)}
			d.fields(at, field{"action", d.action(&r.Action)}, field{"params", d.params(&r.Params)})
			*into = append(*into, r)
		})
	}
}

func (d *decoder) params(into *[]Param) func(cursor) {
	return func(c cursor) {
		d.members(c, func(name string, key, at cursor) {
			*into = append(*into, Param{Name: name, Value: value(at.node), Place: d.place(key)})
		})
	}
}

func (d *decoder) pods(into *[]PodPath) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			var p PodPath
			d.fields(at,
				field{"group", d.str(&p.Group)},
				field{"kind", d.text(&p.Kind)},
				field{"template", d.strs(&p.Path)},
				field{"spec", func(at cursor) { p.Spec = true; d.strs(&p.Path)(at) }},
			)
			if p.Kind == "" || len(p.Path) == 0 {
				d.fail(at, "%s: expected kind, and template or spec (the keys that lead to the Pod)", at.name())
			}
			*into = append(*into, p)
		})
	}
}
