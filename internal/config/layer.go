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

	FailOnPlace Place
}

// LoadLayer decodes a layer, strictly. File is its name for messages. The error
// is [Errors].
func LoadLayer(file string, data []byte) (*Layer, error) {
	d := &decoder{file: file}
	l := &Layer{File: file}
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
		field{"allow", func(at cursor) {
			d.fields(at, field{"change", d.located(&l.Change)}, field{"waive", d.located(&l.Waive)})
		}},
	)
	if at.node.Kind == tree.Map && !at.node.Get("version").IsSet() {
		d.fail(at, "no version is given, expected version: 1")
	}
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
