package document_test

import (
	"slices"
	"strconv"
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
			var texts document.ImageTexts
			for range 2 { // platforms
				for _, text := range test.variables {
					texts.Variable(text)
				}
				for _, label := range test.labels {
					texts.Label(label.Key, label.Value)
				}
				for _, text := range test.history {
					texts.Step(text)
				}
			}
			found, complete := texts.Secrets()
			if !complete {
				t.Error("something was not looked at")
			}
			for _, s := range found {
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

// What is beyond a limit is told as not looked at.
func TestSecretsOfImage_AreBounded(t *testing.T) {
	for name, add := range map[string]func(*document.ImageTexts){
		"a long text": func(texts *document.ImageTexts) { texts.Step(strings.Repeat("x", 1<<20)) },
		"many texts":  func(texts *document.ImageTexts) { repeat(5000, func(n string) { texts.Step("RUN make " + n) }) },
		"many secrets": func(texts *document.ImageTexts) {
			repeat(50, func(n string) { texts.Variable("API_TOKEN=7f3d9a1c5b8e2f4a6d" + n) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			var texts document.ImageTexts
			texts.Variable("DB_PASSWORD=c4n4ry-9f8e7d")
			add(&texts)
			if found, complete := texts.Secrets(); complete || len(found) == 0 || len(found) > 20 {
				t.Errorf("complete: %v, %d secrets", complete, len(found))
			}
		})
	}
}

func repeat(n int, do func(string)) {
	for i := range n {
		do(strconv.Itoa(i))
	}
}
