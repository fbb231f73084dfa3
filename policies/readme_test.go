package policies_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/policy"
)

var update = flag.Bool("update", false, "write generated files anew")

func TestReadmeIsGenerated(t *testing.T) {
	rules, err := policy.Catalogue([]policy.Source{{Name: "policies", FS: os.DirFS(".")}})
	if err != nil {
		t.Fatal(err)
	}
	want := policy.Readme(rules)
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("README.md is behind the rules; run go test ./policies -run TestReadme -update\n%s", diff)
	}
}
