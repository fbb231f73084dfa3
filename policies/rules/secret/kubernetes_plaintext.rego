# METADATA
# title: Secret's values stand in the manifest
# description: Base64 is no encryption. Whoever can read the repository, or any older version of it, knows what the Secret holds.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/configuration/secret/#information-security-for-secrets
#   description: Information security for Secrets
# - ref: https://github.com/bitnami-labs/sealed-secrets
#   description: Sealed Secrets
# - ref: https://external-secrets.io/latest/
#   description: External Secrets
# - ref: https://github.com/getsops/sops
#   description: SOPS
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [minimal, recommended, strict]
#   remediation: Change the values, then keep the Secret out of Git as a SealedSecret, an ExternalSecret or a SOPS-encrypted file.
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
package guard.rules.secret.kubernetes_plaintext

deny contains {"message": msg, "path": first.path} if {
	input.kubernetes.kind == "Secret"
	not input.kubernetes.encrypted
	not input.kubernetes.service_token
	first := input.kubernetes.data[0]
	msg := sprintf("%s holds %s in plain form", [input.object, _keys])
}

deny contains {"message": msg, "path": secret.path} if {
	input.kubernetes.kind == "ConfigMap"
	some secret in input.secrets
	secret.pattern == ""
	not secret.throwaway
	msg := sprintf("%s holds the secret %s under %s; a ConfigMap is for what everybody may read", [input.object, secret.redacted, secret.name])
}

_keys := concat(", ", _names) if count(_names) <= 3

_keys := sprintf("%s and %d more keys", [concat(", ", array.slice(_names, 0, 3)), count(_names) - 3]) if count(_names) > 3

_names := [entry.key | some entry in input.kubernetes.data]
