package cli_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"guard/internal/registry/registrytest"
	"guard/internal/registry/signature/signaturetest"
)

// block is a file or the commands that a page shows.
type block struct {
	file     string // "": they are commands
	text     string
	commands []string
}

var (
	shown = regexp.MustCompile("(?s)(?:<!-- file: (\\S+) -->\n)?```(\\w+)\n(.*?)```")
	ends  = regexp.MustCompile(`\s+# ends with (\d)\b.*$`)
)

// blocks are those of a page, in its order.
func blocks(t *testing.T, page string) []block {
	t.Helper()
	text, err := os.ReadFile("../../" + page)
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	for _, found := range shown.FindAllStringSubmatch(string(text), -1) {
		b := block{file: found[1], text: found[3]}
		if b.file == "" && found[2] != "console" {
			t.Fatalf("%s shows %s that is neither a file nor commands", page, found[2])
		}
		if b.file == "" {
			for line := range strings.Lines(b.text) {
				command, is := strings.CutPrefix(line, "$ ")
				if !is {
					t.Fatalf("%s shows %q, which is no command", page, line)
				}
				b.commands = append(b.commands, strings.TrimSpace(command))
			}
		}
		all = append(all, b)
	}
	return all
}

// TestWritingRules_CommandsOfThePage goes through docs/writing-rules.md, with
// the real programs: its files are written and its commands run.
func TestWritingRules_CommandsOfThePage(t *testing.T) {
	cosign := signaturetest.NewCosign(t)
	for _, program := range []string{"curl", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s, which the page uses, is not here", program)
		}
	}
	host, roots, _ := serveImageBy(t, registrytest.WithReferrers())
	s := shell{t, t.TempDir(), append(cleanEnv(), "REGISTRY="+host, "WEBHOOK="+freeAddress(t), "SSL_CERT_FILE="+roots, "GUARD_REGISTRY_ALLOW=127.0.0.1", "COSIGN_PASSWORD="+signaturetest.CosignPassword)}
	s.environment = append(s.environment, "HOME="+s.dir, "PATH="+s.dir+":"+os.Getenv("PATH"))
	if err := os.Symlink(cosign.Binary, filepath.Join(s.dir, "cosign")); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", filepath.Join(s.dir, "guard-webhook"), "../../cmd/guard-webhook").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	page := blocks(t, "docs/writing-rules.md")
	ran := 0
	for _, b := range page {
		if b.file != "" {
			writeFile(t, filepath.Join(s.dir, b.file), strings.ReplaceAll(b.text, "registry.example.com/security", host+"/security"))
		}
		for _, command := range b.commands {
			if strings.HasSuffix(command, "&") {
				writeFile(t, filepath.Join(s.dir, "review.json"), fileOf(t, page, "review.json"))
				s.start(strings.TrimSuffix(command, "&"))
				continue
			}
			s.ends(command)
			ran++
		}
	}
	if ran < 15 {
		t.Errorf("the page shows %d commands", ran)
	}
}

func fileOf(t *testing.T, page []block, name string) string {
	t.Helper()
	for _, b := range page {
		if b.file == name {
			return b.text
		}
	}
	t.Fatalf("the page has no file %s", name)
	return ""
}

// ends runs a command, which must end as its comment says; else well.
func (s shell) ends(command string) {
	s.t.Helper()
	want := 0
	if comment := ends.FindStringSubmatch(command); comment != nil {
		want, _ = strconv.Atoi(comment[1])
		command = ends.ReplaceAllString(command, "")
	}
	out, err := s.run(command, "")
	got := 0
	var exited *exec.ExitError
	if errors.As(err, &exited) {
		got = exited.ExitCode()
	} else if err != nil {
		got = -1
	}
	if got != want {
		s.t.Fatalf("%s: ends with %d, expected %d (%v)\n%s", command, got, want, err, out)
	}
}

// start runs a command beside the test, until its end.
func (s shell) start(command string) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), "sh", "-c", "exec "+command)
	cmd.Dir, cmd.Env = s.dir, s.environment
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
