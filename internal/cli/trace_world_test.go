package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"guard/internal/cli"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/signature/verify"
	"guard/internal/trace"
)

const (
	shopSource   = "https://github.com/acme/shop"
	shopWorkflow = shopSource + "/.github/workflows/release.yml@refs/heads/main"
	tokenIssuer  = "https://token.actions.githubusercontent.com"
)

// shop is a repository with its clone, a registry with its images, and an
// authority that its workflow signs by. Nothing in it is made up but the trust.
type shop struct {
	t               *testing.T
	dir             string // the clone
	main, feature   string // commits on the branches
	registry        *signaturetest.Repository
	authority       *signaturetest.Authority
	tag             string
	revision        string            // the label
	source          string            // the label
	labels          map[string]string // more of them
	provenance      string            // the commit in it
	predicateType   string
	signer          signaturetest.Signer
	platforms       []string // architectures; more than one make an index
	otherRevision   string   // the label on the second platform
	unsigned        bool
	configuration   string
	damageSignature func(*attached.Item)

	mu       sync.Mutex
	verified []signature.Image // what guard has verified
}

func newShop(t *testing.T) *shop {
	t.Helper()
	return newShopOf(t, tree(t, map[string]string{"Dockerfile": "FROM scratch\n"}))
}

// newShopOf makes the files of a directory the first commit, which is the same
// each time.
func newShopOf(t *testing.T, dir string) *shop {
	t.Helper()
	s := &shop{dir: dir, t: t, registry: signaturetest.NewRepository(t), authority: signaturetest.NewAuthority(t), platforms: []string{"amd64"}, predicateType: signature.PredicateProvenanceV1}
	s.git("init", "-q", "-b", "main")
	s.git("add", "-A", "-f")
	s.git("commit", "-q", "-m", "base")
	s.main = s.git("rev-parse", "HEAD")
	s.git("remote", "add", "origin", shopSource+".git")
	s.git("tag", "v1.4.2")
	s.git("checkout", "-q", "-b", "feature/x")
	s.git("commit", "-q", "--allow-empty", "-m", "not merged")
	s.feature = s.git("rev-parse", "HEAD")
	s.git("checkout", "-q", "main")
	s.signer = s.authority.Issue(s.workflow())
	s.tag, s.revision, s.source, s.provenance = "main-"+s.main[:7], s.main, shopSource, s.main
	s.configuration = fmt.Sprintf(`version: 1
trust:
  - images: [%q]
    attestations:
      - name: provenance
        predicate-type: %%s
        authorities:
          - name: ci
            trusted-root-file: root.json
            identities: [{issuer: %q, subject: %q}]
`, s.registry.Name(), tokenIssuer, shopWorkflow)
	return s
}

func (s *shop) workflow() signaturetest.Holder {
	return signaturetest.Holder{URI: shopWorkflow, Issuer: tokenIssuer}
}

func (s *shop) git(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=dev", "GIT_AUTHOR_EMAIL=dev@example.com", "GIT_COMMITTER_NAME=dev",
		"GIT_COMMITTER_EMAIL=dev@example.com", "GIT_AUTHOR_DATE=2026-11-20T10:00:00Z", "GIT_COMMITTER_DATE=2026-11-20T10:00:00Z")
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// push builds the image, stores it under the tag and signs its provenance.
func (s *shop) push() (digest string) {
	s.t.Helper()
	digest = s.store(s.tag)
	if !s.unsigned {
		item := signaturetest.Signing{Signer: s.signer, Logs: []*signaturetest.Authority{s.authority}}.Bundle(s.t, signaturetest.Statement(s.t, statement.TypeV1, s.predicateType, digest, s.predicate()))
		if s.damageSignature != nil {
			s.damageSignature(&item)
		}
		s.registry.Attach(digest, item)
	}
	return digest
}

// predicate is provenance as GitHub writes it, of the version that is wanted.
func (s *shop) predicate() any {
	type object = map[string]any
	switch s.predicateType {
	case signature.PredicateProvenanceV1:
		return object{
			"buildDefinition": object{
				"buildType":            "https://actions.github.io/buildtypes/workflow/v1",
				"externalParameters":   object{"workflow": object{"repository": shopSource, "path": ".github/workflows/release.yml", "ref": "refs/heads/main"}},
				"internalParameters":   object{"github": object{"event_name": "push"}},
				"resolvedDependencies": []object{{"uri": "git+" + shopSource + "@refs/heads/main", "digest": object{"gitCommit": s.provenance}}},
			},
			"runDetails": object{"builder": object{"id": "https://github.com/actions/runner/github-hosted"}},
		}
	case signature.PredicateProvenanceV02:
		return object{
			"builder":    object{"id": "https://github.com/actions/runner"},
			"invocation": object{"configSource": object{"uri": "git+" + shopSource + "@refs/heads/main", "digest": object{"sha1": s.provenance}, "entryPoint": ".github/workflows/release.yml"}},
		}
	}
	return object{}
}

// store builds an image for the platforms and stores it under a tag.
func (s *shop) store(tag string) (digest string) {
	s.t.Helper()
	revision := s.revision
	var children []map[string]any
	for i, architecture := range s.platforms {
		if i == 1 && s.otherRevision != "" {
			revision = s.otherRevision
		}
		manifest := s.manifest(architecture, revision)
		children = append(children, map[string]any{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": signature.DigestOf(manifest), "size": len(manifest),
			"platform": map[string]string{"os": "linux", "architecture": architecture}})
		if len(s.platforms) == 1 {
			return s.put(tag, "application/vnd.oci.image.manifest.v1+json", manifest)
		}
		s.put(signature.DigestOf(manifest), "application/vnd.oci.image.manifest.v1+json", manifest)
	}
	index := s.json(map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": children})
	return s.put(tag, "application/vnd.oci.image.index.v1+json", index)
}

func (s *shop) manifest(architecture, revision string) []byte {
	labels := maps.Clone(s.labels)
	if labels == nil {
		labels = map[string]string{}
	}
	for name, value := range map[string]string{"org.opencontainers.image.revision": revision, "org.opencontainers.image.source": s.source} {
		if value != "" {
			labels[name] = value
		}
	}
	config := s.json(map[string]any{"os": "linux", "architecture": architecture, "config": map[string]any{"User": "1000", "Labels": labels}, "rootfs": map[string]any{"type": "layers", "diff_ids": []string{}}})
	if err := s.registry.PutBlob(s.t.Context(), config); err != nil {
		s.t.Fatal(err)
	}
	return s.json(map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []any{},
		"config": map[string]any{"mediaType": "application/vnd.oci.image.config.v1+json", "digest": signature.DigestOf(config), "size": len(config)}})
}

func (s *shop) put(tag, mediaType string, data []byte) (digest string) {
	s.t.Helper()
	if err := s.registry.PutManifest(s.t.Context(), tag, mediaType, data); err != nil {
		s.t.Fatal(err)
	}
	return signature.DigestOf(data)
}

func (s *shop) json(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

// guard runs a command in the clone, as guard-sigstore does.
func (s *shop) guard(args ...string) (code int, out string) {
	s.t.Helper()
	configuration := s.configuration
	if strings.Contains(configuration, "%s") {
		configuration = fmt.Sprintf(configuration, s.predicateType)
	}
	writeFile(s.t, filepath.Join(s.dir, ".guard.yaml"), configuration)
	writeFile(s.t, filepath.Join(s.dir, "root.json"), string(s.authority.TrustedRoot()))
	host, _, _ := strings.Cut(s.registry.Name(), "/")
	var buffer bytes.Buffer
	world := worldOf(s.dir, &buffer)
	world.Verify = func(ctx context.Context, source signature.Source, image signature.Image, policy signature.Policy) (signature.Result, error) {
		s.mu.Lock()
		s.verified = append(s.verified, image)
		s.mu.Unlock()
		return verify.Verify(ctx, source, image, policy)
	}
	code = cli.Main(s.t.Context(), slices.Concat(args, []string{"--registry-allow", host, "--registry-insecure", host}), world)
	return code, buffer.String()
}

// trace traces a reference below the repository, ":tag" or "@digest".
func (s *shop) trace(rest string, more ...string) (code int, chain trace.Chain) {
	s.t.Helper()
	args := append([]string{"trace", s.registry.Name() + rest, "-o", "json"}, more...)
	code, out := s.guard(args...)
	if err := json.Unmarshal([]byte(out), &chain); err != nil {
		s.t.Fatalf("exit code %d: %v\n%s", code, err, out)
	}
	return code, chain
}
