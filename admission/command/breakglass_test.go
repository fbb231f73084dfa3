package command_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guard/admission/breakglass"
	"guard/admission/command"
)

// What sign writes counts for a webhook that knows the key, and inspect shows
// it.
func TestBreakGlass(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	known, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	dir, now := t.TempDir(), time.Date(2027, 3, 4, 5, 6, 7, 89, time.UTC)
	key, file := filepath.Join(dir, "key.pem"), filepath.Join(dir, "token")
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (code int, out, said string) {
		var stdout, stderr bytes.Buffer
		code = command.BreakGlass(args, command.World{Stdout: &stdout, Stderr: &stderr, Now: func() time.Time { return now }, Getenv: func(string) string { return "" }})
		return code, stdout.String(), stderr.String()
	}
	code, text, said := run("sign", "--key", key, "--user", "jane", "--controllers", "--namespace", "shop", "--namespace", "live", "--for", "30m", "--reason", "the registry is down", "--image", "a:1")
	if code != 0 || strings.Count(text, "\n") != 1 || !strings.Contains(said, "until       2027-03-04T05:36:07Z") {
		t.Fatalf("exit code %d: %s%s", code, text, said)
	}
	verifier, err := breakglass.NewVerifier([]breakglass.Key{{Name: "alice", PEM: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: known}))}}, "guard", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	token, err := verifier.Verify(text, now)
	if err != nil || token.Signer != "alice" || len(token.ID) < 20 || token.Covers(breakglass.Use{User: "x", Groups: []string{"system:serviceaccounts:kube-system"}, Namespace: "live", Images: []string{"a:1"}}) != nil {
		t.Errorf("%v: %+v", err, token)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	if code, out, said := run("inspect", file); code != 0 || !strings.Contains(out, "reason      the registry is down") || !strings.Contains(out, "has expired") || !strings.Contains(out, token.ID) || !strings.Contains(out, "not looked at") {
		t.Errorf("exit code %d: %s%s", code, out, said)
	}
	good := []string{"sign", "--key", key, "--user", "jane", "--namespace", "shop", "--reason", "x"}
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"nothing":                 {nil, 2, "expected sign or inspect"},
		"something else":          {[]string{"revoke"}, 2, `"revoke"`},
		"help":                    {[]string{"--help"}, 0, "break-glass sign --key"},
		"no key":                  {[]string{"sign", "--user", "jane"}, 2, "--key is needed"},
		"nobody":                  {[]string{"sign", "--key", key, "--namespace", "shop", "--reason", "x"}, 2, "names nobody"},
		"nowhere":                 {[]string{"sign", "--key", key, "--user", "jane", "--reason", "x"}, 2, "no namespace"},
		"no reason":               {[]string{"sign", "--key", key, "--user", "jane", "--namespace", "shop"}, 2, "no reason"},
		"an argument":             {append(good, "now"), 2, `"now"`},
		"no time":                 {append(good, "--for", "0s"), 2, "a second or more"},
		"a key that is not there": {append(good, "--key", key+"2"), 3, "no such file"},
		"a key that is none":      {append(good, "--key", file), 3, "no key in PEM"},
		"a token that is none":    {[]string{"inspect", key}, 3, "read token"},
		"no token":                {[]string{"inspect"}, 2, "the file of one token"},
	} {
		if code, _, said := run(tt.args...); code != tt.code || !strings.Contains(said, tt.want) {
			t.Errorf("%s: exit code %d, want %d and %q: %s", name, code, tt.code, tt.want, said)
		}
	}
}
