package cli_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"guard/internal/finding"
)

const latestPod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: web, image: \"nginx:latest\"}]}\n"

// hostileTree is a directory with everything in it that is not a plain file.
func hostileTree(t *testing.T) string {
	t.Helper()
	dir := tree(t, map[string]string{"root/new\nline.yaml": latestPod, "root/plain.yaml": latestPod, "outside.yaml": latestPod, "out/side.yaml": latestPod})
	root := filepath.Join(dir, "root")
	for name, target := range map[string]string{
		"zero.yaml": "/dev/zero", "passwd.yaml": "/etc/passwd", "up.yaml": "../outside.yaml", "loop.yaml": "loop.yaml", "self": ".", "out": "../out", "gone.yaml": "nothing",
	} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(root, "pipe.yaml"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(root) // the name of a socket is short
	socket, err := net.Listen("unix", "socket.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	return root
}

// Reliability 41: nothing hangs, nothing outside the root is read, and what is
// left out is counted and named.
func TestCheck_LooksAtPlainFilesBelowTheRootAndNamesTheRest(t *testing.T) {
	root := hostileTree(t)
	p := runProcess(t, root, "check", "--only", "image", "-o", "json", ".")
	if p.code != 3 {
		t.Errorf("exit code %d, want 3: a named pipe should have been read", p.code)
	}
	var report finding.Report
	if err := json.Unmarshal([]byte(p.out), &report); err != nil {
		t.Fatal(err, p.out)
	}
	for _, f := range report.Findings {
		if f.File != "new\nline.yaml" && f.File != "plain.yaml" {
			t.Errorf("something was found in %q, which lies outside the root", f.File)
		}
	}
	if len(report.Findings) != 2 || report.Summary.Files != 2 {
		t.Errorf("%d findings in %d files, want 2 in 2", len(report.Findings), report.Summary.Files)
	}
	named := map[string]bool{}
	for _, i := range report.Incomplete {
		named[i.File] = true
	}
	for _, name := range []string{"zero.yaml", "passwd.yaml", "up.yaml", "loop.yaml", "self", "out", "gone.yaml", "pipe.yaml", "socket.yaml"} {
		if !named[name] && name != "self" { // the target of self is looked at anyway
			t.Errorf("%s was left out in silence", name)
		}
	}
	if report.Summary.Incomplete != len(report.Incomplete) || strings.Contains(p.out, "root:x:0") {
		t.Errorf("the summary counts %d of %d places, or something of /etc/passwd is shown:\n%s", report.Summary.Incomplete, len(report.Incomplete), p.out)
	}
}

// Reliability 41, 58: what is named itself must be read.
func TestCheck_FailsWhereANamedPathCannotBeRead(t *testing.T) {
	root := hostileTree(t)
	for _, name := range []string{"zero.yaml", "passwd.yaml", "up.yaml", "loop.yaml", "out", "gone.yaml", "pipe.yaml", "socket.yaml", "/dev/zero", "/dev/full"} {
		p := runProcess(t, root, "check", "--only", "image", "plain.yaml", name)
		if p.code != 3 || !strings.Contains(p.out, name+": ") {
			t.Errorf("guard check plain.yaml %s: exit code %d, want 3 and the name:\n%s%s", name, p.code, p.out, p.err)
		}
	}
}

// Reliability 41: neither do the files that decide a check hang or lead out of
// the root.
func TestCheck_FailsWhereItsConfigurationIsNoPlainFile(t *testing.T) {
	tests := []struct {
		name string
		file string // which is replaced
		args []string
		code int
	}{
		{"the configuration", ".guard.yaml", nil, 2},
		{"a named configuration", "other.yaml", []string{"-c", "other.yaml"}, 2},
		{"the baseline", "base.json", []string{"--baseline", "base.json"}, 2},
		{"a rule", "policy/image/own.rego", []string{"-c", "own.yaml"}, 2},
		{"an ignore file, without which more is checked", ".guardignore", nil, 0},
	}
	replacements := map[string]func(name string) error{
		"pipe":          func(name string) error { return syscall.Mkfifo(name, 0o644) },
		"endless":       func(name string) error { return os.Symlink("/dev/zero", name) },
		"out of bounds": func(name string) error { return os.Symlink("/etc/passwd", name) },
	}
	for _, tt := range tests {
		for how, replace := range replacements {
			t.Run(tt.name+", "+how, func(t *testing.T) {
				dir := tree(t, map[string]string{"pod.yaml": strings.Replace(latestPod, "latest", "1.27.3", 1), "own.yaml": "version: 1\npolicies: [policy]\n", "policy/image/x": ""})
				if err := replace(filepath.Join(dir, tt.file)); err != nil {
					t.Fatal(err)
				}
				p := runProcess(t, dir, append([]string{"check", "--only", "image/tag-latest"}, append(tt.args, ".")...)...)
				if p.code != tt.code && p.code != 3 || strings.Contains(p.out+p.err, "root:x:0") {
					t.Errorf("exit code %d, want %d or 3, and nothing of /etc/passwd:\n%s%s", p.code, tt.code, p.out, p.err)
				}
				if !strings.Contains(p.out+p.err, filepath.Base(tt.file)) {
					t.Errorf("%s is not named:\n%s%s", tt.file, p.out, p.err)
				}
			})
		}
	}
}

// Reliability 41: every one of many files is looked at, wherever it is.
func TestCheck_LooksAtEveryOneOfManyFiles(t *testing.T) {
	const folders, files = 100, 100
	dir := t.TempDir()
	for i := range folders {
		for j := range files {
			text := "colour: blue\n"
			if j == i {
				text = latestPod
			}
			writeFile(t, filepath.Join(dir, fmt.Sprintf("a%d/b%d/%d.yaml", i/10, i, j)), text)
		}
	}
	code, out := check(t, dir, "--only", "image/tag-latest", ".")
	want := fmt.Sprintf("%d denied in %d files, %d documents", folders, folders*files, folders)
	if code != 1 || !strings.Contains(out, want) {
		t.Errorf("exit code %d, want 1 and %q:\n…%s", code, want, out[max(0, len(out)-300):])
	}
}
