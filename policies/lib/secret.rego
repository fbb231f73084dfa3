# METADATA
# scope: package
# schemas:
# - input: schema.pipeline
package guard.lib.secret

# fault is what is wrong with a use of a secret in a script, the worst first:
# "file", "log", "argument" or "inline"; undefined where nothing is. So each use
# is reported by one rule.
fault(use) := "file" if {
	_is_open_file(use)
} else := "log" if {
	_is_logged(use)
} else := "argument" if {
	use.option in _options[use.command]
} else := "inline" if {
	use.inline
}

_is_open_file(use) if {
	use.file != ""
	not use.guarded
}

_is_logged(use) if use.printed

_is_logged(use) if use.traced

# _options are the options of well-known programs whose value is a password or
# token, and which have a safer way: standard input, a file or a variable.
_options := {
	"ansible-vault": {"--vault-password"},
	"argocd": {"--password", "--auth-token"},
	"az": {"-p", "--password"},
	"buildah": {"-p", "--password", "--creds"},
	"cosign": {"-p", "--password"},
	"crane": {"-p", "--password"},
	"curl": {"-u", "--user", "--proxy-user", "-U"},
	"docker": {"-p", "--password"},
	"gpg": {"--passphrase"},
	"gpg2": {"--passphrase"},
	"helm": {"-p", "--password"},
	"jf": {"--password", "--access-token"},
	"keytool": {"-storepass", "-keypass"},
	"kubectl": {"--docker-password", "--token", "--password"},
	"ldapsearch": {"-w"},
	"mariadb": {"-p", "--password"},
	"mongodump": {"-p", "--password"},
	"mongosh": {"-p", "--password"},
	"mysql": {"-p", "--password"},
	"mysqldump": {"-p", "--password"},
	"nerdctl": {"-p", "--password"},
	"oc": {"-p", "--password", "--token"},
	"openssl": {"-k", "-pass", "-passin", "-passout"},
	"oras": {"-p", "--password"},
	"podman": {"-p", "--password", "--creds"},
	"redis-cli": {"-a", "--pass"},
	"security": {"-p", "-P", "-k"},
	"skopeo": {"-p", "--password", "--creds", "--src-creds", "--dest-creds"},
	"sshpass": {"-p"},
	"twine": {"-p", "--password"},
	"wget": {"--password", "--http-password", "--ftp-password", "--proxy-password"},
	"xcrun": {"--password"},
}
