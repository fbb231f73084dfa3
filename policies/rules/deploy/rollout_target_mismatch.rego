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
	deploy.target.kind in _comparable
	waits := [wait | some wait in _waits; wait.job == input.pipeline.activities[deploy.activity].job]
	every wait in _waits {
		_differs(deploy.target, wait.target)
	}
	msg := sprintf("%s: %s changes %s, and the wait watches %s", [deploy.holder, deploy.tool, _text(deploy.target), _text(waits[0].target)])
}

_waits := [wait | some wait in input.pipeline.activities; wait.kind == "wait"]

# _comparable are the kinds of which a command names one object: what a chart or
# an application changes is not written in the pipeline.
_comparable := {"deployment", "statefulset", "daemonset", "deploymentconfig"}

# _differs holds for two objects that are known not to be the same.
_differs(a, b) if {
	b.kind in _comparable
	_differ(a.kind, b.kind)
}

_differs(a, b) if {
	b.kind in _comparable
	_differ(a.name, b.name)
}

_differs(a, b) if {
	b.kind in _comparable
	_differ(a.namespace, b.namespace)
}

_differ(a, b) if {
	a != b
	_plain(a)
	_plain(b)
}

_plain(text) if {
	text != ""
	not contains(text, "$")
}

_text(target) := sprintf("%s/%s in %s", [target.kind, target.name, target.namespace]) if target.namespace != ""

_text(target) := sprintf("%s/%s", [target.kind, target.name]) if target.namespace == ""
