package policy_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"guard/internal/policy"
)

var update = flag.Bool("update", false, "write generated files anew")

func TestSchemasAreThoseOfTheModels(t *testing.T) {
	dir := filepath.Join("..", "..", "policies", "schemas")
	if *update {
		writeSchemas(t, dir)
	}
	for name, want := range policy.Schemas() {
		t.Run(name, func(t *testing.T) {
			got, err := os.ReadFile(filepath.Join(dir, name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != string(got) {
				t.Error("the schema is behind the models; run go test ./internal/policy -run TestSchemas -update")
			}
		})
	}
}

func writeSchemas(t *testing.T, dir string) {
	t.Helper()
	for name, text := range policy.Schemas() {
		if err := os.WriteFile(filepath.Join(dir, name+".json"), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
