package imageref_test

import (
	"testing"

	"guard/internal/imageref"
)

// Reliability 23: patterns match part by part.
func TestMatch(t *testing.T) {
	tests := []struct {
		name, pattern, raw string
		want               bool
	}{
		{"an organisation and what is in it", "docker.io/org", "org/app:1", true},
		{"an organisation whose name only begins so", "docker.io/org", "org-evil/app:1", false},
		{"a host whose name only begins so", "docker.io/org", "docker.io.evil.tld/org/app", false},
		{"a host as a first part of a path", "docker.io/org", "evil.tld/docker.io/org/app", false},
		{"a host alone", "ghcr.io", "ghcr.io/acme/app", true},
		{"a host alone and another host", "ghcr.io", "ghcr.io.evil.tld/acme/app", false},
		{"a host in capitals", "GHCR.io/acme/**", "ghcr.IO/acme/app", true},
		{"an exact repository", "ghcr.io/acme/app", "ghcr.io/acme/app:1", true},
		{"an exact repository and a longer name", "ghcr.io/acme/app", "ghcr.io/acme/app2:1", false},
		{"below a team", "registry.example.com/team/**", "registry.example.com/team/a/b", true},
		{"the team itself is not below it", "registry.example.com/team/**", "registry.example.com/team", false},
		{"another team", "registry.example.com/team/**", "registry.example.com/other/a", false},
		{"another port", "registry.example.com/team/**", "registry.example.com:5000/team/a", false},
		{"the port", "registry.example.com:5000/team/**", "registry.example.com:5000/team/a", true},
		{"a star is one part", "ghcr.io/*/app", "ghcr.io/acme/app", true},
		{"a star is not two parts", "ghcr.io/*/app", "ghcr.io/acme/web/app", false},
		{"two stars are any number of parts", "ghcr.io/**/app", "ghcr.io/acme/web/app", true},
		{"two stars are no part", "ghcr.io/**/app", "ghcr.io/app", true},
		{"two stars and no end", "ghcr.io/**/app", "ghcr.io/acme/web", false},
		{"a star in a part", "ghcr.io/acme/shop-*", "ghcr.io/acme/shop-web", true},
		{"a star in a host", "*.dkr.ecr.eu-west-1.amazonaws.com/**", "123.dkr.ecr.eu-west-1.amazonaws.com/app", true},
		{"a star in a host crosses no slash", "*.amazonaws.com/**", "evil.tld/x.amazonaws.com/app", false},
		{"everything", "**", "nginx", true},
		{"any registry", "*/acme/app", "quay.io/acme/app", true},
		{"an official image", "nginx", "docker.io/library/nginx:1", true},
		{"an official image and an organisation's", "nginx", "acme/nginx", false},
		{"an organisation and the official image of its name", "docker.io/nginx", "nginx", false},
		{"official images", "library/*", "redis", true},
		{"Docker Hub by its old name", "index.docker.io/acme", "acme/app", true},
		{"an organisation on Docker Hub", "acme/*", "acme/app", true},
		{"an organisation on Docker Hub and another host", "acme/*", "ghcr.io/acme/app", false},
		{"a pattern longer than the repository", "ghcr.io/acme/app/web", "ghcr.io/acme/app", false},
		{"an unknown repository", "**", "ghcr.io/$OWNER/app", false},
		{"an invalid reference", "**", "ghcr.io/ACME/app", false},
		{"an empty pattern", "", "nginx", false},
		{"a bad pattern", "ghcr.io/[", "ghcr.io/acme", false},
		{"an empty part", "ghcr.io//acme", "ghcr.io/acme", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := imageref.Match(tt.pattern, parse(tt.raw)); got != tt.want {
				t.Errorf("Match(%q, %q) = %t, want %t", tt.pattern, tt.raw, got, tt.want)
			}
		})
	}
}

func TestCheckPattern_SaysWhatIsWrong(t *testing.T) {
	tests := []struct{ pattern, want string }{
		{"registry.example.com/team/**", ""},
		{"", `"" is no pattern of repositories: a part between slashes is empty; registry.example.com/team/** is expected`},
		{"ghcr.io/acme/", `"ghcr.io/acme/" is no pattern of repositories: a part between slashes is empty; registry.example.com/team/** is expected`},
		{"ghcr.io/[a", `"ghcr.io/[a" is no pattern of repositories: "[a": syntax error in pattern`},
	}
	for _, tt := range tests {
		got := ""
		if err := imageref.CheckPattern(tt.pattern); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("CheckPattern(%q)\n got %q\nwant %q", tt.pattern, got, tt.want)
		}
	}
}
