package policy_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
)

// sound is a rule in which nothing is wrong. Tests break one thing of it.
const sound = `# METADATA
# title: Image has the tag latest
# description: Nobody can say what runs.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://example.com/images
#   description: Images
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   remediation: Use a release tag.
#   since: 0.1.0
#   aliases: [image/old-name]
#   params:
#     tags: {type: array, default: [latest], profiles: {strict: [latest, edge]}, description: Tags that move.}
#     limit: {type: integer, default: 3, description: A number.}
package guard.rules.image.moving

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.tag in data.guard.params["image/moving"].tags
	count(image.tag) > data.guard.params["image/moving"].limit
	msg := sprintf("%s: %s", [image.holder, image.tag])
}
`

// replace is sound with one text replaced by another.
func replace(old, new string) string {
	if !strings.Contains(sound, old) {
		panic("the sound rule does not contain " + old)
	}
	return strings.Replace(sound, old, new, 1)
}

func source(rule string) policy.Source {
	return policy.Source{Name: "own", Custom: true, FS: fstest.MapFS{"image/moving.rego": {Data: []byte(rule)}}}
}

func compile(rule string, settings policy.Settings) (*policy.Evaluator, error) {
	return policy.Compile(context.Background(), []policy.Source{source(rule)}, settings)
}

func TestCompile_TakesASoundRule(t *testing.T) {
	if _, err := compile(sound, policy.Settings{}); err != nil {
		t.Fatal(err)
	}
}

// Reliability 47, 49
func TestCompile_RefusesARule(t *testing.T) {
	tests := map[string]struct {
		rule string
		want string // part of the error
	}{
		"without METADATA":                   {sound[strings.Index(sound, "package"):], "own/image/moving.rego:1: a rule needs a METADATA comment"},
		"whose METADATA is no YAML":          {replace("# scope: package", "# scope: [package"), "METADATA: "},
		"with an unknown METADATA key":       {replace("# scope: package", "# scope: package\n# severty: high"), `own/image/moving.rego:5:3: METADATA: METADATA has no key "severty"`},
		"with an unknown custom key":         {replace("severity: high", "severity: high\n#   remediaton: x"), `:12:5: METADATA: custom has no key "remediaton", did you mean "remediation"?`},
		"with a key twice":                   {replace("severity: high", "severity: high\n#   severity: low"), `stands twice`},
		"without a title":                    {replace("# title: Image has the tag latest\n", ""), "METADATA lacks title"},
		"with an empty remediation":          {replace("remediation: Use a release tag.", `remediation: ""`), "remediation must not be empty"},
		"with an unknown severity":           {replace("severity: high", "severity: hihg"), `:11:15: METADATA: unknown severity "hihg"`},
		"with an unknown kind":               {replace(`["*"]`, "[kubernets]"), `kinds has no value "kubernets", did you mean "kubernetes"?`},
		"with no kind":                       {replace(`["*"]`, "[]"), "kinds must not be empty"},
		"with an unknown profile":            {replace("[recommended, strict]", "[recomended]"), `profiles has no value "recomended", did you mean "recommended"?`},
		"with a profile twice":               {replace("[recommended, strict]", "[strict, strict]"), `profiles holds "strict" twice`},
		"with another scope":                 {replace("scope: package", "scope: rule"), `scope is "rule", it must be package`},
		"with an insecure link":              {replace("https://", "http://"), "must start with https://"},
		"without schemas":                    {replace("# schemas:\n# - input: schema.input\n", ""), "METADATA lacks schemas"},
		"with the schema of another kind":    {replace("schema.input", "schema.compose"), `schemas must hold "- input: schema.input"`},
		"with a parameter of unknown type":   {replace("type: integer", "type: int"), `parameter limit has no type "int"`},
		"with a default of the wrong type":   {replace("default: 3", "default: three"), `parameter limit: default: expected integer, found string "three"`},
		"with a profile's value of bad type": {replace("{strict: [latest, edge]}", "{strict: latest}"), "value for strict: expected array"},
		"with a profile's value of bad elements": {replace("{strict: [latest, edge]}", "{strict: [latest, 3]}"),
			"element 2: expected string, found integer 3"},
		"with a parameter's unknown profile": {replace("{strict: [latest, edge]}", "{strickt: [latest]}"), `there is no profile "strickt", did you mean "strict"?`},
		"with a parameter without text":      {replace(", description: A number.", ""), "parameter limit lacks description"},

		"that does not parse":             {replace("some image in input.images", "some image in"), "own/image/moving.rego:"},
		"in another package":              {replace("package guard.rules.image.moving", "package guard.rules.image.movin"), "must be guard.rules.image.moving"},
		"outside of guard.rules":          {replace("package guard.rules.image.moving", "package team.image.moving"), "must be guard.rules.image.moving"},
		"without deny":                    {replace("deny contains", "_deny contains"), "the rule has no deny"},
		"with a misspelt deny":            {replace("deny contains", "denny contains"), "denny: a rule file defines deny"},
		"whose deny is no set":            {replace(`deny contains {"message": msg, "path": image.path} if {`, `deny := {"message": msg, "path": image.path} if {`), "deny must be a set"},
		"whose result has an unknown key": {replace(`"path": image.path`, `"path": image.path, "severity": "low"`), `a result has no key "severity"`},
		"whose message is a number":       {replace(`"message": msg`, `"message": count(msg)`), "own/image/moving.rego:22:1: message is number, expected a string"},
		"whose path is a text":            {replace(`"path": image.path`, `"path": image.raw`), `path is string, expected an array, such as image.path or ["spec", "replicas"]`},
		"whose related thing is one":      {replace(`"path": image.path`, `"path": image.path, "related": {"message": msg, "path": []}`), "related is object"},
		"whose results are no objects":    {replace(`{"message": msg, "path": image.path}`, `msg`), "the result is string, expected an object with message and path"},
		"of which one result has no path": {sound + "\ndeny contains r if {\n\tr := {\"message\": \"x\", \"path\": \"y\"}\n}\n", "own/image/moving.rego:20:1: path is string"},
		"whose result lacks a path":       {replace(`, "path": image.path`, ``), "the result lacks path"},
		"that calls http.send":            {replace("some image in input.images", `http.send({"url": "http://localhost"}); some image in input.images`), "http.send: rules may not call it"},
		"that replaces a function by it":  {replace("some image in input.images", `count([1]) == 1 with count as http.send; some image in input.images`), "http.send: rules may not call it"},
		"that looks up an address":        {replace("some image in input.images", `net.lookup_ip_addr("localhost"); some image in input.images`), "net.lookup_ip_addr: rules may not call it"},
		"that reads the environment":      {replace("some image in input.images", `opa.runtime().env; some image in input.images`), "opa.runtime: rules may not call it"},
		"that reads the clock":            {replace("some image in input.images", `time.now_ns() > 0; some image in input.images`), "time.now_ns: rules may not call it"},
		"that throws dice":                {replace("some image in input.images", `rand.intn("x", 3) > 0; some image in input.images`), "rand.intn: rules may not call it"},
		"that prints":                     {replace("some image in input.images", `print("x"); some image in input.images`), "print: rules may not call it"},
		"that parses test input":          {replace("some image in input.images", `guard.parse("file", ""); some image in input.images`), "guard.parse: rules may not call it"},
		"that counts without end":         {replace("some image in input.images", `numbers.range(1, 1000000000); some image in input.images`), "numbers.range: rules may not call it"},
		"that misspells a field":          {replace("image.tag in", "image.tagg in"), "undefined ref: image.tagg"},
		"that misspells a field of input": {replace("input.images", "input.image"), "undefined ref: input.image"},
		"that reads another kind's model": {replace("some image in input.images", "input.workload; some image in input.images"), "undefined ref: input.workload"},
		"that misspells a parameter":      {replace(`.tags`, `.tag`), `rule image/moving has no parameter "tag", did you mean "tags"?`},
		"that reads another rule's parameters": {replace(`data.guard.params["image/moving"].tags`, `data.guard.params["image/movin"].tags`),
			`unknown rule "image/movin", did you mean "image/moving"?`},
		"that asks for parameters by a variable": {replace(`data.guard.params["image/moving"].tags`, `data.guard.params[image.raw].tags`),
			`write data.guard.params["<id>"].<name>`},
		"that reads other data":          {replace("some image in input.images", "data.team.allowed; some image in input.images"), "data.team.allowed: a rule reads input"},
		"that reads all of data":         {replace("some image in input.images", "data[_]; some image in input.images"), "a rule reads input"},
		"that reads another rule":        {replace("some image in input.images", "data.guard.rules.image.other.deny; some image in input.images"), "a rule reads input"},
		"that imports an unknown lib":    {replace("package guard.rules.image.moving\n", "package guard.rules.image.moving\n\nimport data.guard.lib.paths\n"), `there is no library "paths"`},
		"that imports something else":    {replace("package guard.rules.image.moving\n", "package guard.rules.image.moving\n\nimport data.team.x\n"), "only data.guard.lib.* can be imported"},
		"with an unused variable":        {replace("some image in input.images", "x := 1\n\tsome image in input.images"), "assigned var x unused"},
		"with a field of other kinds":    {replace("some image in input.images", "input.pipeline.provider == \"github\"\n\tsome image in input.images"), `only documents of kind pipeline have "pipeline"; kinds and schemas must say so`},
		"with an unsafe variable":        {replace("msg := sprintf", "mesg := sprintf"), "var msg is unsafe"},
		"that shadows input":             {replace("some image in input.images", "input := 1; some image in input.images"), "input"},
		"of more than 256 KB":            {sound + strings.Repeat("# ", 200<<10), "at most 262144 are read"},
		"whose alias is its own id":      {replace("image/old-name", "image/moving"), `alias "image/moving" is the id of another rule`},
		"that uses a removed old syntax": {replace(`deny contains {"message": msg, "path": image.path} if {`, `deny[{"message": msg, "path": image.path}] {`), "own/image/moving.rego:22"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := compile(tt.rule, policy.Settings{})
			if err == nil {
				t.Fatal("the rule was taken")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			var list policy.Errors
			if !errors.As(err, &list) {
				t.Errorf("got a %T, want policy.Errors", err)
			}
		})
	}
}

func TestCompile_RefusesSources(t *testing.T) {
	file := &fstest.MapFile{Data: []byte(sound)}
	tests := map[string]struct {
		sources []policy.Source
		want    string
	}{
		"of which two define one rule": {[]policy.Source{
			{Name: "a", Custom: true, FS: fstest.MapFS{"image/moving.rego": file}},
			{Name: "b", Custom: true, FS: fstest.MapFS{"image/moving.rego": file}},
		}, "b/image/moving.rego:1: package guard.rules.image.moving is already defined by a/image/moving.rego"},
		"in which a rule has no category": {[]policy.Source{
			{Name: "a", Custom: true, FS: fstest.MapFS{"moving.rego": file}},
		}, "a rule stands in <category>/<name>.rego"},
		"of which one holds too many files": {[]policy.Source{{Name: "a", Custom: true, FS: crowd(2001)}}, "a: cannot read the policies: more than 2000 Rego files"},
		"with upper case in a name": {[]policy.Source{
			{Name: "a", Custom: true, FS: fstest.MapFS{"image/Moving.rego": file}},
		}, "lower-case"},
		"of users that replace a shared library": {[]policy.Source{
			policy.Builtin(),
			{Name: "a", Custom: true, FS: fstest.MapFS{"lib/workload.rego": {Data: []byte("package guard.lib.workload\n\nx := 1\n")}}},
		}, "a/lib/workload.rego"},
		"of users that redefine a rule of guard's own": {[]policy.Source{
			policy.Builtin(),
			{Name: "a", Custom: true, FS: fstest.MapFS{"analysis/unparsable.rego": {Data: []byte(strings.Replace(sound, "image.moving", "analysis.unparsable", 1))}}},
		}, "package guard.rules.analysis.unparsable is already defined by policies/rules/analysis/unparsable.rego"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := policy.Compile(context.Background(), tt.sources, policy.Settings{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestCompile_TellsAllErrorsAtOnce(t *testing.T) {
	rule := strings.NewReplacer("severity: high", "severity: hihg", "image.tag in", "image.tagg in", `.limit`, `.limt`).Replace(sound)
	_, err := compile(rule, policy.Settings{Profile: "strickt"})
	for _, want := range []string{`"strickt", did you mean "strict"?`, `"hihg"`, "image.tagg", `"limt"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestCompile_RefusesSettings(t *testing.T) {
	at := config.Place{File: ".guard.yaml", Line: 7, Column: 3}
	param := func(name string, value any) []config.Rule {
		return []config.Rule{{ID: "image/moving", Params: []config.Param{{Name: name, Value: value, Place: at}}}}
	}
	tests := map[string]struct {
		settings policy.Settings
		want     string
	}{
		"an unknown profile":      {policy.Settings{Profile: "strickt"}, `unknown profile "strickt", did you mean "strict"?`},
		"an unknown rule":         {policy.Settings{Rules: []config.Rule{{ID: "image/movin", Place: at}}}, `.guard.yaml:7:3: unknown rule "image/movin", did you mean "image/moving"?`},
		"a rule twice":            {policy.Settings{Rules: []config.Rule{{ID: "image/moving"}, {ID: "image/old-name", Place: at}}}, `.guard.yaml:7:3: rule image/moving is configured twice, here as "image/old-name"`},
		"an unknown parameter":    {policy.Settings{Rules: param("tag", nil)}, `.guard.yaml:7:3: rule image/moving has no parameter "tag", did you mean "tags"?`},
		"a value of another type": {policy.Settings{Rules: param("limit", "three")}, `.guard.yaml:7:3: parameter limit of rule image/moving: expected integer, found string "three"`},
		"a list of other values":  {policy.Settings{Rules: param("tags", []any{"x", int64(3)})}, `element 2: expected string, found integer 3`},
		"a null":                  {policy.Settings{Rules: param("tags", nil)}, `expected array, found null`},
		"an unknown --only":       {policy.Settings{Only: []string{"imag"}}, `only: unknown rule "imag"`},
		"an unknown --skip":       {policy.Settings{Skip: []string{"image/movng"}}, `skip: unknown rule "image/movng", did you mean "image/moving"?`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := compile(sound, tt.settings)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestCompile_SettlesTheAction(t *testing.T) {
	set := func(action finding.Action) []config.Rule {
		return []config.Rule{{ID: "image/moving", Action: action}}
	}
	tests := map[string]struct {
		settings policy.Settings
		want     finding.Action
	}{
		"a severity from fail-on on denies":        {policy.Settings{}, finding.Deny},
		"a severity below fail-on warns":           {policy.Settings{FailOn: finding.Critical}, finding.Warn},
		"the configuration decides":                {policy.Settings{Rules: set(finding.Audit)}, finding.Audit},
		"the configuration switches off":           {policy.Settings{Rules: set(finding.Off)}, finding.Off},
		"another profile leaves it off":            {policy.Settings{Profile: "minimal"}, finding.Off},
		"the configuration beats the profile":      {policy.Settings{Profile: "minimal", Rules: set(finding.Warn)}, finding.Warn},
		"parameters alone switch it on":            {policy.Settings{Profile: "minimal", Rules: []config.Rule{{ID: "image/moving", Params: []config.Param{{Name: "limit", Value: int64(5)}}}}}, finding.Deny},
		"--only with its id switches it on":        {policy.Settings{Profile: "minimal", Only: []string{"image/moving"}}, finding.Deny},
		"--only with its former id does too":       {policy.Settings{Profile: "minimal", Only: []string{"image/old-name"}}, finding.Deny},
		"--only with its category does not":        {policy.Settings{Profile: "minimal", Only: []string{"image"}}, finding.Off},
		"--only with its category keeps it":        {policy.Settings{Only: []string{"image/*"}}, finding.Deny},
		"--skip with its id switches it off":       {policy.Settings{Skip: []string{"image/moving"}}, finding.Off},
		"--skip with its category switches it off": {policy.Settings{Skip: []string{"image"}}, finding.Off},
		"--skip beats --only":                      {policy.Settings{Only: []string{"image"}, Skip: []string{"image/moving"}}, finding.Off},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e, err := compile(sound, tt.settings)
			if err != nil {
				t.Fatal(err)
			}
			if got := e.Rules()[0].Action; got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if active := len(e.Active("kubernetes")) == 1; active != (tt.want != finding.Off) {
				t.Errorf("active: %t", active)
			}
		})
	}
}

// crowd is a file system with n broken rules.
func crowd(n int) fs.FS {
	files := fstest.MapFS{}
	for i := range n {
		files[fmt.Sprintf("crowd/rule_%d.rego", i)] = &fstest.MapFile{Data: []byte("package x")}
	}
	return files
}

// renamed is a file system with one file under another name.
func renamed(files fs.FS, from, to string) fs.FS {
	text, err := fs.ReadFile(files, from)
	if err != nil {
		panic(err)
	}
	return fstest.MapFS{to: {Data: text}}
}

func TestCompile_RefusesSharedModules(t *testing.T) {
	tests := map[string]struct{ lib, rule, want string }{
		"that read input unchecked": {
			"package guard.lib.images\n\ntags := [image.tag | some image in input.images]\n", sound,
			"lib/images.rego:3:1: a module that reads input needs METADATA",
		},
		"that misspell a field": {
			"# METADATA\n# scope: package\n# schemas:\n# - input: schema.any\npackage guard.lib.images\n\ntags := [image.tagg | some image in input.images]\n", sound,
			"undefined ref: image.tagg",
		},
		"that lack what a rule asks for": {
			"package guard.lib.images\n\ntags := []\n",
			strings.Replace(replace("some image in", "images.tag\n\tsome image in"), "deny contains", "import data.guard.lib.images\n\ndeny contains", 1),
			`lib/images.rego does not define "tag", did you mean "tags"?`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"lib/images.rego": {Data: []byte(tt.lib)}, "rules/image/moving.rego": {Data: []byte(tt.rule)}}
			_, err := policy.Compile(context.Background(), []policy.Source{{Name: "own", FS: files}}, policy.Settings{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestCompile_SaysHowToCompareAnObjectWithNull(t *testing.T) {
	rule := strings.Replace(replace(`["*"]`, "[pipeline]"), "schema.input", "schema.pipeline", 1)
	rule = strings.Replace(rule, "some image in", "input.pipeline.jobs[_].uses == null\n\tsome image in", 1)
	if _, err := compile(rule, policy.Settings{}); err == nil || !strings.Contains(err.Error(), "ask is_null(x)") {
		t.Errorf("got %v, want advice", err)
	}
	if _, err := compile(strings.Replace(rule, "input.pipeline.jobs[_].uses == null", "is_null(input.pipeline.jobs[_].uses)", 1), policy.Settings{}); err != nil {
		t.Errorf("the advice does not help: %v", err)
	}
}
