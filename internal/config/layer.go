package config

import (
	"cmp"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// LayerName is the file beside the rules of a bundle that makes it a layer.
const LayerName = "guard.yaml"

// Layer is what a bundle of rules demands of everybody who uses it. What it says
// of rules can be tightened below it, and not weakened but where it allows that.
type Layer struct {
	File    string
	Profile Located          // names, with commas between them; "" where not said
	FailOn  finding.Severity // 0 where not said
	Rules   []Rule
	Change  []Located // rules and categories that may be configured below as anybody likes; "*" is all
	Waive   []Located // the same of waivers and baselines

	Environments []Environment // those below may narrow them, and add others; nil: not said
	Images       Images        // those below add theirs
	Activities   []Activity    // they come before those of below, and so decide about what both name
	Pods         []PodPath     // the same

	Ignorable []string // patterns in the syntax of .gitignore: what may be left alone below; nil: anything
	Settings  []string // of [Restrictable], what may be said below; nil: all of it

	Text        string // of the file
	FailOnPlace Place
}

// Restrictable lists the keys of a configuration that say how guard understands
// what it reads, and that a layer may keep those below from using.
var Restrictable = []string{"environments", "kubernetes", "pipelines", "snapshot"}

// Sees tells whether the layer says how guard understands what it reads, or what may be
// left alone.
func (l *Layer) Sees() bool {
	return l.Environments != nil || l.Images.Own != nil || l.Activities != nil || l.Pods != nil || l.Ignorable != nil || l.Settings != nil
}

// LoadLayer decodes a layer, strictly. File is its name for messages. The error
// is [Errors].
func LoadLayer(file string, data []byte) (*Layer, error) {
	d := &decoder{file: file}
	l := &Layer{File: file, Text: string(data)}
	if root := d.parse(data); root != nil {
		d.layer(l, cursor{node: root})
	} else if len(d.errs) == 0 {
		d.errs = Errors{{Place: Place{File: file}, Message: "it is empty, expected version: 1"}}
	}
	if len(d.errs) > 0 {
		slices.SortStableFunc(d.errs, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
		return nil, d.errs
	}
	return l, nil
}

func (d *decoder) layer(l *Layer, at cursor) {
	d.fields(at,
		field{"version", d.version},
		field{"profile", d.profile(&l.Profile.Value, &l.Profile.Place)},
		field{"fail-on", func(at cursor) { l.FailOnPlace = d.place(at); d.severity(&l.FailOn)(at) }},
		field{"rules", d.rules(&l.Rules)},
		field{"environments", d.environments(&l.Environments)},
		field{"images", func(at cursor) { d.fields(at, field{"own", d.patterns(&l.Images.Own)}) }},
		field{"pipelines", func(at cursor) { d.fields(at, field{"activities", d.activities(&l.Activities)}) }},
		field{"kubernetes", func(at cursor) { d.fields(at, field{"pods", d.pods(&l.Pods)}) }},
		field{"allow", func(at cursor) {
			d.fields(at,
				field{"change", d.located(&l.Change)},
				field{"waive", d.located(&l.Waive)},
				field{"ignore", d.strs(&l.Ignorable)},
				field{"settings", d.choices("setting", &l.Settings, Restrictable)},
			)
		}},
	)
	d.versioned(at)
}

// profile reads names of profiles: a text with commas between them, or a list.
// Which there are besides guard's own, only the rules know.
func (d *decoder) profile(into *string, place *Place) func(cursor) {
	return func(c cursor) {
		*place = d.place(c)
		names := []cursor{c}
		if c.node.Type() == tree.List {
			names = nil
			d.items(c, func(item cursor) { names = append(names, item) })
		}
		var texts []string
		for _, at := range names {
			var text string
			d.text(&text)(at)
			for name := range strings.SplitSeq(text, ",") {
				name = strings.TrimSpace(name)
				if near := finding.Nearest(name, Profiles); near != "" && !slices.Contains(Profiles, name) {
					d.unknown(at, "profile", name, Profiles)
				}
				texts = append(texts, name)
			}
		}
		*into = strings.Join(texts, ",")
	}
}

// choices reads a list of some of a few names.
func (d *decoder) choices(what string, into *[]string, known []string) func(cursor) {
	return func(c cursor) {
		*into = []string{}
		d.items(c, func(item cursor) {
			var name string
			d.choice(what, &name, known...)(item)
			*into = append(*into, name)
		})
	}
}

// located reads a list of texts, each with its place.
func (d *decoder) located(into *[]Located) func(cursor) {
	return func(c cursor) {
		d.items(c, func(item cursor) {
			l := Located{Place: d.place(item)}
			d.text(&l.Value)(item)
			*into = append(*into, l)
		})
	}
}

// Said is where a file of a configuration or a layer says something; false where
// it does not.
func Said(file, text string, keys ...any) (Place, bool) {
	decoded, wrong := tree.Decode([]byte(text))
	parts := tree.ParseYAML(decoded)
	if wrong != nil || len(parts) == 0 || parts[0].Root == nil {
		return Place{File: file}, false
	}
	path := finding.NewPath(keys...)
	node, found := parts[0].Root.At(path)
	return Place{File: file, Line: int(node.Line), Column: int(node.Column), Path: path}, found && node.IsSet()
}
