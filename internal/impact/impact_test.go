package impact_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/admission"
	"guard/internal/check"
	"guard/internal/codeowners"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/impact"
	"guard/internal/policy"
	"guard/internal/report"
)

var today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// rule is a rule of one's own; condition is the body that makes it fire on a
// Kubernetes object.
func rule(name, aliases, message, condition string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(`# METADATA
# title: Something is wrong
# description: It matters.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [minimal, recommended, strict]
#   aliases: [` + aliases + `]
#   remediation: Do something else.
#   since: 0.1.0
package guard.rules.` + strings.ReplaceAll(name, "/", ".") + `

deny contains {"message": "` + message + `", "path": input.kubernetes.name.path} if {
	` + condition + `
}
`)}
}

// rules are a version with these rules alone, and the action deny where a
// configuration says nothing.
func rules(t testing.TB, name string, c *config.Config, files fstest.MapFS) impact.Rules {
	t.Helper()
	if c == nil {
		c = config.Default()
	}
	sources := []policy.Source{policy.Builtin()}
	if files != nil {
		sources = append(sources, policy.Source{Name: name, FS: files, Custom: true})
	}
	settings := policy.Configured(c)
	settings.Now, settings.Unasked = today, []string{policy.NeedRegistry, policy.NeedTrustPolicy}
	e, err := policy.Compile(t.Context(), sources, settings)
	if err != nil {
		t.Fatal(err)
	}
	return impact.Rules{Name: name, Evaluator: e, Config: c}
}

// lacksTeam is a rule that wants a label on every Deployment.
func lacksTeam() fstest.MapFS {
	return fstest.MapFS{"own/team.rego": rule("own/team", "", "it belongs to nobody", `input.kubernetes.kind == "Deployment"
	count([e | some e in input.kubernetes.labels; e.key == "team"]) == 0`)}
}

func options(old, new impact.Rules) impact.Options {
	return impact.Options{Old: old, New: new, Files: check.Options{Now: today, Version: "test"}}
}

// brief are the changes of a result, one a line.
func brief(i report.Impact) string {
	var b strings.Builder
	for _, c := range i.Changes {
		fmt.Fprintf(&b, "%s %s>%s %s|%s|%s|%s\n", c.Rule, c.From, c.To, c.Repository, c.File, c.Namespace, c.Owner)
	}
	return b.String()
}

func deployment(namespace, name, labels, image, more string) string {
	return fmt.Sprintf(`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":%q,"namespace":%q,"labels":{%s}%s},
"spec":{"selector":{"matchLabels":{"app":"x"}},"template":{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[{"name":"web","image":%q,
"env":[{"name":"DB_PASSWORD","value":"canary-7f3a91c2"}]}]}}}}`, name, namespace, labels, more, image)
}

func request(operation admission.Operation, namespace, name, object string) admission.Request {
	return admission.Request{
		UID: name, Kind: "Deployment", Resource: admission.Resource{Group: "apps", Version: "v1", Resource: "deployments"},
		Name: name, Namespace: namespace, Operation: operation, Object: []byte(object),
	}
}

// decisions is a log that the webhook writes of requests, with their objects.
func decisions(t testing.TB, e *policy.Evaluator, requests ...admission.Request) []byte {
	t.Helper()
	var log lines
	l := admission.NewLog(&log, admission.LogOptions{Inputs: func() document.Options { return document.Options{Live: true} }})
	h := &admission.Handler{Policies: e}
	for i, r := range requests {
		l.Write(r, h.Review(t.Context(), r), time.Millisecond)
		for i%500 == 499 && log.written.Load() <= int64(i) { // a log drops what comes faster than it writes
			time.Sleep(time.Millisecond)
		}
	}
	l.Close()
	if n := l.Dropped(); n > 0 {
		t.Fatalf("the log lost %d decisions", n)
	}
	return log.text.Bytes()
}

// lines are what a log writes, one line at a time.
type lines struct {
	text    bytes.Buffer
	written atomic.Int64
}

func (l *lines) Write(line []byte) (int, error) {
	defer l.written.Add(1)
	return l.text.Write(line)
}

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

func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func tree(t testing.TB, o impact.Options, dir string) report.Impact {
	t.Helper()
	o.Files.Root, o.Files.Dir, o.Files.Repository = dir, dir, "acme/shop"
	c := impact.New(o)
	if err := c.Tree(t.Context(), []string{"."}); err != nil {
		t.Fatal(err)
	}
	return c.Result()
}

func configured(t testing.TB, text string) *config.Config {
	t.Helper()
	c, err := config.Load(".guard.yaml", []byte("version: 1\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTree_ComparesFindings(t *testing.T) {
	dir := write(t, map[string]string{
		"web.yaml":   deployment("shop", "web", `"team":"a"`, "shop/web:1.2.3", ""),
		"cart.yaml":  deployment("shop", "cart", "", "shop/cart:1.2.3", ""),
		"broken.yml": "apiVersion: v1\nkind: Pod\nmetadata: {name: x\n",
	})
	always := func(name, aliases, message string) fstest.MapFS {
		return fstest.MapFS{name + ".rego": rule(name, aliases, message, `input.kubernetes.name.value == "web"`)}
	}
	const id = "own/always"
	warns := configured(t, "rules: {own/always: {action: warn}}\n")
	waived := configured(t, "waivers: [{rule: own/always, files: [web.yaml], reason: r, owner: o, expires: 2027-01-01}]\n")
	tests := map[string]struct {
		old, new impact.Rules
		want     string
		fails    int
	}{
		"the same":          {rules(t, "a", nil, always(id, "", "no")), rules(t, "b", nil, always(id, "", "no")), "", 0},
		"another message":   {rules(t, "a", nil, always(id, "", "no")), rules(t, "b", nil, always(id, "", "never")), "", 0},
		"another name":      {rules(t, "a", nil, always("own/before", "", "no")), rules(t, "b", nil, always(id, "own/before", "no")), "", 0},
		"a new rule":        {rules(t, "a", nil, nil), rules(t, "b", nil, lacksTeam()), "own/team >deny acme/shop|cart.yaml|shop|\n", 0},
		"a rule less":       {rules(t, "a", nil, lacksTeam()), rules(t, "b", nil, nil), "own/team deny> acme/shop|cart.yaml|shop|\n", 0},
		"warn becomes deny": {rules(t, "a", warns, always(id, "", "no")), rules(t, "b", nil, always(id, "", "no")), "own/always warn>deny acme/shop|web.yaml|shop|a\n", 0},
		"a waiver ends":     {rules(t, "a", waived, always(id, "", "no")), rules(t, "b", nil, always(id, "", "no")), "own/always waived>deny acme/shop|web.yaml|shop|a\n", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			i := tree(t, options(tt.old, tt.new), dir)
			if diff := cmp.Diff(tt.want, brief(i)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if len(i.Unjudged) != 1 || i.Unjudged[0].Input != "acme/shop: broken.yml" {
				t.Errorf("not judged: %+v", i.Unjudged)
			}
		})
	}
}

// Things fail newly that nothing denied before, and count once however many
// rules deny them now.
func TestTree_CountsThings(t *testing.T) {
	quiet := configured(t, "fail-on: critical\nprofile: minimal\n")
	dir := write(t, map[string]string{"all.yaml": deployment("shop", "web", "", "shop/web:1.2.3", "") + "\n---\n" + deployment("shop", "cart", `"team":"a"`, "shop/cart:1.2.3", "")})
	two := lacksTeam()
	two["own/more.rego"] = rule("own/more", "", "more", `input.kubernetes.name.value == "web"`)
	loud := configured(t, "fail-on: critical\nprofile: minimal\nrules: {own/team: {action: deny}, own/more: {action: deny}}\n")
	i := tree(t, options(rules(t, "a", quiet, nil), rules(t, "b", loud, two)), dir)
	if s := i.Summary; s.NewlyDenied != 2 || s.NewlyFailing != 1 || s.NewlyPassing != 0 || s.Inputs != 1 {
		t.Errorf("summary %+v\n%s", s, brief(i))
	}
	back := tree(t, options(rules(t, "b", loud, two), rules(t, "a", quiet, nil)), dir)
	if s := back.Summary; s.NoLongerDeny != 2 || s.NewlyPassing != 1 || s.NewlyFailing != 0 {
		t.Errorf("summary %+v\n%s", s, brief(back))
	}
}

// A tree gives what two runs of check give, over everything that guard's own
// examples hold.
func TestTree_AgreesWithCheck(t *testing.T) {
	dir, err := filepath.Abs(filepath.Join("..", "..", "testdata", "demo"))
	if err != nil {
		t.Fatal(err)
	}
	strict := configured(t, "profile: strict\n")
	old, now := rules(t, "a", nil, nil), rules(t, "b", strict, nil)
	i := tree(t, options(old, now), dir)
	denied := func(r impact.Rules) (n int) {
		o, err := check.Run(context.Background(), check.Options{Root: dir, Dir: dir, Paths: []string{"."}, Evaluator: r.Evaluator, Config: r.Config, Now: today})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range o.Report.Findings {
			if f.Action == finding.Deny && f.Waived == nil {
				n++
			}
		}
		return n
	}
	if got, want := i.Summary.NewlyDenied-i.Summary.NoLongerDeny, denied(now)-denied(old); got != want || want == 0 {
		t.Errorf("%d findings more are denied, two checks say %d", got, want)
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

// manyDecisions are as many decisions of a webhook about different objects.
func manyDecisions(t testing.TB, e *policy.Evaluator, n int) []byte {
	t.Helper()
	var text bytes.Buffer
	one := decisions(t, e,
		request(admission.Create, "shop", "web-0", deployment("shop", "web-0", "", "registry.example.com/shop/web:latest", "")),
		request(admission.Create, "shop", "cart-0", deployment("shop", "cart-0", `"team":"a"`, "registry.example.com/shop/cart:1.2.3", `,"annotations":{"note":"`+strings.Repeat("text ", 100)+`"}`)),
	)
	kinds := bytes.SplitAfter(bytes.TrimSpace(one), []byte("\n"))
	for i := range n {
		text.Write(bytes.ReplaceAll(bytes.TrimSpace(kinds[i%len(kinds)]), []byte("-0"), fmt.Appendf(nil, "-%d", i)))
		text.WriteByte('\n')
	}
	var last map[string]any
	if err := json.Unmarshal(text.Bytes()[bytes.LastIndexByte(bytes.TrimSpace(text.Bytes()), '\n')+1:], &last); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// BenchmarkRecorded judges 10,000 recorded decisions by two versions of the
// default profile, the second with a rule more.
func BenchmarkRecorded(b *testing.B) {
	const n = 10_000
	old, now := rules(b, "builtin", nil, nil), rules(b, "policy", nil, lacksTeam())
	log := manyDecisions(b, old.Evaluator, n)
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		c := impact.New(options(old, now))
		if err := c.Recorded(b.Context(), "log", bytes.NewReader(log)); err != nil {
			b.Fatal(err)
		}
		if i := c.Result(); i.Summary.NewlyDenied != n/2 || i.Summary.Unjudged != 0 {
			b.Fatalf("%+v", i.Summary)
		}
	}
}

// A rule that fails on an object, or on a file, is told; its silence is no
// verdict.
func TestComparison_TellsOfRulesThatFail(t *testing.T) {
	fails := fstest.MapFS{"own/fails.rego": rule("own/fails", "", "no", `to_number(input.kubernetes.name.value) > 1`)}
	old, now := rules(t, "old", nil, nil), rules(t, "new", nil, fails)
	text := deployment("shop", "web", "", "shop/web:1.2.3", "")
	c := impact.New(options(old, now))
	if err := c.Recorded(t.Context(), "stdin", strings.NewReader(strings.ReplaceAll(text, "\n", ""))); err != nil {
		t.Fatal(err)
	}
	for name, i := range map[string]report.Impact{"an object": c.Result(), "a file": tree(t, options(old, now), write(t, map[string]string{"web.yaml": text}))} {
		if len(i.Unjudged) != 1 || !strings.Contains(i.Unjudged[0].Reason, "evaluate rule own/fails on") || i.Summary.Unjudged != 1 {
			t.Errorf("%s: not judged: %+v", name, i.Unjudged)
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

// Whose a file is CODEOWNERS says, unless an object says it itself; and what only
// tells what made an object comes last.
func TestTree_GoesByCodeOwners(t *testing.T) {
	files := map[string]string{
		"web/a.yaml": deployment("shop", "a", "", "shop/web:1.2.3", ""),
		"web/b.yaml": deployment("shop", "b", `"owner":"crew"`, "shop/web:1.2.3", ""),
		"web/c.yaml": deployment("shop", "c", `"app.kubernetes.io/managed-by":"Helm"`, "shop/web:1.2.3", ""),
		"etc/d.yaml": deployment("shop", "d", `"app.kubernetes.io/managed-by":"Helm"`, "shop/web:1.2.3", ""),
		"etc/e.yaml": deployment("shop", "e", "", "shop/web:1.2.3", ""),
	}
	o := options(rules(t, "a", nil, nil), rules(t, "b", nil, lacksTeam()))
	o.CodeOwners = codeowners.Parse("CODEOWNERS", "/web/ @acme/web ops@example.com\n/x y\n")
	i := tree(t, o, write(t, files))
	want := "own/team >deny acme/shop|etc/d.yaml|shop|Helm\nown/team >deny acme/shop|etc/e.yaml|shop|\nown/team >deny acme/shop|web/a.yaml|shop|@acme/web ops@example.com\n" +
		"own/team >deny acme/shop|web/b.yaml|shop|crew\nown/team >deny acme/shop|web/c.yaml|shop|@acme/web ops@example.com\n"
	if diff := cmp.Diff(want, brief(i)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if notes := strings.Join(i.Notes, "\n"); !strings.Contains(notes, `acme/shop: CODEOWNERS:2: it does not say whose files are: "y" is no owner`) {
		t.Errorf("notes %q", notes)
	}
	if len(i.Unjudged) != 0 {
		t.Errorf("not judged: %+v", i.Unjudged)
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

// What a layer does not let be waived is not, wherever the waiver stands.
func TestComparison_HoldsWaiversToLayers(t *testing.T) {
	team := lacksTeam()
	source, err := policy.FromBundle("org", "1.0.0", team, []byte("version: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := configured(t, "waivers: [{rule: own/team, objects: [Deployment/shop/web], reason: r, owner: o, expires: 2027-01-01}]\n")
	e, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin(), source}, policy.Configured(c))
	if err != nil {
		t.Fatal(err)
	}
	held, err := e.Hold(c)
	if err != nil {
		t.Fatal(err)
	}
	old := rules(t, "old", configured(t, ""), nil)
	text := strings.ReplaceAll(deployment("shop", "web", "", "shop/web:1.2.3", "")+"\x00"+deployment("shop", "cart", "", "shop/web:1.2.3", `,"annotations":{"guard/waive":"own/team until=2027-01-01 -- later"}`), "\n", "")
	comparison := impact.New(options(old, impact.Rules{Name: "new", Evaluator: e, Config: held}))
	if err := comparison.Recorded(t.Context(), "stdin", strings.NewReader(strings.ReplaceAll(text, "\x00", "\n"))); err != nil {
		t.Fatal(err)
	}
	if i := comparison.Result(); i.Summary.NewlyDenied != 2 {
		t.Errorf("%d newly denied, want 2:\n%s", i.Summary.NewlyDenied, brief(i))
	}
	if c.Waivers[0].Invalid != "" {
		t.Error("the configuration itself was changed, which the other version uses as well")
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
