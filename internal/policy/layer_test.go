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
