package document

import (
	"fmt"
	"strings"
	"testing"
)

func manyEntries(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestLoad_WithholdsAFileWithTooManySecrets(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: a\n    env:\n"
	rows := map[string]string{
		"named secrets":              pod + manyEntries(maxSecrets+1, "    - {name: DB_PASSWORD_%d, value: s3cr3t-%[1]d-X}\n"),
		"ordinary words":             pod + manyEntries(maxSecrets+1, "    - {name: DB_PASSWORD_%d, value: w%[1]d}\n"),
		"values of a Secret":         "apiVersion: v1\nkind: Secret\nstringData:\n" + manyEntries(maxSecrets+1, "  a%d: s3cr3t-%[1]d-X\n"),
		"secrets of many objects":    manyEntries(maxSecrets+1, "---\napiVersion: v1\nkind: Secret\nstringData: {a: s3cr3t-%d-X}\n"),
		"lines of one secret":        "apiVersion: v1\nkind: Secret\nstringData:\n  a: |\n" + manyEntries(maxSecrets+1, "    s3cr3t-%032d-X\n"),
		"secrets of a known format":  manyEntries(maxSecrets+1, "AKIAQ2W%06dABCDEFG\n"),
		"known secrets under a name": pod + manyEntries(4500, "    - {name: DB_PASSWORD, value: AKIAQ2W%06[1]dABCDEFG}\n"),
	}
	for name, text := range rows {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(text, "AKIA") {
				text = strings.NewReplacer("0", "B", "1", "C", "8", "D", "9", "E").Replace(text)
			}
			documents := Load("a.yaml", []byte(text), Options{})
			d := documents[0]
			if len(documents) != 1 || d.Text.Text != "" || d.Source.Text != "" || len(d.Secrets) != 0 {
				t.Fatalf("%d documents, %d bytes of text, %d secrets: want one document with none", len(documents), len(d.Text.Text), len(d.Secrets))
			}
			if len(d.Unparsable) != 1 || d.Unparsable[0].Message != tooManySecrets {
				t.Errorf("unparsable: %v, want %q", d.Unparsable, tooManySecrets)
			}
		})
	}
}

func TestLoad_ShowsAFileWithAsManySecretsAsAreLookedFor(t *testing.T) {
	text := "apiVersion: v1\nkind: Secret\nstringData:\n" + manyEntries(maxSecrets, "  password%d: s3cr3t-%[1]d-X\n")
	documents := Load("a.yaml", []byte(text), Options{})
	if len(documents) != 2 || len(documents[0].Unparsable) != 0 {
		t.Fatalf("%d documents, %v", len(documents), documents[0].Unparsable)
	}
	if got := documents[1].Redact("found s3cr3t-4999-X"); got != "found s3cr****" && got != "found s3c****" {
		t.Errorf("got %q", got)
	}
}

func TestWordForms_ReplaceWordsBehindTheirNames(t *testing.T) {
	w := newWordForms([]Secret{
		{Name: "DB_PASSWORD", Value: "postgres", Written: "cG9zdGdyZXM=", Redacted: "po****"},
		{Name: "TOKEN", Value: "abc", Redacted: "****"},
		{Name: "TOKEN", Value: "abcd", Redacted: "a****"},
	})
	rows := []struct{ name, text, want string }{
		{"behind a colon", "DB_PASSWORD: postgres", "DB_PASSWORD: po****"},
		{"in quotes", `{"db_password": "postgres"}`, `{"db_password": "po****"}`},
		{"behind an equals sign between blanks", "DB_PASSWORD = 'postgres'", "DB_PASSWORD = 'po****'"},
		{"behind a blank", "ENV DB_PASSWORD postgres", "ENV DB_PASSWORD po****"},
		{"behind the word value", "{name: DB_PASSWORD, value: Postgres}", "{name: DB_PASSWORD, value: po****}"},
		{"in base64", "DB_PASSWORD: cG9zdGdyZXM=", "DB_PASSWORD: po****"},
		{"twice", "TOKEN=abc TOKEN=abcd", "TOKEN=**** TOKEN=a****"},
		{"the longer of two words", "TOKEN=abcd", "TOKEN=a****"},
		{"not a longer word", "DB_PASSWORD: postgres-operator", "DB_PASSWORD: postgres-operator"},
		{"not behind another name", "image: postgres", "image: postgres"},
		{"not behind another's name", "TOKEN: postgres", "TOKEN: postgres"},
		{"not behind the end of a longer name", "MY_TOKEN=abc", "MY_TOKEN=abc"},
		{"not without anything between", "TOKENabc", "TOKENabc"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := w.redact(row.text); got != row.want {
				t.Errorf("%q became %q, want %q", row.text, got, row.want)
			}
		})
	}
}
