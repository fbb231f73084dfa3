# METADATA
# title: Secret is a build argument
# description: Build arguments stay in the history of the image and in its provenance. Whoever can pull it can read them.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.docker.com/build/building/secrets/
#   description: Secrets of a build
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: "Hand it over as a secret of the build (secrets: of docker/build-push-action, --secret), and read it with RUN --mount=type=secret."
#   since: 0.1.0
#   frameworks: [CICD-SEC-6, CIS-Docker-4.10]
package guard.rules.build.secret_in_build_arg

deny contains {"message": msg, "path": secret.path} if {
	some build in input.pipeline.activities
	build.kind == "build"
	some secret in build.secrets
	msg := sprintf("job %s: %s hands the secret %s over as a build argument, which the image and the records of its build may keep", [
		input.pipeline.jobs[build.job].id, build.tool, secret.name,
	])
}
