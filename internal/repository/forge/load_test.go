package forge

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// written is a snapshot as it is written.
func written(t *testing.T, s *Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLoad_ReadsWhatIsWritten(t *testing.T) {
	for name, want := range map[string]*Snapshot{
		"of GitHub": takeGitHub(t, serve(t, gitHubShop)),
		"of GitLab": takeGitLab(t, serve(t, gitLabShop)),
		"of little": takeGitLab(t, serve(t, map[string]http.HandlerFunc{web: says(`{}`)})),
	} {
		t.Run(name, func(t *testing.T) {
			text := written(t, want)
			got, err := Load(text)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const small = `{
  "version": 1,
  "forge": "github",
  "host": "github.com",
  "repository": "acme/shop",
  "taken": "2026-11-24T12:00:00Z",
  "environments": [
    {
      "name": "production",
      "exists": {"value": true},
      "protected": {"value": true},
      "required_approvals": {"value": 1},
      "reviewers": {"value": [{"kind": "user", "name": "ann"}]},
      "self_review_prevented": {"unknown": "this server does not tell"},
      "admins_may_bypass": {"value": false},
      "wait_minutes": {"value": 0},
      "branches": {"value": {"policy": "all", "patterns": []}},
      "custom_gates": {"value": []},
      "tier": {"value": ""},
      "deploy_access": {"value": []}
    }
  ],
  "group_tiers": {"value": []},
  "branches": [],
  "approval_rules": [],
  "merge_requests": {"author_may_approve": {"value": false}, "committers_may_approve": {"unknown": "x"}},
  "incomplete": []
}
`

func TestLoad(t *testing.T) {
	s, err := Load([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	wantValue(t, "approvals", s.Environment("production").RequiredApprovals, 1)
	wantReason(t, "self-review", s.Environment("PRODUCTION").SelfReviewPrevented, "this server does not tell")
}

func TestLoad_RefusesWhatIsNoSnapshot(t *testing.T) {
	tests := map[string]struct {
		old, new string // a change to a good snapshot
		want     string
	}{
		"another version":             {`"version": 1`, `"version": 2`, `line 2: version: expected 1, found "2"`},
		"no version":                  {`  "version": 1,`, ``, `line 1: version: expected 1, found nothing`},
		"an unknown forge":            {`"forge": "github"`, `"forge": "gitea"`, `line 3: forge: expected github or gitlab, found "gitea"`},
		"no repository":               {`"acme/shop"`, `""`, `line 5: repository and host may not be empty`},
		"an unknown field":            {`"protected"`, `"proteced"`, `line 11: environments[0]: unknown field "proteced", did you mean "protected"?`},
		"a field in upper case":       {`"forge"`, `"Forge"`, `line 3: unknown field "Forge", did you mean "forge"?`},
		"a missing field":             {`      "tier": {"value": ""},`, ``, `line 8: environments[0]: lacks the field "tier"`},
		"a field twice":               {`"host": "github.com"`, `"forge": "gitlab"`, `line 4: `},
		"a wrong type":                {`{"value": true},` + "\n" + `      "protected"`, `{"value": "true"},` + "\n" + `      "protected"`, `line 10: environments[0].exists.value: expected a boolean, found a string`},
		"a number that is no whole":   {`{"value": 1}`, `{"value": 1.5}`, `line 12: environments[0].required_approvals.value: expected a whole number below 2147483648, found "1.5"`},
		"a negative number":           {`{"value": 1}`, `{"value": -1}`, `line 8: environments[0]: required_approvals: expected 0 or more, found -1`},
		"a number too large":          {`{"value": 1}`, `{"value": 99999999999}`, `line 12: environments[0].required_approvals.value: expected a whole number`},
		"a fact without an answer":    {`{"value": 1}`, `{}`, `line 12: environments[0].required_approvals: expected either "value" or "unknown"`},
		"a fact with two answers":     {`{"value": 1}`, `{"value": 1, "unknown": "x"}`, `line 12: environments[0].required_approvals: expected either "value" or "unknown"`},
		"a fact that is null":         {`{"value": 1}`, `{"value": null}`, `line 12: environments[0].required_approvals.value: expected a number, found null`},
		"a list that is null":         {`"incomplete": []`, `"incomplete": null`, `line 27: incomplete: expected a list, found null`},
		"a time that is none":         {`2026-11-24T12:00:00Z`, `yesterday`, `line 6: taken: expected a time such as 2006-01-02T15:04:05Z, found "yesterday"`},
		"an unknown policy":           {`"policy": "all"`, `"policy": "al"`, `line 8: environments[0]: branches: unknown policy "al"`},
		"an environment without name": {`"name": "production"`, `"name": ""`, `line 8: environments[0]: name: expected a text, found an empty one`},
		"more behind the end":         {"\n}\n", "\n}\n{}\n", `line 29: there is more behind its end`},
		"a text that is cut":          {`  "incomplete": []` + "\n}\n", ``, `line 27: expected`},
		"a list":                      {small, `[]`, `line 1: expected a map, found a list`},
		"nothing":                     {small, ``, `not a snapshot: the text is empty`},
		"no text":                     {small, "\x00\x01", `line 1: NUL byte`},
		"too much":                    {"\n}\n", "\n}" + strings.Repeat(" ", maxSnapshot), `not a snapshot: larger than 8 MiB`},
		"nested without end":          {`"incomplete": []`, `"incomplete": ` + strings.Repeat("[", 300), `line 27: limit exceeded`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(small, test.old) {
				t.Fatalf("the good snapshot lacks %q", test.old)
			}
			s, err := Load([]byte(strings.Replace(small, test.old, test.new, 1)))
			var wrong *Error
			if s != nil || !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestLoad_RefusesAnEnvironmentTwice(t *testing.T) {
	begin, end := strings.Index(small, "    {\n"), strings.Index(small, "\n  ],")
	twice := small[:end] + ",\n" + strings.Replace(small[begin:end], "production", "Production", 1) + small[end:]
	if _, err := Load([]byte(twice)); err == nil || !strings.Contains(err.Error(), `environments[1]: "Production" is there already`) {
		t.Errorf("got %v", err)
	}
	onGitLab := strings.Replace(twice, `"github"`, `"gitlab"`, 1)
	if _, err := Load([]byte(onGitLab)); err != nil {
		t.Errorf("GitLab tells upper from lower case: %v", err)
	}
}

func TestSnapshot_NilKnowsNothing(t *testing.T) {
	var s *Snapshot
	wantReason(t, "approvals", s.Environment("production").RequiredApprovals, "the forge's settings were not read")
	wantReason(t, "exists", s.Environment("production").Exists, "the forge's settings were not read")
}

func TestFact(t *testing.T) {
	if _, known := (Fact[bool]{}).Get(); known {
		t.Error("a fact that nobody set is known")
	}
	if _, known := Unknown[bool]("").Get(); known || Unknown[bool]("").Check() != nil {
		t.Error("unknown without a reason: want unknown, and valid")
	}
	if !Is(Known(0), 0) || Is(Known(1), 0) || Is(Unknown[int]("x"), 0) {
		t.Error("Is: want true for the value alone")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"version": 1, "environments": [{"exists": {"value": 1e400}}]}`))
	f.Add([]byte(`{"version": 1, "taken": null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Load(data)
		if err != nil {
			if s != nil || err.Error() == "" {
				t.Fatalf("an error and a snapshot: %v", err)
			}
			return
		}
		text := written(t, s)
		again, err := Load(text)
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v\n%s", err, text)
		}
		if !bytes.Equal(text, written(t, again)) {
			t.Fatalf("read twice, written differently:\n%s", text)
		}
		for _, e := range s.Environments {
			if got := s.Environment(e.Name); s.Forge == GitLabName && !cmp.Equal(got, e) {
				t.Fatalf("%q: found another", e.Name)
			}
		}
	})
}
