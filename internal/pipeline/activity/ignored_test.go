package activity

import "testing"

const goesOn = "test pytest ignored=the shell goes on behind it: set -e is not in force"

func TestFind_Ignored(t *testing.T) {
	check(t, []sentence{
		{"a plain command stops the script", "pytest\necho done", []string{"test pytest"}},
		{"|| true", "pytest || true", []string{"test pytest ignored=|| true"}},
		{"|| :", "pytest || :", []string{"test pytest ignored=|| :"}},
		{"|| exit 0", "pytest || exit 0", []string{"test pytest ignored=|| exit 0"}},
		{"|| echo", "pytest || echo failed", []string{"test pytest ignored=|| echo"}},
		{"a block that only says so", "pytest || { echo failed; true; }", []string{"test pytest ignored=|| true"}},
		{"|| exit 1 hides nothing", "pytest || exit 1", []string{"test pytest"}},
		{"a block that ends in exit 1 hides nothing", "pytest || { echo failed; exit 1; }", []string{"test pytest"}},
		{"a failure that is kept for later hides nothing", "pytest || failed=1\nexit ${failed:-0}", []string{"test pytest"}},
		{"!", "! pytest\necho x", []string{"test pytest ignored=!"}},
		{"the condition of an if that fails nowhere", "if pytest; then echo ok; else echo no; fi", []string{"test pytest ignored=the condition of an if"}},
		{"the condition of an if that fails", "if ! pytest; then echo no; exit 1; fi", []string{"test pytest"}},
		{"a pipe without pipefail", "pytest | tee log", []string{"test pytest ignored=exit code lost in a pipe"}},
		{"a pipe with pipefail", "set -o pipefail\npytest | tee log", []string{"test pytest"}},
		{"a pipe whose parts are asked", "pytest | tee log\nexit ${PIPESTATUS[0]}", []string{"test pytest"}},
		{"a pipe whose log is looked into", "pytest | tee log\nif grep -q FAILED log; then\n  exit 1\nfi", []string{"test pytest"}},
		{"a pipe whose log must be empty", "pytest | tee -a log\ntest ! -s log", []string{"test pytest"}},
		{"a pipe whose words are asked from others", "pytest $(find . -name '*.py' | grep -v x) | tee log\ntest ! -s log", []string{"test pytest"}},
		{"a pipe whose log is only shown", "pytest | tee log\ncat log", []string{"test pytest ignored=exit code lost in a pipe"}},
		{"a pipe behind which another file is looked into", "pytest | tee log\ntest -s report", []string{"test pytest ignored=exit code lost in a pipe"}},
		{"a linter that mends what it can and may fail is no gate", "eslint --fix . || true\ngit commit -am style", []string{}},
		{"one that mends and must not fail is", "eslint --fix .", []string{"lint eslint"}},
		{"hooks before a commit mend", "pre-commit run --all-files || true\ngit commit -am style", []string{}},
		{"hooks before none do not", "pre-commit run --all-files || true", []string{"lint pre-commit run ignored=|| true"}},
		{"set +e", "set +e\npytest\necho done", []string{goesOn}},
		{"set +e with a later check", "set +e\npytest\ncode=$?\necho done\nexit $code", []string{"test pytest"}},
		{"set +e that is taken back", "set +e\nfoo=1\nset -e\npytest\necho done", []string{"test pytest"}},
		{"set +e, and the last command counts", "set +e\nls\npytest", []string{"test pytest"}},
		{"exit 0 behind set +e", "set +e\npytest; exit 0", []string{goesOn}},
		{"exit 0 behind a command that stops the script", "pytest; exit 0", []string{"test pytest"}},
		{"the background", "pytest &\necho x", []string{"test pytest ignored=& runs it in the background"}},
		{"the background that is waited for", "pytest &\nwait $!", []string{"test pytest"}},
		{"a list in the middle of a script", "cd app && pytest && echo ok\necho done", []string{"test pytest ignored=the shell goes on behind it: set -e does not see a failure before &&"}},
		{"the last of a list in the middle stops the script", "cd app && pytest\necho done", []string{"test pytest"}},
		{"a list at the end counts as a whole", "cd app && pytest && echo ok", []string{"test pytest"}},
		{"a list whose failure is answered counts", "cd app && pytest && echo ok || exit 1\necho x", []string{"test pytest"}},
		{"a script inside a script", "bash -c 'pytest || true'", []string{"test pytest ignored=|| true"}},
		{"a script inside whose end counts", "bash -ec 'pytest'\necho x", []string{"test pytest"}},
		{"the shell that runs it is ignored", "bash -c 'pytest' || true", []string{"test pytest ignored=|| true"}},
		{"an answer in the words of echo is lost", "echo $(pytest)", []string{"test pytest ignored=exit code lost in a substitution"}},
		{"an answer that a variable takes is not", "out=$(pytest)\necho $out", []string{"test pytest"}},
		{"the body of a function is left to its callers", "run() { pytest; echo x; }\nrun", []string{"test pytest"}},
		{"a loop stops at what fails", "for d in a b; do pytest $d; done\necho x", []string{"test pytest"}},
	})
}

// GitHub runs bash with options of its own where shell: names no command line.
func TestFind_IgnoredByShell(t *testing.T) {
	for _, test := range []struct{ name, shell, want string }{
		{"the default stops at a failure", "", "test pytest"},
		{"bash does too", "bash", "test pytest"},
		{"a command line without -e goes on", "bash {0}", goesOn},
		{"a command line with -e stops", "bash -e {0}", "test pytest"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "on: push\njobs:\n  j:\n    runs-on: x\n    steps:\n      - name: x\n        shell: '" + test.shell + "'\n        run: |\n          pytest\n          echo x\n"
			if got := showAll(Find(readGitHub(t, text), Options{})); len(got) != 1 || got[0] != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
