# METADATA
# title: Nobody is told of a failed deployment
# description: A deployment that failed at night is found by the users.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: info
#   kinds: [pipeline]
#   profiles: []
#   remediation: "Tell people in a step with if: failure()."
#   since: 0.1.0
package guard.rules.deploy.notification_missing

import data.guard.lib.deploy as deployment

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in deployment.production; d.behind.notify.holds == "no"])
	msg := sprintf("%s: nobody is told where %s fails", [deploy.holder, deploy.tool])
}
