# METADATA
# title: Wait watches something else than what changed
# description: The wait succeeds at once, since nothing happens to what it watches.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Name the same workload and the same namespace in both commands."
#   since: 0.1.0
package guard.rules.deploy.rollout_target_mismatch

deny contains {"message": msg, "path": waits[0].path, "related": [{"message": "this is what changes", "path": deploy.path}]} if {
	some deploy in input.pipeline.deploys
	deploy.target.name != ""
	waits := _waits(deploy)
	count(waits) > 0
	every wait in waits {
		_differs(deploy.target, wait.target)
	}
	msg := sprintf("%s: %s changes %s, and the wait watches %s", [deploy.holder, deploy.tool, _text(deploy.target), _text(waits[0].target)])
}

_waits(deploy) := [wait |
	some wait in input.pipeline.activities
	wait.kind == "wait"
	wait.job == input.pipeline.activities[deploy.activity].job
	wait.target.name != ""
]

_differs(a, b) if {
	a.name != b.name
	_plain(a.name)
	_plain(b.name)
}

_differs(a, b) if {
	a.namespace != b.namespace
	_plain(a.namespace)
	_plain(b.namespace)
}

_plain(text) if {
	text != ""
	not contains(text, "$")
}

_text(target) := sprintf("%s/%s in %s", [target.kind, target.name, target.namespace]) if target.namespace != ""

_text(target) := sprintf("%s/%s", [target.kind, target.name]) if target.namespace == ""
