package flow

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/imageref"
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// push describes a build or push of images in all its runs. A build that
// pushes nothing is none.
func (a *analysis) push(index int, activity *pipeline.Activity) {
	pushed := pipeline.Pushed{
		Activity: index, Job: a.pipeline.Jobs[activity.Job].ID, Holder: a.holder(activity), Tool: activity.Tool,
		Images: []pipeline.ImageTag{}, Runs: []pipeline.Reach{}, Path: activity.Path,
		Builds: a.builds(index),
	}
	pushed.Copies = len(pushed.Builds) == 0 && copies(activity)
	for _, r := range a.reaches(place(activity)) {
		r.answer = logic.And(r.answer, a.pushes(r.scene.run, activity))
		if r.answer.IsNo() {
			continue
		}
		pushed.Images = a.name(pushed.Images, r.scene.run, activity)
		r.answer = logic.And(r.answer, a.published(activity, pushed.Images))
		after := a.after(r.scene, spot{place(activity), index})
		pushed.Runs = append(pushed.Runs, r.describe(after))
		if pushed.Tier == "" {
			pushed.Tier = a.targets(r.scene.run, activity)[0].tier
		}
	}
	if len(pushed.Runs) == 0 || local(pushed.Images) {
		return
	}
	a.doubtfulPush(&pushed)
	a.pipeline.Pushes = append(a.pipeline.Pushes, pushed)
}

// copies tells whether a tool works on what lies in a registry, and not on what
// the job has made: crane copy, docker manifest push.
func copies(activity *pipeline.Activity) bool {
	makes := strings.HasSuffix(activity.Tool, " push") && !strings.Contains(activity.Tool, "manifest") ||
		strings.HasSuffix(activity.Tool, "/push-to-registry") || strings.HasPrefix(activity.Tool, "mvn")
	return activity.Kind == pipeline.Push && !makes
}

// local tells whether images are pushed to registries of tests only, which are
// gone with the machine.
func local(images []pipeline.ImageTag) bool {
	return len(images) > 0 && !slices.ContainsFunc(images, func(image pipeline.ImageTag) bool { return !imageref.IsScratch(image.Text) })
}

// published doubts a push to a registry that is not known, where the job has
// one of its own: that may be the one.
func (a *analysis) published(activity *pipeline.Activity, images []pipeline.ImageTag) logic.Answer {
	named := slices.ContainsFunc(images, func(image pipeline.ImageTag) bool {
		known := len(image.Value) > 0 && (image.Value[0].Kind == symbol.Literal || image.Value[0].Kind == symbol.Repository)
		return known && !imageref.IsScratch(image.Text)
	})
	own := slices.ContainsFunc(a.pipeline.Jobs[activity.Job].Services, func(service pipeline.Image) bool { return isRegistry(service.Raw) })
	if named || !own {
		return logic.Yes
	}
	return logic.Maybe("whether " + a.holder(activity) + " pushes to another registry than the one that the job starts for itself is not known")
}

// isRegistry tells whether an image is that of a registry.
func isRegistry(image string) bool {
	name, _, _ := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
	name, _, _ = strings.Cut(name, "@")
	return name == "registry" || name == "distribution" || name == "zot"
}

// builds lists the activities of a job that build what one of them pushes: the
// one itself, or those before it that give a name which it pushes, or the only
// one before it.
func (a *analysis) builds(index int) []int {
	pushing := &a.pipeline.Activities[index]
	if pushing.Kind == pipeline.Build {
		return []int{index}
	}
	if !a.spend(index) {
		return []int{}
	}
	before, named := []int{}, []int{}
	for i := index - 1; i >= 0 && a.pipeline.Activities[i].Job == pushing.Job; i-- {
		if build := &a.pipeline.Activities[i]; build.Kind == pipeline.Build {
			before = append(before, i)
			if shareName(build, pushing) {
				named = append(named, i)
			}
		}
	}
	if len(named) == 0 && len(before) == 1 {
		return before
	}
	return named
}

// maxShared bounds the names that are compared.
const maxShared = 50

func shareName(a, b *pipeline.Activity) bool {
	for i := range min(len(a.Images), maxShared) {
		for j := range min(len(b.Images), maxShared) {
			if a.Images[i].Text == b.Images[j].Text {
				return true
			}
		}
	}
	return false
}

// pushes tells whether a build pushes what it makes.
func (a *analysis) pushes(run Run, activity *pipeline.Activity) logic.Answer {
	switch activity.Pushes {
	case "yes":
		return logic.Yes
	case "no":
		return logic.No
	case "":
		return logic.Is(activity.Kind == pipeline.Push)
	}
	answers := []logic.Answer{}
	for _, value := range a.provider.Values(run, place(activity), activity.Pushes) {
		switch text, known := value.Known(); {
		case !known:
			reason := value.Reason()
			if reason == "" {
				reason = fmt.Sprintf("whether %s pushes is not known", a.holder(activity))
			}
			answers = append(answers, logic.Maybe(reason))
		default:
			answers = append(answers, logic.Is(text == "true"))
		}
	}
	return logic.Or(answers...)
}

// imageTag says what a value is as the name of an image.
func imageTag(value symbol.Value, operand pipeline.Operand) pipeline.ImageTag {
	tag := pipeline.ImageTag{
		Text: value.String(), Sample: value.Sample(), Unknown: unknownTag(value), Path: operand.Path, Value: value,
		Name: symbol.SplitImage(value).Name.String(), TagOnly: operand.Tag,
		RawRepository: rawRepository(value), MergeCommit: value.Has(symbol.MergeSHA),
		Pushed: []pipeline.PushedName{}, Runs: []string{},
	}
	sample := tag.Sample
	if operand.Tag {
		tag.Name, sample = "", "image:"+sample
	}
	tag.Traceable = (*imageref.Classifier)(nil).Parse(sample).Traceable
	return tag
}

// unknownTag says why the tag or digest of a value is not known; "" where it is,
// whatever registry or repository stands before it. A symbol at the end of what
// has neither may hold one.
func unknownTag(value symbol.Value) string {
	image := symbol.SplitImage(value)
	if len(image.Tag) == 0 && len(image.Digest) == 0 {
		return value[max(len(value)-1, 0):].Reason()
	}
	return symbol.Join(image.Tag, image.Digest).Reason()
}

// rawRepository tells whether the name of the repository stands in a value as
// it is, which no registry takes where it holds upper case.
func rawRepository(value symbol.Value) bool {
	for _, part := range symbol.SplitImage(value).Name {
		if part.Kind == symbol.Repository && !strings.HasPrefix(part.Name, "lower") {
			return true
		}
	}
	return false
}

// maxNames bounds the names of one image activity, all runs together.
const maxNames = 200

// name adds the names that an activity gives or takes in a run.
func (a *analysis) name(names []pipeline.ImageTag, run Run, activity *pipeline.Activity) []pipeline.ImageTag {
	for _, operand := range activity.Images {
		for _, value := range a.operandValues(run, activity, operand) {
			tag := imageTag(value, operand)
			if tag.Text == "" {
				continue
			}
			i := slices.IndexFunc(names, func(known pipeline.ImageTag) bool {
				return known.Text == tag.Text && known.Path.String() == tag.Path.String()
			})
			if i < 0 && len(names) >= maxNames {
				a.unknown(activity.Path, fmt.Sprintf("limit exceeded: %s names more than %d images", a.holder(activity), maxNames))
				return names
			}
			if i < 0 {
				i, names = len(names), append(names, tag)
			}
			if !slices.Contains(names[i].Runs, run.ID()) {
				names[i].Runs = append(names[i].Runs, run.ID())
			}
		}
	}
	return names
}
