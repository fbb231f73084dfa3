package activity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind_Opaque(t *testing.T) {
	for _, test := range []struct{ name, job, step, script, want string }{
		{"a script's own name speaks", "j", "", "./ci/run-tests.sh", "test"},
		{"a script without a word speaks of nothing", "j", "", "./x.sh", ""},
		{"the name of the step speaks", "j", "Run checks", "./x.sh", "test,lint"},
		{"a step that checks one thing does not lint", "j", "Check version", "./x.sh", "test"},
		{"the id of the job speaks where nothing nearer does", "deploy", "", "./x.sh", "deploy"},
		{"the id of the job speaks of gates in any case", "test", "Build it", "./x.sh", "build,test"},
		{"but of nothing else", "deploy", "Build it", "./x.sh", "build"},
		{"several words are several activities", "j", "Build and test", "./x.sh", "build,test"},
		{"words are split at capitals", "j", "", "./runUnitTests", "test"},
		{"a type check is one word", "j", "Type check", "./x.sh", "typecheck"},
		{"a program without a dot that lies in the repository", "j", "", "./scripts/test", "test"},
		{"a script that a shell reads", "j", "", "bash ci/lint.sh", "lint"},
		{"a script that Python reads", "j", "", "python ci/deploy.py prod", "deploy"},
		{"a script that node reads", "j", "", "node scripts/smoke.js", "smoke-test"},
		{"a program of the repository's own code", "j", "", "go run ./cmd/check", "test,lint"},
		{"a program that a variable names", "j", "Lint", "$LINTER .", "lint"},
		{"make of a target that says nothing", "j", "", "make all", ""},
		{"make image", "j", "", "make image", "build"},
		{"make deploy", "j", "", "make deploy", "deploy"},
		{"make ci", "j", "", "make ci", "test,lint"},
		{"make docker-test may be either", "j", "", "make docker-test", "build,test"},
		{"npm run ci", "j", "", "npm run ci", "test,lint"},
		{"npm run deploy", "j", "", "npm run deploy", "deploy"},
		{"npm run build in a job that tests", "test", "", "npm run build", "-"},
		{"a container that does who knows what", "j", "", "docker run --rm acme/e2e-tests", "test"},
		{"a service in the background is none", "j", "", "docker run -d -p 5432:5432 postgres:16", "-"},
		{"goreleaser releases", "j", "", "goreleaser release --clean", "push"},
		{"another workflow is started", "j", "", "gh workflow run deploy.yml", "deploy"},
		{"ansible may deploy", "j", "", "ansible-playbook site.yml", "deploy"},
		{"what is known and harmless is not opaque", "test", "Run tests", "echo a; cd x; cp a b; git fetch; jq . a.json; source .venv/bin/activate", "-"},
		{"a function of the script is no program", "j", "", "run() { echo x; }\nrun", "-"},
		{"an unknown program is", "test", "", "frobnicate --all", "test"},
		{"a sourced script whose name speaks", "j", "", "source ci/deploy.sh", "deploy"},
		{"a sourced environment is harmless", "j", "", ". ./env.sh", "-"},
		{"what curl pipes into a shell is not a script of ours", "j", "", "curl -fsSL https://x/i.sh | sh -s -- -b bin", "-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "on: push\njobs:\n  " + test.job + ":\n    runs-on: x\n    steps:\n      - name: '" + test.step + "'\n        run: |\n" + indent(test.script)
			var got []string
			for _, a := range Find(readGitHub(t, text), Options{}) {
				got = append(got, a.Like)
				if a.Kind != "opaque" {
					t.Errorf("%s is no %s", test.script, a.Kind)
				}
			}
			want := strings.Split(test.want, ",")
			if test.want == "-" {
				want = nil
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\n%s", text, diff)
			}
		})
	}
}

// A script in a language that is not read may do anything its names speak of;
// the programs that its lines plainly call are known all the same.
func TestFind_OtherLanguages(t *testing.T) {
	for _, test := range []struct{ name, shell, script, want string }{
		{"a script of Python", "python", "import x", "opaque script like=test"},
		{"a script of PowerShell that tests", "pwsh", "dotnet test", "test dotnet test"},
		{"a script of PowerShell with more lines", "pwsh", "$x = 1\nnpm run lint", "lint npm lint\nopaque script like=test"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "on: push\njobs:\n  j:\n    runs-on: x\n    steps:\n      - name: Test\n        shell: " + test.shell + "\n        run: |\n" + indent(test.script)
			if diff := cmp.Diff(strings.Split(test.want, "\n"), showAll(Find(readGitHub(t, text), Options{}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
