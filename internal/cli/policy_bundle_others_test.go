package cli_test

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	opabundle "github.com/open-policy-agent/opa/v1/bundle"

	"guard/internal/bench/peer"
	"guard/internal/registry/registrytest"
	"guard/internal/registry/signature/signaturetest"
)

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

// other is another program that reads bundles, built where the cache lacks it:
// that takes minutes, and is told of. In short mode nothing is built.
func (s *shipping) other(p peer.Peer) func(args ...string) (out string, err error) {
	s.t.Helper()
	if testing.Short() {
		s.t.Skipf("short: %s is not built", p.Name)
	}
	binary, err := p.Build(s.t.Context(), peer.DefaultCache())
	if err != nil {
		s.t.Fatal(err)
	}
	return func(args ...string) (string, error) {
		s.t.Helper()
		cmd := exec.CommandContext(s.t.Context(), binary, args...)
		cmd.Dir = s.dir
		cmd.Env = append(os.Environ(), "HOME="+s.dir, "XDG_CACHE_HOME="+filepath.Join(s.dir, ".cache"))
		out, err := cmd.CombinedOutput()
		s.t.Logf("%s %s: %v\n%s", p.Name, strings.Join(args, " "), err, out)
		return string(out), err
	}
}

// shows writes the input that guard's rules see of a file.
func (s *shipping) shows(file, rule, to string) {
	s.t.Helper()
	_, seen := s.guard("eval", file, "--rule", rule, "--show-input")
	var document json.RawMessage
	if err := json.NewDecoder(strings.NewReader(seen[strings.Index(seen, "{"):])).Decode(&document); err != nil {
		s.t.Fatalf("%v: %s", err, seen)
	}
	writeFile(s.t, filepath.Join(s.dir, to), string(document))
}

// OPA's own command reads the bundle, and finds in a document of guard's what
// guard finds.
func TestPolicyBundle_OPARunsIt(t *testing.T) {
	s := newShipping(t)
	opa := s.other(peer.OPA)
	s.importing()
	bundle := s.built()
	var inspected struct {
		Manifest   struct{ Revision string }
		Namespaces map[string][]string
	}
	out, err := opa("inspect", "--format", "json", bundle)
	if err != nil || json.Unmarshal([]byte(out), &inspected) != nil || inspected.Manifest.Revision != "1.4.0" || len(inspected.Namespaces["data.guard.rules.team.known_registry"]) != 1 || len(inspected.Namespaces["data.guard.lib.kubernetes"]) != 1 {
		t.Errorf("opa inspect: %v, %+v", err, inspected)
	}
	if out, err := opa("inspect", bundle); err != nil || !strings.Contains(out, "data.guard.rules.team.known_registry") {
		t.Errorf("as the page shows it: %v: %s", err, out)
	}
	writeFile(t, filepath.Join(s.dir, ".guard.yaml"), "version: 1\npolicies: [policy]\n")
	s.shows("Dockerfile", "team/known-registry", "input.json")
	var found []struct{ Message string }
	out, err = opa("eval", "--bundle", bundle, "--input", "input.json", "--format", "raw", "data.guard.rules.team.known_registry.deny")
	if err != nil || json.Unmarshal([]byte(out), &found) != nil || len(found) != 1 || found[0].Message != "evil.example.com/a:1.2.3 "+fires {
		t.Errorf("opa eval: %v: %s", err, out)
	}
	writeFile(t, filepath.Join(s.dir, "Dockerfile"), "FROM good.example.com/a:1.2.3\n")
	s.shows("Dockerfile", "team/known-registry", "input.json")
	if out, err := opa("eval", "--bundle", bundle, "--input", "input.json", "--format", "raw", "data.guard.rules.team.known_registry.deny"); err != nil || strings.TrimSpace(out) != "[]" {
		t.Errorf("opa eval of what is allowed: %v: %s", err, out)
	}
}

// conftest pulls the bundle from the registry, and finds in a document of
// guard's what guard finds.
func TestPolicyBundle_ConftestPullsAndRunsIt(t *testing.T) {
	s := newShipping(t)
	conftest := s.other(peer.Conftest)
	s.importing()
	s.ship("1.0.0", "stable", byTeam)
	_, port, err := net.SplitHostPort(s.host)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := conftest("pull", "--tls=false", "--policy", "theirs", "oci://127.0.0.1:"+port+"/team/policy:stable"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "theirs/guard/rules/team/known_registry.rego")); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(s.dir, ".guard.yaml"), "version: 1\npolicies: [policy]\n")
	s.shows("Dockerfile", "team/known-registry", "input.json")
	writeFile(t, filepath.Join(s.dir, "pod.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: \"good.example.com/a:1.2.3\", securityContext: {privileged: true}}\n")
	s.shows("pod.yaml", "team/privileged", "pod.json")
	for input, says := range map[string]string{"pod.json": "privileged", "input.json": "evil.example.com/a:1.2.3 " + fires} {
		out, err := conftest("test", "--policy", "theirs", "--data", "theirs", "--namespace", "guard.conftest", input)
		if err == nil || !strings.Contains(out, says) || !strings.Contains(out, "1 failure") {
			t.Errorf("%s: %v: %s", input, err, out)
		}
	}
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
