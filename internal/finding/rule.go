package finding

// Rule is what is known of a rule without running it. All of it comes from
// the METADATA of its Rego package; the ID comes from the package's path.
type Rule struct {
	ID          string         `json:"id"` // "image/tag-latest"
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Remediation string         `json:"remediation"`
	Severity    Severity       `json:"severity"`
	Kinds       []string       `json:"kinds"`           // document kinds, or ["*"]
	Profiles    []string       `json:"profiles"`        // the profiles that switch it on
	Needs       []string       `json:"needs,omitempty"` // what has to be there for it to find anything: "registry", "trust-policy"
	Params      []Param        `json:"params,omitempty"`
	Frameworks  []string       `json:"frameworks,omitempty"`
	Related     []RelatedLink  `json:"related_resources,omitempty"`
	Since       string         `json:"since,omitempty"`
	EffectiveOn string         `json:"effective_on,omitempty"` // YYYY-MM-DD: before that day its findings are not denied; "": they always count
	Aliases     []string       `json:"aliases,omitempty"`
	Examples    []RuleExample  `json:"examples,omitempty"`
	Action      Action         `json:"action,omitempty"` // as configured; zero where no configuration was asked
	Custom      bool           `json:"custom,omitempty"` // not from the built-in library
	Values      map[string]any `json:"values,omitempty"` // the effective parameter values, where a configuration was asked
}

// Category is the part of the ID before the slash.
func (r Rule) Category() string {
	for i := range r.ID {
		if r.ID[i] == '/' {
			return r.ID[:i]
		}
	}
	return r.ID
}

// Param is a parameter of a rule.
type Param struct {
	Name        string         `json:"name"`
	Type        string         `json:"type"` // string, integer, number, boolean, array, object
	Default     any            `json:"default"`
	Profiles    map[string]any `json:"profiles,omitempty"` // defaults of particular profiles
	Description string         `json:"description"`
}

// RelatedLink is a page that says more about a rule.
type RelatedLink struct {
	URL         string `json:"ref"`
	Description string `json:"description,omitempty"`
}

// RuleExample is one file that breaks (Bad) or keeps a rule.
type RuleExample struct {
	Bad  bool   `json:"bad"`
	File string `json:"file"`
	Text string `json:"text"`
}
