package guard.rules.gitops.auto_update_mutable_test

import data.guard.rules.gitops.auto_update_mutable

_application(name, strategy) := guard.parse_file("apps/shop.yaml", sprintf(
	`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: %s
  annotations:
    argocd-image-updater.argoproj.io/image-list: web=registry.example.com/shop/web:main
    argocd-image-updater.argoproj.io/web.update-strategy: %s
`,
	[name, strategy],
))

_policy(policy) := guard.parse_file("clusters/main/web.yaml", sprintf(
	`apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: web}
spec: {imageRepositoryRef: {name: web}, policy: %s}
`,
	[policy],
))

test_deny_tag_that_moves if {
	auto_update_mutable.deny == {{
		"message": "Application shop: for image registry.example.com/shop/web:main Argo CD Image Updater follows tag main, which moves",
		"path": ["metadata", "annotations", "argocd-image-updater.argoproj.io/image-list"],
	}} with input as _application("shop", "digest")
}

test_deny_any_build if {
	{f.message | some f in auto_update_mutable.deny with input as _application("shop-production", "newest-build")} == {"Application shop-production: for image registry.example.com/shop/web:main Argo CD Image Updater takes whatever was built last, of whichever branch"}
}

test_deny_tags_without_an_order if {
	auto_update_mutable.deny == {{
		"message": "ImagePolicy web: for image web Flux takes the tag whose name sorts last, whatever it is",
		"path": ["spec", "policy", "alphabetical"],
	}} with input as _policy("{alphabetical: {order: asc}}")
}

test_allow_releases if {
	auto_update_mutable.deny == set() with input as _application("shop", "semver")
	auto_update_mutable.deny == set() with input as _policy("{semver: {range: '>=1.0.0'}}")
}

test_allow_before_production if {
	auto_update_mutable.deny == set() with input as _application("shop-dev", "digest")
	auto_update_mutable.deny == set() with input as _application("shop-staging", "newest-build")
}

test_allow_what_is_not_known if {
	auto_update_mutable.deny == set() with input as _application("shop", "best")
	auto_update_mutable.deny == set() with input as _policy("{numerical: {order: asc}}")
}
