package guard.rules.image.approved_registry_test

import data.guard.rules.image.approved_registry

_from(image) := guard.parse("dockerfile", sprintf("FROM %s\n", [image]))

test_deny_other_registry if {
	approved_registry.deny == {{
		"message": `stage 0: image "ghcr.io/acme/shop:1.0" comes from ghcr.io`,
		"path": ["instructions", 0, "args", 0],
	}} with input as _from("ghcr.io/acme/shop:1.0")
}

test_allow_approved_registry if {
	approved_registry.deny == set() with input as _from("registry.example.com/shop:1.0")
}

test_allow_mirror if {
	approved_registry.deny == set() with input as _from("mirror.example.com/shop:1.0")
}

test_allow_what_is_built_here if {
	approved_registry.deny == set() with input as guard.parse("compose", "services: {web: {build: ., image: 'ghcr.io/acme/web:1.0'}}")
}
