package guard.rules.pipeline.step_env_lost_test

import data.guard.rules.pipeline.step_env_lost

_github(steps) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": steps}}}))

test_deny_variable_that_a_later_step_reads if {
	step_env_lost.deny == {{
		"message": "step 2 needs TAG, which step 1 exports: every step has a shell of its own, so it is lost",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 13, "end_line": 1, "end_column": 24}],
		"related": [{
			"message": "exported here",
			"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 8, "end_line": 1, "end_column": 17}],
		}],
	}} with input as _github([{"run": "export TAG=1.4.2"}, {"run": "docker push \"shop:$TAG\""}])
}

test_deny_variable_that_a_program_reads_by_itself if {
	count(step_env_lost.deny) == 1 with input as _github([{"run": "export KUBECONFIG=cluster.yaml"}, {"run": "kubectl get pods"}])
}

test_allow_variable_in_the_environment_file if {
	step_env_lost.deny == set() with input as _github([{"run": "echo \"TAG=1.4.2\" >> \"$GITHUB_ENV\""}, {"run": "docker push \"shop:$TAG\""}])
}

test_allow_variable_that_is_set_again if {
	step_env_lost.deny == set() with input as _github([{"run": "export TAG=1.4.2"}, {"run": "docker push \"shop:$TAG\"", "env": {"TAG": "1.4.2"}}])
}

test_allow_variable_within_a_step if {
	step_env_lost.deny == set() with input as _github([{"run": "export TAG=1.4.2\ndocker push \"shop:$TAG\""}])
}

test_allow_gitlab_whose_script_is_one_shell if {
	step_env_lost.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {before_script: [export TAG=1.4.2], script: ['docker push shop:$TAG']}")
}
