package credential

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

func dockerConfig(auths string) map[string][]byte {
	return map[string][]byte{".dockerconfigjson": []byte(`{"auths":{` + auths + `}}`)}
}

// RELIABILITY 31: a pull secret is for the hosts it names and for no other.
func TestFromPullSecret(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte("jane:s3cr:et"))
	source, err := FromPullSecret(TypeDockerConfigJSON, dockerConfig(`
		"registry.example.com": {"username":"all","password":"p"},
		"https://registry.example.com/team/": {"username":"team","password":"p"},
		"registry.example.com:5000": {"auth":"`+encoded+`"},
		"https://index.docker.io/v1/": {"username":"hub","password":"p"},
		"*.pkg.example.com": {"identitytoken":"t"},
		"empty.example.com": {},
		"": {"username":"nobody","password":"p"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ host, repository, want string }{
		{"registry.example.com", "app", "all"},
		{"REGISTRY.example.com", "app", "all"},
		{"registry.example.com", "team/app", "team"},
		{"registry.example.com", "team", "team"},
		{"registry.example.com", "team-evil/app", "all"},
		{"registry.example.com:5000", "app", "jane"},
		{"registry.example.com:5001", "app", ""},
		{"registry.example.com.evil.io", "app", ""},
		{"evil-registry.example.com", "app", ""},
		{"xregistry.example.com", "app", ""},
		{"example.com", "app", ""},
		{"index.docker.io", "library/nginx", "hub"},
		{"docker.io", "library/nginx", "hub"},
		{"docker.io.evil.io", "library/nginx", ""},
		{"eu.pkg.example.com", "app", "token t"},
		{"a.eu.pkg.example.com", "app", ""},
		{"pkg.example.com", "app", ""},
		{"empty.example.com", "app", ""},
		{"", "app", ""},
	} {
		c, err := source(t.Context(), test.host, test.repository)
		got := c.Username
		if c.IdentityToken != "" {
			got = "token " + c.IdentityToken
		}
		if err != nil || got != test.want {
			t.Errorf("%s/%s: %q, %v, want %q", test.host, test.repository, got, err, test.want)
		}
	}
	if c, _ := source(t.Context(), "registry.example.com:5000", "app"); c.Password != "s3cr:et" {
		t.Error("the password is cut at its own colon")
	}
	old, err := FromPullSecret(TypeDockerConfig, map[string][]byte{".dockercfg": []byte(`{"registry.example.com":{"username":"old","password":"p"}}`)})
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := old(t.Context(), "registry.example.com", "app"); c.Username != "old" {
		t.Errorf("got %q", c.Username)
	}
}

// RELIABILITY 31: one that cannot be read is an error, which repeats nothing
// of it.
func TestFromPullSecret_Malformed(t *testing.T) {
	const canary = "hunter2canary"
	var many strings.Builder
	for i := range 1001 {
		fmt.Fprintf(&many, `"r%d.example.com":{"username":"u","password":"p"},`, i)
	}
	for name, secret := range map[string]struct {
		of   string
		data map[string][]byte
	}{
		"another type":    {"Opaque", dockerConfig(`"a":{"password":"` + canary + `"}`)},
		"empty":           {TypeDockerConfigJSON, nil},
		"the other key":   {TypeDockerConfigJSON, map[string][]byte{".dockercfg": []byte(`{}`)}},
		"no JSON":         {TypeDockerConfigJSON, map[string][]byte{".dockerconfigjson": []byte(canary)}},
		"a number":        {TypeDockerConfigJSON, dockerConfig(`"a":{"password":1, "username":"` + canary + `"}`)},
		"auths is a list": {TypeDockerConfigJSON, map[string][]byte{".dockerconfigjson": []byte(`{"auths":["` + canary + `"]}`)}},
		"no base64":       {TypeDockerConfigJSON, dockerConfig(`"a":{"auth":"` + canary + `!"}`)},
		"no colon":        {TypeDockerConfigJSON, dockerConfig(`"a":{"auth":"` + base64.StdEncoding.EncodeToString([]byte(canary)) + `"}`)},
		"too many":        {TypeDockerConfigJSON, dockerConfig(strings.TrimSuffix(many.String(), ","))},
		"too large":       {TypeDockerConfigJSON, dockerConfig(`"a":{"password":"` + strings.Repeat(canary, 1<<17) + `"}`)},
	} {
		_, err := FromPullSecret(secret.of, secret.data)
		if err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
