package credential_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/credential"
)

var ctx = context.Background()

func lookup(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func TestFromEnvironment(t *testing.T) {
	source, err := credential.FromEnvironment(lookup(credential.HostVariable, "Docker.io", credential.UsernameVariable, "me", credential.PasswordVariable, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{"index.docker.io": true, "docker.io": true, "index.docker.io.evil.test": false, "ghcr.io": false, "index.docker.io:5000": false, "": false} {
		if c, err := source(ctx, host, "acme/app"); err != nil || c.IsZero() == want {
			t.Errorf("%s: has a credential: %t, %v; want %t", host, !c.IsZero(), err, want)
		}
	}
	for _, pairs := range [][]string{
		{credential.HostVariable, "ghcr.io"}, {credential.PasswordVariable, "secret"}, {credential.UsernameVariable, "me", credential.PasswordVariable, "secret"},
		{credential.HostVariable, "https://ghcr.io", credential.UsernameVariable, "me", credential.PasswordVariable, "secret"},
	} {
		if _, err := credential.FromEnvironment(lookup(pairs...)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, want an error without the password", pairs, err)
		}
	}
	if source, err := credential.FromEnvironment(lookup()); err != nil {
		t.Error(err)
	} else if c, err := source(ctx, "ghcr.io", "x"); err != nil || !c.IsZero() {
		t.Errorf("nothing set: %v, %v", c, err)
	}
}

// configure writes a docker configuration and lets it be the only one.
func configure(t *testing.T, text string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, filepath.Join(dir, "home"))
	}
	t.Setenv("REGISTRY_AUTH_FILE", "")
	t.Setenv("DOCKER_CONFIG", dir)
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFromDocker(t *testing.T) {
	dir := configure(t, `{
		"auths": {"ghcr.io": {"auth": "bWU6c2VjcmV0"}, "https://index.docker.io/v1/": {"auth": "aHViOnNlY3JldA=="}, "quay.io/acme": {"auth": "b3JnOnNlY3JldA=="}},
		"credHelpers": {"helped.test": "guardtest", "slow.test": "guardslow"}
	}`)
	script := "#!/bin/sh\nread host\necho \"{\\\"ServerURL\\\":\\\"$host\\\",\\\"Username\\\":\\\"<token>\\\",\\\"Secret\\\":\\\"identity\\\"}\"\n"
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-guardtest"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-guardslow"), []byte("#!/bin/sh\nexec sleep 2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, row := range []struct {
		host, repository string
		want             credential.Credential
	}{
		{"ghcr.io", "acme/app", credential.Credential{Username: "me", Password: "secret"}},
		{"index.docker.io", "acme/app", credential.Credential{Username: "hub", Password: "secret"}},
		{"ghcr.io.evil.test", "acme/app", credential.Credential{}},
		{"evil-ghcr.io", "acme/app", credential.Credential{}},
		{"ghcr.io:5000", "acme/app", credential.Credential{}},
		{"helped.test", "acme/app", credential.Credential{IdentityToken: "identity"}},
		{"other.test", "acme/app", credential.Credential{}},
	} {
		got, err := credential.FromDocker(ctx, row.host, row.repository)
		got.Username = strings.TrimPrefix(got.Username, "<token>")
		if err != nil || got != row.want {
			t.Errorf("%s: user %q, identity token %q, %v", row.host, got.Username, got.IdentityToken, err)
		}
	}
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if _, err := credential.FromDocker(short, "slow.test", "x"); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("a helper that hangs: %v", err)
	}
}

// RELIABILITY 31: a configuration that cannot be read is an error, which does
// not show it.
func TestMalformedConfiguration(t *testing.T) {
	for _, text := range []string{"{", `{"auths": {"ghcr.io": {"auth": "%%%canary"}}}`, `{"auths": {"ghcr.io": {"auth": "Y2FuYXJ5"}}}`, `{"auths": "canary"}`} {
		configure(t, text)
		if c, err := credential.FromDocker(ctx, "ghcr.io", "acme/app"); err == nil || !c.IsZero() || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v, %v; want an error that does not quote it", text, c, err)
		}
	}
}

// No way of printing shows a secret.
func TestCredentialIsNotPrinted(t *testing.T) {
	c := credential.Credential{Username: "canary", Password: "canary", IdentityToken: "canary", RegistryToken: "canary"}
	encoded, err := json.Marshal(map[string]any{"c": c, "p": &c})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%v %+v %#v %s %q %d %x", c, c, c, c, c, c, c), fmt.Sprintf("%+v", &c), fmt.Sprintf("%+v", struct{ C credential.Credential }{c}), string(encoded)} {
		if strings.Contains(text, "canary") || strings.Contains(text, fmt.Sprintf("%x", "canary")) {
			t.Errorf("printed as %s", text)
		}
	}
}
