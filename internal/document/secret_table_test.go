package document

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"regexp"
	re2 "regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	gitleaks "github.com/zricethezav/gitleaks/v8/config"
)

const public = "it finds an identifier that its service publishes, not a secret"

// Rules of gitleaks that are left out, and why.
var leftOut = map[string]string{
	"adobe-client-id":        public,
	"asana-client-id":        public,
	"bitbucket-client-id":    public,
	"discord-client-id":      public,
	"flutterwave-public-key": public,
	"linkedin-client-id":     public,
	"lob-pub-api-key":        public,
	"looker-client-id":       public,
	"mailgun-pub-key":        public,
	"messagebird-client-id":  public,
	"new-relic-user-api-id":  public,
	"plaid-client-id":        public,
	"sendbird-access-id":     public,
	"sumologic-access-id":    public,

	"sourcegraph-access-token": "any commit hash counts as one where the text names Sourcegraph",
	"generic-api-key":          "structured fields tell names and values apart; in free text it cries wolf",
	"kubernetes-secret-yaml":   "guard reads Kubernetes objects and knows a Secret when it sees one",
	"pkcs12-file":              "it looks at a file's name only, not at a text",
}

func TestPatternTable_IsWhatGitleaksDefines(t *testing.T) {
	want, err := format.Source(patternTable(t))
	if err != nil {
		t.Fatal(err)
	}
	const file = "secret_table.go"
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what gitleaks' rules give; write it with -update (-want +got):\n%s", file, diff)
	}
}

type gitleaksConfig struct {
	Allowlist gitleaksAllowlist
	Rules     []struct {
		ID, Description, Path, Regex string
		SecretGroup                  int
		Entropy                      float64
		Keywords                     []string
		Allowlists                   []gitleaksAllowlist
	}
}

type gitleaksAllowlist struct {
	Condition, RegexTarget    string
	Paths, Regexes, StopWords []string
}

func patternTable(t *testing.T) []byte {
	var config gitleaksConfig
	if err := toml.Unmarshal([]byte(gitleaks.DefaultConfig), &config); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, tableHead, gitleaksVersion(t))
	writeAllowance(&b, config.Allowlist)
	b.WriteString("\n\nvar patterns = [...]pattern{\n")
	for _, rule := range config.Rules {
		if leftOut[rule.ID] != "" {
			continue
		}
		re, err := re2.Parse(rule.Regex, re2.Perl)
		if err != nil {
			t.Fatal(err)
		}
		proved := analyse(re)
		m, also := chooseNeedles(re, proved)
		whole := m.needles == nil
		if whole {
			m.needles = keywordNeedles(rule.Keywords)
		}
		fmt.Fprintf(&b, "{\nid: %q,\ndescription: %q,\nexpr: %s,\n", rule.ID, noun(rule.ID, rule.Description), quote(rule.Regex))
		writeField(&b, "group", rule.SecretGroup != 0, fmt.Sprint(rule.SecretGroup))
		writeField(&b, "entropy", rule.Entropy != 0, fmt.Sprint(rule.Entropy))
		writeField(&b, "path", rule.Path != "", quote(rule.Path))
		writeField(&b, "keywords", !implied(rule.Keywords, m.needles), quotes(lower(rule.Keywords)))
		writeField(&b, "needles", true, needleList(m.needles))
		writeField(&b, "also", also != nil, needleList(also))
		writeField(&b, "before", m.before != 0, fmt.Sprint(m.before))
		writeField(&b, "after", m.after != 0, fmt.Sprint(m.after))
		lines := linesOf(rule.ID, proved)
		writeField(&b, "lines", lines > 0, fmt.Sprint(lines))
		inner, last := innerOf(re)
		writeField(&b, "inner", true, fmt.Sprintf("charset{%#x, %#x}", inner[0], inner[1]))
		writeField(&b, "last", last > 0, fmt.Sprint(last))
		writeField(&b, "whole", whole, "true")
		writeField(&b, "start", !whole && startsAtWord(re, m), "true")
		if len(rule.Allowlists) > 0 {
			b.WriteString("allow: []allowance{")
			for _, a := range rule.Allowlists {
				writeAllowance(&b, a)
				b.WriteString(",\n")
			}
			b.WriteString("},\n")
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n")
	return b.Bytes()
}

const tableHead = `// Code generated from the rules of gitleaks %s by "go test ./internal/document -run PatternTable -update". DO NOT EDIT.

// The regular expressions, keywords and allowlists below are those of gitleaks,
// https://github.com/gitleaks/gitleaks, under this licence:
//
// MIT License
//
// Copyright (c) 2019 Zachary Rice
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all
// copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
// SOFTWARE.

package document

var globalAllowance = allowance`

func gitleaksVersion(t *testing.T) string {
	modules, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`gitleaks/v8 (v\S+)`).FindSubmatch(modules)
	if m == nil {
		t.Fatal("go.mod does not name gitleaks")
	}
	return string(m[1])
}

// chooseNeedles takes the rarest needles, where those that start a word count
// more, and a second set as a further condition where there is one.
func chooseNeedles(re *re2.Regexp, a analysis) (best must, also []needle) {
	score := func(m must) float64 {
		if startsAtWord(re, m) {
			return weight(m) + 4
		}
		return weight(m)
	}
	for _, m := range a.musts {
		if weight(m) >= 1.8 && (best.needles == nil || score(m) > score(best)) {
			best = m
		}
	}
	others := slices.DeleteFunc(slices.Clone(a.musts), func(m must) bool { return overlap(m, best) })
	if second, found := rarest(others); found && len(second.needles) <= 8 {
		also = second.needles
	}
	least := 3
	if startsAtWord(re, best) {
		least = 2
	}
	return shorter(best, least), also
}

// shorter cuts the last byte off needles that differ in nothing else, as long
// as least bytes stay.
func shorter(m must, least int) must {
	cut := []needle{}
	for _, n := range m.needles {
		if len(n.text) <= least {
			return m
		}
		n.text = n.text[:len(n.text)-1]
		if !slices.Contains(cut, n) {
			cut = append(cut, n)
		}
	}
	if len(m.needles) < 8 || len(cut)*4 > len(m.needles) {
		return m
	}
	return shorter(must{cut, m.before, m.after + 1}, least)
}

// linesOf is how many ends of lines a match holds at most, 0 for no limit.
// What curl gets between quotes may have ends of lines in it; they are not
// looked for, so that not every use of curl costs a look at all that follows.
func linesOf(id string, a analysis) int {
	switch {
	case id == "curl-auth-user":
		return 12
	case a.newlines >= many || a.longest < unbounded:
		return 0
	}
	return a.newlines
}

// keywordNeedles stand for an expression of whose matches nothing is known.
func keywordNeedles(keywords []string) (needles []needle) {
	for _, keyword := range keywords {
		needles = append(needles, needle{strings.ToLower(keyword), true})
	}
	return needles
}

func overlap(a, b must) bool {
	return slices.ContainsFunc(a.needles, func(n needle) bool {
		return slices.ContainsFunc(b.needles, func(o needle) bool { return strings.Contains(strings.ToLower(o.text), strings.ToLower(n.text)) })
	})
}

// implied tells whether wherever a needle stands a keyword stands as well.
func implied(keywords []string, needles []needle) bool {
	return !slices.ContainsFunc(needles, func(n needle) bool {
		return !slices.ContainsFunc(keywords, func(k string) bool { return strings.Contains(strings.ToLower(n.text), strings.ToLower(k)) })
	})
}

var (
	leadingVerb = regexp.MustCompile(`^(?:Uncovered|Detected|Found|Identified|Discovered|Spotted|Possible|Recognized)\s+(?:a )?(?:potential |possible )?(?:an? |the )?(?:pattern (?:that may indicate|that resembles an?|resembling an?) )?`)
	trailing    = regexp.MustCompile(`(?:, | in a | provided in | detected, ).*$|\.$`)
)

// Descriptions that do not start with what they are about.
var nouns = map[string]string{
	"aws-access-token":                       "AWS access key",
	"aws-amazon-bedrock-api-key-long-lived":  "Amazon Bedrock API key",
	"aws-amazon-bedrock-api-key-short-lived": "Amazon Bedrock API key",
	"cisco-meraki-api-key":                   "Cisco Meraki API key",
	"clickhouse-cloud-api-secret-key":        "ClickHouse Cloud API secret key",
	"curl-auth-header":                       "authorization token in a curl command",
	"curl-auth-user":                         "password in a curl command",
	"hashicorp-tf-password":                  "Terraform password",
	"jwt":                                    "JSON Web Token",
	"jwt-base64":                             "JSON Web Token in base64",
	"nuget-config-password":                  "NuGet password",
	"private-key":                            "private key",
}

// noun is what a description is about: "GitHub Personal Access Token".
func noun(id, description string) string {
	if text, ok := nouns[id]; ok {
		return text
	}
	text := leadingVerb.ReplaceAllString(description, "")
	return strings.TrimSpace(trailing.ReplaceAllString(text, ""))
}

func writeField(b *bytes.Buffer, name string, set bool, value string) {
	if set {
		fmt.Fprintf(b, "%s: %s,\n", name, value)
	}
}

func writeAllowance(b *bytes.Buffer, a gitleaksAllowlist) {
	b.WriteString("{\n")
	writeField(b, "regexes", len(a.Regexes) > 0, quotes(a.Regexes))
	writeField(b, "stopwords", len(a.StopWords) > 0, quotes(lower(a.StopWords)))
	writeField(b, "paths", len(a.Paths) > 0, quotes(a.Paths))
	writeField(b, "target", a.RegexTarget != "", quote(a.RegexTarget))
	writeField(b, "all", strings.EqualFold(a.Condition, "and"), "true")
	b.WriteString("}")
}

func needleList(needles []needle) string {
	var b strings.Builder
	b.WriteString("[]needle{")
	for _, n := range needles {
		fmt.Fprintf(&b, "{%q, %v}, ", n.text, n.fold)
	}
	return b.String() + "}"
}

func lower(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = strings.ToLower(text)
	}
	return all
}

func quotes(texts []string) string {
	var b strings.Builder
	b.WriteString("[]string{\n")
	for _, text := range texts {
		b.WriteString(quote(text) + ",\n")
	}
	return b.String() + "}"
}

func quote(text string) string {
	if strings.Contains(text, "`") {
		return fmt.Sprintf("%q", text)
	}
	return "`" + text + "`"
}
