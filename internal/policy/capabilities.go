package policy

import (
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// allowed are the builtins that rules may call. They are pure: no network, no
// environment, no clock, no randomness; and none takes time or memory far
// beyond the size of its arguments.
var allowed = strings.Fields(`
	eq assign internal.member_2 internal.member_3 internal.template_string gt gte lt lte neq equal
	plus minus mul div round ceil floor abs rem and or
	intersection union count sum product max min sort
	array.concat array.flatten array.slice array.reverse to_number
	regex.match regex.is_valid regex.find_all_string_submatch_n regex.split regex.find_n regex.replace
	strings.any_prefix_match strings.any_suffix_match concat format_int indexof indexof_n substring contains
	strings.count startswith endswith lower upper split replace strings.replace_n strings.split_n
	trim trim_left trim_prefix trim_right trim_suffix trim_space sprintf strings.reverse
	json.filter json.remove json.marshal json.unmarshal json.is_valid
	object.subset object.union object.union_n object.remove object.filter object.get object.keys
	base64.is_valid base64.decode base64url.decode hex.decode
	time.parse_ns time.parse_rfc3339_ns time.parse_duration_ns time.format time.date time.clock time.weekday time.add_date time.diff
	is_number is_string is_boolean is_array is_set is_object is_null type_name
	glob.match glob.quote_meta semver.is_valid semver.compare
`)

// testOnly are the builtins that unit tests may call besides.
var testOnly = []string{"print", "internal.print", "internal.test_case"}

// capabilities lists what a rule, or a unit test, may use of Rego.
func capabilities(test bool) *ast.Capabilities {
	if test {
		return testCapabilities()
	}
	return ruleCapabilities()
}

var ruleCapabilities = sync.OnceValue(func() *ast.Capabilities { return restricted(allowed) })

var testCapabilities = sync.OnceValue(func() *ast.Capabilities {
	caps := restricted(append(testOnly, allowed...))
	caps.Builtins = append(caps.Builtins, parseDecl, parseFileDecl, parseFileWithDecl, parseWithFactsDecl)
	return caps
})

// forbidden are the builtins of OPA that rules may not call.
var forbidden = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, b := range ast.CapabilitiesForThisVersion().Builtins {
		names[b.Name] = !slices.Contains(allowed, b.Name)
	}
	for _, name := range []string{parseDecl.Name, parseFileDecl.Name, parseFileWithDecl.Name, parseWithFactsDecl.Name} {
		names[name] = true
	}
	return names
})

func restricted(names []string) *ast.Capabilities {
	caps := ast.CapabilitiesForThisVersion()
	allow := make(map[string]bool, len(names))
	for _, name := range names {
		allow[name] = true
	}
	var builtins []*ast.Builtin
	for _, b := range caps.Builtins {
		if allow[b.Name] {
			builtins = append(builtins, b)
		}
	}
	caps.Builtins = builtins
	caps.AllowNet = []string{}
	return caps
}
