package authoring

import "strings"

// sketch is a small rule for one kind of document, which works and is there to
// be changed.
type sketch struct {
	kind    string
	deny    string // the lines of the rule
	parse   string // the first argument of guard.parse
	file    string // the name of the examples
	bad     string // @WANT@ or @NEXT@ stands where the expectation goes; without, it goes into a file beside
	good    string
	message string // what is found in bad
	path    string // at which, in Rego
	more    string // unit tests besides
}

// rego is an example as a text in Rego.
func (s sketch) rego(text string) string {
	return strings.TrimRight(strings.NewReplacer(" @WANT@", "", "@NEXT@\n", "").Replace(text), "\n")
}

const ruleSketch = `# METADATA
# title: TODO what is wrong, in a few words
# description: TODO why it matters, and to whom.
# scope: package
# schemas:
# - input: schema.@SCHEMA@
# custom:
#   severity: medium
#   kinds: ["@KIND@"]
#   profiles: []
#   remediation: TODO what to do instead.
#   since: 0.1.0
package guard.rules.@CATEGORY@.@NAME@

# What input holds: guard policy schema @SCHEMA@ -o rego
@DENY@
`

const testSketch = `package guard.rules.@CATEGORY@.@NAME@_test

import data.guard.rules.@CATEGORY@.@NAME@

_bad := ` + "`@BAD@`" + `

_good := ` + "`@GOOD@`" + `

test_deny_bad if {
	@NAME@.deny == {{"message": "@MESSAGE@", "path": @PATH@}} with input as guard.parse("@PARSE@", _bad)
}

test_allow_good if {
	@NAME@.deny == set() with input as guard.parse("@PARSE@", _good)
}
@MORE@`

const imageDeny = `deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.tag == "edge"
	msg := sprintf("%s: image %q has the tag %q", [image.holder, image.raw, image.tag])
}`

const kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"

var sketches = []sketch{
	{
		kind: "*", deny: strings.ReplaceAll(imageDeny, "%q", "%s"), parse: "dockerfile", file: "Dockerfile",
		bad: "@NEXT@\nFROM shop:edge\n", good: "FROM shop:1.4.2\n",
		message: "stage 0: image shop:edge has the tag edge", path: `["instructions", 0, "args", 0]`,
	},
	{
		kind: "dockerfile", parse: "dockerfile", file: "Dockerfile",
		deny: `deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.tag == "edge"
	msg := sprintf("%s is built from %s", [image.holder, image.raw])
}`,
		bad: "@NEXT@\nFROM shop:edge\n", good: "FROM shop:1.4.2\n",
		message: "stage 0 is built from shop:edge", path: `["instructions", 0, "args", 0]`,
	},
	{
		kind: "kubernetes", parse: "kubernetes", file: "pod.yaml",
		deny: `deny contains {"message": msg, "path": ["metadata"]} if {
	input.workload
	not _labelled
	msg := sprintf("%s has no label team", [input.kubernetes.kind])
}

_labelled if {
	some label in input.kubernetes.labels
	label.key == "team"
}`,
		bad:  "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}} @WANT@\nspec: {containers: [{name: web, image: shop:1.4.2}]}\n",
		good: "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {team: shop}}\nspec: {containers: [{name: web, image: shop:1.4.2}]}\n",

		message: "Pod has no label team", path: `["metadata"]`,
		more: `
test_allow_what_runs_nothing if {
	@NAME@.deny == set() with input as guard.parse("kubernetes", "{apiVersion: v1, kind: ConfigMap, metadata: {name: web}}")
}
`,
	},
	{
		kind: "compose", parse: "compose", file: "compose.yaml",
		deny: `deny contains {"message": msg, "path": service.ipc.path} if {
	some service in input.compose.services
	service.ipc.value == "host"
	msg := sprintf("service %s shares the memory of its host", [service.name])
}`,
		bad:  "services:\n  web:\n    image: shop:1.4.2\n    ipc: host @WANT@\n",
		good: "services:\n  web:\n    image: shop:1.4.2\n    ipc: private\n",

		message: "service web shares the memory of its host", path: `["services", "web", "ipc"]`,
	},
	{
		kind: "pipeline", parse: "pipeline", file: ".github/workflows/ci.yml",
		deny: `deny contains {"message": msg, "path": job.path} if {
	some job in input.pipeline.jobs
	count(job.steps) == 1
	msg := sprintf("job %s has one step only", [job.id])
}`,
		bad:  "on: push\njobs:\n  test: @WANT@\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n",
		good: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make lint\n      - run: make test\n",

		message: "job test has one step only", path: `["jobs", "test"]`,
	},
	{
		kind: "gitops", deny: strings.ReplaceAll(imageDeny, "%q", "%s"), parse: "gitops", file: "kustomization.yaml",
		bad:  kustomization + "images:\n  - name: shop\n    newTag: edge @WANT@\n",
		good: kustomization + "images:\n  - name: shop\n    newTag: 1.4.2\n",

		message: "image shop: image shop:edge has the tag edge", path: `["images", 0, "newTag"]`,
	},
	{
		kind: "file", parse: "file", file: "notes.txt",
		deny: `deny contains {"message": "the file is marked DO NOT COMMIT", "path": []} if {
	contains(input.text.text, "DO NOT COMMIT")
}`,
		bad: "DO NOT COMMIT: a draft\n", good: "a draft\n",
		message: "the file is marked DO NOT COMMIT", path: `[]`,
	},
}
