# METADATA
# title: Secret in ENV or ARG
# description: What ENV and ARG say is part of the image. Everybody who may pull it can read it, in its history even when a later instruction overwrites it.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/secrets/
#   description: Build secrets
# - ref: https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/
#   description: The same check in BuildKit
# custom:
#   severity: high
#   kinds: [dockerfile]
#   profiles: [minimal, recommended, strict]
#   remediation: "Change the secret. At build time mount it with RUN --mount=type=secret,id=token; at run time let the platform hand it over."
#   since: 0.1.0
#   frameworks: [CICD-SEC-6, CIS-Docker-4.10]
package guard.rules.dockerfile.secret_in_env

# A value of a known format is reported by secret/literal.
deny contains {"message": msg, "path": secret.path} if {
	some secret in input.secrets
	secret.pattern == ""
	not secret.throwaway
	msg := sprintf("%s: %s %s holds the secret %s in plain text", [secret.holder, upper(secret.place), secret.name, secret.redacted])
}

deny contains {"message": msg, "path": arg.path} if {
	some arg in input.dockerfile.secret_args
	msg := sprintf("%s: ARG %s takes a secret, which stays in the history of the image", [arg.holder, arg.name])
}
