package guard.rules.analysis.incomplete_test

import data.guard.rules.analysis.incomplete

test_deny_every_gap if {
	gaps := [{"message": "a raw Helm template", "path": []}, {"message": "a dynamic matrix", "path": ["jobs", "build"]}]
	incomplete.deny == {
		{"message": "not checked whole: a raw Helm template", "path": []},
		{"message": "not checked whole: a dynamic matrix", "path": ["jobs", "build"]},
	} with input.incomplete as gaps
}

test_allow_what_was_followed if {
	incomplete.deny == set() with input as guard.parse("kubernetes", `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "shop:1.0.0"}]}
`)
}
