package document_test

import (
	"slices"
	"strings"
	"testing"

	"guard/internal/document"
)

func TestSecretsOfImage(t *testing.T) {
	for _, test := range []struct {
		name      string
		variables []string
		labels    []document.Label
		history   []string
		want      []string // places
	}{
		{"a variable named like a secret", []string{"API_TOKEN=7f3d9a1c5b8e2f4a6d0c"}, nil, nil, []string{"variable API_TOKEN"}},
		{"a connection with a password", []string{"DATABASE_URL=postgres://app:hunter22x@db/app"}, nil, nil, []string{"variable DATABASE_URL"}},
		{"a label", nil, []document.Label{{Key: "password", Value: "c4n4ry-9f8e7d"}}, nil, []string{"label password"}},
		{"a build argument", nil, nil, []string{"RUN |2 VERSION=1 NPM_TOKEN=9b2e4c6a8d0f1e3b5c7d /bin/sh -c npm ci"}, []string{"history, build argument NPM_TOKEN"}},
		{"a token in a command", nil, nil, []string{"RUN curl -H 'Authorization: token ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a' https://api.github.com"}, []string{"history"}},
		{"told once", []string{"API_TOKEN=7f3d9a1c5b8e2f4a6d0c"}, nil, []string{"RUN |1 API_TOKEN=7f3d9a1c5b8e2f4a6d0c make"}, []string{"variable API_TOKEN"}},
		{"keys that everybody knows", []string{"GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305", "GPG_KEYS=42F2A9A3", "PYTHON_SHA256=bfb249609990220491a1b92850a07135", "NEXT_PUBLIC_API_KEY=7f3d9a1c5b8e2f4a6d0c"}, nil, nil, nil},
		{"where secrets are", []string{"DB_PASSWORD_FILE=/run/secrets/db", "TOKEN="}, nil, []string{"RUN --mount=type=secret,id=token npm ci", "ENV X=$TOKEN", "|9 A", "RUN |x A=b c"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, s := range document.SecretsOfImage(test.variables, test.labels, test.history) {
				got = append(got, s.Place)
				if !strings.HasSuffix(s.Redacted, "****") || len(s.Redacted) > 8 {
					t.Errorf("redacted is %q", s.Redacted)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRedactText(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"password=", "c4n4ry-9f8e7d", "c4n****"},
		{"title=", "a web shop", "a web shop"},
	} {
		if got := document.RedactText(test.name, test.text, 1<<10); got != test.want {
			t.Errorf("%s%s: got %q, want %q", test.name, test.text, got, test.want)
		}
	}
	if got := document.RedactText("title=", strings.Repeat("x", 5000), 100); len(got) > 100 {
		t.Errorf("%d bytes are left of 100", len(got))
	}
}
