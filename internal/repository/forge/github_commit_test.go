package forge

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	shaA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	shaB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	shaT = "cccccccccccccccccccccccccccccccccccccccc"
)

// gitRef is the answer to GET /repos/{owner}/{repo}/git/ref/{ref} as GitHub
// documents it.
func gitRef(ref, typ, sha string) http.HandlerFunc {
	return says(`{"ref": "refs/` + ref + `", "node_id": "MDM6", "url": "https://api.github.com/repos/acme/act/git/refs/` + ref + `",
		"object": {"type": "` + typ + `", "sha": "` + sha + `", "url": "https://api.github.com/repos/acme/act/git/commits/` + sha + `"}}`)
}

// gitTag is the answer to GET /repos/{owner}/{repo}/git/tags/{tag_sha}.
func gitTag(typ, sha string) http.HandlerFunc {
	return says(`{"node_id": "MDM6", "tag": "v1", "sha": "` + shaT + `", "url": "https://api.github.com/repos/acme/act/git/tags/` + shaT + `", "message": "one",
		"tagger": {"name": "A", "email": "a@example.com", "date": "2026-01-02T03:04:05Z"}, "object": {"type": "` + typ + `", "sha": "` + sha + `", "url": ""},
		"verification": {"verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null}}`)
}

func TestCommit(t *testing.T) {
	const path = "/repos/acme/act/git/"
	both := map[string]http.HandlerFunc{path + "ref/tags/v1": gitRef("tags/v1", "commit", shaA), path + "ref/heads/v1": gitRef("heads/v1", "commit", shaB)}
	for _, test := range []struct {
		name, ref string
		answers   map[string]http.HandlerFunc
		want      string
		wrong     string // what the error says
	}{
		{"a tag", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": gitRef("tags/v1", "commit", shaA)}, shaA, ""},
		{"an annotated tag", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": gitRef("tags/v1", "tag", shaT), path + "tags/" + shaT: gitTag("commit", shaA)}, shaA, ""},
		{"a branch with a slash", "release/v1", map[string]http.HandlerFunc{path + "ref/heads/release/v1": gitRef("heads/release/v1", "commit", shaB)}, shaB, ""},
		{"both, of one commit", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": both[path+"ref/tags/v1"], path + "ref/heads/v1": gitRef("heads/v1", "commit", shaA)}, shaA, ""},
		{"both, of two commits", "v1", both, "", "it is a tag and a branch, which name two commits"},
		{"neither", "v2", both, "", "there is no such tag or branch, or the token may not see the repository"},
		{"a tag of a file", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": gitRef("tags/v1", "blob", shaA)}, "", `it names no commit but a "blob"`},
		{"a tag of itself", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": gitRef("tags/v1", "tag", shaT), path + "tags/" + shaT: gitTag("tag", shaT)}, "", "more than 5 tags point to one another"},
		{"an annotated tag that is gone", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": gitRef("tags/v1", "tag", shaT)}, "", "the annotated tag: HTTP 404"},
		{"an answer about another tag", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": gitRef("tags/v10", "commit", shaA)}, "", `the answer is about "refs/tags/v10"`},
		{"a commit that is none", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": gitRef("tags/v1", "commit", "main")}, "", "the answer holds no commit"},
		{"a path that leads elsewhere", "../../../user", map[string]http.HandlerFunc{"/user": gitRef("tags/x", "commit", shaA)}, "", "there is no such tag or branch"},
		{"a refusal", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": status(403, `{"message": "API rate limit exceeded"}`, "X-RateLimit-Remaining", "0", "Retry-After", "4000")}, "", "too many requests"},
		{"a refusal of the branch alone", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": both[path+"ref/tags/v1"], path + "ref/heads/v1": status(401, `{"message": "Bad credentials"}`)}, "", "the token is wrong or has expired"},
		{"something else than JSON", "v1", map[string]http.HandlerFunc{path + "ref/tags/v1": says("<html>")}, "", "not the JSON that was expected"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, test.answers)
			g, err := NewGitHubCommits(Options{API: s.URL, Token: secret})
			if err != nil {
				t.Fatal(err)
			}
			got, err := g.Commit(t.Context(), "acme/act", test.ref)
			if got != test.want || (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("got %q, %v; want %q, %q", got, err, test.want, test.wrong)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the token is told: %v", err)
			}
		})
	}
}

func TestCommit_AsksNothingForANameThatIsNone(t *testing.T) {
	s := serve(t, nil)
	g, err := NewGitHubCommits(Options{API: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "acme", "acme/..", "acme/a b", "https://x/y", "acme/act/sub"} {
		if _, err := g.Commit(t.Context(), name, "v1"); err == nil || len(s.asked) > 0 {
			t.Errorf("%q: got %v, and %d requests", name, err, len(s.asked))
		}
	}
}

func TestCommit_NeedsNoTokenAndTellsOfNoServer(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/repos/acme/act/git/ref/tags/v1": gitRef("tags/v1", "commit", shaA)})
	g, err := NewGitHubCommits(Options{API: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := g.Commit(t.Context(), "acme/act", "v1"); got != shaA || err != nil || s.tokens[0] != "" {
		t.Errorf("got %q, %v, with the token %q", got, err, s.tokens[0])
	}
	s.Close()
	waited := &pauses{}
	g.client.pause = waited.pause
	for range 3 {
		if _, err := g.Commit(t.Context(), "acme/act", "v1"); err == nil || !strings.Contains(err.Error(), "GitHub cannot be reached: ") {
			t.Errorf("got %v, want that GitHub cannot be reached", err)
		}
	}
	if len(waited.waits) != maxAttempts-1 {
		t.Errorf("waited %d times, want %d: once it is down it is not asked again", len(waited.waits), maxAttempts-1)
	}
}

// The time is that of all questions: many actions of a forge that hangs do not
// each take their own.
func TestCommit_SpendsItsTimeOnce(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/repos/acme/act/git/ref/tags/v1": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }})
	g, err := NewGitHubCommits(Options{API: s.URL, Limits: Limits{Total: 200 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	for range 50 {
		if _, err := g.Commit(t.Context(), "acme/act", "v1"); err == nil || !strings.Contains(err.Error(), "the time for all requests, 200ms, is over") {
			t.Fatalf("got %v, want that the time is over", err)
		}
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("50 questions took %s", took)
	}
}
