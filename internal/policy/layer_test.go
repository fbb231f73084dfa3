package policy_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
)

// layered compiles guard's own rules, a bundle with the sound rule and a layer,
// and a repository's own rules, by a configuration.
func layered(t *testing.T, layer, configuration string, more ...policy.Source) (*policy.Evaluator, error) {
	t.Helper()
	organisation, err := policy.FromBundle("org", "1.4.0", fstest.MapFS{"image/moving.rego": {Data: []byte(sound)}}, []byte("version: 1\n"+layer))
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(".guard.yaml", []byte("version: 1\n"+configuration))
	if err != nil {
		t.Fatal(err)
	}
	return policy.Compile(context.Background(), append([]policy.Source{policy.Builtin(), organisation}, more...), policy.Configured(c))
}

func ruleOf(t *testing.T, e *policy.Evaluator, id string) policy.Effective {
	t.Helper()
	for _, r := range e.Effective() {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("there is no rule %s", id)
	return policy.Effective{}
}

// A layer is held to: what weakens it is an error that names the line, the layer
// and its line.
func TestLayer_CannotBeWeakened(t *testing.T) {
	tests := map[string]struct{ layer, configuration, want string }{
		"its own rule is switched off":             {"", "rules: {image/moving: {action: off}}", ".guard.yaml:2:9: image/moving: action off is weaker than deny, which bundle org 1.4.0 demands"},
		"its own rule warns, by a former id":       {"", "rules: {image/old-name: {action: warn}}", "image/moving: action warn is weaker than deny, which bundle org 1.4.0 demands"},
		"a parameter of its own rule":              {"", "rules: {image/moving: {params: {tags: []}}}", `.guard.yaml:2:33: image/moving: parameter tags is [], and bundle org 1.4.0 demands ["latest"] (org/image/moving.rego:18)`},
		"a rule of guard's that it speaks of":      {"rules: {image/tag-generic: {action: deny}}", "rules: {image/tag-generic: {action: audit}}", "action audit is weaker than deny, which bundle org 1.4.0 demands (org/guard.yaml:2)"},
		"a parameter that it sets":                 {"rules: {image/moving: {params: {tags: [latest, edge]}}}", "rules: {image/moving: {params: {tags: [latest]}}}", `demands ["latest","edge"] (org/guard.yaml:2)`},
		"a rule of its profile":                    {"profile: strict", "rules: {kubernetes/read-only-root: {action: off}}", "kubernetes/read-only-root: action off is weaker than"},
		"its profile":                              {"profile: recommended", "profile: minimal", ".guard.yaml:2:10: profile minimal only leaves out rules of recommended, which bundle org 1.4.0 demands (org/guard.yaml:2); name one that adds some, or none"},
		"its severity to fail on":                  {"fail-on: medium", "fail-on: high", ".guard.yaml:2:10: fail-on high is weaker than medium, which bundle org 1.4.0 demands (org/guard.yaml:2)"},
		"what it allows is not what is weakened":   {"allow: {waive: ['*'], change: [kubernetes]}", "rules: {image/moving: {action: off}}", "a layer allows that by allow: {change: [image/moving]}"},
		"its own mistake, a rule":                  {"rules: {image/tag-latst: {action: deny}}", "", `org/guard.yaml:2:9: unknown rule "image/tag-latst", did you mean "image/tag-latest"?`},
		"its own mistake, an allowed one":          {"allow: {waive: [image/movin]}", "", `org/guard.yaml:2:17: unknown rule "image/movin", did you mean "image/moving"?`},
		"its own mistake, a profile of nobody":     {"profile: platform-team", "", `org/guard.yaml:2:10: unknown profile "platform-team"`},
		"a profile of nobody in the configuration": {"", "profile: platform-team", `.guard.yaml:2:10: unknown profile "platform-team"`},
		"one of several in the configuration":      {"", "profile: [strict, platform-team]", `unknown profile "platform-team"`},
		"its own mistake, a parameter":             {"rules: {image/moving: {params: {tag: []}}}", "", `has no parameter "tag", did you mean "tags"?`},
		"what cannot be read":                      {"", "rules: {analysis/unparsable: {action: off}}", "analysis/unparsable: action off is weaker than deny, which bundle org 1.4.0 demands"},
		"a rule that is on by a rule of its own":   {"rules: {kubernetes/default-namespace: {action: deny}}", "rules: {kubernetes/default-namespace: {action: off}}", "weaker than deny"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := layered(t, tt.layer, tt.configuration)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// Below a layer rules are added and tightened, and changed as far as it allows.
func TestLayer_CanBeTightenedAndChangedWhereItAllows(t *testing.T) {
	tests := map[string]struct {
		layer, configuration, rule string
		action                     finding.Action
		from                       string
	}{
		"without any word of the configuration":         {"profile: strict\nrules: {image/moving: {action: warn}}", "", "image/moving", finding.Warn, "bundle org 1.4.0 (org/guard.yaml:3)"},
		"a warning becomes a denial":                    {"rules: {image/moving: {action: warn}}", "rules: {image/moving: {action: deny}}", "image/moving", finding.Deny, "configuration (.guard.yaml:2)"},
		"a profile adds rules":                          {"profile: minimal", "profile: strict", "image/tag-generic", finding.Deny, ""},
		"and takes none away":                           {"profile: recommended", "profile: pss-restricted", "image/tag-latest", finding.Deny, ""},
		"a lower severity is failed on":                 {"profile: strict\nfail-on: critical", "fail-on: high", "image/tag-latest", finding.Deny, ""},
		"a higher one holds for rules of nobody else":   {"", "fail-on: critical", "image/tag-latest", finding.Warn, ""},
		"and not for those of the layer":                {"", "fail-on: critical", "image/moving", finding.Deny, ""},
		"what it allows is changed":                     {"profile: recommended\nallow: {change: [image/tag-latest]}", "rules: {image/tag-latest: {action: audit}}", "image/tag-latest", finding.Audit, "configuration (.guard.yaml:2)"},
		"a category is allowed":                         {"allow: {change: [image]}", "rules: {image/moving: {action: off}}", "image/moving", finding.Off, "configuration (.guard.yaml:2)"},
		"everything is allowed":                         {"profile: strict\nallow: {change: ['*']}", "rules: {image/moving: {action: off}}", "image/moving", finding.Off, "configuration (.guard.yaml:2)"},
		"what it switches off stays off":                {"rules: {image/tag-latest: {action: off}}", "profile: strict", "image/tag-latest", finding.Off, "bundle org 1.4.0 (org/guard.yaml:2)"},
		"until a configuration names the rule":          {"rules: {image/tag-latest: {action: off}}", "rules: {image/tag-latest: {action: warn}}", "image/tag-latest", finding.Warn, "configuration (.guard.yaml:2)"},
		"rules that it is not about are anybody's":      {"", "rules: {image/tag-latest: {action: off}}", "image/tag-latest", finding.Off, "configuration (.guard.yaml:2)"},
		"to demand the same parameter again is no harm": {"", "rules: {image/moving: {params: {limit: 3}}}", "image/moving", finding.Deny, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e, err := layered(t, tt.layer, tt.configuration)
			if err != nil {
				t.Fatal(err)
			}
			r := ruleOf(t, e, tt.rule)
			if r.Action != tt.action || tt.from != "" && r.ActionFrom.String() != tt.from {
				t.Errorf("%s is %s, from %s; want %s, %s", tt.rule, r.Action, r.ActionFrom, tt.action, tt.from)
			}
		})
	}
}

// A second bundle is below the first one, and can allow no more than that.
func TestLayer_ASecondOneIsBelowTheFirst(t *testing.T) {
	team := func(layer string) policy.Source {
		s, err := policy.FromBundle("team", "2.0.0", fstest.MapFS{"team/x.rego": {Data: []byte(strings.ReplaceAll(replace("#   aliases: [image/old-name]\n", ""), "image.moving", "team.x"))}}, []byte("version: 1\n"+layer))
		if err != nil {
			t.Fatal(err)
		}
		s.FS.(fstest.MapFS)["team/x.rego"].Data = []byte(strings.ReplaceAll(string(s.FS.(fstest.MapFS)["team/x.rego"].Data), `"image/moving"`, `"team/x"`))
		return s
	}
	if _, err := layered(t, "", "", team("rules: {image/moving: {action: off}}")); err == nil || !strings.Contains(err.Error(), "team/guard.yaml:2:9: image/moving: action off is weaker than deny, which bundle org 1.4.0 demands") {
		t.Errorf("got %v", err)
	}
	e, err := layered(t, "rules: {image/moving: {action: warn}}", "", team("rules: {image/moving: {action: deny}}\nallow: {waive: [image/moving, team/x], change: ['*']}"))
	if err != nil {
		t.Fatal(err)
	}
	if held, _ := e.Held("image/moving"); held != (policy.Held{By: "bundle team 2.0.0", Action: finding.Deny}) {
		t.Errorf("held %+v", held)
	}
	if held, _ := e.Held("team/x"); held != (policy.Held{By: "bundle team 2.0.0", Action: finding.Deny, Change: true, Waive: true}) {
		t.Errorf("held %+v", held)
	}
}

// Whoever stands first does not decide about rules that others bring along, and may
// not: a repository could put a bundle of its own before the organisation's.
func TestLayer_LeavesRulesOfThoseBelowAlone(t *testing.T) {
	strict := policy.Source{Name: "own", Custom: true, FS: fstest.MapFS{"team/x.rego": {Data: []byte(strings.NewReplacer("image.moving", "team.x", `"image/moving"`, `"team/x"`).Replace(replace("#   aliases: [image/old-name]\n", "")))}}}
	e, err := layered(t, "profile: [recommended, strict]", "rules: {team/x: {action: audit, params: {limit: 9}}}", strict)
	if err != nil {
		t.Fatal(err)
	}
	if _, held := e.Held("team/x"); held || ruleOf(t, e, "team/x").Action != finding.Audit || e.Unwaivable("team/x") != "" {
		t.Errorf("the layer is about a rule that the repository has added: %+v", ruleOf(t, e, "team/x"))
	}
	_, err = layered(t, "rules: {team/x: {action: off, params: {limit: 9}}}", "", strict)
	if want := "org/guard.yaml:2:9: team/x: the rule is brought along by own, which stands below bundle org 1.4.0; a layer speaks of its own rules and of those above it"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// hold holds a configuration to a layer.
func hold(t *testing.T, layer, configuration string) (*config.Config, error) {
	t.Helper()
	e, err := layered(t, layer, "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(".guard.yaml", []byte("version: 1\n"+configuration))
	if err != nil {
		t.Fatal(err)
	}
	return e.Hold(c)
}

const productionOf = "environments: {production: {names: [production, prod], branches: [main], tags: ['v*'], approval: required}}"

// A configuration cannot make guard blind for what a layer demands rules about.
func TestLayer_HoldsWhatIsSaidOfFiles(t *testing.T) {
	tests := map[string]struct{ layer, configuration, want string }{
		"production has another name":          {productionOf, "environments: {production: {names: [production], branches: [main], approval: required}}", ".guard.yaml:2:28: environment production lacks the names prod, which bundle org 1.4.0 does not allow"},
		"production is called staging":         {productionOf, "environments: {staging: {names: [staging, prod]}}", "environment staging has the name prod, by which production is meant, which bundle org 1.4.0 does not allow"},
		"a part of production is":              {productionOf, "environments: {staging: {names: [prod-eu]}}", "environment staging has the name prod-eu, by which production is meant"},
		"more branches reach production":       {productionOf, "environments: {production: {names: [production, prod], branches: [main, '*'], approval: required}}", "environment production may be reached by the branches *, which"},
		"more tags do":                         {productionOf, "environments: {production: {names: [production, prod], tags: ['*'], approval: required}}", "environment production may be reached by the tags *, which"},
		"nobody need approve":                  {productionOf, "environments: {production: {names: [production, prod]}}", "environment production has approval: none and not required, which"},
		"a kind has its Pod elsewhere":         {"", "kubernetes: {pods: [{group: apps, kind: Deployment, template: [spec, nowhere]}]}", ".guard.yaml:2:21: kubernetes.pods: guard knows itself where a Deployment keeps its Pod"},
		"what may not be said":                 {"allow: {settings: [kubernetes]}", "pipelines: {activities: [{run: kubectl, kinds: []}]}", ".guard.yaml:2:12: pipelines: bundle org 1.4.0 lets nobody below it say this; a layer allows that by allow: {settings: [pipelines]}"},
		"where nothing may be, a snapshot":     {"allow: {settings: []}", "snapshot: forge.json", ".guard.yaml:2:11: snapshot: bundle org 1.4.0 lets nobody below it say this"},
		"where nothing may be, another kind":   {"allow: {settings: []}", "kubernetes: {pods: [{group: acme.example.com, kind: Shop, template: [spec]}]}", "kubernetes: bundle org 1.4.0 lets nobody"},
		"where nothing may be, an environment": {"allow: {settings: []}", "environments: {test: {}}", "environments: bundle org 1.4.0 lets nobody"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := hold(t, tt.layer, tt.configuration)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// What a layer says of files holds beside what the configuration says.
func TestLayer_IsReadTogetherWithTheConfiguration(t *testing.T) {
	layer := productionOf + "\nimages: {own: [registry.example.com/**]}\npipelines: {activities: [{run: ship, kinds: [deploy]}]}\nkubernetes: {pods: [{group: example.com, kind: Shop, template: [spec, template]}]}\n"
	c, err := hold(t, layer, `environments: {production: {names: [production, prod, shop], branches: [main], approval: proved}, test: {}}
images: {own: [docker.io/team/**]}
pipelines: {activities: [{run: ship, kinds: []}, {run: probe, kinds: [test]}]}
kubernetes: {pods: [{group: example.com, kind: Shop, template: [nowhere]}]}
waivers: [{rule: image/moving, files: [a], reason: because, owner: me, expires: 2026-12-31}]`)
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Environments[0]; len(c.Environments) != 2 || p.Approval != "proved" || len(p.Names) != 3 || len(p.Tags) != 0 {
		t.Errorf("environments %+v", c.Environments)
	}
	if len(c.Images.Own) != 2 || len(c.Activities) != 3 || c.Activities[0].Kinds[0] != "deploy" || c.Pods[0].Path[1] != "template" {
		t.Errorf("got %+v", c)
	}
	if c.Waivers[0].Invalid != "bundle org 1.4.0 does not allow that image/moving is waived" {
		t.Errorf("waiver %+v", c.Waivers[0])
	}
	if c, err = hold(t, productionOf, ""); err != nil || len(c.Environments) != 1 {
		t.Errorf("without a word of the configuration: %+v, %v", c, err)
	}
	if c, err = hold(t, "", "environments: {live: {}}"); err != nil || len(c.Environments) != 1 || c.Environments[0].Key != "live" {
		t.Errorf("without a word of the layer: %+v, %v", c, err)
	}
	// A text in UTF-16 says what it says.
	e, err := layered(t, "allow: {settings: []}", "")
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, b := range []byte("version: 1\nsnapshot: forge.json\n") {
		wide = append(wide, b, 0)
	}
	written, err := config.Load(".guard.yaml", wide)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = e.Hold(written); err == nil {
		t.Error("what stands in UTF-16 is not held")
	}
}

// Who has the same digest gets the same answers, so what a layer says of files is part
// of it.
func TestLayer_IsPartOfTheDigest(t *testing.T) {
	known := map[string]string{}
	for _, layer := range []string{"", "allow: {waive: ['*']}", productionOf, "allow: {ignore: []}", "allow: {ignore: [vendor/]}", "allow: {settings: []}", "images: {own: [a/**]}"} {
		e, err := layered(t, layer, "")
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := known[e.Digest()]; twice {
			t.Errorf("%q and %q have one digest", layer, other)
		}
		known[e.Digest()] = layer
	}
}

func TestLayer_SaysWhatMayBeWaived(t *testing.T) {
	e, err := layered(t, "allow: {waive: [image/tag-latest]}\nrules: {image/tag-latest: {action: deny}}", "")
	if err != nil {
		t.Fatal(err)
	}
	for rule, want := range map[string]string{
		"image/moving": "bundle org 1.4.0 does not allow that image/moving is waived", "image/old-name": "bundle org 1.4.0 does not allow that image/old-name is waived",
		"image/tag-latest": "", "image/tag-generic": "", "image/unknown": "",
	} {
		if got := e.Unwaivable(rule); got != want {
			t.Errorf("%s: got %q, want %q", rule, got, want)
		}
	}
}

// A rule cannot take the place of another one, whichever comes first.
func TestLayer_CannotBeShadowed(t *testing.T) {
	own := policy.Source{Name: "own", Custom: true, FS: fstest.MapFS{"image/moving.rego": {Data: []byte(sound)}}}
	if _, err := layered(t, "", "", own); err == nil || !strings.Contains(err.Error(), "own/image/moving.rego:1: package guard.rules.image.moving is already defined by org/image/moving.rego; a rule takes no other's place") {
		t.Errorf("got %v", err)
	}
	builtin := policy.Source{Name: "own", Custom: true, FS: fstest.MapFS{"image/tag_latest.rego": {Data: []byte(strings.ReplaceAll(sound, "image.moving", "image.tag_latest"))}}}
	if _, err := layered(t, "", "", builtin); err == nil || !strings.Contains(err.Error(), "package guard.rules.image.tag_latest is already defined by policies/rules/image/tag_latest.rego") {
		t.Errorf("got %v", err)
	}
	alias := strings.ReplaceAll(replace("aliases: [image/old-name]", "aliases: [image/moving]"), "guard.rules.image.moving", "guard.rules.own.x")
	former := policy.Source{Name: "own", Custom: true, FS: fstest.MapFS{"own/x.rego": {Data: []byte(alias)}}}
	if _, err := layered(t, "", "", former); err == nil || !strings.Contains(err.Error(), `alias "image/moving" is the id of another rule`) {
		t.Errorf("got %v", err)
	}
}

// Users' rules can belong to profiles of their own, and several profiles hold
// together.
func TestProfiles_OfUsers(t *testing.T) {
	rule := replace("profiles: [recommended, strict]", "profiles: [platform-team]")
	rule = strings.Replace(rule, "profiles: {strict: [latest, edge]}", "profiles: {platform-team: [edge]}", 1)
	tests := map[string]struct {
		profile string
		on      []string
		off     []string
	}{
		"by default it is off":   {"", []string{"image/tag-latest"}, []string{"image/moving"}},
		"alone it has its rules": {"platform-team", []string{"image/moving", "analysis/unparsable"}, []string{"image/tag-latest"}},
		"together both are on":   {"recommended, platform-team", []string{"image/moving", "image/tag-latest"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin(), source(rule)}, policy.Settings{Profile: tt.profile})
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range tt.on {
				if ruleOf(t, e, id).Action == finding.Off {
					t.Errorf("%s is off", id)
				}
			}
			for _, id := range tt.off {
				if ruleOf(t, e, id).Action != finding.Off {
					t.Errorf("%s is on", id)
				}
			}
		})
	}
	for bad, want := range map[string]string{"recomended": `did you mean "recommended"?`, "Platform": "expected lower-case words with - between them", "a b": "expected lower-case words"} {
		_, err := compile(replace("profiles: [recommended, strict]", "profiles: ["+bad+"]"), policy.Settings{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("profiles: [%s]: got %v, want %s", bad, err, want)
		}
	}
	_, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin(), source(rule)}, policy.Settings{Profile: "platform-taem"})
	if err == nil || !strings.Contains(err.Error(), `unknown profile "platform-taem", did you mean "platform-team"?`) {
		t.Errorf("got %v", err)
	}
}
