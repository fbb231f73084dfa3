// Package policytest has rules that attack who evaluates them, for tests.
package policytest

import (
	"fmt"
	"strings"
)

// Attack is a rule that takes time or memory without end.
type Attack struct {
	Name  string // "string doubling"
	Body  string // of its deny, in Rego
	Rules string // that stand beside it

	// Compiling says that it is the compiler that it attacks, so that it is never
	// evaluated.
	Compiling bool

	// Deaf says that a builtin or a comparison of OPA does not end, which heeds
	// nobody; Greedy, that it takes memory besides.
	Deaf, Greedy bool
}

// ID is the rule's.
func (a Attack) ID() string { return "attack/" + strings.ReplaceAll(a.Name, " ", "-") }

// File is the rule's, relative to a directory of rules.
func (a Attack) File() string { return "attack/" + strings.ReplaceAll(a.Name, " ", "_") + ".rego" }

// Image is one that its rule is about; of others, it says nothing.
func (a Attack) Image() string {
	return "registry.example.com/shop/" + strings.ReplaceAll(a.Name, " ", "-") + ":1.4.2"
}

// Text is the rule.
func (a Attack) Text() string {
	return fmt.Sprintf(`# METADATA
# title: Attack by %[1]s
# description: It takes time or memory without end.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [minimal, recommended, strict]
#   remediation: Do not load it.
#   since: 1.0.0
package guard.rules.attack.%[2]s

deny contains {"message": "it has ended", "path": image.path} if {
	some image in input.images
	image.raw == %[3]q
%[4]s
}

%[5]s
`, a.Name, strings.ReplaceAll(a.Name, " ", "_"), a.Image(), a.Body, a.Rules)
}

// chain is a value that is made again and again of the one before it, P, the
// last of which is as it must not be.
func chain(first, step string, n int, last string) string {
	return named("x", first, step, n) + "\t" + last
}

func named(name, first, step string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\t%s0 := %s\n", name, first)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "\t%s%d := %s\n", name, i, strings.ReplaceAll(step, "P", fmt.Sprintf("%s%d", name, i-1)))
	}
	return b.String()
}

// many is a text of a hundred letters.
const many = `"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjj"`

// Attacks are all that are known, by what OPA does when it is not stopped: it
// looks between two expressions whether it is.
var Attacks = []Attack{
	{Name: "string doubling", Body: chain("image.raw", `concat("", [P, P])`, 40, "count(x40) == 7")},
	{Name: "string templates", Body: chain("image.raw", `$"{P}{P}"`, 40, "count(x40) == 7")},
	{Name: "string formats", Body: chain("image.raw", `sprintf("%[1]s%[1]s", [P])`, 40, "count(x40) == 7")},
	{Name: "wide formats", Body: "\t" + `count([x | some _ in split(` + many + `, ""); x := sprintf("%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])]) == 7`},
	{Name: "string replacing", Body: chain(`"aaaaaaaa"`, `replace(P, "a", P)`, 6, "count(x6) == 7")},
	{Name: "regex replacing", Body: chain(`"aaaaaaaa"`, `regex.replace(P, "a", P)`, 6, "count(x6) == 7")},
	{Name: "many strings", Body: chain(many, `concat("", [P, P])`, 18, `count([x | some i in split(`+many+`, ""); x := concat("", [x18, i])]) == 7`)},
	{Name: "many splits", Body: chain(many, `concat("", [P, P])`, 11, `count([x | some _ in split(`+many+`, ""); x := split(x11, "")]) == 7`)},
	{Name: "array doubling", Body: chain("[1, 2]", "array.concat(P, P)", 40, "count(x40) == 7")},
	{Name: "array of arrays", Body: "\tcount(_x40) == 7", Rules: definitions("[0, 1]", "[v | some _ in [0, 1]; some v in P]", 40)},
	{Name: "object doubling", Body: "\tcount(_x40) == 7", Rules: definitions("[0, 1]", `[v | some _ in [0, 1]; some p in P; v := {"k": p}]`, 40)},
	{Name: "set doubling", Body: "\tcount(_x60) == 7", Rules: definitions("{0, 1}", "{v | some a in [0, 1]; some b in P; v := (b * 2) + a}", 60)},
	{Name: "number squaring", Body: chain("99999999", "P * P", 40, "x40 == 7")},
	{Name: "nested loops", Body: "\tsome a in _n\n\tsome b in _n\n\tsome c in _n\n\tsome d in _n\n\tsome e in _n\n\t((((a + b) + c) + d) + e) == -1", Rules: `_n contains i if some i, _ in split(` + many + `, "")`},
	{Name: "recursion by data", Body: "\t_f(0) == 7", Rules: "_f(x) := count([y | some y in _g(x)])\n\n_g(x) := [y | some i, _ in _n; y := _h(x + i)]\n\n_h(x) := sum([y | some _ in _n; some _ in _n; some _ in _n; y := x + 1])\n\n_n := split(" + many + `, "")`},
	{Name: "marshalling what is shared", Body: shared("x", "image.raw") + "\tcount(json.marshal(x50)) == 7"},
	{Name: "joining what is shared", Body: chain(`{"c": 1}`, `object.union({"a": P}, {"b": P})`, 50, "count(x50) == 7")},
	{Name: "comparing what is shared", Deaf: true, Greedy: true, Body: shared("x", "image.raw") + shared("y", "image.raw") + "\tx50 == y50"},
	{Name: "a set of what is shared", Deaf: true, Body: shared("x", "image.raw") + shared("y", "image.raw") + "\tcount({x50, y50}) == 7"},
	{Name: "regex repeating", Deaf: true, Body: chain(many, `concat("", [P, P])`, 16, `regex.match("(((a{1,10}){1,10}){1,10}z)|((x+x+)+y)|((([a-j]{1,10}){1,10}){1,10}z)", x16)`)},
	{Name: "types of what is shared", Compiling: true, Body: named("x", "image.raw", "[P, P]", 50) + named("y", "image.raw", "[P, P]", 50) + "\tx50 == y50"},
}

// shared is a list of twice a list of twice a list … : little memory, and 2^50
// texts for who looks at them all.
func shared(name, first string) string {
	return named(name, first, "[v | some _ in [0, 1]; v := P]", 50)
}

// definitions are like a chain, of definitions of their own.
func definitions(first, step string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "_x0 := %s\n", first)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "\n_x%d := %s\n", i, strings.ReplaceAll(step, "P", fmt.Sprintf("_x%d", i-1)))
	}
	return b.String()
}
