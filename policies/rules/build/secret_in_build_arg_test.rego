package guard.rules.build.secret_in_build_arg_test

import data.guard.rules.build.secret_in_build_arg

_github(inputs) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{
	"uses": "docker/build-push-action@v6",
	"with": object.union({"tags": "ghcr.io/acme/shop:1.4.2"}, inputs),
}]}}}))

_gitlab(options) := guard.parse_file(".gitlab-ci.yml", sprintf("ship: {script: ['docker build %s -t shop:1.4.2 .']}", [options]))

test_deny_secret_of_the_store if {
	secret_in_build_arg.deny == {{
		"message": "job ship: docker/build-push-action hands the secret NPM_TOKEN over as a build argument, which the image and the records of its build may keep",
		"path": ["jobs", "ship", "steps", 0, "with", "build-args"],
	}} with input as _github({"build-args": "TOKEN=${{ secrets.NPM_TOKEN }}"})
}

test_deny_gitlab_variable_that_is_named_so if {
	secret_in_build_arg.deny == {{
		"message": "job ship: docker build hands the secret NPM_TOKEN over as a build argument, which the image and the records of its build may keep",
		"path": ["ship", "script", 0, {"line": 1, "column": 26, "end_line": 1, "end_column": 42}],
	}} with input as _gitlab("--build-arg TOKEN=$NPM_TOKEN")
}

test_allow_secret_of_the_build if {
	secret_in_build_arg.deny == set() with input as _github({"secrets": "token=${{ secrets.NPM_TOKEN }}"})
	secret_in_build_arg.deny == set() with input as _gitlab("--secret id=token,env=NPM_TOKEN")
}

test_allow_argument_that_is_none if {
	secret_in_build_arg.deny == set() with input as _github({"build-args": "VERSION=${{ github.ref_name }}"})
	secret_in_build_arg.deny == set() with input as _gitlab("--build-arg VERSION=$CI_COMMIT_TAG")
}

test_allow_what_is_not_known if {
	secret_in_build_arg.deny == set() with input as _github({"build-args": "${{ vars.BUILD_ARGS }}"})
}

test_deny_names_the_job if {
	text := json.marshal({"on": "push", "jobs": {"a": {"runs-on": "x", "steps": [{"run": "make"}]}, "ship": {"runs-on": "x", "steps": [{"run": "docker build --build-arg TOKEN=${{ secrets.NPM_TOKEN }} ."}]}}})
	{d.message | some d in secret_in_build_arg.deny} == {"job ship: docker build hands the secret NPM_TOKEN over as a build argument, which the image and the records of its build may keep"} with input as guard.parse("pipeline", text)
}
