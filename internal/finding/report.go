package finding

// Report is the outcome of one check, and version 1 of the JSON contract.
type Report struct {
	Version    int          `json:"version"` // always 1
	Tool       Tool         `json:"tool"`
	Findings   []Finding    `json:"findings"`
	Incomplete []Incomplete `json:"incomplete"`
	Summary    Summary      `json:"summary"`

	// Evaluated says on how many documents each rule was evaluated that was on
	// and had what it needs; others are not among them. It is nil where that is
	// not known.
	Evaluated map[string]int `json:"evaluated,omitempty"`

	// Ignored says what was left alone, pattern by pattern, because the
	// configuration or a .guardignore says so. It is nil where no layer demands
	// anything.
	Ignored []Ignored `json:"ignored,omitempty"`

	// Rules holds every rule that was active, by ID, for formats that carry
	// descriptions. It is not part of the JSON report.
	Rules map[string]Rule `json:"-"`

	// Pipelines says what the runs of pipelines can do, where that was asked
	// for. It is not part of the JSON report of a check.
	Pipelines []Pipeline `json:"-"`
}

// Tool says which guard, with which policies, made a report.
type Tool struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Policies string `json:"policies"` // "sha256:…" over library, own rules and parameters
}

// Incomplete names something that could not be looked at, or not whole. It
// is never counted as passed.
type Incomplete struct {
	File   string `json:"file"`
	Line   int    `json:"line"` // 0 for the file as a whole
	Reason string `json:"reason"`
}

// Ignored is a pattern that keeps paths out of a check.
type Ignored struct {
	Pattern string `json:"pattern"` // as written, in the syntax of .gitignore
	File    string `json:"file"`    // where it stands
	Line    int    `json:"line"`    // 0 where not known
	Paths   int    `json:"paths"`   // that it has kept out; a directory is one
}

// Summary counts. Denied, Warned and Waived count findings: a finding is in
// exactly one of them, or has action audit.
type Summary struct {
	Files      int `json:"files"`
	Documents  int `json:"documents"`
	Denied     int `json:"denied"`
	Warned     int `json:"warned"`
	Waived     int `json:"waived"`
	Incomplete int `json:"incomplete"`
}

// Summarize counts the findings and incomplete entries of r into its summary.
// Files and Documents stay as they are.
func (r *Report) Summarize() {
	r.Summary.Denied, r.Summary.Warned, r.Summary.Waived = 0, 0, 0
	for _, f := range r.Findings {
		switch {
		case f.Waived != nil:
			r.Summary.Waived++
		case f.Action == Deny:
			r.Summary.Denied++
		case f.Action == Warn:
			r.Summary.Warned++
		}
	}
	r.Summary.Incomplete = len(r.Incomplete)
}
