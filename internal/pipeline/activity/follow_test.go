package activity

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/github"
	"guard/internal/tree"
)

// repository answers with files that a test names.
func repository(files map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		text, found := files[name]
		if !found {
			return nil, errors.New("no such file")
		}
		return []byte(text), nil
	}
}

func TestFind_Followed(t *testing.T) {
	files := repository(map[string]string{
		"package.json": `{"scripts": {"test": "jest --ci", "lint": "eslint . || true", "ci": "npm run lint && npm test", "types": "tsc --noEmit",
			"release": "./ship.sh", "empty": "echo nothing", "loop": "npm run loop", "images": "docker build -t r/a:$TAG ."}}`,
		"web/package.json": `{"scripts": {"test": "vitest run"}}`,
		"Makefile": "GO ?= go\nIMAGE = r/app\n.PHONY: all\nall: lint test\nlint:\n\t@golangci-lint run\ntest: deps ## runs tests\n\t$(GO) test -race ./... \\\n\t  -coverprofile=c.out\ndeps:\n\t$(GO) mod download\n" +
			"soft:\n\t-$(GO) test ./...\nimage:\n\tdocker build -t $(IMAGE):$(TAG) .\n\tdocker push $(IMAGE):$$TAG\nagain:\n\t$(MAKE) lint\ncircle: circle\n\t$(MAKE) circle\nWEAK ?= latest\nweak:\n\tdocker push r/a:$(WEAK)\nsha:\n\tdocker push r/a:$(shell git rev-parse --short HEAD)\nbin/x: bin\n\tdocker push r/$@:1 $<\nifdef CI\nWHO = a\nelse\nWHO = b\nendif\nwho:\n\tdocker push r/$(WHO)\nother:\n\t./other.sh\n",
		"api/Makefile":   "test:\n\tpytest\n",
		"justfile":       "set shell := [\"bash\", \"-c\"]\n\nlint:\n    ruff check {{dir}}\n\ntest arg='x': lint\n    @pytest {{arg}}\n\nlong:\n    MODE='fast' \\\n        pytest -v \\\n            tests\n",
		"Taskfile.yml":   "version: '3'\ntasks:\n  default: {cmds: [task: test]}\n  test: {deps: [lint], cmds: [pytest, {cmd: mypy ., ignore_error: true}]}\n  lint: ruff check .\n",
		"tox.ini":        "[tox]\nenvlist = py312, lint\n[testenv]\ncommands =\n  pytest {posargs}\n[testenv:lint]\ncommands = ruff check .\n  - mypy .\n",
		"composer.json":  `{"scripts": {"test": ["@lint", "phpunit --coverage-text"], "lint": "phpcs"}}`,
		"ci/all.sh":      "#!/usr/bin/env bash\nset -e\nruff check .\npytest\necho done\n",
		"ci/soft.sh":     "#!/bin/sh\npytest\necho done\n",
		"ci/deploy.py":   "print(1)\n",
		"ci/function.sh": "run() { pytest; }\nrun\n",
	})
	for _, test := range []sentence{
		{"a script of package.json", "npm test", []string{"test jest"}},
		{"a script whose failure it swallows itself", "npm run lint", []string{"lint eslint ignored=|| true"}},
		{"scripts that call scripts", "npm run ci", []string{"lint eslint ignored=|| true", "test jest"}},
		{"a script whose name says nothing", "yarn types", []string{"typecheck tsc"}},
		{"what a script calls may be opaque", "npm run release", []string{"opaque ./ship.sh like=push"}},
		{"a script that does nothing", "pnpm run empty", []string{}},
		{"a script that the file does not have is known by its name", "npm run test:e2e", []string{"test npm test:e2e"}},
		{"a script that calls itself ends", "npm run loop", []string{"opaque npm loop"}},
		{"options behind -- count", "npm test -- --coverage", []string{"test jest", "coverage jest"}},
		{"another directory has another package.json", "npm --prefix web test", []string{"test vitest"}},
		{"so has the one that cd leads to", "cd web\nnpm test", []string{"test vitest"}},
		{"where the directory is not known no file is read", "cd $DIR\nnpm test", []string{"test npm test"}},
		{"an image whose name stands in another file", "npm run images", []string{"build docker build <r/a:$TAG of package.json> pushes=no"}},
		{"yarn runs a program where it has no script of the name", "yarn eslint .", []string{"lint eslint"}},
		{"a goal of make with what it needs", "make test", []string{"install go mod download lock=yes", "test go test", "coverage go test"}},
		{"the first goal is the default", "make", []string{"lint golangci-lint run", "install go mod download lock=yes", "test go test", "coverage go test"}},
		{"a - swallows a failure", "make soft", []string{"test go test ignored=- before a line of make"}},
		{"variables of make", "make image", []string{"build docker build <r/app:$TAG of Makefile> pushes=no", "push docker push <r/app:$TAG of Makefile>"}},
		{"a variable of make that may be set elsewhere is not known", "make weak", []string{"push docker push <r/a:$WEAK of Makefile>"}},
		{"a variable of make that the command line sets is", "make weak WEAK=${{ github.sha }}", []string{"push docker push <r/a:${{ github.sha }} of Makefile>"}},
		{"what make asks the shell", "make sha", []string{"push docker push <r/a:$(git rev-parse --short HEAD) of Makefile>"}},
		{"a variable that a condition sets is not known", "make who", []string{"push docker push <r/$WHO of Makefile>"}},
		{"a goal that loops ends", "make circle", []string{"opaque make circle"}},
		{"make that calls make", "make again", []string{"lint golangci-lint run"}},
		{"make -C reads another Makefile", "make -C api test", []string{"test pytest"}},
		{"a recipe that is opaque", "make other", []string{"opaque ./other.sh"}},
		{"a goal that it does not have is known by its name", "make integration-test", []string{"test make integration-test"}},
		{"a recipe of just with what it needs", "just test", []string{"lint ruff check", "test pytest"}},
		{"a line of just that goes on behind a backslash", "just long", []string{"test pytest"}},
		{"a task with what it needs", "task test", []string{"lint ruff check", "test pytest", "typecheck mypy ignored=- before a line of make"}},
		{"an environment of tox", "tox -e lint", []string{"lint ruff check", "typecheck mypy ignored=- before a command of tox"}},
		{"the plain environments of tox", "tox -e py312", []string{"test pytest"}},
		{"a script of Composer", "composer test", []string{"lint phpcs", "test phpunit", "coverage phpunit"}},
		{"a script of the shell", "./ci/all.sh", []string{"lint ruff check", "test pytest"}},
		{"a script that is not executed by itself", "bash ci/all.sh || true", []string{"lint ruff check ignored=|| true", "test pytest ignored=|| true"}},
		{"a script without set -e", "./ci/soft.sh", []string{goesOn}},
		{"a script with a function", "./ci/function.sh", []string{"test pytest"}},
		{"a script of another language", "./ci/deploy.py", []string{"opaque ./ci/deploy.py like=deploy"}},
		{"a script over ssh lies elsewhere", "ssh web1 ./ci/all.sh", []string{"opaque ./ci/all.sh"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := showAll(Find(readGitHub(t, workflow(test.script)), Options{Files: files}))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.script, diff)
			}
		})
	}
}

func TestFind_FollowedActivitiesStandWhereTheyAreCalled(t *testing.T) {
	files := repository(map[string]string{"package.json": `{"scripts": {"ci": "eslint . && docker build -t a:1 ."}}`})
	p := readGitHub(t, workflow("echo x\nnpm run ci"))
	for _, a := range Find(p, Options{Files: files}) {
		if a.Command != 1 || a.Path.String() != "jobs.j.steps[0].run:2" {
			t.Errorf("%s stands at command %d, %s; want 1, jobs.j.steps[0].run:2", a.Tool, a.Command, a.Path)
		}
		for _, image := range a.Images {
			if image.File != "package.json" {
				t.Errorf("%s is said to stand in %q", image.Text, image.File)
			}
		}
	}
}

func TestFind_WorkingDirectory(t *testing.T) {
	files := repository(map[string]string{"package.json": `{"scripts": {"test": "jest"}}`, "web/package.json": `{"scripts": {"test": "vitest"}}`})
	for directory, want := range map[string]string{"web": "test vitest", "./": "test jest", "${{ matrix.dir }}": "test npm test", "../x": "test npm test"} {
		p := readGitHub(t, steps("      - run: npm test\n        working-directory: "+directory+"\n"))
		if got := showAll(Find(p, Options{Files: files})); len(got) != 1 || got[0] != want {
			t.Errorf("in %s: %q, want %q", directory, got, want)
		}
	}
}

func TestFind_LocalActions(t *testing.T) {
	const action = "name: x\nruns:\n  using: composite\n  steps:\n    - run: pytest || true\n      shell: bash\n    - uses: acme/deploy@v1\n    - run: docker push r/a:1\n      shell: bash\n"
	local := func(uses string) *pipeline.Pipeline {
		if uses != "./.github/actions/all" {
			return nil
		}
		return github.Read(tree.NewSource("action.yml", action), tree.ParseYAML(action)[0].Root)
	}
	p := readGitHub(t, steps("      - uses: ./.github/actions/all\n      - uses: ./other/test\n"))
	got := Find(p, Options{Local: local})
	want := []string{"test pytest ignored=|| true", "opaque acme/deploy like=deploy", "push docker push <r/a:1 of ./.github/actions/all>", "opaque ./other/test like=test"}
	if diff := cmp.Diff(want, showAll(got)); diff != "" {
		t.Error(diff)
	}
	if got[0].Step != 0 || got[0].Command != -1 || got[0].Path.String() != "jobs.j.steps[0].uses" {
		t.Errorf("the test stands at step %d, command %d, %s", got[0].Step, got[0].Command, got[0].Path)
	}
}
