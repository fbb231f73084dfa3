package activity

import (
	"strings"

	"guard/internal/pipeline"
)

// installRows are the programs that install dependencies.
var installRows = []row{
	{words: "npm ci|clean-install|ic|install-clean|install-ci-test|cit", kind: pipeline.Install, read: lock("yes")},
	{words: "npm install-ci-test|cit|install-test|it", kind: pipeline.Test, read: nothing},
	{words: "npm install|i|add|update|install-test|it", kind: pipeline.Install, not: "-g|--global", read: lock("no")},
	{words: "pnpm install|i|fetch", kind: pipeline.Install, not: "-g|--global", read: pnpmLock},
	{words: "pnpm add|update", kind: pipeline.Install, not: "-g|--global", read: lock("no")},
	{words: "yarn install", kind: pipeline.Install, read: yarnLock},
	{words: "yarn", kind: pipeline.Install, when: func(c *call) bool { return len(c.operands) == 0 && !c.has("-v|--version") }, read: yarnLock},
	{words: "yarn add|upgrade|up", kind: pipeline.Install, read: lock("no")},
	{words: "bun install|i", kind: pipeline.Install, read: lockFlag("--frozen-lockfile")},
	{words: "bun ci", kind: pipeline.Install, read: lock("yes")},
	{words: "lerna bootstrap", kind: pipeline.Install, read: nothing},
	{words: "pip install", kind: pipeline.Install, when: installsDependencies, read: pipLock},
	{words: "uv pip install|sync", kind: pipeline.Install, read: pipLock},
	{words: "pip-sync", kind: pipeline.Install, read: nothing},
	{words: "uv sync", kind: pipeline.Install, read: lockFlag("--locked|--frozen")},
	{words: "uv lock", kind: pipeline.Lint, with: "--check|--locked", read: nothing},
	{words: "poetry install|sync", kind: pipeline.Install, read: lock("yes")},
	{words: "poetry check|lock", kind: pipeline.Lint, when: func(c *call) bool { return c.operand(0) == "check" || c.on("--check") }, read: nothing},
	{words: "poetry add|update", kind: pipeline.Install, read: lock("no")},
	{words: "pdm install", kind: pipeline.Install, read: lockFlag("--frozen-lockfile|--check|--no-lock")},
	{words: "pdm sync", kind: pipeline.Install, read: lock("yes")},
	{words: "pipenv sync", kind: pipeline.Install, read: lock("yes")},
	{words: "pipenv install", kind: pipeline.Install, read: lockFlag("--deploy|--ignore-pipfile")},
	{words: "conda|mamba|micromamba install|create", kind: pipeline.Install, read: nothing},
	{words: "conda|mamba env create|update", kind: pipeline.Install, read: nothing},
	{words: "conda-lock install", kind: pipeline.Install, read: lock("yes")},
	{words: "bundle install", kind: pipeline.Install, read: lockFlag("--deployment|--frozen")},
	{words: "bundle", kind: pipeline.Install, when: func(c *call) bool { return len(c.operands) == 0 && c.tail == nil }, read: nothing},
	{words: "composer install", kind: pipeline.Install, read: lock("yes")},
	{words: "composer update|require", kind: pipeline.Install, read: lock("no")},
	{words: "mix deps.get", kind: pipeline.Install, read: lockFlag("--check-locked")},
	{words: "pod install", kind: pipeline.Install, read: lockFlag("--deployment")},
	{words: "carthage bootstrap", kind: pipeline.Install, read: lock("yes")},
	{words: "flutter|dart pub get", kind: pipeline.Install, read: lockFlag("--enforce-lockfile")},
}

func pnpmLock(c *call, a *pipeline.Activity) {
	a.Lock = "yes" // in CI a frozen lock file is the default
	if c.has("--no-frozen-lockfile|--no-lockfile") || c.value("--frozen-lockfile") == "false" {
		a.Lock = "no"
	}
}

func yarnLock(c *call, a *pipeline.Activity) {
	switch {
	case c.on("--frozen-lockfile|--immutable"):
		a.Lock = "yes"
	case c.has("--no-lockfile|--no-immutable"):
		a.Lock = "no"
	}
}

// installsDependencies tells whether pip installs more than itself and tools.
func installsDependencies(c *call) bool {
	for _, operand := range c.operands[1:] {
		if !isOneOf(strings.ToLower(operand.Text), "pip|setuptools|wheel|pip==*|build|twine") {
			return true
		}
	}
	return len(c.values("-r|--requirement|-e|--editable")) > 0
}

func pipLock(c *call, a *pipeline.Activity) {
	a.Lock = "no"
	if c.on("--require-hashes") {
		a.Lock = "yes"
	}
	if c.operand(0) == "sync" || len(c.values("-r|--requirement")) > 0 && a.Lock == "no" {
		a.Lock = "" // the file may name exact versions
	}
}
