package cli_test

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
	"github.com/open-policy-agent/opa/v1/ast"
	opabundle "github.com/open-policy-agent/opa/v1/bundle"

	"guard/internal/bundle"
	"guard/internal/cli"
	"guard/internal/registry/registrytest"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// shipping is a directory of rules, a registry to ship them through, and a
// repository that uses them.
type shipping struct {
	t      *testing.T
	dir    string
	host   string
	away   atomic.Bool // the registry answers nobody
	keys   map[string]signaturetest.Signer
	cannot bool // guard runs without the program that verifies
}

const shippedRule = `# METADATA
# title: Image of an unknown registry
# description: Nobody has looked at it.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: %s
#   kinds: ["*"]
#   profiles: [recommended]
#   remediation: Use an image of ours.
#   since: 0.1.0
#   params:
#     allowed: {type: array, default: %s, description: Registries that count.}
package guard.rules.team.known_registry

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	not image.registry in data.guard.params["team/known-registry"].allowed
	msg := sprintf("%%s is of a registry nobody knows", [image.raw])
}
`

const shippedTest = `package guard.rules.team.known_registry_test

import data.guard.rules.team.known_registry

test_deny if {
	count(known_registry.deny) == 1 with input as guard.parse("dockerfile", "FROM evil.example.com/a:1.2.3\n")
		with data.guard.params as {"team/known-registry": {"allowed": ["good.example.com"]}}
}
`

func newShipping(t *testing.T) *shipping {
	t.Helper()
	s := &shipping{t: t, keys: map[string]signaturetest.Signer{}}
	s.dir = tree(t, map[string]string{"Dockerfile": "FROM evil.example.com/a:1.2.3\nUSER 1000\n"})
	inner := ociserver.New(ocimem.New(), nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.host = strings.TrimPrefix(server.URL, "http://")
	for _, name := range []string{"team", "stranger"} {
		s.keys[name] = signaturetest.NewSigner(t)
		private, err := x509.MarshalPKCS8PrivateKey(s.keys[name].Key)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(s.dir, name+".key"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
		writeFile(t, filepath.Join(s.dir, name+".pub"), s.keys[name].PublicPEM(t))
	}
	s.rule("medium", `["good.example.com"]`)
	return s
}

// rule writes the one rule of the directory.
func (s *shipping) rule(severity, allowed string) {
	writeFile(s.t, filepath.Join(s.dir, "policy/team/known_registry.rego"), fmt.Sprintf(shippedRule, severity, allowed))
	writeFile(s.t, filepath.Join(s.dir, "policy/team/known_registry_test.rego"), shippedTest)
}

func (s *shipping) name() string { return s.host + "/team/policy" }

// uses writes the configuration that uses a bundle, signed by the team.
func (s *shipping) uses(entry string) {
	writeFile(s.t, filepath.Join(s.dir, ".guard.yaml"), fmt.Sprintf("version: 1\npolicies: [%s]\npolicy-trust:\n  - images: [%q]\n    authorities: [{name: team, keys: [{file: team.pub}], no-transparency-log: true}]\n", entry, s.name()))
}

// guard runs a command with a cache of the test's own.
func (s *shipping) guard(args ...string) (code int, out string) {
	s.t.Helper()
	var buffer bytes.Buffer
	world := worldOf(s.dir, &buffer)
	if !s.cannot {
		world.Verify = verify.Verify
	}
	env := map[string]string{"GUARD_REGISTRY_ALLOW": s.host, "GUARD_REGISTRY_INSECURE": s.host, "GUARD_POLICY_CACHE": filepath.Join(s.dir, "cache")}
	world.Getenv = func(name string) (string, bool) { value, set := env[name]; return value, set }
	code = cli.Main(s.t.Context(), args, world)
	return code, buffer.String()
}

// must runs a command that ends with a code and says something.
func (s *shipping) must(code int, says string, args ...string) string {
	s.t.Helper()
	got, out := s.guard(args...)
	if got != code || !regexp.MustCompile(says).MatchString(out) {
		s.t.Fatalf("guard %s: exit code %d, want %d and %q:\n%s", strings.Join(args, " "), got, code, says, out)
	}
	return out
}

// ship builds and pushes a version under a tag, and gives its digest.
func (s *shipping) ship(version, tag string, how ...string) (digest string) {
	s.t.Helper()
	s.must(0, "", "policy", "bundle", "build", "policy", "--revision", version)
	out := s.must(0, "", append([]string{"policy", "bundle", "push", "bundle.tar.gz", s.name() + ":" + tag}, how...)...)
	return regexp.MustCompile(`sha256:[0-9a-f]{64}`).FindString(out[strings.LastIndex(out, "oci://"):])
}

const (
	byTeam     = "--key=team.key"
	byStranger = "--key=stranger.key"
	fires      = "is of a registry nobody knows"
)

func (s *shipping) check(code int, says string, more ...string) {
	s.t.Helper()
	s.must(code, says, append([]string{"check", "Dockerfile", "--only", "team"}, more...)...)
}

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
	s.must(0, "^docs: 2 pages, 2 written", "policy", "docs", "oci://"+s.name()+":stable", "-o", "markdown=docs")
	if page, err := os.ReadFile(filepath.Join(s.dir, "docs", "README.md")); err != nil || !strings.HasPrefix(string(page), "# Rules of "+s.name()+":stable, version 1.0.0\n") {
		t.Errorf("%v: %.100s", err, page)
	}
	s.ship("1.1.0", "stable", byStranger)
	s.must(1, `signature: refused: invalid`, "policy", "bundle", "inspect", "oci://"+s.name()+":stable")
	s.must(3, `refused: invalid`, "policy", "bundle", "diff", "oci://"+s.name()+":stable", "policy")
	s.must(3, `refused: invalid`, "policy", "docs", "oci://"+s.name()+":stable", "-o", "markdown=docs")
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

// importing adds a rule that imports modules of guard's library: one of guard's
// own under another name.
func (s *shipping) importing() {
	s.t.Helper()
	text, err := os.ReadFile("../../policies/rules/kubernetes/privileged.rego")
	if err != nil || !strings.Contains(string(text), "import data.guard.lib.") {
		s.t.Fatalf("the rule imports nothing: %v", err)
	}
	writeFile(s.t, filepath.Join(s.dir, "policy/team/privileged.rego"), strings.ReplaceAll(string(text), "guard.rules.kubernetes.", "guard.rules.team."))
}

// OPA's own reader takes the bundle, and its compiler the rules in it, with what
// they import.
func TestPolicyBundle_OPAReadsIt(t *testing.T) {
	s := newShipping(t)
	s.importing()
	s.must(0, `(?m)^  imports   guard.lib.kubernetes`, "policy", "bundle", "inspect", s.built())
	s.must(0, "", "policy", "bundle", "build", "policy", "--revision", "1.4.0")
	data, err := os.ReadFile(filepath.Join(s.dir, "bundle.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := opabundle.NewReader(bytes.NewReader(data)).WithProcessAnnotations(true).Read()
	if err != nil {
		t.Fatal(err)
	}
	if b.Manifest.Revision != "1.4.0" || len(*b.Manifest.Roots) != 1 || (*b.Manifest.Roots)[0] != "guard" || len(b.Modules) < 4 {
		t.Errorf("got %+v with %d modules", b.Manifest, len(b.Modules))
	}
	compiler := ast.NewCompiler()
	if compiler.Compile(b.ParsedModules("guard")); compiler.Failed() {
		t.Error(compiler.Errors)
	}
	if b.Data["guard"].(map[string]any)["params"].(map[string]any)["team/known-registry"] == nil {
		t.Errorf("the parameters are not there: %v", b.Data)
	}
}

// built builds the bundle.
func (s *shipping) built() string {
	s.must(0, "", "policy", "bundle", "build", "policy", "--revision", "1.4.0")
	return "bundle.tar.gz"
}

// conftest is where make bench-peers keeps it.
func conftest(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	binary := filepath.Join(cache, "guard/peers/conftest-v0.71.1")
	if _, err := os.Stat(binary); err != nil {
		t.Skipf("conftest is not built; make bench-peers does it: %v", err)
	}
	return binary
}

// conftest pulls the bundle from the registry, and finds in a document of
// guard's what guard finds.
func TestPolicyBundle_ConftestPullsAndRunsIt(t *testing.T) {
	binary := conftest(t)
	s := newShipping(t)
	s.importing()
	s.ship("1.0.0", "stable", byTeam)
	_, port, err := net.SplitHostPort(s.host)
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(binary, args...)
		cmd.Dir = s.dir
		cmd.Env = append(os.Environ(), "HOME="+s.dir)
		out, err := cmd.CombinedOutput()
		t.Logf("conftest %s: %v\n%s", strings.Join(args, " "), err, out)
		return string(out)
	}
	run("pull", "--tls=false", "--policy", "theirs", "oci://127.0.0.1:"+port+"/team/policy:stable")
	if _, err := os.Stat(filepath.Join(s.dir, "theirs/guard/rules/team/known_registry.rego")); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(s.dir, ".guard.yaml"), "version: 1\npolicies: [policy]\n")
	_, seen := s.guard("eval", "Dockerfile", "--rule", "team/known-registry", "--show-input")
	input := seen[strings.Index(seen, "{"):]
	var document json.RawMessage
	if err := json.NewDecoder(strings.NewReader(input)).Decode(&document); err != nil {
		t.Fatalf("%v: %s", err, seen)
	}
	writeFile(t, filepath.Join(s.dir, "input.json"), string(document))
	writeFile(t, filepath.Join(s.dir, "pod.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: \"good.example.com/a:1.2.3\", securityContext: {privileged: true}}\n")
	_, seen = s.guard("eval", "pod.yaml", "--rule", "team/privileged", "--show-input")
	if err := json.NewDecoder(strings.NewReader(seen[strings.Index(seen, "{"):])).Decode(&document); err != nil {
		t.Fatalf("%v: %s", err, seen)
	}
	writeFile(t, filepath.Join(s.dir, "pod.json"), string(document))
	if out := run("test", "--policy", "theirs", "--data", "theirs", "--namespace", "guard.conftest", "pod.json"); !strings.Contains(out, "privileged") || !strings.Contains(out, "1 failure") {
		t.Errorf("got %s", out)
	}
	if out := run("test", "--policy", "theirs", "--data", "theirs", "--namespace", "guard.conftest", "input.json"); !strings.Contains(out, "evil.example.com/a:1.2.3 "+fires) || !strings.Contains(out, "1 failure") {
		t.Errorf("got %s", out)
	}
}

// repack changes files of the bundle, as somebody without guard could.
func (s *shipping) repack(changes map[string]string) {
	s.t.Helper()
	file := filepath.Join(s.dir, "bundle.tar.gz")
	data, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	b, err := bundle.Read(data)
	if err != nil {
		s.t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range b.Names() {
		if name == ".manifest" {
			continue
		}
		if files[name], err = fs.ReadFile(b.FS(), name); err != nil {
			s.t.Fatal(err)
		}
	}
	for name, text := range changes {
		files[name] = []byte(text)
	}
	changed, err := bundle.Build(b.Revision, files)
	if err != nil {
		s.t.Fatal(err)
	}
	writeFile(s.t, file, string(changed.Archive))
}

// TestPolicyBundle_CommandsOfThePage runs what docs/policy-bundles.md shows,
// with the real programs, against both kinds of registry.
func TestPolicyBundle_CommandsOfThePage(t *testing.T) {
	cosign := signaturetest.NewCosign(t)
	m := readManual(t, "docs/policy-bundles.md", "bundle")
	for name, registry := range map[string]func() http.Handler{
		"referrers API": registrytest.WithReferrers,
		"fallback tag":  func() http.Handler { return registrytest.Distribution(t) },
	} {
		t.Run(name, func(t *testing.T) {
			host, roots, _ := serveImageBy(t, registry())
			s := shell{t, t.TempDir(), append(cleanEnv(), "REGISTRY="+host, "SSL_CERT_FILE="+roots, "GUARD_REGISTRY_ALLOW=127.0.0.1", "COSIGN_PASSWORD="+signaturetest.CosignPassword)}
			if err := os.Symlink(cosign.Binary, filepath.Join(s.dir, "cosign")); err != nil {
				t.Fatal(err)
			}
			s.environment = append(s.environment, "HOME="+s.dir, "PATH="+s.dir+":"+os.Getenv("PATH"))
			if out, err := s.run("guard policy new image/approved-registry", ""); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for file, text := range map[string]string{
				"Dockerfile": "FROM scratch\n", ".guardignore": "cosign\nsecurity.*\npolicy/\npulled/\n",
				".guard.yaml": strings.ReplaceAll(m.configuration, "registry.example.com", host),
			} {
				writeFile(t, filepath.Join(s.dir, file), text)
			}
			for _, command := range m.commands {
				if out, err := s.run(command, ""); err != nil {
					t.Fatalf("%s: %v\n%s", command, err, out)
				}
			}
			if len(m.commands) < 8 {
				t.Errorf("the page shows %d commands", len(m.commands))
			}
			writeFile(t, filepath.Join(s.dir, "security.pub"), signaturetest.NewSigner(t).PublicPEM(t))
			if out, err := s.run("guard check", ""); err == nil || !strings.Contains(out, "refused: invalid") {
				t.Errorf("another key: %v\n%s", err, out)
			}
		})
	}
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
