package flow

import (
	"fmt"

	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// Known is a push that is known of, with the file whose pipeline does it.
type Known struct {
	File   string
	Pushed pipeline.Pushed
}

// Pushes is all that is known to be pushed, by the name of the image. Nil
// knows of nothing.
type Pushes struct {
	byName map[string][]candidate
	all    []candidate
}

// NewPushes puts pushes in order.
func NewPushes(known []Known) *Pushes {
	p := &Pushes{byName: map[string][]candidate{}}
	for i := range known {
		for j := range known[i].Pushed.Images {
			image := &known[i].Pushed.Images[j]
			c := candidate{&known[i], image, nameOf(image)}
			p.byName[c.name.String()] = append(p.byName[c.name.String()], c)
			p.all = append(p.all, c)
		}
	}
	return p
}

// nameOf is the name of an image, in lower case since no registry takes upper
// case.
func nameOf(image *pipeline.ImageTag) symbol.Value {
	return symbol.SplitImage(image.Value).Name.Lower()
}

// Join tells of every image that a pipeline deploys whether it is among those
// that are pushed: by the pipeline itself in the same run, or else by any that
// is known of.
func Join(p *pipeline.Pipeline, file string, pushes *Pushes) {
	for i := range p.Deploys {
		deploy := &p.Deploys[i]
		for j := range deploy.Images {
			image := &deploy.Images[j]
			built, pushed := answer(image, pushes.candidates(image, file))
			image.Built, image.Pushed = fact(built), pushed
		}
	}
}

// candidate is one name under which an image is pushed.
type candidate struct {
	known *Known
	image *pipeline.ImageTag
	name  symbol.Value // of the image, in lower case
}

// maxCandidates bounds the names that one deployed image is compared with.
const maxCandidates = 1000

// candidates lists the names that an image could have been pushed under: those
// of the same repository of images. Names that a run of the same file gives
// come before all others.
func (p *Pushes) candidates(deployed *pipeline.ImageTag, file string) []candidate {
	if p == nil {
		return nil
	}
	named, name := p.all, symbol.Value(nil)
	if !deployed.TagOnly {
		name = nameOf(deployed)
		named = p.byName[name.String()]
	}
	var own, all []candidate
	for _, c := range named {
		if !deployed.TagOnly && !symbol.Compare(name, c.name).IsYes() {
			continue
		}
		if c.known.File == file && shareRun(deployed, c.image) {
			own = append(own, c)
		}
		if all = append(all, c); len(all) == maxCandidates {
			break
		}
	}
	if len(own) > 0 {
		return own
	}
	return all
}

func shareRun(a, b *pipeline.ImageTag) bool {
	for _, x := range a.Runs {
		for _, y := range b.Runs {
			if x == y {
				return true
			}
		}
	}
	return false
}

// maxPushed bounds the names that are shown beside one that was not pushed.
const maxPushed = 10

// answer compares a tag that is deployed with those that are pushed.
func answer(deployed *pipeline.ImageTag, pushed []candidate) (logic.Answer, []pipeline.PushedName) {
	names := []pipeline.PushedName{}
	if len(pushed) == 0 {
		return logic.Maybe(fmt.Sprintf("no pipeline that was read pushes %s", deployed.Text)), names
	}
	answers := make([]logic.Answer, len(pushed), len(pushed)+1)
	for i, c := range pushed {
		answers[i] = sameTag(deployed, c.image)
		if len(names) < maxPushed {
			names = append(names, pipeline.PushedName{Text: c.image.Text, File: c.known.File, Path: c.image.Path})
		}
	}
	if len(pushed) == maxCandidates {
		answers = append(answers, logic.Maybe("more names are pushed than are compared"))
	}
	return logic.Or(answers...), names
}

// sameTag compares by digest where one is deployed, and by tag otherwise.
func sameTag(deployed, pushed *pipeline.ImageTag) logic.Answer {
	a, b := symbol.SplitImage(deployed.Value), symbol.SplitImage(pushed.Value)
	switch {
	case deployed.TagOnly:
		if reason := hidesTag(b); reason != "" {
			return logic.Maybe(reason)
		}
		return symbol.Compare(deployed.Value, orLatest(b.Tag))
	case len(a.Digest) > 0:
		if a.Digest.Has(symbol.Digest) {
			return logic.Yes
		}
		return logic.Maybe(fmt.Sprintf("which digest %s has is known only when it is pushed", pushed.Text))
	}
	for _, image := range []symbol.Image{a, b} {
		if reason := hidesTag(image); reason != "" {
			return logic.Maybe(reason)
		}
	}
	return symbol.Compare(orLatest(a.Tag), orLatest(b.Tag))
}

// hidesTag says why an image without a tag may have one: what stands at the end
// of its name may bring it along.
func hidesTag(image symbol.Image) string {
	n := len(image.Name) - 1
	if len(image.Tag) > 0 || n < 0 {
		return ""
	}
	switch last := image.Name[n]; last.Kind {
	case symbol.Literal, symbol.Repository:
		return ""
	default:
		return fmt.Sprintf("%s may bring a tag along", symbol.Of(last))
	}
}

func orLatest(tag symbol.Value) symbol.Value {
	if len(tag) == 0 {
		return symbol.Text("latest")
	}
	return tag
}
