# METADATA
# title: Token or private key in a file
# description: Whoever can read the file, or any older version of it in the repository, can use the credential. Removing it from the file does not take it back.
# scope: package
# schemas:
# - input: schema.file
# related_resources:
# - ref: https://github.com/gitleaks/gitleaks
#   description: The formats are those that gitleaks knows
# - ref: https://docs.github.com/en/code-security/secret-scanning/working-with-secret-scanning-and-push-protection/remediating-a-leaked-secret
#   description: What to do about a leaked secret
# custom:
#   severity: critical
#   kinds: [file]
#   profiles: [minimal, recommended, strict]
#   remediation: Revoke the credential where it was issued, then let the file refer to a secret store instead.
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
#   params:
#     fixtures:
#       type: boolean
#       default: false
#       profiles: {strict: true}
#       description: Report private keys and JSON Web Tokens among tests as well, and such tokens in documentation.
package guard.rules.secret.literal

deny contains {"message": msg, "path": secret.path} if {
	some secret in input.secrets
	_counts(secret)
	msg := sprintf("%s %s is written into the file", [secret.description, secret.redacted])
}

_counts(secret) if not secret.throwaway

_counts(_) if data.guard.params["secret/literal"].fixtures
