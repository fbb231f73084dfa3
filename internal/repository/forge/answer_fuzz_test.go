package forge

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// sameAnswer is a forge that says the same to everything but to the question
// for the repository.
type sameAnswer struct{ repository, rest string }

func (a sameAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	body := a.rest
	if strings.Count(r.URL.Path, "/") == strings.Count("/repos/acme/shop", "/") {
		body = a.repository
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// FuzzAnswers wants of every answer a snapshot that can be read again.
func FuzzAnswers(f *testing.F) {
	f.Add(`{"total_count": 1, "environments": [{"name": "production", "protection_rules": [{"type": "required_reviewers", "reviewers": [{"reviewer": {}}]}, {"type": "wait_timer", "wait_timer": 99999999999}],
		"deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}}], "branch_policies": [{"name": "v*"}], "custom_deployment_protection_rules": [{"enabled": true}]}`)
	f.Add(`[{"name": "production", "required_approval_count": -7, "deploy_access_levels": [{}, {"access_level": 0}], "approval_rules": [{"user_id": 3}], "tier": null,
		"type": "pull_request", "parameters": {"required_approving_review_count": -1}, "users": [{}], "groups": [{}], "protected_branches": [{}]}]`)
	f.Add(`null`)
	f.Add(`{"enforce_admins": null, "protected": true, "required_pull_request_reviews": {}}`)
	f.Fuzz(func(t *testing.T, answer string) {
		repository := `{"default_branch": "main", "namespace": {"kind": "group", "full_path": "acme"}}`
		gitHub, err := NewGitHub(options("", "acme/shop"))
		if err != nil {
			t.Fatal(err)
		}
		gitHub.client.http.Transport = sameAnswer{repository, answer}
		gitLab, err := NewGitLab(options("https://git.example.com", "acme/shop"))
		if err != nil {
			t.Fatal(err)
		}
		gitLab.client.http.Transport = sameAnswer{repository, answer}
		for _, take := range []func(context.Context) (*Snapshot, error){gitHub.Snapshot, gitLab.Snapshot} {
			s, err := take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			text := written(t, s)
			again, err := Load(text)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if !bytes.Equal(text, written(t, again)) {
				t.Fatalf("read again, written differently:\n%s", text)
			}
		}
	})
}
