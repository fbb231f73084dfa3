package impact_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/admission"
	"guard/internal/impact"
	"guard/internal/report"
)

func TestRecorded_DecisionsOfTheWebhook(t *testing.T) {
	old := rules(t, "builtin", nil, nil)
	now := rules(t, "policy", nil, lacksTeam())
	object := deployment("shop", "web", "", "shop/web:latest", "")
	log := decisions(t, old.Evaluator,
		request(admission.Create, "shop", "web", object),
		request(admission.Update, "shop", "web", object), // the same object again
		request(admission.Create, "billing", "pdf", deployment("billing", "pdf", `"team":"paper"`, "billing/pdf:1.2.3", "")),
		request(admission.Create, "shop", "cart", deployment("shop", "cart", `"app.kubernetes.io/part-of":"store"`, "shop/cart:1.2.3", `,"annotations":{"guard/waive":"own/team until=2027-01-01 -- later"}`)),
		request(admission.Create, "shop", "large", deployment("shop", "large", `"x":"`+strings.Repeat("y", 1<<20)+`"`, "shop/large:1.2.3", "")),
		admission.Request{UID: "d", Kind: "Deployment", Resource: admission.Resource{Group: "apps", Version: "v1", Resource: "deployments"}, Name: "gone", Namespace: "shop", Operation: admission.Delete, OldObject: []byte(object)},
	)
	if bytes.Contains(log, []byte("canary-7f3a91c2")) {
		t.Fatal("the log holds a secret")
	}
	c := impact.New(options(old, now))
	if err := c.Recorded(t.Context(), "log", bytes.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	i := c.Result()
	want := "own/team >deny |Deployment/shop/cart|shop|store\nown/team >deny |Deployment/shop/web|shop|\n"
	if diff := cmp.Diff(want, brief(i)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	gaps := []report.Gap{{Input: "Deployment/shop/large in log", Line: 5, Reason: "it was not recorded: larger than 1024 KiB"}}
	if diff := cmp.Diff(gaps, i.Unjudged); diff != "" {
		t.Errorf("not judged (-want +got):\n%s", diff)
	}
	if i.Summary.Inputs != 6 || i.Summary.NewlyDenied != 2 {
		t.Errorf("summary %+v", i.Summary)
	}
	notes := strings.Join(i.Notes, "\n")
	for _, want := range []string{"the recorded inputs are redacted", "1 decisions", "so these rules found nothing: image/missing-in-registry"} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes lack %q:\n%s", want, notes)
		}
	}
	if diff := cmp.Diff([]string{"own/team"}, i.AddedRules); diff != "" {
		t.Error(diff)
	}
}

// What the webhook denied is denied again by the same rules, with or without
// the secrets: what only they broke is the difference that is told.
func TestRecorded_SaysWhereTheReplayDiffers(t *testing.T) {
	old := rules(t, "builtin", nil, nil)
	plain := strings.ReplaceAll(deployment("shop", "web", "", "shop/web:latest", ""), `"env":[{"name":"DB_PASSWORD","value":"canary-7f3a91c2"}]`, `"env":[]`)
	for name, tt := range map[string]struct {
		object string
		differ bool
	}{"the same": {plain, false}, "a secret": {deployment("shop", "web", "", "shop/web:latest", ""), true}} {
		t.Run(name, func(t *testing.T) {
			c := impact.New(options(old, old))
			if err := c.Recorded(t.Context(), "log", bytes.NewReader(decisions(t, old.Evaluator, request(admission.Create, "shop", "web", tt.object)))); err != nil {
				t.Fatal(err)
			}
			i := c.Result()
			if got := strings.Contains(strings.Join(i.Notes, "\n"), "1 inputs are denied by other rules of builtin than when they were recorded"); got != tt.differ {
				t.Errorf("differs: %v, want %v: %q", got, tt.differ, i.Notes)
			}
			if len(i.Changes) > 0 {
				t.Errorf("the same rules differ: %s", brief(i))
			}
		})
	}
}

func TestRecorded_WhatKubectlPrints(t *testing.T) {
	items := []string{
		deployment("shop", "web", "", "shop/web:1.2.3", `,"annotations":{"acme.example.com/owner":"web-team"}`),
		deployment("shop", "cart", "", "shop/cart:1.2.3", `,"annotations":{"guard/waive":"own/team until=2027-01-01 -- later"}`),
		`{"spec": {}}`, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"shop"}}`,
	}
	list := func(items ...string) string {
		return "{\n \"apiVersion\": \"v1\",\n \"items\": [" + strings.Join(items, ",\n") + "],\n \"kind\": \"List\"\n}\n"
	}
	old, now := rules(t, "old", nil, nil), rules(t, "new", nil, lacksTeam())
	noObject := report.Gap{Input: "an object in stdin", Line: 3, Reason: "it is no object of the Kubernetes API"}
	changes := "own/team >deny |Deployment/shop/web|shop|web-team\nown/team >waived |Deployment/shop/cart|shop|\n"
	tests := map[string]struct {
		text string
		want string
		gaps []report.Gap
	}{
		"a list":            {list(items...), changes, []report.Gap{noObject}},
		"a list on a line":  {strings.ReplaceAll(list(items[:2]...), "\n", "") + "\n", changes, []report.Gap{}},
		"a list cut off":    {strings.TrimSuffix(list(items[:2]...), "}\n"), changes, []report.Gap{{Input: "stdin", Line: 1, Reason: "*"}}},
		"an object":         {strings.ReplaceAll(items[0], ",", ",\n"), strings.SplitAfter(changes, "\n")[0], []report.Gap{}},
		"objects, one each": {strings.ReplaceAll(items[0], "\n", "") + "\n" + strings.ReplaceAll(items[1], "\n", ""), changes, []report.Gap{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := impact.New(options(old, now))
			if err := c.Recorded(t.Context(), "stdin", strings.NewReader(tt.text)); err != nil {
				t.Fatal(err)
			}
			i := c.Result()
			if diff := cmp.Diff(tt.want, brief(i)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if len(tt.gaps) == 1 && tt.gaps[0].Reason == "*" && len(i.Unjudged) == 1 {
				tt.gaps[0].Reason = i.Unjudged[0].Reason
			}
			if diff := cmp.Diff(tt.gaps, i.Unjudged); diff != "" {
				t.Errorf("not judged (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRecorded_IsBounded(t *testing.T) {
	old := rules(t, "a", nil, nil)
	long := `{"operation":"CREATE","name":"` + strings.Repeat("x", 17<<20) + `"}`
	text := `{"operation":"CREATE","name":"a","audit":{"decision":"allowed"}}` + "\n" + long + "\nno JSON\n{\"operation\":\"X\",\"input\":7}\n{\"time\":\"x\",\"dropped\":3}\n{\"recording\":9}\n{\"x\":1}\n"
	c := impact.New(options(old, old))
	if err := c.Recorded(t.Context(), "log", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, gap := range c.Result().Unjudged {
		got = append(got, fmt.Sprintf("%d %s", gap.Line, strings.SplitN(gap.Reason, ":", 2)[0]))
	}
	want := []string{
		"1 the log was kept without the objects (--decisions-inputs)", "2 a line longer than 16 MiB", "3 no JSON of guard's", "4 a decision that is not as guard writes it",
		"5 3 decisions are missing from the log", "6 a recording of version 9, which this guard does not know", "7 neither a decision nor an object",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, other := range []string{"", "a: b\n", "[]", "{}\n", `{"findings": []}`} {
		if err := impact.New(options(old, old)).Recorded(t.Context(), "x", strings.NewReader(other)); err == nil {
			t.Errorf("%q was taken for a recording", other)
		}
	}
}

// What a run recorded is judged as a run: files say something of each other.
func TestRecorded_RunsOfCheck(t *testing.T) {
	line := func(file, text string) string {
		out, err := json.Marshal(map[string]any{"operation": "CHECK", "repository": "acme/shop", "file": file, "audit": map[string]string{"denied": "own/other"}, "input": map[string]string{"text": text}})
		if err != nil {
			t.Fatal(err)
		}
		return string(out) + "\n"
	}
	web := deployment("shop", "web", "", "shop/web:1.2.3", "")
	tests := map[string]struct {
		text string
		gaps []string
	}{
		"a run":           {`{"recording":1,"time":"T","repository":"acme/shop"}` + "\n" + line("a.json", web) + `{"recording":1,"ended":true,"files":1}` + "\n", nil},
		"without its end": {`{"recording":1,"time":"T","repository":"acme/shop"}` + "\n" + line("a.json", web), []string{"the run of T has no end: files may be missing"}},
		"a file missing":  {`{"recording":1,"time":"T","repository":"acme/shop"}` + "\n" + line("a.json", web) + `{"recording":1,"ended":true,"files":3}` + "\n", []string{"2 files of the run of T are missing"}},
		"a picked line":   {line("a.json", web), nil},
		"a file twice":    {line("a.json", web) + line("a.json", web), []string{"the run holds it twice"}},
		"without a text":  {line("a.json", web) + `{"operation":"CHECK","file":"b","input":{"omitted":"larger than 1024 KiB"}}` + "\n", []string{"it was not recorded: larger than 1024 KiB"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := impact.New(options(rules(t, "old", nil, nil), rules(t, "new", nil, lacksTeam())))
			if err := c.Recorded(t.Context(), "rec", strings.NewReader(tt.text)); err != nil {
				t.Fatal(err)
			}
			i := c.Result()
			if diff := cmp.Diff("own/team >deny acme/shop|a.json|shop|\n", brief(i)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			var gaps []string
			for _, gap := range i.Unjudged {
				gaps = append(gaps, gap.Reason)
			}
			if diff := cmp.Diff(tt.gaps, gaps); diff != "" {
				t.Errorf("not judged (-want +got):\n%s", diff)
			}
			if !strings.Contains(strings.Join(i.Notes, "\n"), "1 inputs are denied by other rules of old") {
				t.Errorf("notes: %q", i.Notes)
			}
		})
	}
}

// Recordings bring the file along, and lines that were picked of several
// repositories are not put into one.
func TestRecorded_KeepsRepositoriesApart(t *testing.T) {
	var log strings.Builder
	for _, repository := range []string{"acme/shop", "acme/billing"} {
		for file, text := range map[string]string{"k8s/a.yaml": deployment("shop", "a", "", "shop/web:1.2.3", ""), ".github/CODEOWNERS": "* @" + repository + "\n"} {
			out, err := json.Marshal(map[string]any{"operation": "CHECK", "repository": repository, "file": file, "audit": map[string]string{}, "input": map[string]string{"text": text}})
			if err != nil {
				t.Fatal(err)
			}
			log.Write(append(out, '\n'))
		}
	}
	c := impact.New(options(rules(t, "old", nil, nil), rules(t, "new", nil, lacksTeam())))
	if err := c.Recorded(t.Context(), "rec", strings.NewReader(log.String())); err != nil {
		t.Fatal(err)
	}
	i := c.Result()
	if diff := cmp.Diff("own/team >deny acme/billing|k8s/a.yaml|shop|@acme/billing\nown/team >deny acme/shop|k8s/a.yaml|shop|@acme/shop\n", brief(i)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if len(i.Unjudged) != 0 {
		t.Errorf("not judged: %+v", i.Unjudged)
	}
}

// What a namespace's name decides of admission counts for decisions and objects: a
// warning stops nobody.
func TestRecorded_GoesByAdmission(t *testing.T) {
	old := rules(t, "old", nil, nil)
	object := func(namespace string) string {
		return strings.ReplaceAll(strings.ReplaceAll(deployment(namespace, "web", "", "shop/web:1.2.3", ""), "\n", ""), `"env":[{"name":"DB_PASSWORD","value":"canary-7f3a91c2"}]`, `"tty":true`)
	}
	tests := map[string]struct{ admission, want, note string }{
		"nothing is said":            {"", "deny", ""},
		"everywhere a warning":       {"admission: {mode: warn}", "warn", ""},
		"a warning there":            {"admission: {namespaces: [{names: [sh*], mode: warn}]}", "warn", ""},
		"a denial there":             {"admission: {mode: warn, namespaces: [{names: [shop], mode: deny}]}", "deny", ""},
		"elsewhere":                  {"admission: {namespaces: [{names: [billing], mode: warn}]}", "deny", ""},
		"the first that is for it":   {"admission: {namespaces: [{names: [shop], mode: warn}, {names: ['*'], mode: deny}]}", "warn", ""},
		"another action there":       {"admission: {namespaces: [{names: [shop], rules: {own/team: {action: audit}}}]}", "audit", ""},
		"off there":                  {"admission: {namespaces: [{names: [shop], rules: {own/team: {action: off}}}]}", "", ""},
		"exempt":                     {"admission: {exempt: {namespaces: [shop]}}", "", "1 inputs are exempt by a configuration"},
		"the label that is the name": {"admission: {namespaces: [{labels: {kubernetes.io/metadata.name: shop}, mode: warn}]}", "warn", ""},
		"another name by label":      {"admission: {namespaces: [{labels: {kubernetes.io/metadata.name: billing, tier: dev}, mode: warn}]}", "deny", ""},
		"a label that nobody knows":  {"admission: {mode: warn, namespaces: [{labels: {tier: dev}, mode: warn}]}", "deny", "1 inputs are in namespaces that admission.namespaces of a configuration tells apart by labels"},
		"a label behind":             {"admission: {namespaces: [{names: [shop], mode: warn}, {labels: {tier: dev}, mode: deny}]}", "warn", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			log := decisions(t, old.Evaluator, request(admission.Create, "shop", "web", object("shop")))
			for from, text := range map[string]string{"a decision": string(log), "an object": object("shop")} {
				c := impact.New(options(old, rules(t, "new", configured(t, tt.admission+"\n"), lacksTeam())))
				if err := c.Recorded(t.Context(), "log", strings.NewReader(text)); err != nil {
					t.Fatal(err)
				}
				i := c.Result()
				got := ""
				for _, change := range i.Changes {
					if change.Rule == "own/team" {
						got += change.To
					}
				}
				if got != tt.want {
					t.Errorf("%s becomes %q, want %q", from, got, tt.want)
				}
				if tt.want == "warn" && (i.Summary.NewlyDenied != 0 || i.Summary.NewlyFailing != 0) {
					t.Errorf("%s: %+v", from, i.Summary)
				}
				if notes := strings.Join(i.Notes, "\n"); !strings.Contains(notes, tt.note) || tt.note == "" && strings.Contains(notes, "namespaces") {
					t.Errorf("%s: notes %q", from, notes)
				}
			}
		})
	}
	// That a mode changes is a change of a configuration like any other, and no other rules.
	deny, warn := rules(t, "deny", nil, lacksTeam()), rules(t, "warn", configured(t, "admission: {mode: warn}\n"), lacksTeam())
	c := impact.New(options(warn, deny))
	if err := c.Recorded(t.Context(), "log", bytes.NewReader(decisions(t, deny.Evaluator, request(admission.Create, "shop", "web", object("shop"))))); err != nil {
		t.Fatal(err)
	}
	i := c.Result()
	if got := brief(i); !strings.Contains(got, "own/team warn>deny |Deployment/shop/web|shop|\n") || i.Summary.NewlyFailing != 1 {
		t.Errorf("got %q, %+v", got, i.Summary)
	}
	if notes := strings.Join(i.Notes, "\n"); strings.Contains(notes, "other rules of") || strings.Contains(notes, "updates") {
		t.Errorf("notes %q", notes)
	}
}

// Who asked is recorded, and so is that an update was asked for.
func TestRecorded_GoesByWhoAsked(t *testing.T) {
	for more, want := range map[string]int{"users: [jane]": 0, "groups: [ops]": 0, "users: [ops]": 1, "groups: [jane, op]": 1} {
		asked := request(admission.Update, "shop", "web", deployment("shop", "web", "", "shop/web:1.2.3", ""))
		asked.User = admission.User{Name: "jane", Groups: []string{"dev", "ops"}}
		old := rules(t, "old", nil, nil)
		c := impact.New(options(old, rules(t, "new", configured(t, "admission: {exempt: {"+more+"}}\n"), lacksTeam())))
		if err := c.Recorded(t.Context(), "log", bytes.NewReader(decisions(t, old.Evaluator, asked))); err != nil {
			t.Fatal(err)
		}
		i := c.Result()
		if got := strings.Count(brief(i), ">deny"); got != want {
			t.Errorf("%s: %d newly denied, want %d:\n%s", more, got, want, brief(i))
		}
		if notes := strings.Join(i.Notes, "\n"); !strings.Contains(notes, "1 inputs are updates") || strings.Contains(notes, "exempt by a configuration") != (want == 0) {
			t.Errorf("%s: notes %q", more, notes)
		}
	}
}
