package pin_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/pin"
)

// What the diff says is what git makes of it.
func TestDiff_IsWhatGitApplies(t *testing.T) {
	filler := strings.Repeat("RUN true\n", 9)
	for name, text := range map[string]string{
		"one line":                   "FROM a:1\n",
		"no end of line":             "FROM a:1",
		"changes far from another":   "FROM a:1\n" + filler + "FROM b:1\n" + filler + "FROM c:1\n",
		"changes near to another":    "FROM a:1\nRUN true\nRUN true\nFROM b:1\nFROM c:1\nRUN x",
		"an end with carriage":       "FROM a:1\r\nRUN x\r\n",
		"a mark, and nothing behind": "\uFEFF# x\n\n\nFROM a:1",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "Dockerfile")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			want, r, _ := pinned(t, "Dockerfile", text, pin.Options{})
			diff := r.Files[0].Diff(func(line string) string { return line })
			apply := exec.Command("git", "apply", "--whitespace=nowarn", "-")
			apply.Dir, apply.Stdin = dir, strings.NewReader(diff)
			if out, err := apply.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s\n%s", err, out, diff)
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != want {
				t.Errorf("got %q, want %q (%v)\n%s", got, want, err, diff)
			}
		})
	}
}
