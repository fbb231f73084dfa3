package forge

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const shop = "/repos/acme/shop"

// gitHubShop is a repository with three environments in the shapes that
// GitHub's REST API documents.
var gitHubShop = map[string]http.HandlerFunc{
	shop: says(`{"id": 1296269, "name": "shop", "full_name": "acme/shop", "private": true, "default_branch": "main"}`),
	shop + "/environments": says(`{"total_count": 3, "environments": [
		{"id": 1, "node_id": "EN_1", "name": "production", "url": "u", "html_url": "h", "created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z",
		 "can_admins_bypass": false,
		 "protection_rules": [
			{"id": 11, "node_id": "GA_1", "type": "wait_timer", "wait_timer": 30},
			{"id": 12, "node_id": "GA_2", "type": "required_reviewers", "prevent_self_review": true, "reviewers": [
				{"type": "User", "reviewer": {"login": "ann", "id": 1, "type": "User", "site_admin": false}},
				{"type": "Team", "reviewer": {"id": 2, "name": "The Operators", "slug": "operators", "privacy": "closed"}}]},
			{"id": 13, "node_id": "GA_3", "type": "branch_policy"}],
		 "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}},
		{"id": 2, "name": "staging", "can_admins_bypass": true,
		 "protection_rules": [{"id": 14, "type": "branch_policy"}],
		 "deployment_branch_policy": {"protected_branches": true, "custom_branch_policies": false}},
		{"id": 3, "name": "review/1", "can_admins_bypass": true, "protection_rules": [], "deployment_branch_policy": null}]}`),
	shop + "/environments/production/deployment-branch-policies": says(`{"total_count": 2, "branch_policies": [
		{"id": 1, "node_id": "n", "name": "main", "type": "branch"}, {"id": 2, "node_id": "n", "name": "v*", "type": "tag"}]}`),
	shop + "/environments/production/deployment_protection_rules": says(`{"total_count": 0, "custom_deployment_protection_rules": []}`),
	shop + "/environments/staging/deployment_protection_rules": says(`{"total_count": 2, "custom_deployment_protection_rules": [
		{"id": 3, "node_id": "n", "enabled": true, "app": {"id": 1, "node_id": "n", "slug": "load-test", "integration_url": "u"}},
		{"id": 4, "node_id": "n", "enabled": false, "app": {"id": 2, "node_id": "n", "slug": "switched-off", "integration_url": "u"}}]}`),
	shop + "/environments/review%2F1/deployment_protection_rules": says(`{"total_count": 0, "custom_deployment_protection_rules": []}`),
	shop + "/rules/branches/main": says(`[
		{"type": "deletion", "ruleset_source_type": "Repository", "ruleset_source": "acme/shop", "ruleset_id": 42},
		{"type": "required_status_checks", "parameters": {"required_status_checks": [], "strict_required_status_checks_policy": true}, "ruleset_id": 42},
		{"type": "pull_request", "parameters": {"required_approving_review_count": 2, "require_code_owner_review": false, "dismiss_stale_reviews_on_push": true}, "ruleset_id": 42}]`),
	shop + "/branches/main": says(`{"name": "main", "commit": {"sha": "0"}, "protected": true}`),
	shop + "/branches/main/protection": says(`{"url": "u", "enforce_admins": {"url": "u", "enabled": true}, "allow_force_pushes": {"enabled": false},
		"required_pull_request_reviews": {"url": "u", "dismiss_stale_reviews": true, "require_code_owner_reviews": true, "required_approving_review_count": 1}}`),
}

// newGitHub reads acme/shop of a server, without waiting between attempts.
func newGitHub(t *testing.T, o Options) (*GitHub, *pauses) {
	t.Helper()
	g, err := NewGitHub(o)
	if err != nil {
		t.Fatal(err)
	}
	p := &pauses{}
	g.client.pause = p.pause
	return g, p
}

func takeGitHub(t *testing.T, s *server, environments ...string) *Snapshot {
	t.Helper()
	g, _ := newGitHub(t, options(s.URL, "acme/shop", environments...))
	snapshot, err := g.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func TestGitHub_ReadsWhatGuardsEnvironmentsAndTheDefaultBranch(t *testing.T) {
	got := takeGitHub(t, serve(t, gitHubShop))
	none := Known([]string{})
	noTier, anyone := Known(""), Known([]Actor{{"role", "write"}})
	want := &Snapshot{
		Version: 1, Forge: "github", Host: "127.0.0.1", Repository: "acme/shop", Taken: taken,
		Environments: []Environment{
			{"production", Known(true), Known(true), Known(1), Known([]Actor{{"user", "ann"}, {"team", "operators"}}), Known(true), Known(false), Known(30),
				Known(RefPolicy{RefsPatterns, []RefPattern{{"branch", "main"}, {"tag", "v*"}}}), none, noTier, anyone},
			{"review/1", Known(true), Known(false), Known(0), Known([]Actor{}), Known(false), Known(true), Known(0),
				Known(RefPolicy{RefsAll, []RefPattern{}}), none, noTier, anyone},
			{"staging", Known(true), Known(true), Known(0), Known([]Actor{}), Known(false), Known(true), Known(0),
				Known(RefPolicy{RefsProtected, []RefPattern{}}), Known([]string{"load-test"}), noTier, anyone},
		},
		GroupTiers: none,
		Branches: []Branch{{"main", true, Known(true), Known(2), Known(true), Known(false), Known(false),
			Unknown[[]Actor]("not read on GitHub"), Unknown[[]Actor]("not read on GitHub")}},
		ApprovalRules: []Rule{},
		MergeRequests: MergeRequests{Known(false), Unknown[bool]("GitHub has no such setting")},
		Incomplete:    []Gap{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGitHub_LookUp(t *testing.T) {
	s := takeGitHub(t, serve(t, gitHubShop))
	if got := s.Environment("Production"); got.Name != "production" {
		t.Errorf("Production: got %q, want production: GitHub does not tell upper from lower case", got.Name)
	}
	missing := s.Environment("prod")
	wantValue(t, "a missing environment exists", missing.Exists, false)
	wantValue(t, "a missing environment's approvals", missing.RequiredApprovals, 0)
	wantValue(t, "a missing environment is protected", missing.Protected, false)
}

func TestGitHub_AnswersAndWhatTheyMeanForProduction(t *testing.T) {
	environments := shop + "/environments"
	one := func(environment string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{environments: says(`{"total_count": 1, "environments": [` + environment + `]}`)}
	}
	tests := map[string]struct {
		changes   map[string]http.HandlerFunc
		approvals string // "1", or the reason why it is unknown
	}{
		"a token that may not read environments leaves them unknown": {
			map[string]http.HandlerFunc{environments: status(403, `{"message": "Resource not accessible by integration"}`)},
			"HTTP 403: the token may not read this (Resource not accessible by integration)"},
		"a wrong token leaves them unknown": {
			map[string]http.HandlerFunc{environments: status(401, `{"message": "Bad credentials"}`)}, "HTTP 401: the token is wrong or has expired (Bad credentials)"},
		"not found may mean not allowed": {
			map[string]http.HandlerFunc{environments: nil}, "HTTP 404: not there, not offered, or the token may not see it"},
		"a server that fails again and again leaves them unknown": {
			map[string]http.HandlerFunc{environments: status(502, `<html>bad gateway</html>`)}, "HTTP 502: the forge has a problem"},
		"a server that fails once is asked again": {
			map[string]http.HandlerFunc{environments: inTurn(status(503, ``), gitHubShop[environments])}, "1"},
		"malformed JSON is unknown": {
			map[string]http.HandlerFunc{environments: says(`{"total_count": 1, "environments": [`)}, "not the JSON that was expected"},
		"a web page is unknown": {
			map[string]http.HandlerFunc{environments: says(`<html>log in</html>`)}, "not the JSON that was expected"},
		"a wrong type is unknown": {
			map[string]http.HandlerFunc{environments: says(`{"total_count": 1, "environments": {"name": "production"}}`)}, "not the JSON that was expected"},
		"null is no empty list": {
			map[string]http.HandlerFunc{environments: says(`{"total_count": 0, "environments": null}`)}, "the answer holds no list"},
		"an empty object is no empty list": {
			map[string]http.HandlerFunc{environments: says(`{}`)}, "the answer holds no list"},
		"an empty list means that production does not exist": {
			map[string]http.HandlerFunc{environments: says(`{"total_count": 0, "environments": []}`)}, "0"},
		"more environments counted than listed leaves the missing ones unknown": {
			map[string]http.HandlerFunc{environments: says(`{"total_count": 3, "environments": []}`)}, "GitHub counts 3 environments and lists 0"},
		"more than 4 MiB is not read": {
			map[string]http.HandlerFunc{environments: says(`{"environments": [], "x": "` + strings.Repeat("x", maxBody) + `"}`)}, "larger than 4 MiB"},
		"no protection rules told is not the same as none": {one(`{"name": "production"}`), "lacks protection_rules"},
		"a rule of a kind that is not known may be a gate": {
			one(`{"name": "production", "protection_rules": [{"type": "four_eyes"}], "deployment_branch_policy": null}`), `kind that guard does not know: "four_eyes"`},
		"a rule of an unknown kind beside reviewers leaves them": {
			one(`{"name": "production", "protection_rules": [{"type": "required_reviewers", "reviewers": [{"type": "User", "reviewer": {"login": "ann"}}]}, {"type": "four_eyes"}]}`), "1"},
		"reviewers demanded and none named is unknown": {
			one(`{"name": "production", "protection_rules": [{"type": "required_reviewers", "reviewers": []}]}`), "names none"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := takeGitHub(t, serve(t, with(gitHubShop, test.changes)))
			got := s.Environment("production").RequiredApprovals
			switch test.approvals {
			case "0", "1":
				wantValue(t, "approvals", got, int(test.approvals[0]-'0'))
			default:
				wantReason(t, "approvals", got, test.approvals)
				if len(s.Incomplete) == 0 && test.approvals != "names none" {
					t.Error("incomplete is empty")
				}
			}
		})
	}
}

func TestGitHub_FactsThatAServerMayLeaveOutAreUnknown(t *testing.T) {
	s := takeGitHub(t, serve(t, with(gitHubShop, map[string]http.HandlerFunc{
		shop + "/environments": says(`{"total_count": 1, "environments": [{"name": "production", "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true},
			"protection_rules": [{"type": "required_reviewers", "reviewers": [{"type": "User", "reviewer": {"login": "ann"}}]}]}]}`),
		shop + "/environments/production/deployment-branch-policies":  nil,
		shop + "/environments/production/deployment_protection_rules": nil,
	})))
	e := s.Environment("production")
	wantReason(t, "self-review", e.SelfReviewPrevented, "does not tell")
	wantReason(t, "administrators", e.AdminsMayBypass, "does not tell")
	wantReason(t, "branches", e.Branches, "HTTP 404")
	wantReason(t, "custom gates", e.CustomGates, "HTTP 404")
	wantValue(t, "protected", e.Protected, true)
	if got := len(s.Incomplete); got != 2 {
		t.Errorf("got %d gaps, want 2: %v", got, s.Incomplete)
	}
}

func TestGitHub_DefaultBranch(t *testing.T) {
	protection := shop + "/branches/main/protection"
	tests := map[string]struct {
		changes   map[string]http.HandlerFunc
		protected Fact[bool]
		approvals Fact[int]
		bypass    Fact[bool]
	}{
		"classic protection hides from a token that only reads; the ruleset stands": {
			map[string]http.HandlerFunc{protection: status(403, `{"message": "Resource not accessible by integration"}`)},
			Known(true), Known(2), Unknown[bool]("who may bypass rulesets is told to administrators only")},
		"protected by the ruleset alone": {
			map[string]http.HandlerFunc{protection: status(404, `{"message": "Branch not protected"}`)},
			Known(true), Known(2), Unknown[bool]("who may bypass rulesets is told to administrators only")},
		"neither": {
			map[string]http.HandlerFunc{shop + "/rules/branches/main": says(`[]`), shop + "/branches/main": says(`{"name": "main", "protected": false}`)},
			Known(false), Known(0), Known(true)},
		"protected, and nothing more may be known": {
			map[string]http.HandlerFunc{shop + "/rules/branches/main": says(`[]`), protection: status(403, `{}`)},
			Known(true), Unknown[int]("HTTP 403: the token may not read this"), Unknown[bool]("HTTP 403: the token may not read this")},
		"rulesets that cannot be read leave what classic protection says": {
			map[string]http.HandlerFunc{shop + "/rules/branches/main": status(403, `{}`)},
			Known(true), Known(1), Known(false)},
		"a rule of another type does not count as a pull request's": {
			map[string]http.HandlerFunc{
				shop + "/rules/branches/main": says(`[{"type": "merge_queue", "parameters": {"required_approving_review_count": 9}}]`),
				protection:                    status(404, `{"message": "Branch not protected"}`)},
			Known(true), Known(0), Unknown[bool]("who may bypass rulesets is told to administrators only")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := takeGitHub(t, serve(t, with(gitHubShop, test.changes)))
			got := s.Branches[0]
			if diff := cmp.Diff([]any{test.protected, test.approvals, test.bypass}, []any{got.Protected, got.RequiredApprovals, got.AdminsMayBypass}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// page is one page of environments, each without any gate.
func page(total, from, n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"name": "env-%04d", "protection_rules": [], "deployment_branch_policy": null}`, from+i))
	}
	return fmt.Sprintf(`{"total_count": %d, "environments": [%s]}`, total, strings.Join(list, ","))
}

func TestGitHub_ReadsAllPagesAndNamesNoLink(t *testing.T) {
	answers := with(gitHubShop, map[string]http.HandlerFunc{
		// A link that leads elsewhere is a word and no way.
		shop + "/environments":        status(200, page(3, 0, 2), "Link", `<https://evil.example/steal?page=2>; rel="next"`),
		shop + "/environments?page=2": says(page(3, 2, 1)),
	})
	s := serve(t, answers)
	got := takeGitHub(t, s, "env-0002")
	if diff := cmp.Diff([]string{"env-0002"}, names(got.Environments)); diff != "" {
		t.Error(diff)
	}
	wantValue(t, "exists", got.Environments[0].Exists, true)
	wantReason(t, "another environment", got.Environment("production").Exists, "only the named environments were read")
	if got := s.times(shop + "/environments"); got != 2 {
		t.Errorf("asked for %d pages, want 2", got)
	}
}

func TestGitHub_FullPagesHaveANextOneEvenWithoutALink(t *testing.T) {
	s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{
		shop + "/environments":        says(page(101, 0, 100)),
		shop + "/environments?page=2": says(page(101, 100, 1)),
	}))
	wantValue(t, "the last", takeGitHub(t, s, "env-0100").Environment("env-0100").Exists, true)
}

func TestGitHub_PagesWithoutEndAreCut(t *testing.T) {
	s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{shop + "/environments": nil}))
	s.answers[shop+"/environments"] = status(200, page(1, 0, 1), "Link", `<x>; rel="next"`)
	for i := 2; i < 2*maxPages; i++ {
		s.answers[fmt.Sprintf("%s/environments?page=%d", shop, i)] = status(200, page(1, i, 1), "Link", `<x>; rel="next"`)
	}
	got := takeGitHub(t, s, "production")
	wantReason(t, "production", got.Environment("production").Exists, "more than 20 pages")
	if n := s.times(shop + "/environments"); n != maxPages {
		t.Errorf("asked %d times, want %d", n, maxPages)
	}
}

func TestGitHub_RequestsAreCounted(t *testing.T) {
	s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{shop + "/environments": nil}))
	for i := range 6 {
		key := shop + "/environments"
		if i > 0 {
			key += fmt.Sprintf("?page=%d", i+1)
		}
		s.answers[key] = says(page(600, 100*i, 100))
	}
	got := takeGitHub(t, s)
	wantReason(t, "the last", got.Environment("env-0599").CustomGates, "more than 400 requests")
	if len(s.asked) > maxRequests {
		t.Errorf("%d requests, want at most %d", len(s.asked), maxRequests)
	}
}

func TestGitHub_WaitsAsLongAsTheForgeAsksFor(t *testing.T) {
	environments := gitHubShop[shop+"/environments"]
	tests := map[string]struct {
		answer http.HandlerFunc
		waits  []time.Duration
		reason string // "" where the next attempt has the answer
	}{
		"seconds":                      {inTurn(status(429, `{"message": "slow down"}`, "Retry-After", "3"), environments), []time.Duration{3 * time.Second}, ""},
		"GitHub refuses with 403":      {inTurn(status(403, `{"message": "secondary rate limit"}`, "Retry-After", "2"), environments), []time.Duration{2 * time.Second}, ""},
		"no word of how long":          {inTurn(status(429, `{}`), status(429, `{}`), environments), []time.Duration{firstWait, 2 * firstWait}, ""},
		"three attempts are all":       {status(429, `{}`, "Retry-After", "1"), []time.Duration{time.Second, time.Second}, "HTTP 429: too many requests"},
		"longer than there is time":    {status(429, `{}`, "Retry-After", "3600"), nil, "HTTP 429: too many requests; to wait 1h0m0s is more than there is time for"},
		"longer than a number can be":  {status(429, `{}`, "Retry-After", "99999999999999999999"), []time.Duration{firstWait, 2 * firstWait}, "HTTP 429"},
		"a refusal is not asked again": {status(403, `{}`), nil, "HTTP 403"},
		"the hour's requests are used up": {
			status(403, `{"message": "API rate limit exceeded"}`, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(time.Now().Add(time.Hour).Unix())), nil, "HTTP 403: too many requests (API rate limit exceeded); to wait"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{shop + "/environments": test.answer}))
			g, p := newGitHub(t, options(s.URL, "acme/shop", "production"))
			got, err := g.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.waits, p.waits); diff != "" {
				t.Error(diff)
			}
			if test.reason == "" {
				wantValue(t, "approvals", got.Environment("production").RequiredApprovals, 1)
				return
			}
			wantReason(t, "approvals", got.Environment("production").RequiredApprovals, test.reason)
		})
	}
}

func TestGitHub_ASlowAnswerIsUnknown(t *testing.T) {
	slow := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	drip := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			fmt.Fprint(w, " ")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}
	for name, handler := range map[string]http.HandlerFunc{"no header": slow, "a body that never ends": drip} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{shop + "/environments": handler}))
			o := options(s.URL, "acme/shop")
			o.Limits.Request = 150 * time.Millisecond
			g, _ := newGitHub(t, o)
			got, err := g.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			wantReason(t, "exists", got.Environment("production").Exists, "no whole answer within 150ms")
		})
	}
}

func TestGitHub_TheTimeOfAllRequestsIsBounded(t *testing.T) {
	s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{
		shop + "/environments": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	}))
	o := options(s.URL, "acme/shop")
	o.Limits.Total = 200 * time.Millisecond
	g, _ := newGitHub(t, o)
	began := time.Now()
	got, err := g.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantReason(t, "exists", got.Environment("production").Exists, "the time for all requests, 200ms, is over")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestGitHub_EndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{
		shop + "/environments": func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() },
	}))
	g, _ := newGitHub(t, options(s.URL, "acme/shop"))
	if _, err := g.Snapshot(ctx); err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("got the error %v, want one of the context", err)
	}
}

func TestGitHub_ARedirectNeverCarriesTheTokenElsewhere(t *testing.T) {
	reached := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	defer other.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{shop + "/environments": status(code, ``, "Location", other.URL+"/environments")}))
		got := takeGitHub(t, s)
		wantReason(t, fmt.Sprint(code), got.Environment("production").Exists, "redirected to another host")
	}
	if reached != 0 {
		t.Errorf("the other host was reached %d times, want never", reached)
	}
}

func TestGitHub_FollowsARenamedRepositoryOnTheSameHost(t *testing.T) {
	answers := with(gitHubShop, map[string]http.HandlerFunc{"/repositories/1296269/environments": gitHubShop[shop+"/environments"]})
	answers[shop+"/environments"] = status(301, `{}`, "Location", "/repositories/1296269/environments")
	s := serve(t, answers)
	wantValue(t, "approvals", takeGitHub(t, s).Environment("production").RequiredApprovals, 1)
	for _, token := range s.tokens {
		if token != "Bearer "+secret {
			t.Errorf("a request came with %q", token)
		}
	}
	answers[shop+"/environments"] = status(301, `{}`, "Location", shop+"/environments")
	s = serve(t, answers)
	wantReason(t, "a circle", takeGitHub(t, s).Environment("production").Exists, "more than 3 redirects")
	if got := s.times(shop + "/environments"); got != maxRedirects+1 {
		t.Errorf("a circle was asked %d times", got)
	}
}

func TestGitHub_TheTokenStandsInNothingThatIsWritten(t *testing.T) {
	echo := `{"message": "the token ` + secret + ` is bad", "environments": [{"name": "` + secret + `", "protection_rules": [{"type": "` + secret + `"}]}]}`
	for _, code := range []int{200, 401, 403, 404, 500} {
		s := serve(t, with(gitHubShop, map[string]http.HandlerFunc{shop + "/environments": status(code, echo)}))
		var b strings.Builder
		if err := takeGitHub(t, s).Write(&b); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), secret) || !strings.Contains(b.String(), "****") {
			t.Errorf("%d: want **** for the token:\n%s", code, b.String())
		}
		s.answers[shop] = status(code+3, echo, "Location", s.URL+"/"+secret)
		g, _ := newGitHub(t, options(s.URL, "acme/shop"))
		if _, err := g.Snapshot(t.Context()); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%d: got the error %v, want one without the token", code+3, err)
		}
	}
}

func TestGitHub_WithoutTheRepositoryThereIsNoSnapshot(t *testing.T) {
	s := serve(t, nil)
	g, _ := newGitHub(t, options(s.URL, "acme/shop"))
	_, err := g.Snapshot(t.Context())
	want := "read the settings of acme/shop on 127.0.0.1: HTTP 404: not there, not offered, or the token may not see it (Not Found)"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	s.Close()
	if _, err := g.Snapshot(t.Context()); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v, want connection refused", err)
	}
}

func TestGitHub_TakesNoProxyFromTheEnvironment(t *testing.T) {
	g, _ := newGitHub(t, options("https://api.example.com", "acme/shop"))
	if transport := g.client.http.Transport.(*http.Transport); transport.Proxy != nil {
		t.Error("the transport has a proxy")
	}
}
