package cli_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"

	"guard/internal/bundle"
	"guard/internal/cli"
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

// built builds the bundle.
func (s *shipping) built() string {
	s.must(0, "", "policy", "bundle", "build", "policy", "--revision", "1.4.0")
	return "bundle.tar.gz"
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
