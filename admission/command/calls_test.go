package command_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/admission/command"
)

func TestCertificatesAndDoctor_RefuseWrongCalls(t *testing.T) {
	certificates := func(args []string, stderr io.Writer) int { return command.Certificates(args, stderr) }
	doctor := func(args []string, stderr io.Writer) int { return command.Doctor(args, io.Discard, stderr) }
	nobody := filepath.Join(t.TempDir(), "kubeconfig")
	const text = `{"apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [{"name": "x", "cluster": {"server": "http://127.0.0.1:1"}}], "contexts": [{"name": "x", "context": {"cluster": "x"}}]}`
	if err := os.WriteFile(nobody, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		run  func([]string, io.Writer) int
		args []string
		code int
		want string
	}{
		"help":                           {certificates, []string{"--help"}, 0, "--announce guard-webhook"},
		"no Secret":                      {certificates, []string{"--service-name", "a.b.svc"}, 2, "--secret"},
		"a Secret of no namespace":       {certificates, []string{"--secret", "tls", "--service-name", "a.b.svc"}, 2, "expected NAMESPACE/NAME"},
		"a path for a Secret":            {certificates, []string{"--secret", "a/../b", "--service-name", "a.b.svc"}, 2, "expected NAMESPACE/NAME"},
		"no name":                        {certificates, []string{"--secret", "a/b"}, 2, "--service-name"},
		"a path for a configuration":     {certificates, []string{"--secret", "a/b", "--service-name", "a.b.svc", "--announce", "x/y"}, 2, "--announce"},
		"too seldom":                     {certificates, []string{"--secret", "a/b", "--service-name", "a.b.svc", "--every", "48h"}, 2, "--every"},
		"an API server that is away":     {certificates, []string{"--secret", "a/b", "--service-name", "a.b.svc", "--kubeconfig", nobody}, 3, "does not answer"},
		"help of the doctor":             {doctor, []string{"--help"}, 0, "Exit codes:"},
		"an argument":                    {doctor, []string{"now"}, 2, `"now"`},
		"a namespace that is none":       {doctor, []string{"--namespace", "a/b"}, 2, "--namespace"},
		"a namespace to try that is not": {doctor, []string{"--probe-namespace", "../x"}, 2, "--probe-namespace"},
		"a format that is none":          {doctor, []string{"-o", "yaml"}, 2, "text or json"},
		"an unknown flag":                {doctor, []string{"--fix"}, 2, "fix"},
		"nobody to look at":              {doctor, []string{"--kubeconfig", nobody}, 3, ""},
	} {
		var stderr bytes.Buffer
		if code := tt.run(tt.args, &stderr); code != tt.code || !strings.Contains(stderr.String(), tt.want) {
			t.Errorf("%s: exit code %d, want %d and %q\n%s", name, code, tt.code, tt.want, &stderr)
		}
	}
}
