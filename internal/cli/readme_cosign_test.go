package cli_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guard/internal/registry/registrytest"
	"guard/internal/registry/signature/signaturetest"
)

// manual is what a page says of a matter: its commands, and the configuration
// between them.
type manual struct {
	commands      []string
	configuration string
}

// readManual reads the part of a page that is marked as tested.
func readManual(t *testing.T, page, mark string) (m manual) {
	t.Helper()
	text, err := os.ReadFile("../../" + page)
	if err != nil {
		t.Fatal(err)
	}
	_, part, found := strings.Cut(string(text), "<!-- tested:"+mark+" -->\n")
	part, _, closed := strings.Cut(part, "<!-- /tested -->")
	if !found || !closed {
		t.Fatalf("%s has no part that is marked with tested:%s", page, mark)
	}
	for _, block := range regexp.MustCompile("(?s)```(\\w+)\n(.*?)```").FindAllStringSubmatch(part, -1) {
		if block[1] == "yaml" {
			m.configuration += block[2]
			continue
		}
		for line := range strings.Lines(block[2]) {
			command, is := strings.CutPrefix(line, "$ ")
			if !is {
				t.Fatalf("%s shows %q, which is no command", page, line)
			}
			m.commands = append(m.commands, strings.TrimSpace(command))
		}
	}
	return m
}

// verifies tells whether a command asks, and signs nothing.
func verifies(command string) bool {
	return strings.HasPrefix(command, "guard verify ") || strings.HasPrefix(command, "cosign verify")
}

const predicate = `{"buildDefinition": {"buildType": "https://example.com/build", "externalParameters": {}}, "runDetails": {"builder": {"id": "https://example.com/builder"}}}`

// TestReadme_CommandsOfCosign runs the commands that the README shows, against
// both kinds of registry. Those that verify must fail for another image.
func TestReadme_CommandsOfCosign(t *testing.T) {
	cosign := signaturetest.NewCosign(t)
	m := readManual(t, "README.md", "cosign")
	for name, registry := range map[string]func() http.Handler{
		"referrers API": registrytest.WithReferrers,
		"fallback tag":  func() http.Handler { return registrytest.Distribution(t) },
	} {
		t.Run(name, func(t *testing.T) {
			host, roots, digests := serveImageBy(t, registry())
			s := shell{t, t.TempDir(), append(cleanEnv(), "IMAGE="+host+"/acme/app", "SSL_CERT_FILE="+roots, "GUARD_REGISTRY_ALLOW=127.0.0.1", "COSIGN_PASSWORD="+signaturetest.CosignPassword)}
			if err := os.Symlink(cosign.Binary, filepath.Join(s.dir, "cosign")); err != nil {
				t.Fatal(err)
			}
			s.environment = append(s.environment, "HOME="+s.dir, "PATH="+s.dir+":"+os.Getenv("PATH"))
			for file, text := range map[string]string{
				"Dockerfile": "FROM scratch\n", "provenance.json": predicate, ".guardignore": "cosign\nrelease.*\n*.json\n",
				".guard.yaml": strings.ReplaceAll(m.configuration, "registry.example.com/team/**", host+"/acme/**"),
			} {
				writeFile(t, filepath.Join(s.dir, file), text)
			}
			asked := 0
			for _, command := range m.commands {
				if out, err := s.run(command, digests["1.0"]); err != nil {
					t.Fatalf("%s: %v\n%s", command, err, out)
				}
				if !verifies(command) {
					continue
				}
				asked++
				if out, err := s.run(command, digests["multi"]); err == nil {
					t.Errorf("%s: another image passes too:\n%s", command, out)
				}
			}
			if asked < 5 || len(m.commands) < 2*asked {
				t.Errorf("README shows %d commands, of which %d verify", len(m.commands), asked)
			}
		})
	}
}

// shell runs commands as somebody does who reads the README.
type shell struct {
	t           *testing.T
	dir         string
	environment []string
}

func (s shell) run(command, digest string) (string, error) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), "sh", "-c", command)
	cmd.Dir, cmd.Env = s.dir, append(slices.Clone(s.environment), "DIGEST="+digest)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
