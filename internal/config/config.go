package config

import (
	"strings"
	"time"

	"guard/internal/finding"
	"guard/internal/registry/signature"
)

// Config is a decoded .guard.yaml. Its zero fields mean that the file does
// not say; [Default] says what holds then.
type Config struct {
	File         string           // "" for the default configuration
	Text         string           // of the file
	Profile      string           // names, with commas between them; "" where not said
	FailOn       finding.Severity // 0 where not said
	Environments []Environment    // by name
	Activities   []Activity       // what actions and programs of one's own do in pipelines
	Images       Images
	Trust        signature.Policy // who must have signed which images; its files are not read, see [Config.ReadTrust]
	PolicyTrust  signature.Policy // the same of bundles of rules, see [Config.ReadPolicyTrust]
	Rules        []Rule
	Policies     []Policy  // own rules
	Ignore       []string  // patterns in the syntax of .gitignore
	Pods         []PodPath // more Kubernetes kinds that hold a Pod
	Admission    Admission // what the webhook asks, and of whom
	Waivers      []*Waiver
	Baseline     string  // path of the baseline; "" where not said
	Snapshot     Located // path of the snapshot of the forge's settings; "" where not said
	ProfilePlace Place
	FailOnPlace  Place
}

// Place is where something stands in a file. Lines and columns are 1-based;
// a zero line means the file as a whole.
type Place struct {
	File   string
	Line   int
	Column int
	Path   finding.Path // within the configuration's document
}

// Located is a string with its place.
type Located struct {
	Value string
	Place Place
}

// Policy is where own rules come from: a directory, relative to the
// configuration's root, or a bundle in a registry.
type Policy struct {
	Located
	AtLeast string // the oldest version of the bundle that may be taken; "": any
}

// Bundle gives the reference of a bundle, without its scheme; false where the
// rules lie in a directory.
func (p Policy) Bundle() (reference string, is bool) { return strings.CutPrefix(p.Value, "oci://") }

// Images says which images are whose.
type Images struct {
	Own []string // patterns of repositories: registry.example.com/team/**
}

// Environment is one environment that is deployed to.
type Environment struct {
	Key      string   // its name in the configuration: "production"
	Names    []string // what pipelines call it
	Branches []string // branches that may reach it; path.Match patterns
	Tags     []string // Git tags that may reach it; path.Match patterns
	Approval string   // none, required, proved
}

// Rule is what is said of one rule.
type Rule struct {
	ID     string
	Action finding.Action // 0 where not said
	Params []Param
	Place  Place
}

// Param is one parameter's value: a string, bool, json.Number, []any or
// map[string]any.
type Param struct {
	Name  string
	Value any
	Place Place
}

// PodPath says where a kind of Kubernetes object keeps a Pod template.
type PodPath struct {
	Group string   // API group; "" is the core group
	Kind  string   // "Rollout"
	Path  []string // keys from the object to the template: spec, template
	Spec  bool     // Path leads to the Pod's spec itself
}

// Waiver excuses findings of one rule in some files until a day.
type Waiver struct {
	Rule    string
	Files   []string // doublestar patterns relative to the root
	Objects []string // doublestar patterns of objects: Deployment/legacy/*; empty: all
	Reason  string
	Owner   string
	Expires time.Time // the last day on which it counts, midnight UTC
	Invalid string    // why it excuses nothing; "" where it may
	Place   Place
}

// Default is the configuration of a repository that has none: the map of
// environments that most teams have.
func Default() *Config { return &Config{Environments: defaultEnvironments()} }

func defaultEnvironments() []Environment {
	return []Environment{
		{Key: "production", Names: []string{"production", "prod", "live"}, Branches: []string{"main", "master", "hotfix/*"}, Tags: []string{"v*", "[0-9]*", "release*"}, Approval: "required"},
		{Key: "staging", Names: []string{"staging", "stage"}, Branches: []string{"develop", "main", "master"}, Approval: "none"},
	}
}

// BranchPatterns returns every branch that some environment names.
func (c *Config) BranchPatterns() []string {
	var patterns []string
	for _, e := range c.Environments {
		patterns = append(patterns, e.Branches...)
	}
	return patterns
}
