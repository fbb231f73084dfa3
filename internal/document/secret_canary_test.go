package document

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"guard/internal/tree"
)

// canary is a secret made up from parts, so that this file holds none.
type canary struct{ kind, name, value string }

const hexDigits = "9f86d081884c7d659a2feaa0c55ad015"

func canaries() []canary {
	mixed := "k7Qz" + "M2xWv9" + "Tr4Lp8" + "Yc3Nb6" + "Hd1Jf5" + "Sg0RaEu2"
	return []canary{
		{"GitHub token", "GH_TOKEN", "ghp" + "_" + mixed[:36]},
		{"GitHub fine-grained token", "GH_TOKEN", "github" + "_pat_" + mixed[:22] + "_" + mixed + mixed[:27]},
		{"GitLab token", "GITLAB_TOKEN", "glpat" + "-" + mixed[:20]},
		{"AWS key", "AWS_KEY_TOKEN", "AKIA" + "Q7ZM2XWV5TR4LP6Y"},
		{"AWS secret key", "AWS_SECRET_ACCESS_KEY", mixed + "/Xq+"},
		{"Slack token", "SLACK_TOKEN", "xoxb" + "-9182736455-9182736455372-" + mixed[:24]},
		{"Stripe key", "STRIPE_API_KEY", "sk" + "_live_" + mixed[:24]},
		{"npm token", "NPM_TOKEN", "npm" + "_" + strings.ToLower(mixed[:36])},
		{"JSON Web Token", "AUTH_TOKEN", jsonWebToken()},
		{"private key", "SSH_PRIVATE_KEY", privateKey()},
		{"SendGrid key", "SENDGRID_API_KEY", "SG" + "." + mixed[:22] + "." + (mixed + mixed)[:43]},
		{"PyPI token", "PYPI_TOKEN", "pypi" + "-AgEIcHlwaS5vcmc" + mixed + mixed},
		{"Vault token", "VAULT_TOKEN", "hvs" + "." + mixed + mixed + mixed[:20]},
		{"DigitalOcean token", "DO_TOKEN", "dop" + "_v1_" + hexDigits + hexDigits},
		{"Hugging Face token", "HF_TOKEN", "hf" + "_" + "kQzMxWvTrLpYcNbHdJfSgRaEuKwOiPlTyB"},
		{"password", "DB_PASSWORD", "Tr0ub4dor&3-horse"},
		{"password with quotes", "DB_PASSWORD", `battery"staple'correct"horse9`},
		{"signing secret", "JWT_SECRET", "umbrella-Paprika-8812"},
		{"API key", "PAYMENT_API_KEY", hexDigits},
		{"connection string", "DATABASE_URL", "postgres://shop:" + "Gr4pefruit-77" + "@db.example/shop"},
	}
}

func jsonWebToken() string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode([]byte(`{"sub":"deploy-bot","scope":"write"}`)) + "." + encode([]byte("Tr0ub4dor&3-horse-battery-staple"))
}

func privateKey() string {
	body := base64.StdEncoding.EncodeToString([]byte("\x30\x82\x01\x0anot a key at all, only text of the length that keys have, for tests"))
	return "-----BEGIN " + "PRIVATE KEY-----\n" + body[:64] + "\n" + body[64:] + "\n-----END " + "PRIVATE KEY-----\n"
}

// secretPart is what must not be seen: of a connection string the password.
func (c canary) secretPart() string {
	if password, _, found := connectionPassword(c.value); found {
		return password
	}
	return strings.TrimSpace(c.value)
}

// leaks are the forms in which the canary must not appear.
func (c canary) leaks() []string {
	part := c.secretPart()
	forms := []string{part, base64.StdEncoding.EncodeToString([]byte(part)), url.QueryEscape(part)}
	if strings.Contains(part, "\n") {
		forms = append(forms, strings.Split(part, "\n")[1])
	}
	return append(forms, part[len(part)-8:])
}

// inputs write a canary into every type of file that has a place for it.
var inputs = map[string]func(canary) string{
	"k8s/web.yaml": func(c canary) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: shop:1.4.2\n      env:\n        - name: %s\n          value: %s\n", c.name, quoted1(c.value))
	},
	"k8s/secret.yaml": func(c canary) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Secret\nmetadata: {name: web}\ndata:\n  %s: %s\n", c.name, base64.StdEncoding.EncodeToString([]byte(c.value)))
	},
	"k8s/plain.yaml": func(c canary) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData:\n  %s: %s\n", c.name, quoted1(c.value))
	},
	"k8s/config.yaml": func(c canary) string {
		return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  %s: %s\n", c.name, quoted1(c.value))
	},
	"k8s/web.json": func(c canary) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"shop:1.4.2","env":[{"name":%q,"value":%s}]}]}}`, c.name, quoted1(c.value))
	},
	"docker-compose.yml": func(c canary) string {
		return fmt.Sprintf("services:\n  web:\n    image: shop:1.4.2\n    environment:\n      %s: %s\n", c.name, quoted1(c.value))
	},
	".github/workflows/ci.yml": func(c canary) string {
		return fmt.Sprintf("on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    env:\n      %s: %s\n    steps:\n      - run: make\n", c.name, quoted1(c.value))
	},
	".gitlab-ci.yml": func(c canary) string {
		return fmt.Sprintf("test:\n  variables:\n    %s: %s\n  script: [make]\n", c.name, quoted1(c.value))
	},
	"Dockerfile": func(c canary) string {
		return fmt.Sprintf("FROM alpine:3.22.1\nENV %s=%s\nUSER 1000\n", c.name, quoted1(strings.ReplaceAll(c.value, "\n", `\n`)))
	},
}

// quoted1 is a JSON string, which YAML, JSON and Dockerfiles all read.
func quoted1(value string) string {
	text, _ := json.Marshal(value)
	return strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(string(text))
}

// Reliability 54
func TestLoad_KeepsCanariesOutOfTheJSONFormOfEveryDocument(t *testing.T) {
	for file, write := range inputs {
		for _, c := range canaries() {
			t.Run(file+"/"+c.kind, func(t *testing.T) { wantNoLeak(t, file, write(c), c) })
		}
	}
}

func wantNoLeak(t *testing.T, file, text string, c canary) {
	t.Helper()
	secrets := 0
	for _, d := range Load(file, []byte(text), Options{}) {
		secrets += len(d.Secrets)
		if d.Kubernetes != nil {
			secrets += len(d.Kubernetes.Data)
		}
		form, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, leak := range c.leaks() {
			if strings.Contains(string(form), quotedInner(leak)) {
				t.Errorf("document of kind %s shows %q:\n%s", d.Kind, leak, form)
			}
		}
		wantRedacted(t, d, text, c)
	}
	if secrets == 0 {
		t.Errorf("no secret is found in\n%s", text)
	}
}

func quotedInner(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted[1 : len(quoted)-1])
}

// wantRedacted: what is said of a document, line by line or in one piece.
func wantRedacted(t *testing.T, d *Document, text string, c canary) {
	t.Helper()
	said := []string{text, d.Redact(fmt.Sprintf("variable %q holds %q", c.name, c.value))}
	said = append(said, strings.Split(text, "\n")...)
	for _, words := range said {
		shown := d.Redact(words)
		for _, leak := range c.leaks() {
			if strings.Contains(shown, leak) {
				t.Errorf("kind %s: redacted text shows %q:\n%s", d.Kind, leak, shown)
			}
		}
	}
}

// Reliability 54: what cannot be read is shown where it is broken.
func TestRedact_HidesWhatFollowsASecretsNameInAFileThatCannotBeRead(t *testing.T) {
	rows := map[string]string{
		`  password: Tr0ub4dor`:                     `  password: Tr****`,
		`  "password": "Tr0ub4dor`:                  `  "password": "Tr****`,
		`ENV DB_PASSWORD=Tr0ub4dor LOG=info`:        `ENV DB_PASSWORD=Tr**** LOG=info`,
		`line 3: password: 'Tr0ub 4dor' is no map`:  `line 3: password: 'Tr****' is no map`,
		`  url: "Server=db;Password=Tr0ub4dor;x=y"`: `  url: "Server=db;Password=Tr****;x=y"`,
		`  password: ${DB_PASSWORD}`:                `  password: ${DB_PASSWORD}`,
		`DB_PASSWORD: the value "web" is no secret`: `DB_PASSWORD: the value "web" is no secret`,
		`  image: postgres:16`:                      `  image: postgres:16`,
		`  key: value`:                              `  key: value`,
	}
	for text, want := range rows {
		if got := (&Document{}).Redact(text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestRedact_LeavesOrdinaryWordsAlone(t *testing.T) {
	d := &Document{Secrets: []Secret{{Name: "POSTGRES_PASSWORD", Value: "postgres", Redacted: "po****"}}}
	rows := map[string]string{
		`image "postgres:16" has no digest`: `image "postgres:16" has no digest`,
		"      POSTGRES_PASSWORD: postgres": "      POSTGRES_PASSWORD: po****",
		`POSTGRES_PASSWORD="postgres"`:      `POSTGRES_PASSWORD="po****"`,
		"          value: postgres":         "          value: po****",
		"      image: postgres-operator":    "      image: postgres-operator",
	}
	for text, want := range rows {
		if got := d.Redact(text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// GitHub compares texts without regard to case, and says so in lower case.
func TestRedact_HidesASecretInLowerCase(t *testing.T) {
	const token = "ghp" + "_x7Kq2LmN9pRsT4vWzYb3Cd5Ef6Gh8Jk1Lm0Q"
	d := Load("a.yml", []byte("token: "+token+"\n"), Options{})[0]
	if got := d.Redact("x " + strings.ToLower(token) + " y"); got != "x ghp_**** y" {
		t.Errorf("got %q", got)
	}
}

func TestRedact_HidesPasswordsInURLs(t *testing.T) {
	rows := map[string]string{
		"clone https://ci:" + "s3cr3t" + "@git.example/shop":            "clone https://ci:****@git.example/shop",
		"clone https://" + "a1b2c3d4e5f6a7b8c9d0" + "@git.example/shop": "clone https://****@git.example/shop",
		"clone https://ci@git.example/shop":                             "clone https://ci@git.example/shop",
		"postgres://shop:$(DB_PASSWORD)@db/shop":                        "postgres://shop:$(DB_PASSWORD)@db/shop",
		"see https://example.com/a@b":                                   "see https://example.com/a@b",
	}
	for text, want := range rows {
		if got := (&Document{}).Redact(text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestSecretHash_ShowsASwapAndNoMore(t *testing.T) {
	one, other := SecretHash("secret/env-literal DB_PASSWORD", "Tr0ub4dor"), SecretHash("secret/env-literal DB_PASSWORD", "Tr0ub4dor2")
	if one == other || len(one) != 5 {
		t.Errorf("hashes %q and %q: want two different ones of five digits", one, other)
	}
	if again := SecretHash("secret/env-literal DB_PASSWORD", "Tr0ub4dor"); again != one {
		t.Errorf("the same secret has the hashes %q and %q", one, again)
	}
	if elsewhere := SecretHash("secret/env-literal TOKEN", "Tr0ub4dor"); elsewhere == one {
		t.Errorf("the salt makes no difference: %q", one)
	}
}

func FuzzSecrets(f *testing.F) {
	for file, write := range inputs {
		for _, c := range canaries() {
			f.Add(file, write(c))
		}
	}
	f.Fuzz(func(t *testing.T, file, text string) {
		l := &loader{source: tree.NewSource(file, text), options: &Options{}}
		for _, s := range l.literalSecrets() {
			at := l.source.Locate(nil, s.Path)
			if at.Line < 1 || at.Line > l.source.Lines() || s.Value == "" {
				t.Errorf("secret %q stands at %v of %d lines", s.Value, at, l.source.Lines())
			}
			if len(s.Redacted) > 4*4+4 {
				t.Errorf("redacted form %q shows too much", s.Redacted)
			}
		}
		(&Document{Secrets: l.known}).Redact(text)
	})
}
