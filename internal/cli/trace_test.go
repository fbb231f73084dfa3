package cli_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/trace"
)

// whole is every link of a chain that holds.
var whole = map[string]trace.Status{
	"digest": trace.Proved, "tag": trace.Claimed, "revision": trace.Claimed, "source": trace.Claimed, "provenance": trace.Proved,
	"agreement": trace.Proved, "repository": trace.Proved, "commit": trace.Proved, "workflow": trace.Proved,
}

// but is the whole chain with some links that are otherwise.
func but(others map[string]trace.Status) map[string]trace.Status {
	all := map[string]trace.Status{}
	for _, links := range []map[string]trace.Status{whole, others} {
		for name, status := range links {
			all[name] = status
		}
	}
	return all
}

const elsewhere = "0123456789abcdef0123456789abcdef01234567"

// Every link of the chain, broken in turn: each case differs from the first in
// one thing.
func TestTrace_EveryLink(t *testing.T) {
	tests := map[string]struct {
		change func(*shop)
		links  map[string]trace.Status
		want   trace.Status
		code   int
		says   string // in the message of the whole
	}{
		"nothing":                     {func(*shop) {}, whole, trace.Proved, 0, "a trusted signer says so"},
		"a release":                   {func(s *shop) { s.tag = "1.4.2" }, whole, trace.Proved, 0, ""},
		"a release without a Git tag": {func(s *shop) { s.tag = "1.4.3" }, but(map[string]trace.Status{"tag": trace.Unknown}), trace.Proved, 0, ""},
		"several platforms":           {func(s *shop) { s.platforms = []string{"amd64", "arm64"} }, whole, trace.Proved, 0, ""},
		"provenance 0.2":              {func(s *shop) { s.predicateType = signature.PredicateProvenanceV02 }, whole, trace.Proved, 0, ""},

		"the tag of another commit":   {func(s *shop) { s.tag = "main-" + s.feature[:7] }, but(map[string]trace.Status{"agreement": trace.Broken}), trace.Broken, 1, "the tag names"},
		"the label of another commit": {func(s *shop) { s.revision = s.feature }, but(map[string]trace.Status{"agreement": trace.Broken}), trace.Broken, 1, "the label revision names"},
		"the label of a branch":       {func(s *shop) { s.revision = "main" }, but(map[string]trace.Status{"revision": trace.Unknown}), trace.Proved, 0, ""},
		"platforms of two commits": {func(s *shop) { s.platforms, s.otherRevision = []string{"amd64", "arm64"}, s.feature },
			but(map[string]trace.Status{"revision": trace.Broken}), trace.Broken, 1, "linux/arm64 has "},
		"no labels":                       {func(s *shop) { s.revision, s.source = "", "" }, but(map[string]trace.Status{"revision": trace.Unknown, "source": trace.Unknown}), trace.Proved, 0, ""},
		"the label of another repository": {func(s *shop) { s.source = "https://github.com/evil/shop" }, but(map[string]trace.Status{"repository": trace.Broken}), trace.Broken, 1, "github.com/evil/shop"},
		"the clone of another repository": {func(s *shop) { s.git("remote", "set-url", "origin", "git@github.com:acme/other.git") },
			but(map[string]trace.Status{"repository": trace.Broken}), trace.Broken, 1, "github.com/acme/other"},

		"no provenance": {func(s *shop) { s.unsigned = true },
			but(map[string]trace.Status{"provenance": trace.Unknown, "agreement": trace.Claimed, "repository": trace.Claimed, "workflow": trace.Unknown}), trace.Claimed, 3, "provenance, agreement"},
		"no entry of the policy": {func(s *shop) { s.configuration = "version: 1\n" },
			but(map[string]trace.Status{"provenance": trace.Claimed, "agreement": trace.Claimed, "repository": trace.Claimed, "workflow": trace.Unknown}), trace.Claimed, 3, ""},
		"a signature of somebody else": {func(s *shop) {
			s.signer = s.authority.Issue(signaturetest.Holder{URI: strings.Replace(shopWorkflow, "acme", "evil", 1), Issuer: tokenIssuer})
		}, but(map[string]trace.Status{"provenance": trace.Broken, "agreement": trace.Claimed, "repository": trace.Claimed, "workflow": trace.Unknown}), trace.Broken, 1, "invalid"},
		"a signature that is changed": {func(s *shop) {
			s.damageSignature = func(i *attached.Item) {
				i.Bytes = bytes.Replace(i.Bytes, []byte(`"payload":"e`), []byte(`"payload":"f`), 1)
			}
		}, but(map[string]trace.Status{"provenance": trace.Broken, "agreement": trace.Claimed, "repository": trace.Claimed, "workflow": trace.Unknown}), trace.Broken, 1, "invalid"},
		"provenance of another commit": {func(s *shop) { s.provenance = s.feature }, but(map[string]trace.Status{"agreement": trace.Broken, "commit": trace.Broken}), trace.Broken, 1, "the signed provenance names"},
		"a certificate of another commit": {func(s *shop) {
			h := s.workflow()
			h.SourceRepository, h.SourceCommit = shopSource, s.feature
			s.signer = s.authority.Issue(h)
		}, but(map[string]trace.Status{"agreement": trace.Broken}), trace.Broken, 1, "the signed certificate names"},

		"a commit that is not merged": {func(s *shop) { s.tag, s.revision, s.provenance = "main-"+s.feature[:7], s.feature, s.feature },
			but(map[string]trace.Status{"commit": trace.Broken}), trace.Broken, 1, "no branch and no tag that may reach production"},
		"a commit that is not in the clone": {func(s *shop) { s.tag, s.revision, s.provenance = elsewhere, elsewhere, elsewhere },
			but(map[string]trace.Status{"commit": trace.Unknown}), trace.Claimed, 3, "commit"},
		"a shallow clone": {func(s *shop) { s.tag, s.revision, s.provenance = elsewhere, elsewhere, elsewhere; s.shallow() },
			but(map[string]trace.Status{"commit": trace.Unknown}), trace.Claimed, 3, "commit"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			tt.change(s)
			s.push()
			code, chain := s.trace(":" + s.tag)
			links := map[string]trace.Status{}
			for _, l := range chain.Links {
				links[l.Name] = l.Status
			}
			if diff := cmp.Diff(tt.links, links); diff != "" {
				t.Errorf("links (-want +got):\n%s\n%+v", diff, chain.Links)
			}
			if chain.Status != tt.want || code != tt.code || !strings.Contains(chain.Message, tt.says) {
				t.Errorf("%s, exit code %d: %s; want %s, %d: %s", chain.Status, code, chain.Message, tt.want, tt.code, tt.says)
			}
		})
	}
}

// shallow puts a clone without history in the place of the clone.
func (s *shop) shallow() {
	s.git("commit", "-q", "--allow-empty", "-m", "the newest")
	dir := s.t.TempDir()
	if out, err := exec.Command("git", "clone", "-q", "--depth", "1", "file://"+s.dir, dir).CombinedOutput(); err != nil {
		s.t.Fatalf("%v\n%s", err, out)
	}
	s.dir = dir
	s.git("remote", "set-url", "origin", shopSource)
}

// A keyless signature says where it was made: that is where the image is from,
// unless it was made in another repository.
func TestTrace_ByTheCertificateOfTheSignature(t *testing.T) {
	const other = "https://github.com/acme/promote"
	tests := map[string]struct {
		holder func(*signaturetest.Holder)
		want   trace.Status
		code   int
		link   trace.Status
	}{
		"of the repository": {func(*signaturetest.Holder) {}, trace.Proved, 0, trace.Proved},
		"of another one":    {func(h *signaturetest.Holder) { h.SourceRepository, h.SourceCommit = other, elsewhere }, trace.Claimed, 3, trace.Unknown},
		"of another commit": {func(h *signaturetest.Holder) { h.SourceCommit = elsewhere }, trace.Broken, 1, trace.Proved},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			h := s.workflow()
			h.SourceRepository, h.SourceCommit, h.BuildSigner, h.BuildTrigger = shopSource, s.main, shopWorkflow, "push"
			tt.holder(&h)
			s.signer, s.predicateType = s.authority.Issue(h), signature.PredicateCosignSign
			s.configuration = fmt.Sprintf(`{version: 1, trust: [{images: [%q], authorities: [{name: ci, trusted-root-file: root.json, identities: [{issuer: %q, subject: %q}]}]}]}`,
				s.registry.Name(), tokenIssuer, shopWorkflow)
			s.push()
			code, chain := s.trace(":" + s.tag)
			if code != tt.code || chain.Status != tt.want || chain.Link(trace.LinkProvenance).Status != tt.link || chain.Link(trace.LinkSignature).Status != trace.Proved {
				t.Fatalf("exit code %d: %+v", code, chain)
			}
			if workflow := chain.Link(trace.LinkWorkflow); tt.want == trace.Proved && !cmp.Equal(workflow.Evidence, []trace.Evidence{{What: "workflow", Value: shopWorkflow}, {What: "started by", Value: "push"}}) {
				t.Errorf("workflow: %+v", workflow)
			}
		})
	}
}

func TestTrace_ByDigest(t *testing.T) {
	s := newShop(t)
	code, chain := s.trace("@" + s.push())
	if code != 0 || chain.Status != trace.Proved || chain.Commit != s.main || chain.Source != "github.com/acme/shop" || chain.Link(trace.LinkTag).Status != trace.Unknown {
		t.Errorf("exit code %d: %+v", code, chain)
	}
}

// What an image has of its base says nothing about the image.
func TestTrace_LabelsOfTheBase(t *testing.T) {
	tests := map[string]struct {
		base func(s *shop) (labels map[string]string)
		want trace.Status
		says string
	}{
		"the same": {func(s *shop) map[string]string { return s.basedOn(s.store("base")) }, trace.Unknown, "inherited from"},
		"another one": {func(s *shop) map[string]string {
			own := s.revision
			s.revision = s.feature
			base := s.store("base")
			s.revision = own
			return s.basedOn(base)
		}, trace.Claimed, "does not"},
		"by a tag": {func(s *shop) map[string]string {
			own := s.revision
			s.revision = s.feature
			s.store("base")
			s.revision = own
			return s.basedOn("")
		}, trace.Unknown, "its digest is not named"},
		"not there": {func(s *shop) map[string]string { return s.basedOn("sha256:" + strings.Repeat("0", 64)) }, trace.Unknown, "could not be looked at"},
		"of no sense": {func(s *shop) map[string]string {
			return map[string]string{"org.opencontainers.image.base.name": "UPPER case"}
		}, trace.Unknown, "could not be looked at"},
		"from scratch": {func(s *shop) map[string]string {
			return map[string]string{"org.opencontainers.image.base.name": "scratch"}
		}, trace.Claimed, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			s.labels = tt.base(s)
			s.push()
			code, chain := s.trace(":" + s.tag)
			if got := chain.Link(trace.LinkRevision); got.Status != tt.want || !strings.Contains(got.Message, tt.says) || code != 0 {
				t.Errorf("exit code %d, %s: %s; want %s: %s", code, got.Status, got.Message, tt.want, tt.says)
			}
		})
	}
}

func (s *shop) basedOn(digest string) map[string]string {
	labels := map[string]string{"org.opencontainers.image.base.name": s.registry.Name() + ":base"}
	if digest != "" {
		labels["org.opencontainers.image.base.digest"] = digest
	}
	return labels
}

func TestTrace_WithoutTheImageOrTheClone(t *testing.T) {
	s := newShop(t)
	s.push()
	if code, chain := s.trace(":gone"); code != 1 || chain.Status != trace.Broken || chain.Digest != "" {
		t.Errorf("an image that is not there: exit code %d: %+v", code, chain)
	}
	outside := t.TempDir()
	if code, out := s.guard("trace", s.registry.Name()+":"+s.tag, "--repository", outside); code != 2 || !strings.Contains(out, "not in a Git repository") {
		t.Errorf("--repository outside of one: exit code %d:\n%s", code, out)
	}
	if code, chain := s.trace(":"+s.tag, "--environment", "stage"); code != 0 || chain.Status != trace.Proved {
		t.Errorf("another environment: exit code %d: %+v", code, chain)
	}
	s.git("remote", "remove", "origin")
	if code, chain := s.trace(":"+s.tag, "--repository", s.dir); code != 0 || chain.Status != trace.Proved {
		t.Errorf("a clone without a remote: exit code %d: %+v", code, chain)
	}
	for _, args := range [][]string{{"trace"}, {"trace", "a", "b"}, {"trace", "oci:x"}, {"trace", "UPPER"}, {"trace", "x", "-o", "yaml"}, {"trace", "x", "--color", "red"}, {"trace", "x", "--environment", "nowhere"}} {
		if code, out := s.guard(args...); code != 2 {
			t.Errorf("guard %s: exit code %d:\n%s", strings.Join(args, " "), code, out)
		}
	}
}
