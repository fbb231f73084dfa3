package guard.rules.gitops.production_auto_sync_test

import data.guard.rules.gitops.production_auto_sync

_application(namespace, policy) := guard.parse_file("apps/shop.yaml", sprintf(
	`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  project: web
  destination: {namespace: %s}
  syncPolicy: %s
`,
	[namespace, policy],
))

test_deny_automated if {
	production_auto_sync.deny == {{
		"message": "Application shop: production is synchronised by itself, unless a window of project \"web\" holds it back",
		"path": ["spec", "syncPolicy", "automated"],
	}} with input as _application("production", "{automated: {prune: true}}")
}

test_allow_by_hand if {
	production_auto_sync.deny == set() with input as _application("production", "{syncOptions: [CreateNamespace=true]}")
	production_auto_sync.deny == set() with input as _application("production", "{automated: {enabled: false}}")
}

test_allow_another_environment if {
	production_auto_sync.deny == set() with input as _application("staging", "{automated: {}}")
}

test_allow_what_is_not_known if {
	production_auto_sync.deny == set() with input as _application("shop", "{automated: {}}")
	production_auto_sync.deny == set() with input as _application("production", "{automated: '${automated}'}")
}
