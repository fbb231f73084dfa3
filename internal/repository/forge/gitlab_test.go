package forge

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const web = "/projects/acme%2Fweb%2Fshop"

// gitLabShop is a project in two groups, in the shapes that GitLab's REST API
// documents.
var gitLabShop = map[string]http.HandlerFunc{
	web: says(`{"id": 5, "path_with_namespace": "acme/web/shop", "default_branch": "main",
		"namespace": {"id": 2, "kind": "group", "full_path": "acme/web"}, "allow_pipeline_trigger_approve_deployment": false}`),
	web + "/environments": says(`[
		{"id": 1, "name": "production", "slug": "production", "external_url": "u", "state": "available", "tier": "production"},
		{"id": 2, "name": "staging", "slug": "staging", "state": "available", "tier": "staging"},
		{"id": 3, "name": "review/1", "slug": "review-1", "state": "stopped", "tier": "development"}]`),
	web + "/protected_environments": says(`[{"name": "production", "required_approval_count": 0,
		"deploy_access_levels": [
			{"id": 12, "access_level": 40, "access_level_description": "Maintainers", "user_id": null, "group_id": null, "group_inheritance_type": 0},
			{"id": 13, "access_level": null, "access_level_description": "ann", "user_id": 7, "group_id": null}],
		"approval_rules": [
			{"id": 21, "user_id": null, "group_id": 77, "access_level": null, "access_level_description": "auditors", "required_approvals": 1, "group_inheritance_type": 0},
			{"id": 22, "user_id": null, "group_id": null, "access_level": 40, "access_level_description": "Maintainers", "required_approvals": 2}]}]`),
	"/groups/acme%2Fweb/protected_environments": says(`[]`),
	"/groups/acme/protected_environments":       says(`[{"name": "staging", "required_approval_count": 1, "deploy_access_levels": [{"access_level": 30, "access_level_description": "Developers + Maintainers"}], "approval_rules": []}]`),
	web + "/protected_branches": says(`[
		{"id": 31, "name": "main", "push_access_levels": [{"id": 7, "access_level": 0, "access_level_description": "No one"},
			{"id": 7, "access_level": 40, "access_level_description": "release bot", "deploy_key_id": 1}],
		 "merge_access_levels": [{"id": 8, "access_level": 40, "access_level_description": "Maintainers"}], "allow_force_push": false, "code_owner_approval_required": true},
		{"id": 32, "name": "release/*", "push_access_levels": [], "merge_access_levels": [{"access_level": null, "user_id": null, "group_id": 78, "access_level_description": "releasers"}], "allow_force_push": true}]`),
	web + "/approval_rules": says(`[{"id": 1, "name": "security", "rule_type": "regular", "eligible_approvers": [], "approvals_required": 3,
		"users": [{"id": 5, "name": "Bob", "username": "bob", "state": "active"}],
		"groups": [{"id": 5, "name": "Auditors", "path": "auditors", "full_path": "acme/auditors"}],
		"applies_to_all_protected_branches": false, "protected_branches": [{"id": 1, "name": "main"}], "contains_hidden_groups": true}]`),
	web + "/approvals": says(`{"approvals_before_merge": 0, "reset_approvals_on_push": true, "merge_requests_author_approval": true, "merge_requests_disable_committers_approval": true}`),
}

func takeGitLab(t *testing.T, s *server, environments ...string) *Snapshot {
	t.Helper()
	g, err := NewGitLab(options(s.URL, "acme/web/shop", environments...))
	if err != nil {
		t.Fatal(err)
	}
	g.client.pause = (&pauses{}).pause
	snapshot, err := g.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func TestGitLab_ReadsWhatGuardsEnvironmentsAndBranches(t *testing.T) {
	got := takeGitLab(t, serve(t, gitLabShop))
	none, quiet := Known([]string{}), Unknown[bool]("this GitLab does not tell")
	anyRef := Known(RefPolicy{RefsNotOffered, []RefPattern{}})
	developer := Actor{"role", "Developers + Maintainers"}
	rules := Unknown[int]("on GitLab approval rules say it: approval_rules")
	want := &Snapshot{
		Version: 1, Forge: "gitlab", Host: "127.0.0.1", Repository: "acme/web/shop", Taken: taken,
		Environments: []Environment{
			{"production", Known(true), Known(true), Known(2), Known([]Actor{{"group", "auditors"}, {"role", "Maintainers"}}), Known(true), quiet, Known(0),
				anyRef, none, Known("production"), Known([]Actor{{"role", "Maintainers"}, {"user", "ann"}})},
			{"review/1", Known(true), Known(false), Known(0), Known([]Actor{}), Known(false), quiet, Known(0), anyRef, none, Known("development"), Known([]Actor{developer})},
			{"staging", Known(true), Known(true), Known(1), Known([]Actor{developer}), Known(true), quiet, Known(0), anyRef, none, Known("staging"), Known([]Actor{developer})},
		},
		GroupTiers: Known([]string{"staging"}),
		Branches: []Branch{
			{"main", true, Known(true), rules, Known(true), Known(false), quiet, Known([]Actor{{"deploy-key", "release bot"}}), Known([]Actor{{"role", "Maintainers"}})},
			{"release/*", false, Known(true), rules, quiet, Known(true), quiet, Known([]Actor{}), Known([]Actor{{"group", "releasers"}})},
		},
		ApprovalRules: []Rule{{"security", "regular", Known(3), []Actor{{"user", "bob"}, {"group", "acme/auditors"}, {"group", "groups that the token may not see"}}, false, []string{"main"}}},
		MergeRequests: MergeRequests{Known(true), Known(false)},
		Incomplete:    []Gap{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGitLab_AnswersAndWhatTheyMean(t *testing.T) {
	const unseen = "HTTP 404: not there, not offered, or the token may not see it"
	tests := map[string]struct {
		changes     map[string]http.HandlerFunc
		environment string
		exists      string // yes, no, or the reason why it is unknown
		approvals   string // a number, or the reason
		protected   string
	}{
		"a tier without protected environments answers as if they could not be seen": {
			map[string]http.HandlerFunc{web + "/protected_environments": nil}, "production", "yes", unseen, unseen},
		"a project's protection stands where its groups cannot be read": {
			map[string]http.HandlerFunc{"/groups/acme/protected_environments": status(403, `{"message": "403 Forbidden"}`)}, "production", "yes", "2", "yes"},
		"without the groups an environment that the project leaves open may be protected": {
			map[string]http.HandlerFunc{"/groups/acme/protected_environments": status(403, `{"message": "403 Forbidden"}`)}, "review/1",
			"yes", "group acme: HTTP 403: the token may not read this (403 Forbidden)", "group acme: HTTP 403"},
		"a person's own project has no groups": {
			map[string]http.HandlerFunc{web: says(`{"default_branch": "main", "namespace": {"kind": "user", "full_path": "acme/web"}}`), "/groups/acme/protected_environments": nil},
			"review/1", "yes", "0", "no"},
		"a group's name that is not the project's is not asked": {
			map[string]http.HandlerFunc{web: says(`{"namespace": {"kind": "group", "full_path": "other"}}`)}, "review/1", "yes", "names no group", "names no group"},
		"environments that cannot be listed are known where they are protected": {
			map[string]http.HandlerFunc{web + "/environments": status(403, `{}`)}, "production", "HTTP 403", "2", "yes"},
		"and unknown where they are not": {
			map[string]http.HandlerFunc{web + "/environments": status(403, `{}`)}, "staging", "HTTP 403", "HTTP 403", "HTTP 403"},
		"a missing environment may fall under a tier that a group protects": {
			nil, "live", "no", "first deployment settles its tier", "first deployment settles its tier"},
		"a missing environment is unprotected where no group protects anything": {
			map[string]http.HandlerFunc{"/groups/acme/protected_environments": says(`[]`)}, "live", "no", "0", "no"},
		"a missing environment is unknown where groups were not read": {
			map[string]http.HandlerFunc{"/groups/acme/protected_environments": nil}, "live", "no", unseen, unseen},
		"a missing environment is unknown where the project's protection was not read": {
			map[string]http.HandlerFunc{"/groups/acme/protected_environments": says(`[]`), web + "/protected_environments": nil}, "live", "no", unseen, unseen},
		"an environment without a tier may fall under one that a group protects": {
			map[string]http.HandlerFunc{web + "/environments": says(`[{"name": "live"}]`)}, "live", "yes", "does not tell", "does not tell"},
		"GitLab tells upper from lower case": {
			map[string]http.HandlerFunc{"/groups/acme/protected_environments": says(`[]`)}, "Production", "no", "0", "no"},
		"protected before it exists": {
			map[string]http.HandlerFunc{web + "/environments": says(`[]`)}, "production", "no", "2", "yes"},
		"a protected environment of which GitLab tells no number": {
			map[string]http.HandlerFunc{web + "/protected_environments": says(`[{"name": "production", "deploy_access_levels": []}]`)}, "production", "yes", "does not tell", "yes"},
		"null is no empty list": {
			map[string]http.HandlerFunc{web + "/protected_environments": says(`null`)}, "production", "yes", "holds no list", "holds no list"},
		"malformed JSON is unknown": {
			map[string]http.HandlerFunc{web + "/protected_environments": says(`[{"name": 1}]`)}, "production", "yes", "not the JSON", "not the JSON"},
		"a server that fails once is asked again": {
			map[string]http.HandlerFunc{web + "/protected_environments": inTurn(status(500, ``), gitLabShop[web+"/protected_environments"])}, "production", "yes", "2", "yes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := takeGitLab(t, serve(t, with(gitLabShop, test.changes))).Environment(test.environment)
			wantBool(t, "exists", e.Exists, test.exists)
			wantBool(t, "protected", e.Protected, test.protected)
			if len(test.approvals) == 1 {
				wantValue(t, "approvals", e.RequiredApprovals, int(test.approvals[0]-'0'))
			} else {
				wantReason(t, "approvals", e.RequiredApprovals, test.approvals)
			}
		})
	}
}

func wantBool(t *testing.T, what string, f Fact[bool], want string) {
	t.Helper()
	switch want {
	case "yes", "no":
		wantValue(t, what, f, want == "yes")
	default:
		wantReason(t, what, f, want)
	}
}

func TestGitLab_AsksForNamedEnvironmentsOnly(t *testing.T) {
	s := serve(t, gitLabShop)
	got := takeGitLab(t, s, "production", "live")
	if diff := cmp.Diff([]string{"live", "production"}, names(got.Environments)); diff != "" {
		t.Error(diff)
	}
	wantValue(t, "live exists", got.Environment("live").Exists, false)
	wantReason(t, "staging", got.Environment("staging").Exists, "only the named environments were read")
}

func TestGitLab_SelfReviewIsASettingOfTheProject(t *testing.T) {
	for setting, want := range map[string]string{
		`"allow_pipeline_trigger_approve_deployment": true,`:  "no",
		`"allow_pipeline_trigger_approve_deployment": false,`: "yes",
		``: "does not tell",
	} {
		s := serve(t, with(gitLabShop, map[string]http.HandlerFunc{
			web: says(`{` + setting + ` "namespace": {"kind": "user"}}`),
		}))
		wantBool(t, setting, takeGitLab(t, s).Environment("production").SelfReviewPrevented, want)
	}
}

func TestGitLab_ReadsAllPages(t *testing.T) {
	s := serve(t, with(gitLabShop, map[string]http.HandlerFunc{
		web + "/environments":        status(200, `[{"name": "a", "tier": "other"}]`, "Link", `<x>; rel="next"`),
		web + "/environments?page=2": says(`[{"name": "b", "tier": "other"}]`),
	}))
	if diff := cmp.Diff([]string{"a", "b", "production"}, names(takeGitLab(t, s).Environments)); diff != "" {
		t.Error(diff)
	}
}

func TestGitLab_WhatCannotBeReadOfBranchesAndApprovalsIsNamed(t *testing.T) {
	s := takeGitLab(t, serve(t, with(gitLabShop, map[string]http.HandlerFunc{
		web + "/protected_branches": nil, web + "/approval_rules": nil, web + "/approvals": nil,
	})))
	var got []string
	for _, gap := range s.Incomplete {
		got = append(got, gap.What)
	}
	if diff := cmp.Diff([]string{"branches", "approval_rules", "merge_requests"}, got); diff != "" {
		t.Error(diff)
	}
	wantReason(t, "author", s.MergeRequests.AuthorMayApprove, "HTTP 404")
}

func TestGitLab_AnUnprotectedDefaultBranchIsListed(t *testing.T) {
	for body, want := range map[string]bool{`[]`: false, `[{"name": "m*n"}]`: true} {
		s := takeGitLab(t, serve(t, with(gitLabShop, map[string]http.HandlerFunc{web + "/protected_branches": says(body)})))
		if len(s.Branches) != 1 || !s.Branches[0].Default {
			t.Fatalf("%s: got %v, want one default branch", body, s.Branches)
		}
		wantValue(t, body, s.Branches[0].Protected, want)
	}
}

func TestGitLabGate_Reviewers(t *testing.T) {
	maintainers, operators, nobody := 40, 9, noAccess
	deploy := []gitLabAccess{{Level: &maintainers, Description: "Maintainers"}}
	rule := []gitLabAccess{{GroupID: &operators}}
	one, none := 1, 0
	tests := map[string]struct {
		gate gitLabGate
		want []Actor
	}{
		"rules say who": {gitLabGate{DeployAccess: deploy, ApprovalRules: rule, Required: &one}, []Actor{{"group", "group 9"}}},
		"with a number alone it is who may deploy": {gitLabGate{DeployAccess: deploy, Required: &one}, []Actor{{"role", "Maintainers"}}},
		"nobody need approve":                      {gitLabGate{DeployAccess: deploy, Required: &none}, []Actor{}},
		"a role that nobody has is nobody":         {gitLabGate{ApprovalRules: []gitLabAccess{{Level: &nobody}}}, []Actor{}},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, test.gate.reviewers()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"main", "main", true}, {"main", "mainly", false}, {"*", "anything", true}, {"release/*", "release/1", true}, {"release/*", "release", false},
		{"*-stable", "1-2-stable", true}, {"a*b*c", "a-b-b-c", true}, {"a*b*c", "a-c", false}, {"a*a", "a", false}, {"a**b", "ab", true},
	} {
		if got := matches(test.pattern, test.name); got != test.want {
			t.Errorf("%s covers %s: got %v, want %v", test.pattern, test.name, got, test.want)
		}
	}
}
