package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

// typed is a rule without a mistake.
const typed = `# METADATA
# title: Image of a team comes from elsewhere
# description: Only images of the team's own registry may run.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/containers/images/
#   description: Images in Kubernetes
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [recommended]
#   remediation: Use an image of the team's registry.
#   since: 0.1.0
#   effective-on: 2027-01-15
#   frameworks: [CICD-SEC-9]
#   params:
#     allowed:
#       type: array
#       default: [registry.example.com]
#       description: The registries that are allowed.
package guard.rules.image.team_registry

import data.guard.lib.image as lib

deny contains {"message": msg, "path": image.path, "related": [{"message": "here", "path": container.path}]} if {
	some container in input.workload.containers
	some image in input.images
	image.path == container.image.path
	container.effective.run_as_user.value == 0
	lib.pulled(image)
	not _allowed(image)
	startswith(image.repository, "team/")
	image.class in {"latest", "none", "semver"}
	msg := sprintf("%s: image %q is not of the team", [image.holder, image.raw])
}

_allowed(image) if {
	some registry in data.guard.params["image/team-registry"].allowed
	lower(image.registry) == registry
}
`

// Each typo of fifty is told before the rule runs: at its line, with the word
// that was meant.
func TestCheck_TellsTypos(t *testing.T) {
	check := func(text string) string {
		sources := []policy.Source{policy.Builtin(), {Name: "own", Custom: true, FS: fstest.MapFS{"image/team_registry.rego": {Data: []byte(text)}}}}
		if _, err := policy.Check(t.Context(), sources); err != nil {
			return err.Error()
		}
		return ""
	}
	if said := check(typed); said != "" {
		t.Fatal(said)
	}
	for _, typo := range typos {
		before, _, found := strings.Cut(typed, typo.right)
		if !found {
			t.Fatalf("%q is not in the rule", typo.right)
		}
		at := fmt.Sprintf("own/image/team_registry.rego:%d:", 1+strings.Count(before, "\n"))
		said := check(strings.Replace(typed, typo.right, typo.wrong, 1))
		told := false
		for message := range strings.SplitSeq(said, "own/image") {
			told = told || strings.HasPrefix("own/image"+message, at) && strings.Contains(message, typo.meant)
		}
		if !told {
			t.Errorf("%q for %q: want %q at %s, got %s", typo.wrong, typo.right, typo.meant, at, said)
		}
	}
	if len(typos) < 50 {
		t.Errorf("%d typos", len(typos))
	}
}

var typos = []struct{ right, wrong, meant string }{
	{`image.path ==`, `image.pth ==`, `path`},
	{`image.repository`, `image.repositry`, `repository`},
	{`image.holder`, `image.holdr`, `holder`},
	{`image.raw`, `image.rw`, `raw`},
	{`image.class in`, `image.clas in`, `class`},
	{`input.images`, `input.image`, `images`},
	{`input.images`, `inputs.images`, `did you mean "input"`},
	{`lib.pulled`, `lab.pulled`, `did you mean "lib"`},
	{`input.workload`, `input.workloads`, `workload`},
	{`workload.containers`, `workload.container`, `containers`},
	{`container.image.path`, `container.images.path`, `image`},
	{`container.effective`, `container.efective`, `effective`},
	{`effective.run_as_user`, `effective.run_as_usr`, `run_as_user`},
	{`run_as_user.value`, `run_as_user.valu`, `value`},
	{`container.path}]`, `container.pth}]`, `path`},
	{`"latest", "none"`, `"lates", "none"`, `latest`},
	{`"none", "semver"`, `"non", "semver"`, `none`},
	{`"semver"}`, `"semvar"}`, `semver`},
	{`data.guard.params`, `data.guard.param`, `data.guard.params`},
	{`"image/team-registry"`, `"image/team-registri"`, `image/team-registry`},
	{`"].allowed`, `"].alowed`, `allowed`},
	{`data.guard.lib.image as`, `data.guard.lib.imag as`, `image`},
	{`lib.pulled(`, `lib.puled(`, `pulled`},
	{`package guard.rules.image`, `package guard.rule.image`, `guard.rules.image.team_registry`},
	{`image.team_registry`, `imag.team_registry`, `guard.rules.image.team_registry`},
	{`.team_registry`, `.team_registri`, `guard.rules.image.team_registry`},
	{`deny contains`, `deni contains`, `deny`},
	{`"message": msg`, `"mesage": msg`, `message`},
	{`"path": image.path`, `"pth": image.path`, `path`},
	{`"related":`, `"relatd":`, `related`},
	{`"message": "here"`, `"mesage": "here"`, `message`},
	{`"path": container`, `"pat": container`, `path`},
	{`startswith(`, `startwith(`, `startswith`},
	{`sprintf(`, `sprint(`, `sprintf`},
	{`lower(`, `lowr(`, `lower`},
	{`# title:`, `# titel:`, `title`},
	{`# description: Only`, `# descripton: Only`, `description`},
	{`# scope:`, `# scop:`, `scope`},
	{`scope: package`, `scope: packag`, `package`},
	{`# schemas:`, `# schema:`, `schemas`},
	{`schema.kubernetes`, `schema.kubernets`, `kubernetes`},
	{`# related_resources:`, `# related_resource:`, `related_resources`},
	{`# - ref:`, `# - rf:`, `ref`},
	{`# custom:`, `# custm:`, `custom`},
	{`severity: high`, `severty: high`, `severity`},
	{`severity: high`, `severity: hgh`, `high`},
	{`kinds: [kube`, `kind: [kube`, `kinds`},
	{`kinds: [kubernetes]`, `kinds: [kubernets]`, `kubernetes`},
	{`profiles: [reco`, `profile: [reco`, `profiles`},
	{`[recommended]`, `[recommendet]`, `recommended`},
	{`remediation:`, `remedation:`, `remediation`},
	{`since: 0.1.0`, `sinc: 0.1.0`, `since`},
	{`effective-on:`, `efective-on:`, `effective-on`},
	{`frameworks:`, `framework:`, `frameworks`},
	{`params:`, `parms:`, `params`},
	{`type: array`, `typ: array`, `type`},
	{`type: array`, `type: aray`, `array`},
	{`default: [reg`, `defalt: [reg`, `default`},
	{`not _allowed(`, `not _alowed(`, `_allowed`},
	{`not _allowed(image)`, `not _allowed(imag)`, `image`},
	{`"path": container.path}]`, `"path": container.path, "fil": "x"}]`, `file`},
}
