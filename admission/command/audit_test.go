package command_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/admission"
	"guard/admission/command"
)

// call runs the audit and returns what it says on standard error.
func call(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	code = command.Audit(args, os.Stdout, file)
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return code, string(text)
}

func TestAudit_RefusesWrongCalls(t *testing.T) {
	nothing := filepath.Join(t.TempDir(), "none")
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"an unknown flag":            {[]string{"--namespaces", "shop"}, "flag provided but not defined"},
		"an argument":                {[]string{"shop"}, `unexpected argument "shop"`},
		"a configuration of nowhere": {[]string{"--config", "guard.yaml"}, "--config needs --config-dir"},
		"an owner of nothing":        {[]string{"--report-owner", "guard"}, "--report-owner needs --policy-reports"},
		"a format that is none":      {[]string{"-o", "jsn"}, `did you mean "json"?`},
		"two reports in one stream":  {[]string{"-o", "json", "--output", "text"}, "2 reports go to standard output"},
		"a path for a namespace":     {[]string{"--namespace", "a/../b"}, "no name of a namespace"},
		"an empty namespace":         {[]string{"--namespace", ""}, "no name of a namespace"},
		"a kubeconfig that is none":  {[]string{"--kubeconfig", nothing}, "the kubeconfig"},
	} {
		if code, said := call(t, tt.args...); code != 2 || !strings.Contains(said, tt.want) {
			t.Errorf("%s: exit code %d, want 2 and %q\n%s", name, code, tt.want, said)
		}
	}
	if code, said := call(t, "--help"); code != 0 || !strings.Contains(said, "Exit codes:") {
		t.Errorf("--help: exit code %d\n%s", code, said)
	}
}

// An address at which nobody answers is no cluster without findings.
func TestAudit_NobodyAnswers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kubeconfig")
	const text = `{"apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [{"name": "x", "cluster": {"server": "http://127.0.0.1:1"}}], "contexts": [{"name": "x", "context": {"cluster": "x"}}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.json")
	if code, said := call(t, "--kubeconfig", file, "--policy-reports", "-o", "json="+out); code != 3 || !strings.Contains(said, "does not answer") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// Rules that cannot be had are no wrong configuration; those of nobody are.
func TestAudit_RulesOfARegistry(t *testing.T) {
	t.Setenv("GUARD_REGISTRY_ALLOW", "127.0.0.1")
	t.Setenv("GUARD_REGISTRY_INSECURE", "127.0.0.1:1")
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	const text = `{"apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [{"name": "x", "cluster": {"server": "http://127.0.0.1:1"}}], "contexts": [{"name": "x", "context": {"cluster": "x"}}]}`
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for reference, want := range map[string]struct {
		code int
		says string
	}{
		"127.0.0.1:1/team/policy@sha256:" + strings.Repeat("0", 64): {3, "unavailable"},
		"127.0.0.1:1/team/policy:stable":                            {2, "no entry of policy-trust is for"},
	} {
		conf := t.TempDir()
		if err := os.WriteFile(filepath.Join(conf, "guard.yaml"), []byte("version: 1\npolicies: [\"oci://"+reference+"\"]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, said := call(t, "--kubeconfig", kubeconfig, "--config-dir", conf, "--config", "guard.yaml", "--policy-cache", t.TempDir()); code != want.code || !strings.Contains(said, want.says) {
			t.Errorf("%s: exit code %d, want %d\n%s", reference, code, want.code, said)
		}
	}
}

func TestScan_RefusesWrongFlags(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"all too often":          {[]string{"--scan-every", "1s"}, "expected 1m0s or more"},
		"backwards":              {[]string{"--scan-every", "-1h"}, "expected 1m0s or more"},
		"reports of no scan":     {[]string{"--policy-reports"}, "it needs --scan-every"},
		"an owner of no reports": {[]string{"--scan-every", "1h", "--report-owner", "guard"}, "--report-owner needs --policy-reports"},
	} {
		var scan command.Scan
		flags := flag.NewFlagSet("guard-webhook", flag.ContinueOnError)
		scan.AddFlags(flags)
		if err := flags.Parse(tt.args); err != nil {
			t.Fatal(err)
		}
		if err := scan.Complete(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	var options admission.Options
	if err := new(command.Scan).Start(&options); err != nil || options.Beside != nil {
		t.Errorf("a scan that nobody asked for: %v", err)
	}
}
