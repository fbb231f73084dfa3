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
