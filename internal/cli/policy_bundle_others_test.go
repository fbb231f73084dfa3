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
