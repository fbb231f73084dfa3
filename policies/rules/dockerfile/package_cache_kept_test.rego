package guard.rules.dockerfile.package_cache_kept_test

import data.guard.rules.dockerfile.package_cache_kept

_deny(text) := {d.message | some d in package_cache_kept.deny with input as guard.parse("dockerfile", sprintf("FROM alpine:3.20\n%s\n", [text]))}

test_deny_lists_of_apt if {
	_deny("RUN apt-get update && apt-get install -y curl && apt-get clean") == {"stage 0: apt leaves its cache in the layer; rm -rf /var/lib/apt/lists/* in the same RUN avoids that"}
}

test_deny_cache_of_apk_and_pip if {
	_deny("RUN apk add curl") == {"stage 0: apk leaves its cache in the layer; apk add --no-cache avoids that"}
	_deny("RUN pip install flask") == {"stage 0: pip leaves its cache in the layer; pip install --no-cache-dir avoids that"}
}

test_allow_caches_that_are_removed if {
	_deny("RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*") == set()
	_deny("RUN apk add --no-cache curl") == set()
	_deny("ENV PIP_NO_CACHE_DIR=1\nRUN pip install flask") == set()
	_deny("RUN --mount=type=cache,target=/root/.cache pip install flask") == set()
}

test_allow_caches_in_builder if {
	_deny("RUN apk add curl\nFROM alpine:3.20") == set()
}

test_allow_development_container if {
	package_cache_kept.deny == set() with input as guard.parse_file(".devcontainer/Dockerfile", "FROM alpine:3.20\nRUN apk add curl\n")
}
