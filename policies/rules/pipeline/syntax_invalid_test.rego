package guard.rules.pipeline.syntax_invalid_test

import data.guard.rules.pipeline.syntax_invalid

_messages(text) := {f.message | some f in syntax_invalid.deny with input as guard.parse("pipeline", text)}

_gitlab(text) := {f.message | some f in syntax_invalid.deny with input as guard.parse_file(".gitlab-ci.yml", text)}

test_deny_unknown_key if {
	syntax_invalid.deny == {{
		"message": "key \"step\" is not known in a job",
		"path": ["jobs", "a", "step"],
	}} with input as guard.parse("pipeline", "on: push\njobs: {a: {runs-on: x, step: [], steps: [{run: make}]}}")
}

test_deny_unknown_needs if {
	_messages("on: push\njobs: {a: {needs: b, runs-on: x, steps: [{run: make}]}}") == {"job \"a\" needs job \"b\", which does not exist"}
}

test_deny_broken_expression if {
	_messages("on: push\njobs: {a: {runs-on: x, steps: [{run: 'echo ${{ github. }}'}]}}") != set()
}

test_deny_circular_needs_on_gitlab if {
	_gitlab("a: {script: x, needs: [b]}\nb: {script: x, needs: [a]}\n") == {"jobs need each other in a circle: a -> b -> a"}
}

test_allow_sound_files if {
	_messages("on: push\njobs: {a: {runs-on: x, steps: [{run: 'echo ${{ github.sha }}'}]}}") == set()
	_gitlab("a: {script: x}\nb: {script: x, needs: [a]}\n") == set()
}

_azure(text) := {f.message | some f in syntax_invalid.deny with input as guard.parse_file("azure-pipelines.yml", text)}

test_deny_unknown_dependency_on_azure if {
	_azure("jobs: [{job: a, dependsOn: b}]") == {"job \"a\" depends on \"b\", which does not exist"}
}

test_allow_sound_file_of_azure if {
	_azure("jobs: [{job: a, dependsOn: b, condition: failed()}, {job: b}]") == set()
}
