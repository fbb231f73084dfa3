package guard.rules.kubernetes.default_namespace_test

import data.guard.rules.kubernetes.default_namespace

_object(kind, namespace) := guard.parse("kubernetes", sprintf("{apiVersion: v1, kind: %s, metadata: {name: web%s}}", [kind, namespace]))

test_deny_default if {
	default_namespace.deny == {{"message": "Service/default/web is in the namespace default", "path": ["metadata", "namespace"]}} with input as _object("Service", ", namespace: default")
}

test_deny_none_where_one_is_required if {
	default_namespace.deny == {{"message": "Service/web names no namespace", "path": ["metadata", "namespace"]}} with input as _object("Service", "") with data.guard.params as {"kubernetes/default-namespace": {"required": true}}
}

test_allow_others if {
	default_namespace.deny == set() with input as _object("Service", ", namespace: shop")
	default_namespace.deny == set() with input as _object("Service", "")
	default_namespace.deny == set() with input as _object("Namespace", ", namespace: default")
}

test_allow_other_namespace_where_one_is_required if {
	default_namespace.deny == set() with input as _object("Service", ", namespace: shop") with data.guard.params as {"kubernetes/default-namespace": {"required": true}}
}
