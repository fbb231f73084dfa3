package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun_RefusesWhatCannotBeMeant(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	for name, c := range map[string]struct {
		args []string
		code int
		why  string
	}{
		"help":                       {[]string{"--help"}, 0, "guard-webhook arm"},
		"help for arm":               {[]string{"arm", "--help"}, 0, "--namespace"},
		"help for disarm":            {[]string{"disarm", "--help"}, 0, "stop asking"},
		"no certificate":             {nil, 2, "--cert and --key"},
		"an unknown command":         {[]string{"fire"}, 2, `"fire"`},
		"a poll without end":         {[]string{"--cert=a", "--key=b", "--policy-poll=1ms"}, 2, "--policy-poll: expected between 1s and 24h"},
		"an unknown flag":            {[]string{"arm", "--force"}, 2, "force"},
		"an argument too many":       {[]string{"disarm", "now"}, 2, `"now"`},
		"a token for no collector":   {[]string{"--cert=a", "--key=b", "--decisions=stdout", "--decisions-token=c"}, 2, "URL of a collector"},
		"a collector without TLS":    {[]string{"--cert=a", "--key=b", "--decisions=http://127.0.0.1:1/", "--decisions-token=c"}, 2, "over https alone"},
		"objects of no log":          {[]string{"--cert=a", "--key=b", "--decisions-inputs"}, 2, "needs --decisions"},
		"help for break-glass":       {[]string{"break-glass", "--help"}, 0, "break-glass sign"},
		"no CA":                      {[]string{"arm", "--namespace=guard-system"}, 2, "--ca is needed"},
		"a CA that is not there":     {[]string{"arm", "--namespace=guard-system", "--ca=" + empty + "2"}, 2, "no such file"},
		"an empty CA":                {[]string{"arm", "--namespace=guard-system", "--ca=" + empty}, 2, "no certificate in PEM"},
		"a wildcard":                 {[]string{"arm", "--resource=*/*/*"}, 2, "group/version/resource"},
		"a timeout beyond 32 bits":   {[]string{"arm", "--namespace=guard-system", "--ca=" + empty, "--timeout-seconds=4294967301"}, 2, "timeout of 0 s"},
		"disarming out of a cluster": {[]string{"disarm"}, 3, "only a Pod"},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			if code := run(c.args, io.Discard, &stderr); code != c.code || !strings.Contains(stderr.String(), c.why) {
				t.Errorf("exit code %d, want %d with %q: %s", code, c.code, c.why, &stderr)
			}
		})
	}
}
