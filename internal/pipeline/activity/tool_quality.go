package activity

import (
	"strings"

	"guard/internal/pipeline"
)

// qualityRows are the linters, type checkers and test runners that are
// programs of their own.
var qualityRows = []row{
	// Linters of many languages; a formatter counts where it only checks.
	{words: "ruff check|linter", kind: pipeline.Lint, not: "--exit-zero|-e"},
	{words: "ruff format", kind: pipeline.Lint, with: "--check|--diff"},
	{words: "ruff", kind: pipeline.Lint, not: "--exit-zero|-e", when: func(c *call) bool { return !isOneOf(c.operand(0), "format|clean|rule|config|version|server|analyze") }},
	{words: "flake8|pylint|pycodestyle|pydocstyle|pyflakes|pylama|prospector|vulture|pyroma|darglint|interrogate|djlint|curlylint|doc8|rstcheck|refurb|fixit|radon|xenon|flakeheaven|flakehell|codespell|typos|cspell|misspell|proselint|vale|wily|deptry|slotscheck|validate-pyproject|cffconvert|blocklint|dodgy|autoflake8", kind: pipeline.Lint, not: "--exit-zero"},
	{words: "black|isort|yapf|autopep8|blue|docformatter|autoflake|pyupgrade|unify|add-trailing-comma", kind: pipeline.Lint, with: "--check|--check-only|--diff|-c|-d"},
	{words: "pre-commit run", kind: pipeline.Lint},
	{words: "prek run", kind: pipeline.Lint},
	{words: "lefthook run", kind: pipeline.Lint},
	{words: "lint-imports|import-linter", kind: pipeline.Lint},
	{words: "eslint|eslint_d|xo|standard|standardx|semistandard|ts-standard|jshint|jslint|stylelint|htmlhint|html-validate|oxlint|tslint|markdownlint|markdownlint-cli2|mdl|remark|textlint|alex|commitlint|lint-staged|knip|depcheck|madge|depcruise|dependency-cruiser|ls-lint|publint|attw|size-limit|sort-package-json|lockfile-lint|solhint|ember-template-lint|rome", kind: pipeline.Lint},
	{words: "prettier", kind: pipeline.Lint, with: "--check|-c|--list-different|-l"},
	{words: "biome check|lint|ci", kind: pipeline.Lint},
	{words: "biome format", kind: pipeline.Lint, not: "--write"},
	{words: "dprint check", kind: pipeline.Lint},
	{words: "next lint", kind: pipeline.Lint},
	{words: "ng lint", kind: pipeline.Lint},
	{words: "ng test", kind: pipeline.Test},
	{words: "ng e2e", kind: pipeline.Test},
	{words: "vue-cli-service lint", kind: pipeline.Lint},
	{words: "vue-cli-service test:unit|test:e2e", kind: pipeline.Test},
	{words: "react-scripts test", kind: pipeline.Test},
	{words: "expo lint", kind: pipeline.Lint},
	{words: "nuxi typecheck", kind: pipeline.Typecheck},
	{words: "astro check", kind: pipeline.Typecheck},
	{words: "svelte-check|vue-tsc|glint|attw", kind: pipeline.Typecheck},
	{words: "tsc|tspc", kind: pipeline.Typecheck, not: "--init|--showConfig"},
	{words: "flow check", kind: pipeline.Typecheck},
	{words: "golangci-lint run", kind: pipeline.Lint, when: notNeverFails("--issues-exit-code")},
	{words: "golangci-lint", kind: pipeline.Lint, when: func(c *call) bool { return len(c.operands) == 0 && len(c.flags) > 0 }},
	{words: "staticcheck|golint|revive|errcheck|ineffassign|gocyclo|gocritic|gosimple|unparam|go-consistent|nilaway|deadcode|goimports-reviser|gci|wsl|asmfmt", kind: pipeline.Lint},
	{words: "gofmt|gofumpt|goimports|golines", kind: pipeline.Lint, with: "-l|-d|-s|-e"},
	{words: "shellcheck|checkbashisms|bashate|hadolint|dockerfilelint|dockerfile_lint|yamllint|ansible-lint|actionlint|zizmor|tflint|cfn-lint|cfn_nag_scan|protolint|vacuum|jsonlint|checkmake|mbake|editorconfig-checker|ec|eclint|dotenv-linter|kube-linter|kube-score|kubeconform|kubeval|polaris|datree|pluto|nova|statix|deadnix|luacheck|selene|cppcheck|clang-tidy|cpplint|iwyu|oclint|swiftlint|detekt|checkstyle|pmd|scalafix|credo|hlint|fourmolu|elm-review|perlcritic|perltidy|rubocop|standardrb|reek|haml-lint|slim-lint|erb_lint|erblint|rails_best_practices|fasterer|puppet-lint|foodcritic|cookstyle|phpcs|phpmd|phplint|parallel-lint|phpcpd|twigcs|lychee|linkchecker|markdown-link-check|mlc|reuse|license-eye|licensed|go-licenses|verible-verilog-lint|vint|cmakelang|meson-format|mega-linter-runner|super-linter|qlty|codeclimate|reviewdog|danger|danger-js|check-jsonschema|ajv|cfn-guard|checkmate|lintr|nbqa|pgformatter|squawk|gixy|zig-fmt|buildifier|jsonnetfmt|jsonnet-lint|kubent|nilness", kind: pipeline.Lint, not: "--exit-zero|--no-fail|--write|--fix-only|--init"},
	{words: "swiftformat|stylua|alejandra|nixpkgs-fmt|ormolu|fourmolu|scalafmt|cmake-format|php-cs-fixer|rector|pint|addlicense|gersemi|elm-format|fantomas|csharpier", kind: pipeline.Lint, with: "--lint|--check|-check|--test|--dry-run|--mode|--validate"},
	{words: "php-cs-fixer check", kind: pipeline.Lint},
	{words: "ktlint", kind: pipeline.Lint, not: "-F|--format"},
	{words: "buf lint|breaking", kind: pipeline.Lint},
	{words: "buf format", kind: pipeline.Lint, with: "--exit-code"},
	{words: "trunk check", kind: pipeline.Lint},
	{words: "redocly|spectral|regal|sqlfluff|taplo lint|check", kind: pipeline.Lint},
	{words: "conftest test", kind: pipeline.Lint},
	{words: "conftest verify", kind: pipeline.Test},
	{words: "regal test", kind: pipeline.Test},
	{words: "xmllint", kind: pipeline.Lint, with: "--noout|--schema|--valid"},
	{words: "helm lint|unittest", kind: pipeline.Lint, when: func(c *call) bool { return c.operand(0) == "lint" }},
	{words: "helm unittest", kind: pipeline.Test},
	{words: "ct lint|lint-and-install", kind: pipeline.Lint},
	{words: "ct install|lint-and-install", kind: pipeline.Test},
	{words: "shfmt", kind: pipeline.Lint, with: "-d|--diff|-l|--list"},
	{words: "clang-format", kind: pipeline.Lint, with: "--dry-run|-n|-Werror|--Werror"},
	{words: "google-java-format", kind: pipeline.Lint, with: "--dry-run|-n|--set-exit-if-changed"},
	{words: "dart analyze", kind: pipeline.Lint},
	{words: "dart format", kind: pipeline.Lint, with: "--set-exit-if-changed"},
	{words: "flutter analyze", kind: pipeline.Lint},
	{words: "flutter|dart test", kind: pipeline.Test},
	{words: "flutter drive", kind: pipeline.Test},
	{words: "mypy|dmypy|pyright|basedpyright|pytype|pyre|ty|pyrefly|zuban", kind: pipeline.Typecheck},
	{words: "phpstan|psalm|phan", kind: pipeline.Typecheck},
	{words: "phpstan|psalm|phan", kind: pipeline.Lint},
	{words: "sorbet|srb|steep", kind: pipeline.Typecheck},
	{words: "dialyzer|sbt-scalafix", kind: pipeline.Typecheck},

	// Test runners.
	{words: "pytest", kind: pipeline.Test, not: "--collect-only|--co|--fixtures|--markers|--setup-plan"},
	{words: "pytest", kind: pipeline.Coverage, when: covers},
	{words: "nosetests|nose2|trial|ward|stestr|testr|behave|lettuce|robot|pabot|pybot|pytest-xdist|green|zope-testrunner|locust|hypothesis|molecule|schemathesis|tavern-ci|doctest|xdoctest", kind: pipeline.Test},
	{words: "coverage run", kind: pipeline.Coverage},
	{words: "coverage report|xml|html|json|lcov|combine", kind: pipeline.Coverage},
	{words: "diff-cover|coveralls|codecov|codecovcli|cov|octocov|gcovr|lcov|genhtml|grcov|tarpaulin|go-test-coverage|goveralls|overcover|c8-report|codacy-coverage-reporter|cc-test-reporter|codecov.sh|undercover", kind: pipeline.Coverage},
	{words: "jest|vitest|mocha|ava|tap|tape|jasmine|jasmine-browser-runner|karma|qunit|uvu|cypress|playwright|wdio|nightwatch|testcafe|protractor|web-test-runner|wtr|cucumber-js|tsd|vscode-test|start-server-and-test|detox|intern|zora|brittle|playwright-test|codeceptjs|storybook-test|test-storybook|chromatic|backstop|loki|percy|lhci|lighthouse|pa11y|pa11y-ci|axe|artillery|testem|stryker|electron-mocha|bats-core|ts-mocha|mochawesome|aegir-test|poku|borp|newman", kind: pipeline.Test, when: runsTests},
	{words: "jest|vitest|ava|tap|web-test-runner|react-scripts|wtr|karma", kind: pipeline.Coverage, when: covers},
	{words: "nyc|c8|istanbul", kind: pipeline.Coverage},
	{words: "nyc|c8|istanbul", kind: pipeline.Test, when: func(c *call) bool {
		return len(c.operands) > 0 && !isOneOf(c.operand(0), "report|check-coverage|merge|instrument")
	}},
	{words: "gotestsum|richgo|ginkgo|gotest|godog|testscript|gocheck|bats|shellspec|cram|prove|ctest|busted|rspec|rspec-queue|parallel_rspec|parallel_test|cucumber|minitest|cutest|knapsack|phpunit|paratest|pest|codecept|behat|phpspec|kahlan|infection|simple-phpunit|nunit3-console|xunit.console|vstest.console|vstest.console.exe|mspec|gtest|catch2|goss|dgoss|inspec|kitchen|serverspec|terratest|kuttl|kubectl-kuttl|chainsaw|container-structure-test|cst|testinfra|busted|luaunit|cargo-nextest|venom|hurl|bruno|bru|karate|gatling|jmeter|ghz|k6|maestro|sonobuoy|xcpretty|xctest|elm-test|elm-test-rs|hspec|tasty|tappy|pgtap|pg_prove|tsqlt|promtool|unittest|conformance|gauge|tck", kind: pipeline.Test, when: runsTests},
	{words: "gotestsum|ginkgo", kind: pipeline.Coverage, when: covers},
	{words: "phpunit|paratest|pest|codecept", kind: pipeline.Coverage, when: covers},
	{words: "pest", kind: pipeline.Typecheck, with: "--type-coverage"},
	{words: "gator test|verify", kind: pipeline.Test},
	{words: "dbt test|build", kind: pipeline.Test},
	{words: "great_expectations", kind: pipeline.Test},
	{words: "unittest", kind: pipeline.Test},
	{words: "nextest run", kind: pipeline.Test},
}

// covers tells whether a test runner is asked to measure coverage.
func covers(c *call) bool {
	for _, f := range c.flags {
		if isOneOf(f.name, "--cov|--cov-*|--coverage*|-cover|-coverprofile|-covermode|-coverpkg|--cover|--coverprofile|--covermode|--experimental-test-coverage|--collect|-p:CollectCoverage|/p:CollectCoverage|--min") &&
			f.value.Text != "false" && !(f.name == "--collect" && !strings.Contains(f.value.Text, "overage")) {
			return true
		}
	}
	for _, operand := range c.operands {
		if strings.HasPrefix(operand.Text, "--coverage") || strings.HasPrefix(operand.Text, "--cov") || strings.Contains(operand.Text, "CollectCoverage=true") || operand.Text == "-cover" || strings.HasPrefix(operand.Text, "-coverprofile") {
			return true
		}
	}
	for _, word := range c.tail {
		if strings.HasPrefix(word.Text, "--cov") {
			return true
		}
	}
	return false
}

// runsTests tells whether a test runner does more than install, list or show.
func runsTests(c *call) bool {
	return !isOneOf(c.operand(0), "install|uninstall|init|list|cache|version|verify|info|open|codegen|show-report|show-trace|install-deps|clean|report|merge-reports|check|bootstrap|generate|query|push|build|list-reporters") || c.name == "promtool" && c.operand(0) == "test"
}

// notNeverFails tells whether an option does not set the exit code to 0.
func notNeverFails(option string) func(*call) bool {
	return func(c *call) bool { return c.value(option) != "0" }
}
