package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// A layer travels in the bundle, and holds in guard check: against the
// configuration, against flags, and against every kind of waiver.
func TestPolicyBundle_ALayerHolds(t *testing.T) {
	s := newShipping(t)
	layer, configuration := filepath.Join(s.dir, "policy/guard.yaml"), filepath.Join(s.dir, ".guard.yaml")
	writeFile(t, layer, "version: 1\nprofile: recommended\nrules: {image/tag-generic: {action: dney}}\n")
	s.must(2, `policy/guard.yaml:3:\d+: unknown action "dney", did you mean "deny"\?`, "policy", "bundle", "build", "policy", "--revision", "1.0.0")
	s.must(1, `policy/guard.yaml:3:\d+: unknown action "dney"`, "policy", "check", "policy")
	writeFile(t, layer, "version: 1\nprofile: recommended\nallow: {change: [image/not-digest-pinned], waive: [image/not-digest-pinned]}\n")
	digest := s.ship("1.4.0", "stable", "--unsigned")
	s.must(0, `demanded of those who use it \(guard.yaml\)\n  version: 1\n  profile: recommended\n`, "policy", "bundle", "inspect", "bundle.tar.gz")
	s.must(0, "the rules are the same", "policy", "bundle", "diff", "bundle.tar.gz", "policy")
	writeFile(t, layer, "version: 1\nprofile: minimal\n")
	s.must(1, `^changed  what is demanded of those who use it \(guard.yaml\)\n +- version: 1\n +- profile: recommended\n(.*\n)+ +\+ profile: minimal\n`, "policy", "bundle", "diff", "bundle.tar.gz", "policy")
	bundle := s.name() + "@" + digest
	configure := func(more string) { writeFile(t, configuration, "version: 1\npolicies: [\"oci://"+bundle+"\"]\n"+more) }

	configure("rules:\n  team/known-registry: {action: off}\n")
	s.check(2, `^guard: .guard.yaml:4:\d+: team/known-registry: action off is weaker than deny, which bundle .*/team/policy@sha256:\w+ 1.4.0 demands; a layer allows that by allow: {change: \[team/known-registry\]}`)
	configure("rules: {team/known-registry: {params: {allowed: [evil.example.com]}}}\n")
	s.check(2, `parameter allowed is \["evil.example.com"\], and bundle .* 1.4.0 demands \["good.example.com"\]`)
	configure("profile: minimal\n")
	s.check(2, `.guard.yaml:3:10: profile minimal only leaves out rules of recommended, which bundle`)
	configure("")
	s.check(2, `^guard: --profile: profile minimal only leaves out rules of recommended, which bundle .* 1.4.0 demands \(.*/guard.yaml:2\)`, "--profile", "minimal")
	configure("rules: {image/not-digest-pinned: {action: off}}\n")
	s.check(1, fires)

	// No waiver excuses, and that is said: in the configuration, in the file, in a baseline.
	configure("waivers: [{rule: team/known-registry, files: [Dockerfile], reason: because, owner: me, expires: 2026-12-31}]\n")
	out := s.must(1, `analysis/waiver-invalid`, "check", "Dockerfile", "--only", "team,analysis")
	if !strings.Contains(out, "1.4.0 does not allow that team/known-registry is waived") || !strings.Contains(out, "deny: evil.example.com/a:1.2.3 "+fires) {
		t.Errorf("got\n%s", out)
	}
	configure("")
	writeFile(t, filepath.Join(s.dir, "Dockerfile"), "# guard:ignore team/known-registry until=2026-12-31 -- because\nFROM evil.example.com/a:1.2.3\nUSER 1000\n")
	out = s.must(1, fires, "check", "Dockerfile", "--only", "team,analysis")
	if !strings.Contains(out, "does not allow that team/known-registry is waived") {
		t.Errorf("got\n%s", out)
	}
	writeFile(t, filepath.Join(s.dir, "Dockerfile"), "FROM evil.example.com/a:1.2.3\nUSER 1000\n")
	s.must(0, "", "baseline", "write", "Dockerfile", "--only", "team")
	s.check(1, fires, "--baseline", ".guard-baseline.json")
}

// What holds is shown with where it comes from.
func TestPolicyEffective_SaysWhereValuesComeFrom(t *testing.T) {
	s := newShipping(t)
	writeFile(t, filepath.Join(s.dir, "policy/guard.yaml"), "version: 1\nfail-on: high\nrules:\n  team/known-registry: {action: warn, params: {allowed: [a.example.com]}}\nallow: {waive: ['*']}\n")
	bundle := s.name() + "@" + s.ship("1.4.0", "stable", "--unsigned")
	writeFile(t, filepath.Join(s.dir, ".guard.yaml"), "version: 1\npolicies: [\"oci://"+bundle+"\"]\nprofile: strict\nrules:\n  image/tag-latest: {action: audit}\n")
	want := `team/known-registry
  action    warn
            from bundle NAME 1.4.0 (NAME/guard.yaml:4)
  severity  medium
            from bundle NAME 1.4.0 (NAME/team/known_registry.rego:8)
  param     allowed = ["a.example.com"]
            from bundle NAME 1.4.0 (NAME/guard.yaml:4)
  held      at least warn, may be waived
            from bundle NAME 1.4.0
`
	out := s.must(0, "", "policy", "effective", "team/known-registry")
	if got := strings.ReplaceAll(out, bundle, "NAME"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s.must(0, `action    audit\n +from configuration \(.guard.yaml:5\)\n  severity  high\n +from built-in`, "policy", "effective", "image/tag-latest")
	s.must(0, `action    deny\n +from severity high, denied from high on, bundle .* 1.4.0 \(.*/guard.yaml:2\)`, "policy", "effective", "kubernetes/privileged")
	s.must(0, `action    deny\n +from severity high, denied from low on, --fail-on\n`, "policy", "effective", "kubernetes/privileged", "--fail-on", "low")
	s.must(0, `action    off\n +from not in profile minimal, --profile\n`, "policy", "effective", "image/tag-generic", "--profile", "minimal")
	s.must(0, `action    off\n +from left out of the run\n`, "policy", "effective", "image/tag-generic", "--skip", "image")
	var report struct {
		Layers []string
		Rules  []struct {
			ID     string
			Action struct {
				Value, From, File string
				Line              int
			}
		}
	}
	if err := json.Unmarshal([]byte(s.must(0, "", "policy", "effective", "-o", "json")), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Layers) != 1 || len(report.Rules) < 50 {
		t.Errorf("layers %q, %d rules", report.Layers, len(report.Rules))
	}
	for _, r := range report.Rules {
		if r.Action.Value == "off" || r.Action.From == "" {
			t.Errorf("rule %s: %+v", r.ID, r.Action)
		}
		if r.ID == "image/tag-latest" && (r.Action.File != ".guard.yaml" || r.Action.Line != 5) {
			t.Errorf("rule %s: %+v", r.ID, r.Action)
		}
	}
	s.must(2, `unknown format "xml", expected text or json`, "policy", "effective", "-o", "xml")
}

// The organisation's bundle stands above whatever a repository names: a bundle of its
// own, the same one in another version, and keys that it trusts.
func TestPolicyBundle_AnOrganisationStandsAbove(t *testing.T) {
	s := newShipping(t)
	writeFile(t, filepath.Join(s.dir, "policy/guard.yaml"), "version: 1\nprofile: recommended\n")
	s.ship("1.4.0", "stable", byTeam)
	above := tree(t, map[string]string{"organisation.yaml": "version: 1\npolicies: [\"oci://" + s.name() + ":stable\"]\npolicy-trust:\n  - images: [\"" + s.name() + "\"]\n    authorities: [{name: team, keys: [{file: team.pub}], no-transparency-log: true}]\n"})
	writeFile(t, filepath.Join(above, "team.pub"), s.keys["team"].PublicPEM(t))
	organisation := "--organisation=" + filepath.Join(above, "organisation.yaml")
	s.check(1, fires, organisation)

	s.rule("medium", `["evil.example.com"]`)
	writeFile(t, filepath.Join(s.dir, "policy/guard.yaml"), "version: 1\nprofile: minimal\nallow: {change: ['*'], waive: ['*']}\n")
	writeFile(t, filepath.Join(s.dir, "policy/team/known_registry_test.rego"), strings.ReplaceAll(shippedTest, "good.example.com", "other.example.com"))
	loose := s.ship("9.0.0", "loose", byStranger)
	configuration := filepath.Join(s.dir, ".guard.yaml")
	mine := "version: 1\npolicies: [\"oci://" + s.name() + "@" + loose + "\"]\n"
	writeFile(t, configuration, mine)
	if code, out := s.guard("check", "Dockerfile", "--only", "team"); code != 0 {
		t.Fatalf("without an organisation the repository decides: exit code %d\n%s", code, out)
	}
	s.check(1, fires, organisation)
	writeFile(t, configuration, mine+"policy-trust:\n  - images: [\""+s.name()+"\"]\n    authorities: [{name: me, keys: [{file: stranger.pub}], no-transparency-log: true}]\n")
	s.check(1, fires, organisation)
	writeFile(t, filepath.Join(above, "organisation.yaml"), "version: 1\npolicies: [\"oci://"+s.name()+":loose\"]\npolicy-trust:\n  - images: [\""+s.name()+"\"]\n    authorities: [{name: team, keys: [{file: team.pub}], no-transparency-log: true}]\n")
	s.check(2, `organisation.yaml:2:\d+: .*team`, organisation)
}
