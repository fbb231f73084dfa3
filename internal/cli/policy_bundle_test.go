package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestPolicyBundle_BuildIsTheSameEverywhere(t *testing.T) {
	first, second := newShipping(t), newShipping(t)
	a := first.must(0, "", "policy", "bundle", "build", "policy", "--revision", "1.4.0")
	if err := os.Chtimes(filepath.Join(second.dir, "policy/team/known_registry.rego"), today, today); err != nil {
		t.Fatal(err)
	}
	b := second.must(0, "", "policy", "bundle", "build", "policy/", "--revision", "1.4.0")
	// The digest is written out: a change of Go, or of guard, that moves it is seen.
	const known = "sha256:9f66b7c24ac99d114ab783d158cebceb67ed6546bd4e3187681c25176c9a1125"
	if a != b || !strings.Contains(a, known) {
		t.Errorf("got\n%s and\n%s, want %s", a, b, known)
	}
	if c := first.must(0, "", "policy", "bundle", "build", "policy", "--revision", "1.4.1"); c == a {
		t.Error("another version has the same digest")
	}
}

func TestPolicyBundle_BuildRefusesWhatIsWrong(t *testing.T) {
	s := newShipping(t)
	s.must(2, "expected a semantic version", "policy", "bundle", "build", "policy")
	for _, revision := range []string{"v1.2.3", "1.2", "1.2.3+a", "latest", "01.2.3"} {
		s.must(2, "expected a semantic version", "policy", "bundle", "build", "policy", "--revision", revision)
	}
	s.must(2, "no such directory", "policy", "bundle", "build", "polcy", "--revision", "1.0.0")
	s.rule("grave", "[]")
	s.must(2, "known_registry.rego:8", "policy", "bundle", "build", "policy", "--revision", "1.0.0")
}

func TestPolicyBundle_DecidesInCheck(t *testing.T) {
	s := newShipping(t)
	digest := s.ship("1.0.0", "stable", byTeam)
	s.uses(`"oci://` + s.name() + `:stable"`)
	s.check(1, fires)
	s.uses(`"oci://` + s.name() + "@" + digest + `"`)
	s.check(1, fires)
	s.uses(`{bundle: "oci://` + s.name() + `:stable", at-least: 1.0.0}`)
	s.check(1, fires)
	for _, command := range [][]string{{"rules"}, {"explain", "team/known-registry"}} {
		s.must(0, "team/known-registry", command...)
	}
}

// RELIABILITY 53: unsigned, of a wrong signer, rolled back: refused, each with
// its reason and where the configuration asks for it.
func TestPolicyBundle_RefusesWhatIsNotTrusted(t *testing.T) {
	s := newShipping(t)
	unsigned := s.ship("1.0.0", "stable", "--unsigned")
	s.uses(`"oci://` + s.name() + `:stable"`)
	s.check(2, `^guard: .guard.yaml:2:\d+: .*:stable: refused: unsigned: there is no signature`)
	s.uses(`"oci://` + s.name() + "@" + unsigned + `"`)
	s.check(2, `refused: unsigned`)
	s.ship("1.1.0", "stable", byStranger)
	s.uses(`"oci://` + s.name() + `:stable"`)
	s.check(2, `refused: invalid: 0 of 1 authorities have signed`)
	s.ship("1.2.0", "stable", byTeam)
	s.check(1, fires)
	s.ship("1.1.5", "stable", byTeam)
	s.check(2, `refused: version 1.1.5 is older, the last that was accepted is 1.2.0; to go back on purpose, name it by its digest sha256:`)
	s.must(3, `version 1.1.5 is older`, "policy", "bundle", "pull", s.name()+":stable", "pulled")
	s.rule("high", "[]")
	s.ship("1.2.0", "stable", byTeam)
	s.check(2, `version 1.2.0 is now sha256:.* and was sha256:.*; a version means one bundle for ever`)
	s.ship("1.3.0", "stable", byTeam)
	s.check(1, fires)
	s.uses(`{bundle: "oci://` + s.name() + `:stable", at-least: 2.0.0}`)
	s.check(2, `version 1.3.0 is older, the configuration demands at least 2.0.0`)
	s.cannot = true
	s.check(3, `this needs guard-sigstore, which verifies signatures`)
}

// A tag without anybody who must have signed it could be moved by whoever may
// push; a digest cannot.
func TestPolicyBundle_WithoutTrustPolicyNeedsADigest(t *testing.T) {
	s := newShipping(t)
	digest := s.ship("1.0.0", "stable", "--unsigned")
	configuration := filepath.Join(s.dir, ".guard.yaml")
	writeFile(t, configuration, "version: 1\npolicies: [\"oci://"+s.name()+":stable\"]\n")
	s.check(2, `no entry of policy-trust is for .*name the bundle by its digest`)
	writeFile(t, configuration, "version: 1\npolicies: [\"oci://"+s.name()+"@"+digest+"\"]\n")
	s.cannot = true
	s.check(1, fires)
	for text, says := range map[string]string{
		`policies: ["oci://"]`:                                           `.guard.yaml:2:`,
		`policies: ["oci://Upper/Case:a"]`:                               `.guard.yaml:2:`,
		`policies: [{bundle: ./policy}]`:                                 `expected bundle: oci://`,
		`policies: [{bundle: "oci://a.example.com/b:1", at-least: "1"}]`: `at-least: expected a semantic version`,
		`policies: [{bundel: "oci://a.example.com/b:1"}]`:                `did you mean "bundle"`,
		`policy-trust: [{images: [x.example.com/a]}]`:                    "",
	} {
		writeFile(t, configuration, "version: 1\n"+text+"\n")
		if says != "" {
			s.check(2, regexp.QuoteMeta(says))
		}
	}
	// Two mistakes of the trust policy, told below its own key.
	writeFile(t, configuration, "version: 1\npolicies: [\"oci://"+s.name()+":stable\"]\npolicy-trust: [{images: [x.example.com/a]}]\n")
	s.check(2, `.guard.yaml:3:\d+: policy-trust\[0\].authorities: is missing`)
}

// Without the registry there is what was accepted before, verified again, and
// that is said where a tag could have moved on.
func TestPolicyBundle_Offline(t *testing.T) {
	s := newShipping(t)
	digest := s.ship("1.0.0", "stable", byTeam)
	tag, pinned := `"oci://`+s.name()+`:stable"`, `"oci://`+s.name()+"@"+digest+`"`
	s.uses(tag)
	s.check(3, "no registry is asked, and the cache does not help: it does not have the bundle", "--offline")
	s.check(1, fires)
	s.check(1, "guard: .*:stable is "+digest+` from the cache, as accepted on 2026-11-24T12:00:00Z: no registry is asked\n`, "--offline")
	s.uses(pinned)
	s.check(3, "does not have the bundle", "--offline")
	s.check(1, fires)
	s.away.Store(true)
	if _, out := s.guard("check", "Dockerfile", "--only", "team"); strings.Contains(out, "cache") || !strings.Contains(out, fires) {
		t.Errorf("a digest needs no registry: %s", out)
	}
	s.uses(tag)
	s.check(1, ":stable is "+digest+` from the cache, as accepted on .*unavailable`, "--registry-timeout", "500ms")

	// Whoever can write the cache cannot make rules count.
	s.uses(strings.Replace(tag, "stable", "other", 1))
	s.check(3, "the cache does not help", "--registry-timeout", "500ms")
	writeFile(t, filepath.Join(s.dir, "team.pub"), s.keys["stranger"].PublicPEM(t))
	s.uses(tag)
	s.check(2, "refused: invalid", "--offline")
	writeFile(t, filepath.Join(s.dir, "team.pub"), s.keys["team"].PublicPEM(t))
	s.check(1, fires, "--offline")
	blobs, err := filepath.Glob(filepath.Join(s.dir, "cache/blobs/sha256/*"))
	if err != nil || len(blobs) != 2 {
		t.Fatal(blobs, err)
	}
	for _, blob := range blobs {
		data, err := os.ReadFile(blob)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, blob, string(data)+" ")
	}
	s.check(3, "is not what its name says; remove it", "--offline")
}

func TestPolicyBundle_VersionsAreNotMoved(t *testing.T) {
	s := newShipping(t)
	s.ship("1.0.0", "1.0.0", byTeam)
	s.ship("1.0.0", "1.0.0", byTeam)
	s.rule("low", "[]")
	s.must(0, "", "policy", "bundle", "build", "policy", "--revision", "1.0.0")
	s.must(3, `version 1.0.0 is there already as sha256:`, "policy", "bundle", "push", "bundle.tar.gz", s.name(), byTeam)
	s.must(2, "--key is missing", "policy", "bundle", "push", "bundle.tar.gz", s.name())
	s.must(2, "exclude each other", "policy", "bundle", "push", "bundle.tar.gz", s.name(), "--unsigned", byTeam)
	s.must(2, "expected a tag or none", "policy", "bundle", "push", "bundle.tar.gz", s.name()+"@sha256:"+strings.Repeat("0", 64), byTeam)
	s.must(2, "it is no gzip", "policy", "bundle", "push", "Dockerfile", s.name(), byTeam)
}

func TestPolicyBundle_InspectAndPull(t *testing.T) {
	s := newShipping(t)
	digest := s.ship("1.0.0", "stable", byTeam, "--attach-as", "bundle")
	s.uses(`"oci://` + s.name() + `:stable"`)
	var shown struct {
		Digest, Revision, Refused string
		Demanded                  *bool `json:"signature_demanded"`
		Signers                   []string
		Rules                     []struct{ ID, Severity string }
		Builtins                  []string `json:"guard_builtins"`
	}
	read := func(text string) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), &shown); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
	read(s.must(0, "", "policy", "bundle", "inspect", "oci://"+s.name()+":stable", "-o", "json"))
	if shown.Digest != digest || shown.Revision != "1.0.0" || shown.Refused != "" || shown.Demanded == nil || !*shown.Demanded || len(shown.Signers) != 1 || len(shown.Rules) != 1 || shown.Rules[0].Severity != "medium" || len(shown.Builtins) != 0 {
		t.Errorf("got %+v", shown)
	}
	read(s.must(0, "", "policy", "bundle", "inspect", "bundle.tar.gz", "-o", "json"))
	if shown.Digest != digest || shown.Demanded != nil {
		t.Errorf("of a file: %+v", shown)
	}
	s.must(0, `signed by key `, "policy", "bundle", "pull", "oci://"+s.name()+":stable", "pulled")
	got, err := os.ReadFile(filepath.Join(s.dir, "pulled/guard/rules/team/known_registry.rego"))
	want, _ := os.ReadFile(filepath.Join(s.dir, "policy/team/known_registry.rego"))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the rule came back otherwise: %v", err)
	}
	s.must(2, "expected an empty directory", "policy", "bundle", "pull", s.name()+":stable", "pulled")
	s.ship("1.1.0", "stable", byStranger)
	s.must(1, `signature: refused: invalid`, "policy", "bundle", "inspect", "oci://"+s.name()+":stable")
	s.must(3, `refused: invalid`, "policy", "bundle", "diff", "oci://"+s.name()+":stable", "policy")
}

func TestPolicyBundle_Diff(t *testing.T) {
	s := newShipping(t)
	s.ship("1.0.0", "stable", byTeam)
	s.uses(`"oci://` + s.name() + `:stable"`)
	before := "oci://" + s.name() + ":stable"
	s.must(0, "^the rules are the same\n$", "policy", "bundle", "diff", before, "policy")
	s.rule("high", `["good.example.com", "other.example.com"]`)
	s.must(1, `(?m)^changed  team/known-registry\n +params.allowed: array \["good.example.com"\] -> array \["good.example.com","other.example.com"\]\n +severity: medium -> high\n\n1 rule differ`, "policy", "bundle", "diff", before, "policy")
	text, err := os.ReadFile(filepath.Join(s.dir, "policy/team/known_registry.rego"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(s.dir, "other/team/known_registry.rego"), strings.Replace(string(text), "some image in", "# a remark\n\tsome image in", 1))
	writeFile(t, filepath.Join(s.dir, "other/team/second.rego"), strings.ReplaceAll(strings.ReplaceAll(string(text), "known_registry", "second"), "known-registry", "second"))
	var shown struct {
		Rules []struct {
			Rule, Change string
			Fields       []struct{ Field string }
		}
	}
	if err := json.Unmarshal([]byte(s.must(1, "", "policy", "bundle", "diff", "policy", "other", "-o", "json")), &shown); err != nil || len(shown.Rules) != 1 || shown.Rules[0].Rule != "team/second" || shown.Rules[0].Change != "added" {
		t.Errorf("got %+v, %v", shown, err)
	}
	writeFile(t, filepath.Join(s.dir, "other/team/known_registry.rego"), strings.Replace(string(text), "not image.registry", "not image.name", 1))
	if err := json.Unmarshal([]byte(s.must(1, "", "policy", "bundle", "diff", "policy", "other", "-o", "json")), &shown); err != nil || len(shown.Rules) != 2 || len(shown.Rules[0].Fields) != 1 || shown.Rules[0].Fields[0].Field != "rego" {
		t.Errorf("got %+v, %v", shown, err)
	}
}

// Rules in a bundle go through the loader of users' rules.
func TestPolicyBundle_RulesAreHeldToTheSameStrictness(t *testing.T) {
	s := newShipping(t)
	s.must(0, "", "policy", "bundle", "build", "policy", "--revision", "1.0.0")
	text := fmt.Sprintf(shippedRule, "low", "[]")
	text = strings.Replace(text, "some image in input.images", "some image in input.images\n\thttp.send({\"url\": \"http://example.com\", \"method\": \"get\"})", 1)
	s.repack(map[string]string{"guard/rules/team/known_registry.rego": text})
	s.must(0, "", "policy", "bundle", "push", "bundle.tar.gz", s.name()+":stable", byTeam)
	s.uses(`"oci://` + s.name() + `:stable"`)
	s.check(2, regexp.QuoteMeta(s.name()+":stable/team/known_registry.rego:")+`\d+:\d+: .*http\.send`)
	// What did not compile is not what a later one is compared with.
	s.rule("low", "[]")
	s.ship("0.9.0", "stable", byTeam)
	s.check(0, fires)
}

// Who has no key signs by a token, through the services of Sigstore.
func TestPolicyBundle_SignsByAToken(t *testing.T) {
	s := newKeylessShop(t)
	writeFile(t, filepath.Join(s.dir, "policy/team/known_registry.rego"), fmt.Sprintf(shippedRule, "high", "[]"))
	if code, out := execute(t, s.dir, "policy", "bundle", "build", "policy", "--revision", "1.0.0"); code != 0 {
		t.Fatal(out)
	}
	writeFile(t, filepath.Join(s.dir, ".git/token"), s.token)
	repository := strings.TrimSuffix(s.registry.Name(), "/app") + "/policy"
	if out := s.must(0, "policy", "bundle", "push", "bundle.tar.gz", repository+":stable", "--identity-token", ".git/token"); !strings.Contains(out, "signed by "+shopWorkflow) {
		t.Error(out)
	}
	use := func(subject string) {
		writeFile(t, filepath.Join(s.dir, ".guard.yaml"), fmt.Sprintf("version: 1\npolicies: [\"oci://%s:stable\"]\npolicy-trust:\n  - images: [%q]\n    authorities: [{name: ci, trusted-root-file: root.json, signed-timestamp: true, identities: [{issuer: %q, subject: %q}]}]\n", repository, repository, tokenIssuer, subject))
	}
	use(shopWorkflow)
	if out := s.must(0, "policy", "bundle", "inspect", "oci://"+repository+":stable", "--policy-cache", "cache"); !strings.Contains(out, "signed by "+shopWorkflow) {
		t.Error(out)
	}
	use("https://github.com/acme/other/.github/workflows/x.yml@refs/heads/main")
	s.must(1, "policy", "bundle", "inspect", "oci://"+repository+":stable", "--policy-cache", "cache")
}
