package policy

import (
	"io/fs"
	"slices"
	"time"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/policies"
	"guard/testdata"
)

// Source is a tree of Rego files: rules as <category>/<name>.rego, their
// tests beside them, and, in the built-in library only, shared modules in
// lib.
type Source struct {
	Name   string // for messages: "policies", "./policy"
	FS     fs.FS
	Custom bool // not guard's own: held to stricter bounds

	Revision string        // of the bundle that it is from; "" where it is from none
	Layer    *config.Layer // what the bundle demands of everybody who uses it; nil: nothing

	ExampleFS fs.FS // <category>/<name>/{bad,good}/ with files; nil: there are none
}

// Builtin is the library that guard carries.
func Builtin() Source {
	examples, err := fs.Sub(testdata.Rules, "rules")
	if err != nil {
		panic(err) // only an invalid name can bring it
	}
	return Source{Name: "policies", FS: policies.FS, ExampleFS: examples}
}

// FromBundle is the source that a bundle is: its name in messages, its version,
// its rules, and the text of its layer, nil where it has none. The error is
// [config.Errors].
func FromBundle(name, revision string, rules fs.FS, layer []byte) (Source, error) {
	s := Source{Name: name, FS: rules, Custom: true, Revision: revision}
	if layer == nil {
		return s, nil
	}
	var err error
	s.Layer, err = config.LoadLayer(name+"/"+config.LayerName, layer)
	return s, err
}

// title is what people call the source.
func (s Source) title() string {
	switch {
	case !s.Custom:
		return "built-in"
	case s.Revision != "":
		return "bundle " + s.Name + " " + s.Revision
	}
	return s.Name
}

// builtin tells whether s is the library that guard carries, unchanged, so
// that what its own tests prove need not be proved again.
func (s Source) builtin() bool { return !s.Custom && s.FS == fs.FS(policies.FS) }

// Beside returns the sources with which a directory of rules is loaded in
// production: guard's own library, and the directory. A copy of that library,
// which holds all of its shared modules, stands for it instead.
func Beside(own Source) []Source {
	if own.Custom = !own.replacesBuiltin(); own.Custom {
		return []Source{Builtin(), own}
	}
	return []Source{own}
}

func (s Source) replacesBuiltin() bool {
	shared, err := fs.Glob(policies.FS, "lib/*.rego")
	if err != nil || len(shared) == 0 {
		return false
	}
	return !slices.ContainsFunc(shared, func(name string) bool {
		_, err := fs.Stat(s.FS, name)
		return err != nil
	})
}

// Settings says which rules are active, with which parameters, and what is
// done about their findings. The zero value is the recommended profile.
type Settings struct {
	Profile string           // one of Profiles or of rules' METADATA, or several with commas between them; "": recommended
	FailOn  finding.Severity // from here on findings are denied, below they warn; 0: medium

	ProfileFrom, FailOnFrom Origin // who says so; not asked where nobody does

	Rules   []config.Rule // what the configuration says of single rules, over everything else
	Only    []string      // ids and categories; empty: all. An id named here is active in every profile
	Skip    []string      // ids and categories
	Unasked []string      // needs of rules that nobody meets, so that they are not evaluated: NeedRegistry, NeedTrustPolicy
	Demands []string      // ids of rules that are denied in every profile and from every severity on, where Rules does not say what is done about them
	Now     time.Time     // what rules see as input.now, and when those that are announced for a day are in force; zero: the field is "", and all are
}

// Place is where something is said, for messages.
type Place struct {
	File   string
	Line   int // 1-based; 0 where unknown
	Column int // 1-based; 0 where unknown
}

// The profiles of guard's own rules.
const (
	ProfileMinimal       = "minimal"
	ProfileRecommended   = "recommended"
	ProfileStrict        = "strict"
	ProfilePSSBaseline   = "pss-baseline"
	ProfilePSSRestricted = "pss-restricted"
)

// Profiles lists them.
var Profiles = []string{ProfileMinimal, ProfileRecommended, ProfileStrict, ProfilePSSBaseline, ProfilePSSRestricted}
