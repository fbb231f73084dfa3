package impact

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
)

// object is an object of a cluster that is judged by itself.
type object struct {
	recording string // where it was read
	line      int
	name      string // Deployment/shop/web; "" where only the object says so
	namespace string // of the request, which the object may leave out
	user      string // who asked; "" where nobody did
	groups    []string
	data      []byte
	admitted  bool     // a decision of admission, where nothing is waived
	denied    []string // rules that denied it then, where that is known
	known     bool     // whether denied is known
}

// verdict is what came of an object.
type verdict struct {
	name   string
	found  [2]judged
	scopes [2]scope
	denied []string // rules by which the old version denies it, whatever the mode
	about  about
	gaps   []string
	doubts []string // what could not be followed
	err    error
}

// objectFile is what rules see as the file's name, as at admission.
const objectFile = "object.json"

// objects judges objects on all cores and counts what differs, in their order.
func (c *Comparison) objects(ctx context.Context, list []object) error {
	verdicts := make([]verdict, len(list))
	next := make(chan int)
	var group sync.WaitGroup
	jobs := c.options.Files.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	for range jobs {
		group.Go(func() {
			for i := range next {
				verdicts[i] = c.object(ctx, &list[i])
			}
		})
	}
	for i := range list {
		next <- i
	}
	close(next)
	group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range verdicts {
		if err := verdicts[i].err; err != nil {
			return err
		}
		c.take(&list[i], &verdicts[i])
	}
	return nil
}

// take counts what came of an object.
func (c *Comparison) take(o *object, v *verdict) {
	c.tally.inputs++
	for _, reason := range v.gaps {
		c.tally.gap(v.name+" in "+o.recording, o.line, reason)
	}
	for _, doubt := range v.doubts {
		c.tally.doubt(finding.Incomplete{File: v.name, Reason: doubt})
	}
	if o.known && !c.sameRules(v.denied, o.denied) {
		c.notes.differ++
	}
	c.notes.noteScope(v.scopes)
	compare(v.found[0], v.found[1], func(thing) about { return v.about }, c.tally)
}

// object judges one object by both versions. A panic ends the comparison, as it
// ends a check.
func (c *Comparison) object(ctx context.Context, o *object) (v verdict) {
	v.name = o.name
	defer func() {
		if value := recover(); value != nil {
			v.err = check.NewPanicError(fmt.Sprintf("%s:%d", o.recording, o.line), value)
		}
	}()
	if ctx.Err() != nil {
		return v
	}
	var documents []*document.Document
	for i, version := range c.versions() {
		if i == 0 || !c.same {
			documents = document.Load(objectFile, o.data, version.reading())
		}
		if i == 0 {
			c.look(o, documents, &v)
		}
		v.scopes[i] = version.scope(o, cmp.Or(o.namespace, v.about.namespace))
		v.found[i] = c.judge(ctx, i, o, documents, &v)
	}
	slices.Sort(v.gaps)
	v.gaps = slices.Compact(v.gaps)
	return v
}

// reading is how a version reads objects of an API server.
func (r *Rules) reading() document.Options {
	o := policy.Reading(r.Config)
	o.Live = true
	return o
}

// look says what an object is, and what of it cannot be judged.
func (c *Comparison) look(o *object, documents []*document.Document, v *verdict) {
	for _, d := range documents {
		for _, p := range d.Unparsable {
			v.gaps = append(v.gaps, documents[0].Redact(p.Message))
		}
		for _, p := range d.Incomplete {
			v.doubts = append(v.doubts, documents[0].Redact(p.Message))
		}
		if d.Kubernetes == nil {
			continue
		}
		if v.about == (about{}) {
			v.about = c.keys.aboutObject(d, documents[0].RedactKnown)
			v.about.owner = cmp.Or(v.about.owner, v.about.vague)
		}
		if v.name == "" {
			v.name = documents[0].RedactKnown(d.Object)
		}
	}
	if v.about.namespace == "" {
		v.about.namespace = o.namespace
	}
	if len(documents) == 1 && len(v.gaps) == 0 {
		v.gaps = append(v.gaps, "it is no object of the Kubernetes API")
	}
	if v.name == "" {
		v.name = "an object"
	}
}

// judge evaluates the rules of one version.
func (c *Comparison) judge(ctx context.Context, version int, o *object, documents []*document.Document, v *verdict) judged {
	rules, scope := c.versions()[version], v.scopes[version]
	j := judged{}
	for _, d := range documents {
		results, err := rules.Evaluator.Evaluate(ctx, d)
		if err != nil {
			v.gaps = append(v.gaps, rules.Name+": "+documents[0].Redact(err.Error()))
		}
		for _, result := range results {
			f := result.Finding
			f.File, f.Message, f.Path = v.name, documents[0].Redact(f.Message), documents[0].RedactKnown(f.Path)
			f.Line, f.Object = 0, documents[0].RedactKnown(f.Object)
			if !o.admitted {
				rules.waive(d, &f, c.options.Files.Now)
			}
			if f.Action = scope.action(rules, &f); listed(&f) || f.Action == finding.Off || scope.exempt {
				continue
			}
			name := f.Rule
			if version == 0 {
				name = c.nameNow(name)
			}
			if version == 0 && f.Action == finding.Deny && f.Waived == nil {
				v.denied = append(v.denied, name)
			}
			if scope.warn && f.Action == finding.Deny {
				f.Action = finding.Warn
			}
			j.add("", &f, name)
		}
	}
	return j
}

// listed tells whether a finding says only that something could not be
// followed, which is counted apart.
func listed(f *finding.Finding) bool {
	return f.Rule == "analysis/incomplete" && f.Action != finding.Deny && f.Waived == nil
}

// annotationKey is the annotation that waives rules for what exists already.
const annotationKey = "guard/waive"

// waive marks a finding that the configuration or the object's own annotation
// excuses, as an audit does.
func (r *Rules) waive(d *document.Document, f *finding.Finding, now time.Time) {
	for _, w := range r.Config.Waivers {
		if w.Invalid == "" && !w.Expired(now) && w.Covers(f.Rule, f.File, f.File) {
			f.Waived = &finding.Waived{Reason: w.Reason, Owner: w.Owner, Source: "config"}
			return
		}
	}
	if d.Kubernetes == nil {
		return
	}
	for _, a := range d.Kubernetes.Annotations {
		if a.Key != annotationKey {
			continue
		}
		for _, w := range config.Annotation(a.Value) {
			if w.Invalid == "" && !w.Expired(now) && slices.Contains(w.Rules, f.Rule) && r.Evaluator.Unwaivable(f.Rule) == "" {
				f.Waived = &finding.Waived{Reason: w.Reason, Source: "annotation"}
				return
			}
		}
	}
}
