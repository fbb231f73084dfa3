package guard.rules.pipeline.unlocked_install_test

import data.guard.rules.pipeline.unlocked_install

_github(run) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"check": {"runs-on": "ubuntu-24.04", "steps": [{"run": run}]}}}))

_gitlab(line) := guard.parse_file(".gitlab-ci.yml", json.marshal({"check": {"script": [line]}}))

test_deny_newest_of_everything if {
	unlocked_install.deny == {{
		"message": "job check: npm install installs whatever is newest",
		"path": ["jobs", "check", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 4}],
	}} with input as _github("npm install")
	count(unlocked_install.deny) == 1 with input as _gitlab("pip install requests")
}

test_allow_what_the_lock_file_says if {
	unlocked_install.deny == set() with input as _github("npm ci")
	unlocked_install.deny == set() with input as _gitlab("pip install --require-hashes -r requirements.txt")
}

test_allow_what_is_not_known if {
	unlocked_install.deny == set() with input as _github("make install")
}

test_deny_names_the_job if {
	text := json.marshal({"on": "push", "jobs": {"a": {"runs-on": "x", "steps": [{"run": "make"}]}, "check": {"runs-on": "x", "steps": [{"run": "npm install"}]}}})
	{d.message | some d in unlocked_install.deny} == {"job check: npm install installs whatever is newest"} with input as guard.parse("pipeline", text)
}
