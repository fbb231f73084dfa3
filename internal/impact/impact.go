package impact

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/check"
	"guard/internal/codeowners"
	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/report"
)

// Rules are one of the two versions.
type Rules struct {
	Name      string // for people
	Evaluator *policy.Evaluator
	Config    *config.Config   // waivers, and how files are read
	Baseline  *config.Baseline // accepted findings of files; nil: none
}

// Options say what is compared, and how.
type Options struct {
	Old, New Rules

	// Owners are keys of annotations and labels that say whose an object is, the
	// first that is there counts. One without a slash is also what stands behind
	// one: team is acme.example.com/team. Empty: [DefaultOwners].
	Owners []string

	// CodeOwners says whose files are that are read from a tree, where no object in
	// them says it itself; recorded runs bring their own. Nil: nobody says.
	CodeOwners *codeowners.File

	// Files is how trees are checked. Rules, configuration, paths and what is to
	// be seen are set here.
	Files check.Options
}

// DefaultOwners say whose an object is where nobody says by what to go. Where
// [Options.CodeOwners] says whose the file is, that comes before the vague ones.
var DefaultOwners = slices.Concat(plainOwners, vagueOwners)

var (
	plainOwners = []string{"owner", "team"}
	vagueOwners = []string{"app.kubernetes.io/part-of", "app.kubernetes.io/managed-by"}
)

// Comparison is what has been compared so far. It is for one goroutine.
type Comparison struct {
	options Options
	keys    ownerKeys
	same    bool              // both versions read files alike
	renamed map[string]string // former ids of rules to what New calls them
	tally   *tally
	notes   noted
}

// New starts a comparison.
func New(o Options) *Comparison {
	keys := ownerKeys{said: o.Owners}
	if len(o.Owners) == 0 {
		keys = ownerKeys{said: plainOwners, vague: vagueOwners}
	}
	o.Old.Evaluator, o.New.Evaluator = o.Old.Evaluator.GivingUp(), o.New.Evaluator.GivingUp()
	c := &Comparison{options: o, keys: keys, same: o.Old.Config == o.New.Config, renamed: map[string]string{}, tally: newTally()}
	for _, rule := range o.New.Evaluator.Rules() {
		for _, alias := range rule.Aliases {
			c.renamed[alias] = rule.ID
		}
	}
	return c
}

// versions are both, the old one first.
func (c *Comparison) versions() [2]*Rules { return [2]*Rules{&c.options.Old, &c.options.New} }

// Result is all that was found out.
func (c *Comparison) Result() report.Impact {
	old, new := &c.options.Old, &c.options.New
	i := report.Impact{
		Version: 1, Tool: report.SheetTool{Name: "guard", Version: c.options.Files.Version}, Old: old.described(), New: new.described(),
		AddedRules: without(new.active(), old.active(), c.renamed), RemovedRules: c.removed(), Notes: c.notes.texts(c),
	}
	c.tally.into(&i)
	return i
}

func (r *Rules) described() report.ImpactRules {
	return report.ImpactRules{Name: r.Name, Config: r.Config.File, Policies: r.Evaluator.Digest()}
}

// active are the ids of the rules that something is done about.
func (r *Rules) active() []string {
	var ids []string
	for _, rule := range r.Evaluator.Rules() {
		if rule.Action != finding.Off {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

// removed are the rules that only the old version has, under any name.
func (c *Comparison) removed() []string {
	list := []string{}
	now := c.options.New.active()
	for _, id := range c.options.Old.active() {
		if !slices.Contains(now, c.nameNow(id)) {
			list = append(list, id)
		}
	}
	return list
}

// without are the rules of a list that another lacks, under any name.
func without(list, other []string, renamed map[string]string) []string {
	left := []string{}
	for _, id := range list {
		if !slices.ContainsFunc(other, func(old string) bool { return old == id || renamed[old] == id }) {
			left = append(left, id)
		}
	}
	return left
}

// nameNow is what the new version calls a rule.
func (c *Comparison) nameNow(id string) string {
	if now, renamed := c.renamed[id]; renamed {
		return now
	}
	return id
}

// noted is what the numbers of a comparison leave out.
type noted struct {
	redacted  bool // inputs have no secrets
	lost      int64
	deletions int
	exempt    int
	exempted  int // inputs that a configuration exempts
	updates   int // decisions about updates
	labels    int // inputs in namespaces of which labels would decide
	differ    int // inputs that the old version judges otherwise than was recorded
	owners    []string
}

// mostProblems is how many lines of one CODEOWNERS file are told of.
const mostProblems = 5

// misread tells of what is wrong with a CODEOWNERS file of a repository.
func (n *noted) misread(repository string, f *codeowners.File) {
	if f == nil || len(n.owners) > mostNotes {
		return
	}
	name := named(repository, f.Name)
	for i, p := range f.Problems {
		if i == mostProblems {
			n.owners = append(n.owners, fmt.Sprintf("%s: and %d lines more", name, len(f.Problems)-mostProblems))
			return
		}
		n.owners = append(n.owners, fmt.Sprintf("%s: it does not say whose files are: %s", finding.Location{File: name, Line: p.Line}, p.Reason))
	}
}

// mostNotes is from how many notes on owners on there are no more.
const mostNotes = 100

func (n *noted) texts(c *Comparison) []string {
	texts := []string{}
	add := func(format string, args ...any) { texts = append(texts, fmt.Sprintf(format, args...)) }
	if n.redacted {
		add("the recorded inputs are redacted: rules about values, such as those of secrets and environment variables, see less than they will")
	}
	if n.updates > 0 {
		add("%d inputs are updates: the webhook excuses those that change nothing of what runs, and here they count like all others", n.updates)
	}
	if n.labels > 0 {
		add("%d inputs are in namespaces that admission.namespaces of a configuration tells apart by labels, which are not recorded: nothing is taken to be different there, and what would be denied elsewhere counts as denied", n.labels)
	}
	if n.exempted > 0 {
		add("%d inputs are exempt by a configuration, which denies nothing of them", n.exempted)
	}
	if n.lost > 0 {
		add("%d decisions are missing from the log, by what it says itself", n.lost)
	}
	if n.deletions > 0 {
		add("%d decisions hold no object, since nothing was made or changed", n.deletions)
	}
	if n.exempt > 0 {
		add("%d decisions were about what the webhook leaves alone, and are left alone here", n.exempt)
	}
	if n.differ > 0 {
		add("%d inputs are denied by other rules of %s than when they were recorded", n.differ, c.options.Old.Name)
	}
	texts = append(texts, n.owners...)
	if ids := c.unasked(); len(ids) > 0 {
		add("no registry is asked and no signature verified, so these rules found nothing: %s", strings.Join(ids, ", "))
	}
	return texts
}

// unasked are the active rules that need more than files and objects.
func (c *Comparison) unasked() []string {
	var ids []string
	for _, version := range c.versions() {
		for _, rule := range version.Evaluator.Rules() {
			if rule.Action != finding.Off && len(rule.Needs) > 0 {
				ids = append(ids, rule.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
