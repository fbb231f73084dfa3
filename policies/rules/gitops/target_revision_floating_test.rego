package guard.rules.gitops.target_revision_floating_test

import data.guard.rules.gitops.target_revision_floating

_application(namespace, revision) := guard.parse_file("apps/shop.yaml", sprintf(
	`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  destination: {namespace: %s}
  source: {repoURL: https://git.example.com/acme/shop, path: deploy, targetRevision: %q}
`,
	[namespace, revision],
))

_release(file, version) := guard.parse_file(file, sprintf(
	`apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cache}
spec: {chart: {spec: {chart: redis, version: %q, sourceRef: {kind: HelmRepository, name: charts}}}}
`,
	[version],
))

test_deny_branch if {
	target_revision_floating.deny == {{
		"message": "Application shop for production follows branch main: source (https://git.example.com/acme/shop)",
		"path": ["spec", "source", "targetRevision"],
	}} with input as _application("production", "main")
}

test_deny_range_of_versions if {
	target_revision_floating.deny == {{
		"message": "HelmRelease cache for production follows the newest version that fits 18.x: chart redis",
		"path": ["spec", "chart", "spec", "version"],
	}} with input as _release("clusters/production/cache.yaml", "18.x")
}

test_allow_release if {
	target_revision_floating.deny == set() with input as _application("production", "v1.4.2")
	target_revision_floating.deny == set() with input as _release("clusters/production/cache.yaml", "18.1.2")
}

test_allow_another_environment if {
	target_revision_floating.deny == set() with input as _application("staging", "main")
	target_revision_floating.deny == set() with input as _release("clusters/dev/cache.yaml", "18.x")
}

test_allow_what_is_not_known if {
	target_revision_floating.deny == set() with input as _application("shop", "main")
	target_revision_floating.deny == set() with input as _application("production", "orders-7")
	target_revision_floating.deny == set() with input as _application("production", "{{branch}}")
}
