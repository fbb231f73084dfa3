package ruledocs_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"guard/internal/authoring"
	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/ruledocs"
)

// fence is a block of code in Markdown.
var fence = regexp.MustCompile("(?s)```(yaml|text)\n(.*?)```")

// snippets are those of a page, without its examples.
func snippets(t *testing.T, r authoring.Documented) []string {
	t.Helper()
	r.Examples, r.Text = nil, ""
	files := filesOf(t, ruledocs.Markdown, ruledocs.Library{Rules: []authoring.Documented{r}})
	var all []string
	for _, m := range fence.FindAllStringSubmatch(files[1].Text, -1) {
		all = append(all, m[2])
	}
	return all
}

// What a page says to write into files is what guard reads there.
func TestSnippets_AreWhatGuardReads(t *testing.T) {
	rules := append(ownRules(t).Rules, strange())
	settings := "version: 1\nrules:\n"
	for _, r := range rules {
		blocks := snippets(t, r)
		if len(blocks) < 2 {
			t.Fatalf("%s: %q", r.ID, blocks)
		}
		if r.ID != strange().ID {
			settings += strings.TrimPrefix(blocks[0], "rules:\n")
		}
		wantParams(t, r, blocks[0])
		loaded, err := config.Load(".guard.yaml", []byte("version: 1\n"+blocks[1]))
		if err != nil {
			t.Errorf("%s: %v\n%s", r.ID, err, blocks[1])
		} else if w := loaded.Waivers[0]; w.Rule != r.ID || w.Invalid != "" {
			t.Errorf("%s: %+v", r.ID, w)
		}
		for _, block := range blocks[2:] {
			wantInline(t, r, block)
		}
	}
	loaded, err := config.Load(".guard.yaml", []byte(settings))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Rules: loaded.Rules}); err != nil {
		t.Error(err)
	}
}

// wantParams wants the parameters of a snippet to have the values of the METADATA.
func wantParams(t *testing.T, r authoring.Documented, block string) {
	t.Helper()
	loaded, err := config.Load(".guard.yaml", []byte("version: 1\n"+block))
	if err != nil {
		t.Errorf("%s: %v\n%s", r.ID, err, block)
		return
	}
	got := map[string]string{}
	for _, p := range loaded.Rules[0].Params {
		got[p.Name] = jsonOf(t, p.Value)
	}
	for _, p := range r.Params {
		if got[p.Name] != jsonOf(t, p.Default) {
			t.Errorf("%s: %q is %s, want %s\n%s", r.ID, p.Name, got[p.Name], jsonOf(t, p.Default), block)
		}
	}
	if len(got) != len(r.Params) {
		t.Errorf("%s: %v", r.ID, got)
	}
}

func wantInline(t *testing.T, r authoring.Documented, block string) {
	t.Helper()
	inlines := config.Inlines(block)
	if _, value, is := strings.Cut(block, `guard/waive: "`); is {
		inlines = config.Annotation(strings.TrimSuffix(strings.TrimSpace(value), `"`))
	}
	if len(inlines) != 1 || inlines[0].Invalid != "" || inlines[0].Rules[0] != r.ID {
		t.Errorf("%s: %q is %+v", r.ID, block, inlines)
	}
}

// strange is a rule whose parameters have names and values that YAML could take for
// something else.
func strange() authoring.Documented {
	long := make([]any, 30)
	for i := range long {
		long[i] = "- x: #" + strings.Repeat("a", i)
	}
	r := held()
	r.ID, r.Held = "team/strange", nil
	r.Params = []finding.Param{
		{Name: "yes", Type: "string", Default: "no"}, {Name: "a: b\n#", Type: "string", Default: "line\n# \u202e \"x\" \\ '"}, {Name: "3", Type: "number", Default: json.Number("1.5")},
		{Name: "long", Type: "array", Default: long}, {Name: "deep", Type: "object", Default: map[string]any{"true": []any{map[string]any{"k": "v"}, json.Number("7"), true}}}, {Name: "none", Type: "array", Default: []any{}},
	}
	return r
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWaivers_AreNotOfferedWhereNoneIsAllowed(t *testing.T) {
	for _, format := range ruledocs.Formats() {
		for _, file := range filesOf(t, format, ruledocs.Library{Rules: []authoring.Documented{held()}})[1:] {
			if strings.Contains(file.Text, "waivers:") || strings.Contains(file.Text, "guard:ignore") || !strings.Contains(file.Text, "may not be waived") {
				t.Errorf("%s:\n%s", file.Name, file.Text)
			}
		}
	}
}
