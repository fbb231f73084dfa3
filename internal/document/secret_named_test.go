package document

import (
	"testing"

	"guard/internal/finding"
	"guard/internal/tree"
)

func TestNatureOf_DecidesByTheLastWord(t *testing.T) {
	rows := map[nature][]string{
		chosen: {
			"PASSWORD", "DB_PASSWORD", "dbPassword", "POSTGRES_PASSWORD", "PGPASSWORD", "mysqlRootPassword", "MYSQL_PWD", "DB_PASS", "spring.datasource.password",
			"SECRET", "CLIENT_SECRET", "clientSecret", "JWT_SECRET", "SECRET_KEY", "SECRET_KEY_BASE", "AWS_SECRET", "APP_KEY", "ENCRYPTION_KEY",
			"PASSWORD_2", "DB_PASSWORD_PROD", "passphrase", "signing-key",
		},
		issued: {
			"TOKEN", "GITHUB_TOKEN", "githubToken", "accessToken", "API_KEY", "apikey", "APIKey", "STRIPE_API_KEY", "AWS_SECRET_ACCESS_KEY", "PRIVATE_KEY",
			"credentials", "STORAGE_ACCOUNT_KEY", "TOKEN_1",
		},
		noSecret: {
			"", "_", "TOKENIZERS_PARALLELISM", "PASSWORD_FILE", "POSTGRES_PASSWORD_FILE", "SECRET_NAME", "SECRET_KEY_REF", "secretKeyRef", "TOKEN_URL", "PUBLIC_KEY",
			"PASSWORD_MIN_LENGTH", "TOKEN_TTL", "ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD", "MAX_TOKENS", "MAX_TOKEN", "TLS_SECRET", "IMAGE_PULL_SECRET",
			"existingSecret", "AWS_ACCESS_KEY_ID", "STRIPE_PUBLISHABLE_KEY", "PARTITION_KEY", "KEY", "PASSPORT", "COMPASS", "SECRETARY", "PASSWORD_HASH", "BYPASS",
			"tokenEndpoint", "passwordPolicy", "SECRETS_PATH", "use_password", "PRIMARY_KEY", "KEYBOARD", "token_type",
		},
	}
	for want, names := range rows {
		for _, name := range names {
			if got := natureOf(name); got != want {
				t.Errorf("natureOf(%q) = %d, want %d", name, got, want)
			}
		}
	}
}

func TestNamedSecret(t *testing.T) {
	random := "q7Zp" + "X2mLk9" + "vB4tR8wYc1Nd"
	rows := []struct {
		says        string
		name, value string
		want        string // the literal; "" for none
	}{
		{"a password", "DB_PASSWORD", "s3cur3-and-l0ng", "s3cur3-and-l0ng"},
		{"a random token", "API_TOKEN", random, random},
		{"a weak password", "DB_PASSWORD", "hunter2", "hunter2"},
		{"the default nobody changed", "ADMIN_PASSWORD", "changeme", "changeme"},
		{"one word that repeats the name", "PASSWORD", "password", "password"},
		{"a password of digits", "DB_PASSWORD", "123456", "123456"},
		{"a password between quotes", "DB_PASSWORD", `"pa55-word-x"`, "pa55-word-x"},
		{"a password with a dollar sign inside", "DB_PASSWORD", "pa$$w0rd!x", "pa$$w0rd!x"},
		{"a connection string", "DATABASE_URL", "postgres://shop:" + "gT5kq" + "@db:5432/shop", "gT5kq"},
		{"a connection string under any name", "BROKER", "amqp://u:" + "rabbit77" + "@mq/", "rabbit77"},
		{"the second of two hosts", "URLS", "redis://:$P@a redis://:" + "gT5kq" + "@b", "gT5kq"},
		{"an ADO.NET connection string", "ConnectionStrings__Main", "Server=db;User=sa;Password=" + "gT5kq9" + ";Encrypt=true", "gT5kq9"},
		{"a private key", "SSH_PRIVATE_KEY", "-----BEGIN " + "OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n", "-----BEGIN " + "OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk"},

		{"a variable", "DB_PASSWORD", "$DB_PASSWORD", ""},
		{"a variable in braces", "DB_PASSWORD", "${DB_PASSWORD}", ""},
		{"a variable with a default", "DB_PASSWORD", "${DB_PASSWORD:-postgres}", ""},
		{"a GitHub expression", "DB_PASSWORD", "${{ secrets.DB_PASSWORD }}", ""},
		{"a Helm template", "DB_PASSWORD", "{{ .Values.password }}", ""},
		{"a Kubernetes variable", "DB_PASSWORD", "$(DB_PASSWORD)", ""},
		{"a variable behind a word", "AUTH_TOKEN", "Bearer $API_TOKEN", ""},
		{"a Vault path", "DB_PASSWORD", "vault:secret/data/shop#password", ""},
		{"a 1Password reference", "API_TOKEN", "op://vault/item/token1", ""},
		{"a file URL", "DB_PASSWORD", "file:///run/secrets/db", ""},
		{"a mounted secret", "DB_PASSWORD", "/run/secrets/db_password", ""},
		{"a relative path", "PRIVATE_KEY", "certs/server.key", ""},
		{"a SOPS value", "DB_PASSWORD", "ENC[AES256_GCM,data:p8q=,iv:aa=,tag:bb=,type:str]", ""},
		{"an AWS ARN", "DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db", ""},
		{"an Ansible vault", "DB_PASSWORD", "$ANSIBLE_VAULT;1.1;AES256\n3363", ""},
		{"a bcrypt hash", "ADMIN_PASSWORD", "$2y$10$abcdefghijklmnopqrstuv", ""},
		{"a URL without a password", "TOKEN", "https://issuer.example.com/token1", ""},
		{"a word for a switch", "DB_PASSWORD", "disabled", ""},
		{"nothing", "DB_PASSWORD", "", ""},
		{"an empty string in quotes", "DB_PASSWORD", `""`, ""},
		{"a number as a switch", "DB_PASSWORD", "1", ""},
		{"a number of seconds", "TOKEN", "3600", ""},
		{"a place to fill in", "API_TOKEN", "<your-token>", ""},
		{"crosses", "API_TOKEN", "xxxxxxxx-xxxx", ""},
		{"stars", "DB_PASSWORD", "********", ""},
		{"your password here", "DB_PASSWORD", "your_password_here", ""},
		{"no secret, as it says", "DJANGO_SECRET_KEY", "not-a-secret", ""},
		{"not used, as it says", "SECRET_KEY", "not_used", ""},
		{"a secret that begins with not", "DB_PASSWORD", "nothing-but-Tr0ub4dor", "nothing-but-Tr0ub4dor"},
		{"replace me", "DB_PASSWORD", "REPLACE_ME", ""},
		{"change me, in capitals", "DB_PASSWORD", "CHANGE_ME", ""},
		{"a placeholder", "DB_PASSWORD", "placeholder", ""},
		{"an example", "API_TOKEN", "example", ""},
		{"a token that no machine makes", "API_TOKEN", "changeme", ""},
		{"a word for a token", "API_TOKEN", "development", ""},
		{"a value that repeats the name", "DB_PASSWORD", "db-password", ""},
		{"the name of a variable", "DB_PASSWORD", "SHOP_DB_PASSWORD", ""},
		{"the name of an object", "CLIENT_SECRET", "web-oauth-secret", ""},
		{"a name that is none", "TOKENIZERS_PARALLELISM", random, ""},
		{"a connection string with a variable", "DATABASE_URL", "postgres://shop:${DB_PASSWORD}@db/shop", ""},
		{"a connection string without a password", "DATABASE_URL", "postgres://shop@db/shop", ""},
		{"a connection string to fill in", "DATABASE_URL", "postgres://user:<password>@db/shop", ""},
	}
	l := &loader{source: tree.NewSource("k8s/web.yaml", "")}
	for _, row := range rows {
		t.Run(row.says, func(t *testing.T) {
			secret, found := l.namedSecret(row.name, &tree.Node{Kind: tree.String, Text: row.value}, finding.NewPath("env", 0), "container web", "env")
			if found != (row.want != "") || secret.Value != row.want {
				t.Errorf("%s=%q: got %q, %v; want %q", row.name, row.value, secret.Value, found, row.want)
			}
		})
	}
}

func TestNamedSecret_TakesNoBooleanAndNothingMissing(t *testing.T) {
	l := &loader{source: tree.NewSource("web.yaml", "")}
	for _, node := range []*tree.Node{nil, {Kind: tree.Null, Text: "~"}, {Kind: tree.Bool, Text: "yes"}, {Kind: tree.Map}} {
		if secret, found := l.namedSecret("DB_PASSWORD", node, nil, "", "env"); found {
			t.Errorf("%v is taken for the secret %q", node.Type(), secret.Value)
		}
	}
}

func TestNamedSecret_TellsThrowawayValuesByTheirPlace(t *testing.T) {
	rows := []struct {
		says, file, holder, place, value string
		want                             bool
	}{
		{"a CI service", ".github/workflows/ci.yml", "service db", "service-env", "postgres", true},
		{"a CI service, any word", ".github/workflows/ci.yml", "service db", "service-env", "shopfloor7", true},
		{"a CI service, a random value", ".github/workflows/ci.yml", "service db", "service-env", "q7ZpX2mLk9" + "vB4tR8wYc1Nd", false},
		{"a job's variable", ".github/workflows/ci.yml", "job test", "env", "postgres", true},
		{"a job's variable, no test value", ".github/workflows/ci.yml", "job test", "env", "Tr0ub4dor&3", false},
		{"a Compose service", "docker-compose.yml", "service db", "env", "postgres", true},
		{"a Compose service in production", "docker-compose.prod.yml", "service db", "env", "postgres", false},
		{"a manifest", "k8s/db.yaml", "container db", "env", "postgres", false},
		{"a manifest of a test", "test/e2e/db.yaml", "container db", "env", "test-password", true},
		{"a manifest of a test, any word", "test/e2e/db.yaml", "container db", "env", "gitea", true},
		{"a Compose service, any word", "docker-compose.yml", "service db", "env", "nextcloud", true},
		{"a Compose service, weak words in a row", "docker-compose.yml", "service db", "env", "Localtestpass1!", true},
		{"a Compose service, a weak word in another", "docker-compose.yml", "service db", "env", "Passable9Teapot", false},
		{"a Compose service, no word", "docker-compose.yml", "service db", "env", "Tr0ub4dor&3", false},
		{"a manifest of a test, no test value", "test/e2e/db.yaml", "container db", "env", "Tr0ub4dor&3", false},
	}
	for _, row := range rows {
		t.Run(row.says, func(t *testing.T) {
			l := &loader{source: tree.NewSource(row.file, "")}
			secret, found := l.namedSecret("DB_PASSWORD", &tree.Node{Kind: tree.String, Text: row.value}, nil, row.holder, row.place)
			if !found || secret.Throwaway != row.want {
				t.Errorf("found %v, throwaway %v; want %v", found, secret.Throwaway, row.want)
			}
		})
	}
}

func TestNamedSecret_PointsAtTheSecretItself(t *testing.T) {
	const url = "postgres://shop:" + "gT5kq" + "@db/shop"
	rows := []struct {
		says, text string
		want       finding.Location
	}{
		{"plain", "url: " + url + "\n", finding.Location{Line: 1, Column: 22, EndLine: 1, EndColumn: 27}},
		{"between quotes", "url: '" + url + "'\n", finding.Location{Line: 1, Column: 23, EndLine: 1, EndColumn: 28}},
		{"in a block", "url: |\n  # shop\n  " + url + "\n", finding.Location{Line: 3, Column: 19, EndLine: 3, EndColumn: 24}},
	}
	for _, row := range rows {
		t.Run(row.says, func(t *testing.T) {
			root, source := tree.ParseYAML(row.text)[0].Root, tree.NewSource("web.yaml", row.text)
			l := &loader{source: source}
			secret, _ := l.namedSecret("url", root.Get("url"), finding.NewPath("url"), "", "config")
			row.want.File = "web.yaml"
			if got := source.Locate(root, secret.Path); got != row.want {
				t.Errorf("stands at %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestRedacted_ShowsFourCharactersAndNeverMoreThanAQuarter(t *testing.T) {
	for value, want := range map[string]string{
		"":                 "****",
		"abc":              "****",
		"abcd":             "a****",
		"abcdefgh":         "ab****",
		"abcdefghijklmnop": "abcd****",
		"äöüßäöüßäöüßäöüßäöüß": "äöüß****",
	} {
		if got := redacted(value); got != want {
			t.Errorf("redacted(%q) = %q, want %q", value, got, want)
		}
	}
}
