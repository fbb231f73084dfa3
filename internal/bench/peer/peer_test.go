package peer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPeers_AreBuilt builds what other tests run where it is not there yet: make
// test begins with it, so that they find it.
func TestPeers_AreBuilt(t *testing.T) {
	if testing.Short() {
		t.Skip("short: nothing is built")
	}
	for _, tt := range []struct {
		peer          Peer
		version, says string
	}{{Conftest, "--version", "Conftest: "}, {OPA, "version", "Version: " + strings.TrimPrefix(OPA.Version, "v")}} {
		binary, err := tt.peer.Build(t.Context(), DefaultCache())
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), binary, tt.version).CombinedOutput(); err != nil || !strings.Contains(string(out), tt.says) {
			t.Errorf("%s %s: %v: %s", tt.peer.Name, tt.version, err, out)
		}
	}
	// The command is of the version that is linked.
	library, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", OPA.Module).Output()
	if err != nil || strings.TrimSpace(string(library)) != OPA.Version {
		t.Errorf("go.mod has opa %s, the command line is %s: %v", library, OPA.Version, err)
	}
}

func TestMove_LeavesTheWholeFileAndNothingElse(t *testing.T) {
	from, cache := filepath.Join(t.TempDir(), "built"), t.TempDir()
	for _, text := range []string{"first", "second"} {
		if err := os.WriteFile(from, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := move(from, filepath.Join(cache, "tool-v1")); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(cache, "tool-v1"))
		entries, _ := os.ReadDir(cache)
		if err != nil || string(got) != text || len(entries) != 1 {
			t.Errorf("got %q and %v, %v", got, entries, err)
		}
	}
}
