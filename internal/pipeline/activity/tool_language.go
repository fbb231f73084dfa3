package activity

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// languageRows are the build tools of languages, which do many things.
var languageRows = []row{
	{words: "go test", kind: pipeline.Test, not: "-c|-list", when: runsGoTests},
	{words: "go test", kind: pipeline.Coverage, when: covers},
	{words: "go tool cover", kind: pipeline.Coverage},
	{words: "cover", kind: pipeline.Coverage},
	{words: "go vet", kind: pipeline.Lint},
	{words: "go fmt", kind: ""},
	{words: "go mod download|vendor", kind: pipeline.Install, read: lock("yes")},
	{words: "go mod verify", kind: ""},
	{words: "mage|xtask", kind: pipeline.Opaque, read: likeOperands},

	{words: "mvn", kind: pipeline.Test, when: mavenTests},
	{words: "mvn", kind: pipeline.Coverage, when: someOperand("jacoco", "cobertura:")},
	{words: "mvn", kind: pipeline.Lint, when: someOperand("checkstyle:", "spotless:check", "pmd:", "spotbugs:", "fmt:check", "detekt:", "ktlint:", "formatter:validate", "enforcer:enforce", "apache-rat:check", "license:check")},
	{words: "mvn", kind: pipeline.Scan, when: someOperand("dependency-check", "sonar:sonar", "sonar-maven-plugin", "ossindex", "snyk:")},
	{words: "mvn", kind: pipeline.Deploy, when: someOperand("azure-webapp:deploy", "appengine:deploy", "cargo:redeploy", "wildfly:deploy", "heroku:deploy")},
	{words: "gradle", kind: pipeline.Test, when: gradleTests},
	{words: "gradle", kind: pipeline.Coverage, when: tasks("jacocotestreport", "jacocotestcoverageverification", "koverreport", "koververify", "koverxmlreport", "coverage", "codecoveragereport")},
	{words: "gradle", kind: pipeline.Lint, when: tasks("lint", "ktlintcheck", "detekt", "checkstylemain", "checkstyle", "spotlesscheck", "pmdmain", "spotbugsmain", "lintdebug", "lintrelease", "lintkotlin", "apicheck")},
	{words: "gradle", kind: pipeline.Lint, when: tasks("check"), read: nothing},
	{words: "gradle", kind: pipeline.Scan, when: tasks("dependencycheckanalyze", "sonar", "sonarqube", "snyk-test")},
	{words: "gradle", kind: pipeline.Opaque, when: tasks("deploy"), read: like(pipeline.Deploy)},
	{words: "sbt", kind: pipeline.Test, when: sbtTests},
	{words: "sbt", kind: pipeline.Lint, when: someOperand("scalafmtCheck", "scalafix", "scalastyle")},
	{words: "sbt", kind: pipeline.Coverage, when: someOperand("coverage")},
	{words: "sbt", kind: pipeline.Build, when: someOperand("docker:publishLocal", "Docker/publishLocal"), read: pushes("no")},
	{words: "sbt", kind: pipeline.Build, when: func(c *call) bool { return exactly(c, "docker:publish", "Docker/publish", "Docker / publish") }, read: pushes("yes")},
	{words: "ant|lein|mill|bleep|scala-cli|clojure|clj|bb", kind: pipeline.Test, when: testOperand},
	{words: "ant|lein|mill|bleep|scala-cli|clojure|clj|bb", kind: pipeline.Opaque, when: func(c *call) bool { return !testOperand(c) }, read: likeOperands},

	{words: "cargo test|t|nextest|miri|hack|insta", kind: pipeline.Test, when: func(c *call) bool {
		return isOneOf(c.operand(0), "test|t") && !c.on("--no-run") || isOneOf(c.operand(1), "run|test|archive") && c.operand(1) != "archive"
	}},
	{words: "cargo clippy", kind: pipeline.Lint},
	{words: "cargo hack clippy", kind: pipeline.Lint},
	{words: "cargo fmt", kind: pipeline.Lint, when: func(c *call) bool {
		return c.on("--check") || slices.ContainsFunc(c.operands, isText("--check"))
	}},
	{words: "cargo sort|machete|udeps|spellcheck|semver-checks|public-api|msrv|readme|rdme|shear", kind: pipeline.Lint},
	{words: "cargo check|c", kind: pipeline.Typecheck},
	{words: "cargo hack check", kind: pipeline.Typecheck},
	{words: "cargo tarpaulin", kind: pipeline.Coverage},
	{words: "cargo tarpaulin", kind: pipeline.Test},
	{words: "cargo llvm-cov", kind: pipeline.Coverage},
	{words: "cargo llvm-cov", kind: pipeline.Test, when: func(c *call) bool { return !isOneOf(c.operand(1), "report|clean|show-env") && !c.on("--no-run") }},
	{words: "cargo audit|deny|vet|geiger", kind: pipeline.Scan},
	{words: "cargo make|xtask|just", kind: pipeline.Opaque, read: likeOperands},
	{words: "cargo fetch|install", kind: ""},
	{words: "rustfmt", kind: pipeline.Lint, with: "--check"},
	{words: "cargo-fmt", kind: pipeline.Lint, with: "--check"},
	{words: "wasm-pack|cross test", kind: pipeline.Test},
	{words: "cross clippy", kind: pipeline.Lint},

	{words: "dotnet test", kind: pipeline.Test, not: "--list-tests"},
	{words: "dotnet vstest", kind: pipeline.Test},
	{words: "dotnet test", kind: pipeline.Coverage, when: covers},
	{words: "dotnet format", kind: pipeline.Lint, with: "--verify-no-changes|--check"},
	{words: "dotnet restore", kind: pipeline.Install, read: lockFlag("--locked-mode")},
	{words: "dotnet csharpier|jb|roslynator", kind: pipeline.Lint},
	{words: "msbuild|nuget|nant", kind: ""},
	{words: "dotnet-coverage|reportgenerator|coverlet", kind: pipeline.Coverage},
	{words: "dotnet-format", kind: pipeline.Lint},
	{words: "dotnet nuget", kind: ""},
	{words: "dotnet run|cake|nuke|fake", kind: pipeline.Opaque, read: likeTail},
	{words: "dotnet-cake|cake|nuke", kind: pipeline.Opaque, read: likeOperands},

	{words: "python", kind: pipeline.Test, when: pythonTests},
	{words: "manage.py|runtests.py|runtests", kind: pipeline.Test, when: func(c *call) bool { return c.name != "manage.py" || c.operand(0) == "test" }},
	{words: "django-admin test", kind: pipeline.Test},
	{words: "manage.py check|migrate|collectstatic|makemigrations|compilemessages|createcachetable|loaddata", kind: ""},
	{words: "python", kind: pipeline.Coverage, when: func(c *call) bool { return isOneOf(c.operand(0), "coverage") }},
	{words: "node", kind: pipeline.Test, with: "--test"},
	{words: "node", kind: pipeline.Coverage, with: "--experimental-test-coverage"},
	{words: "node", kind: pipeline.Lint, with: "--check|-c"},
	{words: "deno test|bench", kind: pipeline.Test},
	{words: "deno test", kind: pipeline.Coverage, when: covers},
	{words: "deno lint", kind: pipeline.Lint},
	{words: "deno fmt", kind: pipeline.Lint, with: "--check"},
	{words: "deno check", kind: pipeline.Typecheck},
	{words: "deno task", kind: pipeline.Opaque, read: likeOperands},
	{words: "bun test", kind: pipeline.Test},
	{words: "bun test", kind: pipeline.Coverage, when: covers},
	{words: "php", kind: pipeline.Lint, with: "-l"},
	{words: "artisan test", kind: pipeline.Test},
	{words: "artisan migrate|key:generate|config:*|cache:*|optimize*|db:seed|storage:link|route:*|view:*", kind: ""},
	{words: "console lint:*", kind: pipeline.Lint},
	{words: "console cache:*|doctrine:*|assets:*|secrets:*|about", kind: ""},
	{words: "composer validate|normalize", kind: pipeline.Lint},
	{words: "composer audit", kind: pipeline.Scan},
	{words: "rails test|test:*|spec", kind: pipeline.Test},
	{words: "rails db:*|assets:*|zeitwerk:check|tmp:*|log:*|runner", kind: ""},
	{words: "mix test|coveralls*", kind: pipeline.Test},
	{words: "mix coveralls*", kind: pipeline.Coverage},
	{words: "mix format", kind: pipeline.Lint, with: "--check-formatted"},
	{words: "mix credo", kind: pipeline.Lint},
	{words: "mix dialyzer", kind: pipeline.Typecheck},
	{words: "mix sobelow|deps.audit|hex.audit", kind: pipeline.Scan},
	{words: "rebar3 eunit|ct|proper", kind: pipeline.Test},
	{words: "rebar3 dialyzer", kind: pipeline.Typecheck},
	{words: "gleam|zig|swift|v|nimble|dub|shards|crystal|raku|R|stack|cabal|dune|spago test|spec|runtest", kind: pipeline.Test},
	{words: "zig build", kind: pipeline.Test, when: func(c *call) bool { return isOneOf(c.operand(1), "test|test-*") }},
	{words: "gleam format", kind: pipeline.Lint, with: "--check"},
	{words: "bazel|bazelisk test|coverage", kind: pipeline.Test},
	{words: "bazel|bazelisk coverage", kind: pipeline.Coverage},
	{words: "bazel|bazelisk run", kind: pipeline.Opaque, read: likeOperands},
	{words: "buck|buck2|pants|please|plz test", kind: pipeline.Test},
	{words: "pants lint|check", kind: pipeline.Lint},
	{words: "meson test", kind: pipeline.Test},
	{words: "ninja test|check", kind: pipeline.Test},
	{words: "cmake", kind: pipeline.Test, when: func(c *call) bool { return isOneOf(c.value("--target|-t"), "test|check|RUN_TESTS") }},
	{words: "xcodebuild", kind: pipeline.Test, when: testOperand},
	{words: "xcrun xcodebuild", kind: pipeline.Test, when: testOperand},
	{words: "fastlane", kind: pipeline.Opaque, read: likeOperands},
	{words: "forge test", kind: pipeline.Test},
	{words: "forge coverage", kind: pipeline.Coverage},
	{words: "forge fmt", kind: pipeline.Lint, with: "--check"},
	{words: "hardhat test", kind: pipeline.Test},
	{words: "hardhat coverage", kind: pipeline.Coverage},
	{words: "nix flake check", kind: pipeline.Opaque, read: like(pipeline.Test)},
	{words: "nix fmt", kind: pipeline.Lint, with: "--check"},
	{words: "nix build|run", kind: pipeline.Opaque, read: likeOperands},
	{words: "sqlx prepare", kind: ""},
	{words: "Rscript", kind: pipeline.Opaque, read: likeFlags},
}

func isText(text string) func(w shell.Word) bool {
	return func(w shell.Word) bool { return w.Text == text }
}

// runsGoTests tells whether go test runs tests: -run ^$ runs none.
func runsGoTests(c *call) bool {
	run := c.value("-run")
	return run == "" || !isOneOf(run, "^$|XXX|NONE|none|^NONE$|xxx")
}

// mavenTests tells whether a phase of Maven runs tests. Those from test on do,
// unless they are skipped.
func mavenTests(c *call) bool {
	for _, skip := range property(c, "skipTests|maven.test.skip|skipITs") {
		if skip.Text != "false" {
			return false
		}
	}
	if c.has("-DskipTests|-Dmaven.test.skip") || slices.ContainsFunc(c.values("-D"), func(w shell.Word) bool { return isOneOf(w.Text, "skipTests|maven.test.skip") }) {
		return false
	}
	for _, operand := range c.operands {
		if isOneOf(operand.Text, "test|prepare-package|package|verify|install|deploy|integration-test|pre-integration-test|surefire:test|failsafe:verify|failsafe:integration-test") {
			return true
		}
	}
	return false
}

// gradleTests tells whether a task of Gradle runs tests.
func gradleTests(c *call) bool {
	excluded := c.values("-x|--exclude-task")
	for _, task := range taskNames(c) {
		tests := task == "build" || task == "check" || task == "buildneeded" || strings.HasSuffix(task, "test") || strings.HasSuffix(task, "tests") || strings.HasPrefix(task, "test") || strings.HasPrefix(task, "connected") && strings.HasSuffix(task, "androidtest")
		if strings.Contains(task, "classes") || strings.Contains(task, "compile") {
			tests = false
		}
		skipped := slices.ContainsFunc(excluded, func(w shell.Word) bool {
			return w.Text == "test" || strings.HasSuffix(w.Text, ":test") || w.Text == "check"
		})
		if tests && !(skipped && isOneOf(task, "build|check|test|buildneeded")) {
			return true
		}
	}
	return false
}

// taskNames lists the tasks of Gradle without their projects, in lower case.
func taskNames(c *call) []string {
	var names []string
	for _, operand := range c.operands {
		names = append(names, strings.ToLower(operand.Text[strings.LastIndexByte(operand.Text, ':')+1:]))
	}
	return names
}

func tasks(names ...string) func(*call) bool {
	return func(c *call) bool {
		return slices.ContainsFunc(taskNames(c), func(task string) bool { return slices.Contains(names, task) })
	}
}

// someOperand tells whether an operand holds one of some names.
func someOperand(names ...string) func(*call) bool {
	return func(c *call) bool {
		return slices.ContainsFunc(c.operands, func(w shell.Word) bool {
			return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(w.Text, name) })
		})
	}
}

func exactly(c *call, names ...string) bool {
	return slices.ContainsFunc(c.operands, func(w shell.Word) bool { return slices.Contains(names, strings.TrimSpace(w.Text)) })
}

func sbtTests(c *call) bool {
	return slices.ContainsFunc(c.operands, func(w shell.Word) bool {
		for command := range strings.FieldsSeq(strings.ReplaceAll(w.Text, ";", " ")) {
			command = command[strings.LastIndexAny(command, "/:")+1:]
			if isOneOf(command, "test|testOnly|testQuick|+test|testAll|testJVM|testJS|validate|ci") {
				return true
			}
		}
		return false
	})
}

func testOperand(c *call) bool {
	return slices.ContainsFunc(c.operands, func(w shell.Word) bool {
		return isOneOf(w.Text, "test|tests|:test|test-without-building|-T:test|-M:test|-X:test|-M:dev:test|__.test|unittest|runtests") || strings.HasSuffix(w.Text, ".test")
	})
}

// pythonTests tells whether a script of Python is known to run tests.
func pythonTests(c *call) bool {
	switch script := programNameText(c.operand(0)); script {
	case "manage.py", "setup.py":
		return c.operand(1) == "test" || c.operand(1) == "pytest"
	case "runtests.py", "run_tests.py", "runtests", "test.py", "tests.py":
		return true
	}
	return false
}

func programNameText(text string) string { return text[strings.LastIndexByte(text, '/')+1:] }

// likeOperands is what speaks of an activity by the operands.
func likeOperands(c *call, a *pipeline.Activity) {
	if kinds := speaksOf(texts(c.operands)...); len(kinds) > 0 {
		a.Like = string(kinds[0])
	}
}

func likeTail(c *call, a *pipeline.Activity) {
	if kinds := speaksOf(append(texts(c.operands[1:]), texts(c.tail)...)...); len(kinds) > 0 {
		a.Like = string(kinds[0])
	}
}

func likeFlags(c *call, a *pipeline.Activity) {
	names := texts(c.operands)
	for _, f := range c.flags {
		names = append(names, f.value.Text)
	}
	if kinds := speaksOf(names...); len(kinds) > 0 {
		a.Like = string(kinds[0])
	}
}

func lock(answer string) func(*call, *pipeline.Activity) {
	return func(_ *call, a *pipeline.Activity) { a.Lock = answer }
}

// lockFlag is an install that keeps to a lock file where an option says so.
func lockFlag(names string) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) {
		a.Lock = "no"
		if c.on(names) {
			a.Lock = "yes"
		}
	}
}
