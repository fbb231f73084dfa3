package impact

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"guard/internal/check"
	"guard/internal/codeowners"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/recording"
)

// Tree compares what is found in files and directories, as [check.Run] reads
// them.
func (c *Comparison) Tree(ctx context.Context, paths []string) error {
	o := c.options.Files
	o.Paths = paths
	return c.files(ctx, o, c.options.CodeOwners, nil)
}

// files has both versions check the same files. Denied says, where that is
// known, which rules denied a file when it was recorded.
func (c *Comparison) files(ctx context.Context, o check.Options, owners *codeowners.File, denied map[string][]string) error {
	var found [2]judged
	things := newThings(o.Repository, c.keys, owners)
	c.notes.misread(o.Repository, owners)
	for i, version := range c.versions() {
		outcome, err := version.check(ctx, o, things)
		if err != nil {
			return err
		}
		found[i] = c.judgedBy(i, o.Repository, outcome.Report.Findings)
		c.left(o.Repository, outcome)
		if i == 1 {
			c.tally.inputs += outcome.Report.Summary.Files
		}
	}
	for _, gap := range things.unparsable() {
		c.tally.gap(named(o.Repository, gap.File), gap.Line, gap.Reason)
	}
	c.differ(found[0], denied)
	compare(found[0], found[1], things.about, c.tally)
	return nil
}

// check checks files by one version.
func (r *Rules) check(ctx context.Context, o check.Options, things *things) (*check.Outcome, error) {
	o.Evaluator, o.Config, o.Baseline, o.Ignore = r.Evaluator, r.Config, r.Baseline, r.Config.Ignore
	o.Seen = things.see
	return check.Run(ctx, o)
}

// judgedBy are the findings of a version: the old one's under the names that
// the new one has for their rules.
func (c *Comparison) judgedBy(version int, repository string, findings []finding.Finding) judged {
	j := judged{}
	for i := range findings {
		rule := findings[i].Rule
		if version == 0 {
			rule = c.nameNow(rule)
		}
		j.add(repository, &findings[i], rule)
	}
	return j
}

// left notes what a check could not look at, or not follow.
func (c *Comparison) left(repository string, o *check.Outcome) {
	for _, gap := range o.NotRead {
		c.tally.gap(named(repository, gap.File), gap.Line, gap.Reason)
	}
	for _, i := range o.Report.Incomplete {
		i.File = named(repository, i.File)
		c.tally.doubt(i)
	}
}

// differ counts the files that other rules denied when they were recorded.
func (c *Comparison) differ(old judged, denied map[string][]string) {
	if denied == nil {
		return
	}
	now := map[string][]string{}
	for at, all := range old {
		if slices.ContainsFunc(all, func(s stands) bool { return s.action == "deny" }) {
			now[at.file] = append(now[at.file], at.rule)
		}
	}
	for file, before := range denied {
		if !c.sameRules(now[file], before) {
			c.notes.differ++
		}
	}
}

// sameRules tells whether two lists name the same rules, under any name.
func (c *Comparison) sameRules(now, before []string) bool {
	now, before = slices.Clone(now), slices.Clone(before)
	for i := range before {
		before[i] = c.nameNow(before[i])
	}
	slices.Sort(now)
	slices.Sort(before)
	return slices.Equal(slices.Compact(now), slices.Compact(before))
}

// named is a file of a repository, for people.
func named(repository, file string) string {
	if repository == "" {
		return file
	}
	return repository + ": " + file
}

// run is a recorded run of guard check, as far as it was read.
type run struct {
	recording.Run
	begun  bool // its first line was read, and not its last
	inputs []check.Input
	denied map[string][]string
	size   int
}

// maxRun bounds the texts of one recorded run, which are held together, in
// bytes.
const maxRun = 512 << 20

// add takes a file of the run; why is it left out, "" where it is not.
func (r *run) add(d *recording.Decision) (why string) {
	if r.denied[d.File] != nil {
		return "the run holds it twice"
	}
	if r.size += len(*d.Input.Text); r.size > maxRun {
		return "the run holds more than 512 MiB"
	}
	r.inputs = append(r.inputs, check.Input{Name: d.File, Data: []byte(*d.Input.Text)})
	r.denied[d.File] = append([]string{}, recording.IDs(d.Audit.Denied)...)
	return ""
}

// finish judges what was recorded of a run.
func (c *Comparison) finish(ctx context.Context, r *run) error {
	if r == nil || len(r.inputs) == 0 {
		return nil
	}
	o := c.options.Files
	o.Inputs, o.Paths, o.Snapshot = r.inputs, nil, nil
	o.Repository, o.Host, o.DefaultBranch, o.Branches = r.Repository, r.Host, r.DefaultBranch, r.Branches
	return c.files(ctx, o, r.owners(), r.denied)
}

// owners is the CODEOWNERS file among the files of the run; nil where there is none.
func (r *run) owners() *codeowners.File {
	for _, place := range codeowners.Places {
		i := slices.IndexFunc(r.inputs, func(in check.Input) bool { return in.Name == place })
		if i >= 0 {
			return codeowners.Parse(place, string(r.inputs[i].Data))
		}
	}
	return nil
}

// things remembers whose the things in files are, and what in them could not be
// read.
type things struct {
	repository string
	keys       ownerKeys
	files      *codeowners.File
	owners     map[string]string // of files, as far as they were asked for

	mu     sync.Mutex
	known  map[thing]about
	broken map[finding.Incomplete]bool
}

func newThings(repository string, keys ownerKeys, files *codeowners.File) *things {
	return &things{repository: repository, keys: keys, files: files, owners: map[string]string{}, known: map[thing]about{}, broken: map[finding.Incomplete]bool{}}
}

// see is called by several goroutines.
func (t *things) see(documents []*document.Document) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, d := range documents {
		if d.Kubernetes != nil {
			t.known[thing{t.repository, d.File, documents[0].RedactKnown(d.Object)}] = t.keys.aboutObject(d, documents[0].RedactKnown)
		}
		for _, p := range d.Unparsable {
			t.broken[finding.Incomplete{File: d.File, Line: d.Locate(p.Path).Line, Reason: documents[0].Redact(p.Message)}] = true
		}
	}
}

// about says whose a thing is: its own word, or who owns the file.
func (t *things) about(one thing) about {
	a := t.known[one]
	if a.owner == "" {
		a.owner = cmp.Or(t.ownerOf(one.file), a.vague)
	}
	return a
}

// ownerOf is who owns a file. It is asked for each once, and not by several
// goroutines.
func (t *things) ownerOf(file string) string {
	owner, known := t.owners[file]
	if !known {
		owner = strings.Join(t.files.Owners(file), " ")
		t.owners[file] = owner
	}
	return owner
}

func (t *things) unparsable() []finding.Incomplete {
	var list []finding.Incomplete
	for one := range t.broken {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b finding.Incomplete) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}
