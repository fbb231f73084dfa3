package guard.rules.analysis.unparsable_test

import data.guard.rules.analysis.unparsable

test_deny_every_problem if {
	problems := [{"message": "line 3: did not find expected key", "path": []}, {"message": "key \"image\" stands twice", "path": ["spec"]}]
	unparsable.deny == {
		{"message": "cannot be read: line 3: did not find expected key", "path": []},
		{"message": "cannot be read: key \"image\" stands twice", "path": ["spec"]},
	} with input.unparsable as problems
}

test_allow_readable_file if {
	unparsable.deny == set() with input as guard.parse("kubernetes", `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "shop:1.0.0"}]}
`)
}
