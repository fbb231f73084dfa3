# METADATA
# title: Pushed tag moves
# description: A branch, a channel or a release line names another image after every push, so whoever deploys it cannot say what runs.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Push a tag that holds the commit or an exact release, and deploy that one."
#   since: 0.1.0
package guard.rules.build.tag_mutable

deny contains {"message": msg, "path": paths[0]} if {
	some place, paths in _places
	tags := sort({sprintf("%s (%s)", [image.raw, _names[image.class]]) | some image in _moving; sprintf("%v", [image.path]) == place})
	msg := sprintf("%s pushes a tag that moves: %s", [_holder(place), concat(", ", tags)])
}

_moving := [image |
	some image in input.images
	image.role == "pushed"
	image.mutable
	image.class in {"branch", "channel", "floating-version"}
]

# _places keeps the names that one rule or word makes in several runs together.
_places[place] := [image.path] if {
	some image in _moving
	place := sprintf("%v", [image.path])
}

_holder(place) := [image.holder | some image in _moving; sprintf("%v", [image.path]) == place][0]

_names := {"branch": "branch", "channel": "channel", "floating-version": "release line"}
