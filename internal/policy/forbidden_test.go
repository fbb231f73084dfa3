package policy

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/document"
)

// asking is a rule whose deny holds the lines.
func asking(lines ...string) string {
	return `# METADATA
# title: Image is asked for
# description: It asks for what rules may not have.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended]
#   remediation: None.
#   since: 1.0.0
package guard.rules.own.asking

deny contains {"message": "x", "path": image.path} if {
	some image in input.images
` + strings.Join(lines, "\n") + "\n}\n"
}

// refused are OPA's builtins that rules may not call.
func refused(t *testing.T) []*ast.Builtin {
	t.Helper()
	var all []*ast.Builtin
	for _, b := range ast.Builtins {
		if !slices.Contains(allowed, b.Name) {
			all = append(all, b)
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d builtins are refused", len(all))
	}
	return all
}

// uses are the ways in which a builtin can be asked for.
func uses(b *ast.Builtin) []string {
	operands := make([]string, b.Decl.Arity())
	for i := range operands {
		operands[i] = "1"
	}
	return []string{
		fmt.Sprintf("\t%s(%s)", b.Name, strings.Join(operands, ", ")),
		fmt.Sprintf("\tcount([1]) == 1 with count as %s", b.Name),
		fmt.Sprintf("\tcount([1]) == 1 with %s as count", b.Name),
	}
}

// RELIABILITY 47: no builtin is allowed that asks the network, the clock, the
// environment or chance.
func TestAllowed_AreFunctionsOfTheirArguments(t *testing.T) {
	outside := regexp.MustCompile(`^(http|net|opa|rand|uuid|io|crypto|providers|graph|graphql|rego|trace|time\.now_ns|walk|numbers|units|bits|yaml)(\.|$)`)
	for _, name := range append(slices.Clone(allowed), testOnly...) {
		b, known := ast.BuiltinMap[name]
		if !known || b.Nondeterministic || outside.MatchString(name) {
			t.Errorf("%s: no builtin, or one that depends on more than its arguments", name)
		}
	}
	for _, test := range []bool{false, true} {
		if caps := capabilities(test); caps.AllowNet == nil || len(caps.AllowNet) > 0 {
			t.Errorf("network is allowed: %v", caps.AllowNet)
		}
	}
}

// RELIABILITY 47: all others are refused where the rule is compiled, called or
// by with.
func TestCompile_RefusesEveryOtherBuiltin(t *testing.T) {
	for _, b := range refused(t) {
		for _, use := range uses(b) {
			_, err := Compile(t.Context(), []Source{{Name: "own", Custom: true, FS: fstest.MapFS{"own/asking.rego": {Data: []byte(asking(use))}}}}, Settings{})
			if err == nil || !strings.Contains(err.Error(), "own/own/asking.rego:17:") || !strings.Contains(err.Error(), b.Name) {
				t.Errorf("%s: got %v", strings.TrimSpace(use), err)
			}
		}
	}
}

// RELIABILITY 47: so they are in unit tests, which may print besides.
func TestCheck_RefusesEveryOtherBuiltinInTests(t *testing.T) {
	rule := asking("\tcount(image.tag) > 3")
	for _, b := range refused(t) {
		if slices.Contains(testOnly, b.Name) {
			continue
		}
		for _, use := range uses(b) {
			test := "package guard.rules.own.asking_test\n\nimport data.guard.rules.own.asking\n\ntest_deny_x if {\n\tcount(asking.deny) == 0\n" + use + "\n}\n"
			_, err := Check(t.Context(), []Source{{Name: "own", Custom: true, FS: fstest.MapFS{"own/asking.rego": {Data: []byte(rule)}, "own/asking_test.rego": {Data: []byte(test)}}}})
			if err == nil || !strings.Contains(err.Error(), "own/own/asking_test.rego:7:") || !strings.Contains(err.Error(), b.Name) {
				t.Errorf("%s: got %v", strings.TrimSpace(use), err)
			}
		}
	}
}

// RELIABILITY 47: and in questions, and in conditions of trust policies.
func TestAsk_RefusesEveryOtherBuiltin(t *testing.T) {
	e, err := Compile(t.Context(), []Source{Builtin()}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	session := e.Session(document.Load("Dockerfile", []byte("FROM a:1\n"), document.Options{})[1])
	for _, b := range refused(t) {
		for _, use := range uses(b) {
			use = strings.TrimSpace(use)
			if answers, err := session.Ask(context.Background(), use); err == nil {
				t.Errorf("%s is answered: %v", use, answers)
			}
			if _, err := CompileCondition("input.predicateType == \"x\"; " + use); err == nil {
				t.Errorf("%s: a condition may ask it", use)
			}
		}
	}
}

// RELIABILITY 47: a builtin that makes much of its arguments has a bound, or is
// known to make none.
func TestAllowed_AreBoundedWhereTheyMakeMuchOfLittle(t *testing.T) {
	small := strings.Fields(`
		eq assign internal.member_2 internal.member_3 gt gte lt lte neq equal internal.test_case print and intersection count max min sort
		array.slice array.reverse to_number regex.match regex.is_valid strings.any_prefix_match strings.any_suffix_match indexof substring contains
		strings.count startswith endswith lower upper trim trim_left trim_prefix trim_right trim_suffix trim_space strings.reverse
		object.get object.keys base64.is_valid base64.decode base64url.decode hex.decode
		time.parse_ns time.parse_rfc3339_ns time.parse_duration_ns time.format time.date time.clock time.weekday time.add_date time.diff
		is_number is_string is_boolean is_array is_set is_object is_null type_name glob.match glob.quote_meta semver.is_valid semver.compare`)
	for _, name := range append(slices.Clone(allowed), testOnly...) {
		if _, isBounded := bounds[name]; isBounded == slices.Contains(small, name) {
			t.Errorf("%s: expected a bound, or to be listed as one that needs none", name)
		}
	}
}
