package cli_test

import (
	"os/exec"
	"strings"
	"testing"

	"guard/internal/policy/policytest"
)

// RELIABILITY 47: whatever reads rules refuses what asks the network or the
// environment, and says where; nothing of the environment is ever written.
func TestPolicy_RefusesWhatAsksOutside(t *testing.T) {
	const canary = "cAnArY-" + "5b1f"
	t.Setenv("GUARDED_CANARY", canary)
	for name, use := range map[string]string{
		"http.send":          `http.send({"url": "http://localhost", "method": "get"}).status_code == 200`,
		"opa.runtime":        "opa.runtime().env.GUARDED_CANARY",
		"net.lookup_ip_addr": `count(net.lookup_ip_addr("localhost")) > 0`,
		"time.now_ns":        `count(["a"]) == 1 with count as time.now_ns`,
	} {
		rule := strings.Replace(hostileRule, "image.tag ==", use+"\n\timage.tag ==", 1)
		dir := tree(t, map[string]string{
			".guard.yaml":                   "version: 1\npolicies: [policy]\n",
			"policy/image/moving.rego":      rule,
			"sound/image/moving.rego":       hostileRule,
			"tested/image/moving.rego":      hostileRule,
			"tested/image/moving_test.rego": "package guard.rules.image.moving_test\n\nimport data.guard.rules.image.moving\n\ntest_deny_x if {\n\tcount(moving.deny) == 0\n\t" + use + "\n}\n",
			"Dockerfile":                    "FROM a:edge\n",
			"clean.yaml":                    "version: 1\n",
		})
		for _, command := range []string{
			"check .", "check --only image/moving Dockerfile -o json", "rules", "explain image/moving", "eval Dockerfile --rule image/moving --trace --show-input", "policy repl Dockerfile",
			"policy check policy", "policy test policy", "policy check tested", "policy test tested", "policy bundle build policy --revision 1.0.0",
			"policy impact sound policy", "policy impact policy sound", "policy effective",
		} {
			p := runProcess(t, dir, strings.Fields(command)...)
			if told := p.out + p.err; p.code == 0 || !strings.Contains(told, name) || !strings.Contains(told, ".rego:") {
				t.Errorf("guard %s: exit code %d, and %s is not told:\n%.1000s", command, p.code, name, told)
			}
			if strings.Contains(p.out+p.err, canary) {
				t.Errorf("guard %s writes the environment", command)
			}
		}
		asked := startAsking(t, dir, use+"\ninput\ndata\n")
		if !strings.Contains(asked, "error: ") || strings.Contains(asked, canary) {
			t.Errorf("%s is answered:\n%s", use, asked)
		}
	}
}

// startAsking asks guard policy repl about a file.
func startAsking(t *testing.T, dir, questions string) string {
	t.Helper()
	var out strings.Builder
	cmd := startProcess(t, dir, func(c *exec.Cmd) { c.Stdin, c.Stdout, c.Stderr = strings.NewReader(questions), &out, &out },
		"policy", "repl", "--config", "clean.yaml", "Dockerfile")
	codeOf(t, cmd)
	return out.String()
}

// RELIABILITY 48: the commands for authors stop what does not end, too.
func TestPolicy_StopsRulesThatDoNotEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a quarter of a minute")
	}
	t.Parallel()
	guard := buildBounded(t)
	for _, attack := range policytest.Attacks {
		if attack.Name != "nested loops" && attack.Name != "regex repeating" {
			continue
		}
		pkg := strings.ReplaceAll(attack.ID(), "/", ".")
		pkg = strings.ReplaceAll(pkg, "-", "_")
		pod := strings.Replace(latestPod, "nginx:latest", attack.Image(), 1)
		dir := tree(t, map[string]string{
			".guard.yaml":             "version: 1\npolicies: [policy]\n",
			"policy/" + attack.File(): attack.Text(),
			"policy/" + strings.TrimSuffix(attack.File(), ".rego") + "_test.rego": "package guard.rules." + pkg + "_test\n\nimport data.guard.rules." + pkg + " as attack\n\n" +
				"test_deny_x if {\n\tcount(attack.deny) == 1 with input as guard.parse(\"kubernetes\", `" + pod + "`)\n}\n",
			"older/image/moving.rego": hostileRule,
			"pod.yaml":                pod,
		})
		for command, want := range map[string]int{
			"eval pod.yaml --trace --rule " + attack.ID():   3,
			"policy test policy":                            1,
			"policy impact older policy --against pod.yaml": 3,
		} {
			p := runProgram(t, guard, dir, strings.Fields(command)...)
			if told := p.out + p.err; p.code != want || !strings.Contains(told, "it takes more than "+evaluationTime) {
				t.Errorf("%s: guard %s: exit code %d, want %d:\n%.1500s", attack.Name, command, p.code, want, told)
			}
		}
	}
}
