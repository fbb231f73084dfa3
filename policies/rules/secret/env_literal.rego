# METADATA
# title: Secret written out as the value of a variable
# description: Whoever can read the file, the running object or its logs knows the secret, and it cannot be changed without changing the file.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/#define-container-environment-variables-using-secret-data
#   description: Variables from a Kubernetes Secret
# - ref: https://docs.docker.com/compose/how-tos/use-secrets/
#   description: Secrets in Compose
# - ref: https://docs.github.com/en/actions/security-for-github-actions/security-guides/using-secrets-in-github-actions
#   description: Secrets in GitHub Actions
# custom:
#   severity: high
#   kinds: [kubernetes, compose, pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: Change the secret, keep it in a secret store, and refer to it from there (secretKeyRef, secrets in Compose, the pipeline's protected variables).
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
package guard.rules.secret.env_literal

# A value of a known format is secret/literal's; a ConfigMap's is
# secret/kubernetes-plaintext's.
deny contains {"message": msg, "path": secret.path} if {
	some secret in input.secrets
	secret.pattern == ""
	secret.place != "config"
	not secret.throwaway
	msg := sprintf("%s%s holds the secret %s in plain text", [_holder(secret), secret.name, secret.redacted])
}

_holder(secret) := "" if secret.holder == ""

_holder(secret) := sprintf("%s: ", [secret.holder]) if secret.holder != ""
