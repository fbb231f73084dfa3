package document

import (
	"path"
	"slices"
	"strings"
)

// secretFiles are the base names of files that hold secrets and nothing else.
var secretFiles = map[string]bool{
	"id_rsa": true, "id_dsa": true, "id_ecdsa": true, "id_ed25519": true, "id_ecdsa_sk": true, "id_ed25519_sk": true,
	".netrc": true, "_netrc": true, ".git-credentials": true, ".pgpass": true,
	"kubeconfig": true, ".kubeconfig": true, ".vault-token": true, ".dockercfg": true, ".env": true,
	"service-account.json": true, "serviceaccount.json": true, "service_account.json": true,
	"application_default_credentials.json": true,
}

// secretPaths are ends of paths that hold secrets.
var secretPaths = []string{".aws/credentials", ".ssh", ".kube/config", ".docker/config.json", ".gnupg", ".azure/accesstokens.json"}

// environmentNames are what .env files of one place are called.
var environmentNames = []string{"local", "production", "prod", "staging", "stage", "live", "secret", "secrets"}

// isSecretFile tells whether a file of this name holds secrets. Names that
// often hold something public too, such as *.pem and .npmrc, are none.
func isSecretFile(file string) bool {
	file = strings.ToLower(strings.Trim(file, "/"))
	if slices.ContainsFunc(strings.Split(path.Dir(file), "/"), isFixture) {
		return false
	}
	name := path.Base(file)
	if secretFiles[name] {
		return true
	}
	for _, end := range secretPaths {
		if file == end || strings.HasSuffix(file, "/"+end) {
			return true
		}
	}
	return isEnvironmentFile(name)
}

// isFixture tells whether a directory of this name holds what tests need.
func isFixture(dir string) bool {
	return slices.Contains([]string{"test", "tests", "testdata", "fixture", "fixtures", "example", "examples", "sample", "samples"}, dir)
}

// isEnvironmentFile: .env.production and .env.local hold values, .env.example
// shows names.
func isEnvironmentFile(name string) bool {
	rest, ok := strings.CutPrefix(name, ".env.")
	if !ok {
		return false
	}
	for _, part := range strings.Split(rest, ".") {
		if !slices.Contains(environmentNames, part) {
			return false
		}
	}
	return true
}

// isRemoteFile tells whether ADD fetches a file by HTTP that may change. Git
// repositories are none, which may be pinned in other ways, and neither are
// addresses that name a commit.
func isRemoteFile(source string) bool {
	lower := strings.ToLower(source)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return false
	}
	address, _, _ := strings.Cut(lower, "#")
	address, _, _ = strings.Cut(address, "?")
	return !strings.HasSuffix(address, ".git") && !slices.ContainsFunc(strings.Split(address, "/"), isCommit)
}

func isCommit(part string) bool {
	return len(part) == 40 && strings.Trim(part, "0123456789abcdef") == ""
}
