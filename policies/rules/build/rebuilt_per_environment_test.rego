package guard.rules.build.rebuilt_per_environment_test

import data.guard.rules.build.rebuilt_per_environment

_build(tag) := {"uses": "docker/build-push-action@v6", "with": {"push": true, "tags": sprintf("ghcr.io/acme/shop:%s", [tag])}}

_github(production) := guard.parse("pipeline", json.marshal({"on": {"push": {"branches": ["main"]}}, "jobs": {
	"staging": {"runs-on": "ubuntu-24.04", "environment": "staging", "steps": [_build("staging-${{ github.sha }}")]},
	"production": object.union({"runs-on": "ubuntu-24.04", "environment": "production", "needs": "staging"}, production),
}}))

_gitlab(script) := guard.parse_file(".gitlab-ci.yml", json.marshal({
	"stages": ["image", "release"],
	"build": {"stage": "image", "script": ["docker build -t registry.example.com/shop:$CI_COMMIT_SHA .", "docker push registry.example.com/shop:$CI_COMMIT_SHA"]},
	"production": {"stage": "release", "script": script},
}))

test_deny_second_build if {
	rebuilt_per_environment.deny == {{
		"message": "job production, step 1 builds ghcr.io/acme/shop again for production, which job staging, step 1 builds in the same run",
		"path": ["jobs", "production", "steps", 0, "uses"],
	}} with input as _github({"steps": [_build("production-${{ github.sha }}")]})
}

test_deny_gitlab_second_build if {
	rebuilt_per_environment.deny == {{
		"message": "job production, script builds registry.example.com/shop again for production, which job build, script builds in the same run",
		"path": ["production", "script", 1, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as _gitlab(["docker build -t registry.example.com/shop:prod .", "docker push registry.example.com/shop:prod"])
}

test_allow_promotion if {
	rebuilt_per_environment.deny == set() with input as _github({"steps": [{"run": "crane tag ghcr.io/acme/shop:staging-$GITHUB_SHA production"}]})
	rebuilt_per_environment.deny == set() with input as _gitlab(["docker pull registry.example.com/shop:$CI_COMMIT_SHA", "docker tag registry.example.com/shop:$CI_COMMIT_SHA registry.example.com/shop:prod", "docker push registry.example.com/shop:prod"])
}

test_allow_another_image if {
	rebuilt_per_environment.deny == set() with input as _github({"steps": [{"uses": "docker/build-push-action@v6", "with": {"push": true, "tags": "ghcr.io/acme/other:1.4.2"}}]})
}

test_allow_what_is_not_known if {
	rebuilt_per_environment.deny == set() with input as _github({"if": "vars.REBUILD == 'yes'", "steps": [_build("production-${{ github.sha }}")]})
}

_job(environment, tag) := {"runs-on": "ubuntu-24.04", "environment": environment, "steps": [{"uses": "docker/build-push-action@v6", "with": {"push": true, "tags": tag}}]}

_jobs(on, jobs) := {d.message | some d in rebuilt_per_environment.deny with input as guard.parse("pipeline", json.marshal({"on": on, "jobs": jobs}))}

test_deny_second_build_for_a_release if {
	_jobs({"release": {"types": ["published"]}}, {"staging": _job("staging", "ghcr.io/acme/shop:1.4.2"), "production": _job("production", "ghcr.io/acme/shop:1.4.2-production")}) == {"job production, step 1 builds ghcr.io/acme/shop again for production, which job staging, step 1 builds in the same run"}
}

test_allow_two_builds_before_production if {
	_jobs("push", {"develop": _job("develop", "ghcr.io/acme/shop:develop"), "staging": _job("staging", "ghcr.io/acme/shop:staging")}) == set()
}

test_allow_two_builds_for_production if {
	_jobs("push", {"amd64": _job("production", "ghcr.io/acme/shop:amd64"), "arm64": _job("production", "ghcr.io/acme/shop:arm64")}) == set()
}

test_allow_image_that_the_other_makes_in_another_run if {
	on := {"push": {"branches": ["main", "develop"]}}
	only_main := {"if": "github.ref_name == 'main'"}
	branch := "ghcr.io/acme/${{ github.ref_name }}:1.4.2"
	_jobs(on, {"staging": _job("staging", branch), "production": object.union(_job("production", "ghcr.io/acme/develop:1.4.2"), only_main)}) == set()
	_jobs(on, {"staging": object.union(_job("staging", "ghcr.io/acme/develop:1.4.2"), only_main), "production": _job("production", branch)}) == set()
}

test_allow_images_without_a_name_that_is_known if {
	_jobs("push", {"staging": _job("staging", "${{ steps.name.outputs.image }}"), "production": _job("production", "${{ steps.name.outputs.image }}")}) == set()
}
