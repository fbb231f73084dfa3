package activity

import (
	"slices"
	"strings"
	"sync"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// isTarget reads, by the program, which targets of the project's own a command
// line names: make test, npm run lint. No result means that it names none.
var isTarget = map[string]func(c *call) []string{
	"npm": scriptOf("run|run-script|rum|urn", "test|t|tst"), "pnpm": scriptOf("run|run-script", "*"), "yarn": yarnScript, "bun": scriptOf("run", "-"),
	"turbo": afterRun, "nx": nxTargets, "lerna": scriptOf("run", "-"), "rush": operandTargets, "wireit": operandTargets, "nps": operandTargets,
	"npm-run-all": operandTargets, "npm-run-all2": operandTargets, "run-s": operandTargets, "run-p": operandTargets, "concurrently": operandTargets, "moon": operandTargets, "ultra": operandTargets, "wsrun": operandTargets,
	"make": makeTargets, "just": makeTargets, "task": makeTargets, "rake": makeTargets, "invoke": operandTargets, "inv": operandTargets, "poe": operandTargets, "mask": operandTargets,
	"tox": toxEnvironments, "nox": noxSessions, "hatch": hatchTargets, "composer": composerScript, "earthly": operandTargets, "mise": scriptOf("run|r", "-"), "grunt": operandTargets, "gulp": operandTargets,
	"x.py": operandTargets, "dagger": operandTargets, "deno": scriptOf("task", "-"), "doit": operandTargets, "scons": operandTargets, "waf": operandTargets, "b2": operandTargets, "paver": operandTargets, "garden": operandTargets, "melos": scriptOf("run", "-"), "babashka": operandTargets,
}

// builtins of package managers that are no scripts.
var packageCommands = words(`install i add ci remove rm uninstall update up upgrade publish pack audit outdated list ls why config cache store dlx exec create init link unlink login logout
	whoami version view info set get prune dedupe rebuild root bin import licenses fund doctor self-update setup env deploy start stop restart global policies plugin plugins npm workspaces workspace node patch patch-commit
	approve-builds fetch server nest autoclean check help generate-lock-entry owner tag team versions`)

// scriptOf reads manager run NAME, and the short forms: those named, any
// ("*"), or none ("-").
func scriptOf(run, short string) func(*call) []string {
	return func(c *call) []string {
		switch first := c.operand(0); {
		case first == "":
			return nil
		case isOneOf(first, run):
			return texts(c.operands[1:min(2, len(c.operands))])
		case short == "*" && !packageCommands()[first], isOneOf(first, short):
			return []string{map[string]string{"t": "test", "tst": "test"}[first] + strings.TrimSuffix(strings.TrimSuffix(first, "tst"), map[bool]string{true: "t"}[first == "t"])}
		}
		return nil
	}
}

func yarnScript(c *call) []string {
	operands := texts(c.operands)
	switch {
	case len(operands) > 2 && operands[0] == "workspace":
		operands = operands[2:]
	case len(operands) > 1 && operands[0] == "workspaces":
		operands = operands[1:]
		if operands[0] == "foreach" {
			operands = operands[1:]
		}
	}
	if len(operands) > 1 && operands[0] == "run" {
		operands = operands[1:]
	}
	if len(operands) == 0 || packageCommands()[operands[0]] || operands[0] == "run" {
		return nil
	}
	return operands[:1]
}

func operandTargets(c *call) []string {
	var all []string
	for _, text := range texts(c.operands) {
		if text != "run" && text != "call" && !strings.Contains(text, "=") {
			all = append(all, strings.TrimPrefix(text, "npm:"))
		}
	}
	return all
}

func afterRun(c *call) []string {
	if isOneOf(c.operand(0), "prune|login|link|daemon|gen|query|ls|telemetry") {
		return nil
	}
	return operandTargets(c)
}

// nxTargets reads nx run-many -t lint test, nx run app:test, nx test app.
func nxTargets(c *call) []string {
	switch first := c.operand(0); first {
	case "run-many", "affected":
		var all []string
		for _, value := range c.values("-t|--target|--targets") {
			all = append(all, splitList(value.Text)...)
		}
		return append(all, texts(c.operands[1:])...)
	case "run":
		if _, target, ok := strings.Cut(c.operand(1), ":"); ok {
			return []string{target}
		}
		return nil
	case "", "reset", "graph", "format:write", "migrate", "report", "show", "g", "generate", "init", "release", "print-affected", "affected:graph", "daemon", "start-ci-run", "stop-all-agents":
		return nil
	default:
		return []string{strings.TrimPrefix(first, "affected:")}
	}
}

// makeTargets lists the goals of make; the default one is "".
func makeTargets(c *call) []string {
	if c.has("--list|-l|--summary|--dump|--evaluate|-T|-P|-n|--dry-run|--just-print|-a") && c.name != "make" || c.has("-n|--dry-run|--just-print|-v") {
		return nil
	}
	if all := operandTargets(c); len(all) > 0 {
		return all
	}
	return []string{""}
}

func toxEnvironments(c *call) []string {
	if isOneOf(c.operand(0), "list|l|config|c|devenv|d|quickstart|q|exec|legacy") || c.has("--notest|-l|--listenvs|-a|--showconfig") {
		return nil
	}
	var all []string
	for _, value := range c.values("-e|--env|-m|-f") {
		all = append(all, splitList(value.Text)...)
	}
	if len(all) == 0 {
		return []string{"test"}
	}
	for i, name := range all {
		if strings.HasPrefix(name, "py") && !strings.ContainsFunc(strings.TrimLeft(name, "py"), isLetter) || name == "ALL" {
			all[i] = "test"
		}
	}
	return all
}

func isLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

func noxSessions(c *call) []string {
	if c.has("-l|--list") {
		return nil
	}
	var all []string
	for _, value := range c.values("-s|--session|--sessions|-e|-t|--tags") {
		all = append(all, splitList(value.Text)...)
	}
	if len(all) > 0 {
		all = append(all, texts(c.operands)...)
	}
	if len(all) == 0 {
		return []string{"test"}
	}
	return all
}

func hatchTargets(c *call) []string {
	switch c.operand(0) {
	case "test":
		return []string{"test"}
	case "fmt":
		if c.on("--check|-l|--linter") {
			return []string{"lint"}
		}
	}
	return nil
}

func composerScript(c *call) []string {
	switch first := c.operand(0); first {
	case "run", "run-script":
		return texts(c.operands[1:min(2, len(c.operands))])
	case "test", "tests", "lint", "cs", "phpstan", "stan", "check", "phpunit", "unit", "ci", "psalm", "cs-check", "analyse", "analyze", "coverage", "static-analysis":
		return []string{first}
	}
	if strings.ContainsAny(c.operand(0), ":-") && !strings.HasPrefix(c.operand(0), "dump-") && !strings.HasPrefix(c.operand(0), "self-") && !strings.HasSuffix(c.operand(0), "-reqs") && c.operand(0) != "create-project" && c.operand(0) != "clear-cache" {
		return []string{c.operand(0)}
	}
	return nil
}

// target looks at a command that names targets of the project: into the file
// that holds them where it can be read, else by their names.
func (f *finder) target(c *call) bool {
	read := isTarget[c.name]
	if read == nil {
		return false
	}
	targets := read(c)
	if len(targets) > 30 {
		targets = targets[:30]
	}
	for _, target := range targets {
		if !f.followTarget(c, target) && !f.binary(c, target) {
			f.byName(c, target)
		}
	}
	return len(targets) > 0
}

// scriptOfProject looks at pdm run test, pipenv run lint: what runs may be a
// script of the project with that name.
func (f *finder) scriptOfProject(c *call, name string) bool {
	if !isOneOf(c.name, "pdm|pipenv|hatch|rye|devbox|mise") || rowsOf()[name] != nil && !generic()[name] || harmless()[name] && !generic()[name] && name != "test" || isTarget[name] != nil {
		return false
	}
	if _, script, ok := strings.Cut(name, ":"); ok {
		name = script
	}
	f.byName(c, name)
	return true
}

// sure are the words that tell what a target does, where no word stands
// beside them that makes it another.
var sure = sync.OnceValue(func() map[string]pipeline.ActivityKind {
	kinds := map[string]pipeline.ActivityKind{}
	for kind, list := range map[pipeline.ActivityKind]string{
		pipeline.Test:      "test tests unittest unittests unit integration e2e spec specs jest vitest pytest mocha phpunit rspec cypress playwright testing selftest acceptance functional",
		pipeline.Lint:      "lint lints linter linting eslint stylelint ruff flake8 pylint rubocop clippy golangci vet checkstyle shellcheck cs phpcs pint staticcheck precommit prettier",
		pipeline.Typecheck: "typecheck typechecks types typing mypy pyright tsc typescript phpstan stan",
		pipeline.Coverage:  "coverage cov cover",
		pipeline.Scan:      "audit security sast trivy gosec govulncheck bandit vulncheck snyk",
	} {
		for _, word := range strings.Fields(list) {
			kinds[word] = kind
		}
	}
	return kinds
})

// unsure are words beside which a target is not what it else would be.
var unsure = words("build builds fix write deploy setup install prepare start stop up down clean report upload image images docker push publish generate gen update init seed db env deps watch serve dev data fixtures compile server cluster pull create package release")

// plain are targets of package managers that do nothing a rule asks for.
var plain = words(`build compile bundle dist dev start serve stop clean generate codegen gen prepare prebuild postbuild postinstall preinstall docs doc docs:build build:prod build:ci build-storybook storybook watch
	format prettier:fix lint:fix version changeset i18n icons schema prisma migrate seed`)

// byName says what a target does by its name, where that is plain.
func (f *finder) byName(c *call, target string) {
	tool := strings.TrimSpace(c.name + " " + target)
	list := wordsOf(target)
	doubtful := slices.ContainsFunc(list, func(word string) bool { return unsure()[word] })
	var kinds []pipeline.ActivityKind
	for _, word := range list {
		kind, known := sure()[word]
		if known && !doubtful && !slices.Contains(kinds, kind) {
			f.add(c.scope, c.index, pipeline.Activity{Kind: kind, Tool: tool})
			kinds = append(kinds, kind)
		}
	}
	found := len(kinds) > 0
	if found && covers(c) && !slices.Contains(kinds, pipeline.Coverage) {
		f.add(c.scope, c.index, pipeline.Activity{Kind: pipeline.Coverage, Tool: tool})
	}
	packages := isOneOf(c.name, "npm|yarn|pnpm|bun|turbo|nx|lerna")
	if found || packages && (plain()[target] || strings.HasPrefix(target, "build") && len(speaksOf(target)) == 1) {
		return
	}
	f.opaque(c.scope, c.index, tool, target)
}

// followTarget looks into the file that holds a target.
func (f *finder) followTarget(c *call, target string) bool {
	if f.options.Files == nil || c.scope.depth >= maxDepth {
		return false
	}
	switch c.name {
	case "npm", "yarn", "pnpm", "bun":
		return packageScript(f, c, target)
	case "make":
		return makeTarget(f, c, target)
	case "just":
		return justTarget(f, c, target)
	case "task":
		return taskTarget(f, c, target)
	case "tox":
		return toxTarget(f, c, target)
	case "composer":
		return composerTarget(f, c, target)
	}
	return false
}

// remoteScript looks at ssh host command.
func (f *finder) remoteScript(c *call) bool {
	if c.name != "ssh" {
		return false
	}
	host := c.operand(0)
	script := strings.Join(texts(c.tail), " ")
	for _, redirect := range c.command.Redirect {
		if strings.HasPrefix(redirect.Op, "<<") {
			script += "\n" + redirect.Target.Text
		}
	}
	if strings.TrimSpace(script) == "" {
		return true
	}
	before := *c.scope
	c.scope.remote = orElse(host, "a machine over ssh")
	if !f.text(c, script, "", shell.Reader{}) {
		f.opaque(c.scope, c.index, "ssh", script)
	}
	c.scope.remote = before.remote
	return true
}
