package document

import (
	"encoding/base64"
	"strings"
	"testing"

	"guard/internal/tree"
)

func TestLiteralSecrets_UnwrapsBase64OfKubernetesSecrets(t *testing.T) {
	token := "glpat" + "-" + "k7QzM2xWv9Tr4Lp8Yc3N"
	wrapped := base64.StdEncoding.EncodeToString([]byte(token))
	rows := []struct {
		says, text string
		want       int
	}{
		{"YAML", "kind: Secret\ndata:\n  token: " + wrapped + "\n", 1},
		{"quoted YAML", "kind: \"Secret\"\ndata:\n  token: '" + wrapped + "'\n", 1},
		{"JSON", `{"kind": "Secret", "data": {"token": "` + wrapped + `"}}`, 1},
		{"at the end of the file", "kind: Secret\ndata:\n  token: " + wrapped, 1},
		{"a file around the token", "kind: Secret\ndata:\n  config: " + base64.StdEncoding.EncodeToString([]byte("url = x\ntoken = "+token+"\n")) + "\n", 1},
		{"another kind", "kind: SecretStore\ndata:\n  token: " + wrapped + "\n", 0},
		{"no kind at all", "a Secret\ndata:\n  token: " + wrapped + "\n", 0},
		{"two levels", "kind: Secret\ndata:\n  token: " + base64.StdEncoding.EncodeToString([]byte(wrapped)) + "\n", 0},
	}
	for _, row := range rows {
		t.Run(row.says, func(t *testing.T) {
			l := &loader{source: tree.NewSource("k8s/token.yaml", row.text)}
			found := l.literalSecrets()
			if len(found) != row.want {
				t.Fatalf("found %d secrets, want %d", len(found), row.want)
			}
			if len(found) == 1 && (found[0].Value != token || !strings.Contains(row.text, found[0].Written)) {
				t.Errorf("found %q, written %q", found[0].Value, found[0].Written)
			}
		})
	}
}

func TestLiteralSecrets_SaysWhatItDidNotLookAt(t *testing.T) {
	text := "kind: Secret\n" + strings.Repeat("data: {x: "+base64.StdEncoding.EncodeToString([]byte("nothing to see here"))+"}\n", maxWrapped+1)
	rows := map[string]string{
		"more values than are unwrapped":    text,
		"more work for regular expressions": strings.Repeat("adafruit twitter facebook = ", 1<<18),
	}
	for says, text := range rows {
		t.Run(says, func(t *testing.T) {
			l := &loader{source: tree.NewSource("k8s/token.yaml", text)}
			l.literalSecrets()
			if len(l.unseen) != 1 || !l.unseen[0].Beyond {
				t.Error("nobody is told that not all was looked at")
			}
		})
	}
}

func TestLiteralSecrets_SparesExamples(t *testing.T) {
	jwt := func(claims string) string {
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode([]byte(claims)) + "." + encode([]byte("a signature that nobody checks"))
	}
	rows := map[string]string{
		"AWS's example key":          "key = AKIA" + "IOSFODNN7EXAMPLE",
		"Stripe's example key":       "key = sk_" + "test_4eC39HqLyjWDarjtT1zdp7dc",
		"the token of jwt.io":        "token: " + jwt(`{"sub":"1234567890","name":"John Doe","iat":1516239022}`),
		"a token of Supabase's demo": "token: " + jwt(`{"iss":"supabase-demo","role":"anon"}`),
		"a token typed in a row":     "token: xoxb-1234567890-1234567890123-" + "5n38u5ed63fgzqlvuyxvxcx6",
		"a key that is not there":    "-----BEGIN " + "PRIVATE KEY-----\n" + strings.Repeat("put your key here ", 5) + "\n-----END " + "PRIVATE KEY-----",
		"a key that is left out":     "-----BEGIN OPENSSH " + "PRIVATE KEY-----\n...\n-----END OPENSSH " + "PRIVATE KEY-----\n" + strings.Repeat("x\n", 60) + "KEY-----",
		"a key without its middle":   "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEogIBAAKCAQEAvLYcyu8f3skuRyUgeeNpeDvYBCDcgq+LsWap6zbX5f8oLqp4\n...\nwrj2wDbCDCFmfqnSJ+dKI3vFLlEz44sAV8jX/kd4Y6ZTQhlLbYc=\n-----END RSA " + "PRIVATE KEY-----",
		"a token of letters in rows": "token: glrt-" + "aaa_cccbbbdddooo2222",
		"a command without password": "curl -u \"release:\" https://example.com/x",
		"a command with a variable":  "curl -u \"release:${PASSWORD}\" https://example.com/x",
		"a command of a manual":      "curl -H \"Authorization: Bearer strong-password\" https://example.com/x",
		"a lock file":                "glpat" + "-" + "k7QzM2xWv9Tr4Lp8Yc3N",
		"a public key":               "-----BEGIN PUBLIC KEY-----\n" + strings.Repeat("MIIB", 30) + "\n-----END PUBLIC KEY-----",
	}
	for says, text := range rows {
		t.Run(says, func(t *testing.T) {
			file := "notes.txt"
			if says == "a lock file" {
				file = "yarn.lock"
			}
			l := &loader{source: tree.NewSource(file, text)}
			for _, s := range l.literalSecrets() {
				t.Errorf("taken for a %s: %s", s.Description, s.Redacted)
			}
		})
	}
}

func TestLiteralSecrets_MarksWhatTestsAndManualsHold(t *testing.T) {
	rows := map[string]bool{
		"deploy/server.key": false, "testdata/server.key": true, "pkg/tls/tls_test.go": true, "test/fixture/server.key": true, "docs/tls.md": false, "latest/server.key": false,
	}
	for file, want := range rows {
		t.Run(file, func(t *testing.T) {
			l := &loader{source: tree.NewSource(file, privateKey())}
			if found := l.literalSecrets(); len(found) != 1 || found[0].Throwaway != want {
				t.Errorf("found %+v, want one with throwaway %v", found, want)
			}
		})
	}
}

func TestHoldsNothing_JudgesValuesOfASecret(t *testing.T) {
	rows := []struct {
		key, value string
		want       bool
	}{
		{"password", "Tr0ub4dor", false},
		{"token", "k7QzM2xWv9", false},
		{"dsn", "postgres://shop:" + "gT5kq" + "@db/shop", false},
		{"url", "https://shop:" + "gT5kq" + "@git.example.com", false},
		{"config.yaml", "db:\n  host: db\n  password: Tr0ub4dor\n", false},
		{".dockerconfigjson", "{\n \"auths\": {\"ghcr.io\": {\n  \"auth\": \"c2hvcDpUcjB1YjRkb3I=\"\n }}}", false},
		{"tls.key", privateKey(), false},
		{"blob", "k7QzM2xWv9\nTr4Lp8Yc3N\n", false},
		{"blob", "azdRek0yeFd2OQ==", false},
		{"blob", "k7QzM2=xWv9", false},
		{"database", "PASSWD=Tr0ub4dor", false},

		{"username", "shop", true},
		{"ca.pem", "whatever", true},
		{"url", "https://git.example.com/shop", true},
		{"enabled", "true", true},
		{"metrics", "ENABLED=false", true},
		{"repository", "ROOT=/data/git/repositories", true},
		{"password", "vault:secret/data/shop#password", true},
		{"password", "REPLACE_ME", true},
		{"password", "$2y$10$abcdefghijklmnopqrstuv", true},
		{"alertmanager.yaml", "global:\n  resolve_timeout: 5m\nroute:\n  receiver: none\n", true},
		{"known_hosts.txt", "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\n", true},
		{"ca.txt", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", true},
	}
	l := &loader{source: tree.NewSource("k8s/shop.yaml", "")}
	for _, row := range rows {
		if got := l.holdsNothing(row.key, row.value); got != row.want {
			t.Errorf("%s: %.40q: got %v, want %v", row.key, row.value, got, row.want)
		}
	}
}
