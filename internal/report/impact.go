package report

import "guard/internal/finding"

// Impact is what a change of rules changes, and version 1 of the JSON that
// guard policy impact writes.
type Impact struct {
	Version int           `json:"version"` // always 1
	Tool    SheetTool     `json:"tool"`
	Old     ImpactRules   `json:"old"`
	New     ImpactRules   `json:"new"`
	Summary ImpactSummary `json:"summary"`

	AddedRules   []string `json:"added_rules"`   // active in New alone
	RemovedRules []string `json:"removed_rules"` // active in Old alone

	Rules        []ImpactGroup `json:"rules"` // those with most that is newly denied first, here and below
	Repositories []ImpactGroup `json:"repositories"`
	Namespaces   []ImpactGroup `json:"namespaces"`
	Owners       []ImpactGroup `json:"owners"`

	Changes []ImpactChange `json:"changes"`
	Omitted int            `json:"omitted"` // changes that are counted and not listed

	Unjudged   []Gap    `json:"unjudged"`   // inputs that could not be looked at, or not by all rules
	Incomplete int      `json:"incomplete"` // things in inputs that could not be followed
	Notes      []string `json:"notes"`      // what else the numbers leave out
}

// SheetTool says which guard has written something.
type SheetTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// ImpactRules is a version of rules.
type ImpactRules struct {
	Name     string `json:"name"`     // as it was asked for
	Config   string `json:"config"`   // the file of the configuration; "" for the default
	Policies string `json:"policies"` // digest, as in [finding.Tool]
}

// ImpactSummary counts. Inputs are what was looked at: files, decisions,
// objects. A thing is a file, or an object in one; the same object counts once,
// however often it was recorded. Findings that are waived deny nothing.
type ImpactSummary struct {
	Inputs        int `json:"inputs"`
	NewlyFailing  int `json:"newly_failing"` // things that nothing denied and something does now
	NewlyPassing  int `json:"newly_passing"` // the reverse
	NewlyDenied   int `json:"newly_denied"`  // findings, here and below
	NoLongerDeny  int `json:"no_longer_denied"`
	NewlyWarned   int `json:"newly_warned"`
	NoLongerWarns int `json:"no_longer_warned"`
	Unjudged      int `json:"unjudged"`
}

// ImpactGroup is the part of a change that has one rule, repository, namespace
// or owner. The name is "" for what has none.
type ImpactGroup struct {
	Name          string `json:"name"`
	Things        int    `json:"things"` // in which something changes
	Repositories  int    `json:"repositories"`
	NewlyDenied   int    `json:"newly_denied"`
	NoLongerDeny  int    `json:"no_longer_denied"`
	NewlyWarned   int    `json:"newly_warned"`
	NoLongerWarns int    `json:"no_longer_warned"`
}

// ImpactChange is a finding of which something else is done: From and To are
// deny, warn, audit, waived, or "" where there is none.
type ImpactChange struct {
	Rule       string `json:"rule"`
	From       string `json:"from"`
	To         string `json:"to"`
	Repository string `json:"repository"`
	Namespace  string `json:"namespace"`
	Owner      string `json:"owner"`
	File       string `json:"file"`
	Object     string `json:"object"`
	Line       int    `json:"line"` // 0 where there is none
	Path       string `json:"path"`
	Message    string `json:"message"`
}

// Gap is an input that could not be read or judged.
type Gap struct {
	Input  string `json:"input"`
	Line   int    `json:"line"` // of a recording; 0 where there is none
	Reason string `json:"reason"`
}

// The words of [ImpactChange].
const (
	ImpactDeny = "deny"
	ImpactWarn = "warn"
)

// clean makes every string safe to show.
func (i Impact) clean() Impact {
	i.Tool = SheetTool{Clean(i.Tool.Name), Clean(i.Tool.Version)}
	for _, rules := range []*ImpactRules{&i.Old, &i.New} {
		*rules = ImpactRules{limit(Clean(rules.Name), longName), Clean(rules.Config), Clean(rules.Policies)}
	}
	i.AddedRules, i.RemovedRules, i.Notes = mapped(i.AddedRules, Clean), mapped(i.RemovedRules, Clean), mapped(i.Notes, flow)
	for _, groups := range []*[]ImpactGroup{&i.Rules, &i.Repositories, &i.Namespaces, &i.Owners} {
		*groups = mapped(*groups, func(g ImpactGroup) ImpactGroup { g.Name = limit(Clean(g.Name), longName); return g })
	}
	i.Changes = mapped(i.Changes, ImpactChange.clean)
	i.Unjudged = mapped(i.Unjudged, func(g Gap) Gap {
		return Gap{limit(Clean(g.Input), longName), g.Line, limit(flow(g.Reason), longMessage)}
	})
	return i
}

func (c ImpactChange) clean() ImpactChange {
	short := func(s string) string { return limit(Clean(s), longName) }
	return ImpactChange{
		Rule: Clean(c.Rule), From: c.From, To: c.To, Repository: short(c.Repository), Namespace: short(c.Namespace), Owner: short(c.Owner),
		File: short(c.File), Object: short(c.Object), Line: c.Line, Path: short(c.Path), Message: limit(Clean(c.Message), longMessage),
	}
}

// place says where a change is.
func (c ImpactChange) place() string {
	where := finding.Location{File: c.File, Line: c.Line}.String()
	if c.Repository != "" {
		where = c.Repository + ": " + where
	}
	if c.Object != "" && c.Object != c.File {
		where += ", " + c.Object
	}
	return where
}

// becomes says what is done about a finding now, and what was before.
func (c ImpactChange) becomes() string { return orNone(c.From) + " -> " + orNone(c.To) }

func orNone(action string) string {
	if action == "" {
		return "nothing"
	}
	return action
}
