package activity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const noFail = " weak=curl without --fail: it exits with 0 whatever the server answers"

// Every script stands behind a deploy, which is left out of the result.
func TestFind_Probes(t *testing.T) {
	for _, test := range []sentence{
		{"curl -f can fail", "curl -fsS https://shop.example/health", []string{"smoke-test curl"}},
		{"curl without --fail cannot", "curl -s https://shop.example/health", []string{"smoke-test curl" + noFail}},
		{"--fail-with-body can", "curl --fail-with-body https://shop.example/health", []string{"smoke-test curl"}},
		{"what grep judges can", "curl -s https://shop.example/health | grep -q ok", []string{"smoke-test curl"}},
		{"what grep judges for nothing cannot", "curl -s https://shop.example/health | grep ok || true", []string{"smoke-test curl ignored=|| true"}},
		{"what jq only prints is not judged", "curl -s https://shop.example/health | jq .", []string{"smoke-test curl ignored=exit code lost in a pipe" + noFail}},
		{"a status that is compared can", `code=$(curl -s -o /dev/null -w '%{http_code}' https://shop.example/)` + "\n" + `[ "$code" = 200 ] || exit 1`, []string{"smoke-test curl"}},
		{"a status that is compared can, though the question may fail", `code=$(curl -s -o /dev/null -w '%{http_code}' https://shop.example/ || true)` + "\n" + `[ "$code" = 200 ] || exit 1`, []string{"smoke-test curl"}},
		{"a status that nobody compares cannot", `code=$(curl -s -o /dev/null -w '%{http_code}' https://shop.example/)` + "\necho $code", []string{"smoke-test curl" + noFail}},
		{"what an API lists is worked on", "items=$(curl -s https://api.example/items | jq -r '.[].url')\necho $items", []string{"smoke-test curl"}},
		{"what is counted is worked on", "curl -s https://shop.example/traces/1 | jq length || echo 0", []string{"smoke-test curl"}},
		{"a manifest is none", "curl -fsSL $BASE/operator.yaml | sed s/a/b/ | kubectl apply -f -", []string{"deploy kubectl apply files=-"}},
		{"|| true swallows it", "curl -f https://shop.example/health || true", []string{"smoke-test curl ignored=|| true"}},
		{"wget fails by itself", "wget -q --spider https://shop.example/health", []string{"smoke-test wget"}},
		{"HTTPie fails where it is told to", "http --check-status https://shop.example/health\nhttp https://shop.example/health", []string{
			"smoke-test http", "smoke-test http weak=http without --check-status: it exits with 0 whatever the server answers"}},
		{"a loop with a failing end", "for i in 1 2 3; do\n  if curl -fs https://shop.example/health; then exit 0; fi\n  sleep 5\ndone\nexit 1", []string{"smoke-test curl"}},
		{"a loop without one", "for i in 1 2 3; do\n  if curl -fs https://shop.example/health; then break; fi\n  sleep 5\ndone", []string{"smoke-test curl ignored=the condition of an if"}},
		{"until it works", "until curl -fs https://shop.example/health; do sleep 1; done", []string{"smoke-test curl ignored=the condition of a loop"}},
		{"fetching a file is none", "curl -fsSLo kustomize.tgz https://github.com/x/releases/download/v1/k.tgz\ncurl -sSf https://raw.githubusercontent.com/x/install.sh | bash", []string{}},
		{"telling people is none", "curl -X POST -d '{}' https://hooks.slack.com/services/x\ncurl -X POST -d '{}' $SLACK_WEBHOOK_URL", []string{"notify curl", "notify curl"}},
		{"a version that is compared with the commit", `test "$(curl -fs https://shop.example/version)" = "$GITHUB_SHA"`, []string{"smoke-test curl", "version-check curl"}},
		{"the image that runs, compared", `running=$(kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[0].image}')` + "\n" + `[ "$running" = "r/a:$GITHUB_SHA" ]`, []string{"version-check kubectl get"}},
		{"a script that is called smoke", "./scripts/smoke.sh", []string{"opaque ./scripts/smoke.sh like=smoke-test"}},
		{"tests behind a deploy may be smoke tests", "npx playwright test", []string{"test playwright", "opaque playwright like=smoke-test"}},
		{"helm test is one", "helm test web", []string{"smoke-test helm test"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := steps("      - run: kubectl apply -f k8s/\n      - run: |\n" + indent(test.script))
			got := showAll(Find(readGitHub(t, text), Options{}))[1:]
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.script, diff)
			}
		})
	}
}

func TestFind_ProbesByPlace(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"before the deploy it asks something else", "jobs:\n  d:\n    steps: [{run: 'curl -f https://x.example/health'}, {run: kubectl apply -f k8s/}]", ""},
		{"in a job that tests it asks a test environment", "jobs:\n  t:\n    steps: [{run: 'curl -f http://localhost:8080/health'}]\n  d:\n    needs: t\n    steps: [{run: kubectl apply -f k8s/}]", ""},
		{"in a job behind the deploy it asks that", "jobs:\n  d:\n    steps: [{run: kubectl apply -f k8s/}]\n  s:\n    needs: d\n    steps: [{run: 'curl -f https://x.example/'}]", "s"},
		{"in a job behind a job behind it too", "jobs:\n  d:\n    steps: [{run: kubectl apply -f k8s/}]\n  w:\n    needs: d\n    steps: [{run: sleep 1}]\n  s:\n    needs: [w]\n    steps: [{run: 'curl -f https://x.example/'}]", "s"},
		{"in a job beside the deploy it does not", "jobs:\n  d:\n    steps: [{run: kubectl apply -f k8s/}]\n  s:\n    steps: [{run: 'curl -f https://x.example/'}]", ""},
		{"in a job that calls itself a smoke test it does", "jobs:\n  smoke-test:\n    steps: [{run: 'curl -f https://x.example/'}]", "smoke-test"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := readGitHub(t, "on: push\n"+test.text)
			var got []string
			for _, a := range Find(p, Options{}) {
				if a.Kind == "smoke-test" {
					got = append(got, p.Jobs[a.Job].ID)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("smoke tests in %q, want %q", got, test.want)
			}
		})
	}
}

func TestFind_CanaryCheck(t *testing.T) {
	for _, test := range []struct{ name, script, weak string }{
		{"a comparison of decimals by bc can stop it", `RATE=$(curl -s "$PROM/api/v1/query?query=x" | jq -r '.data.result[0].value[1]')` + "\n" + `if (( $(echo "$RATE > 0.01" | bc -l) )); then exit 1; fi`, ""},
		{"-gt on a decimal cannot", `RATE=$(curl -s "$PROM/api/v1/query?query=x" | jq -r .v)` + "\n" + `if [ "$RATE" -gt 0.01 ]; then exit 1; fi`, "-gt and its kin compare integers, and this is a decimal number"},
		{"-gt on a variable that holds a decimal cannot", "LIMIT=0.05\n" + `RATE=$(curl -s "$PROM/api/v1/query?query=x" | jq -r .v)` + "\n" + `[[ $RATE -gt $LIMIT ]] && exit 1`, "-gt and its kin compare integers, and this is a decimal number"},
		{"JSON that is compared as a number cannot", `RATE=$(curl -s "$PROM/api/v1/query?query=x")` + "\n" + `if [ "$RATE" -gt 5 ]; then exit 1; fi`, "the answer of the query is JSON, and is compared as if it were a number"},
		{"integers can", `N=$(curl -s "$PROM/api/v1/query?query=x" | jq -r .v)` + "\n" + `if [ "$N" -gt 5 ]; then exit 1; fi`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := steps("      - name: Check the canary\n        run: |\n" + indent(test.script))
			found := false
			for _, a := range Find(readGitHub(t, text), Options{}) {
				if a.Kind == "canary-check" {
					found = true
					if a.Weak != test.weak {
						t.Errorf("%s\nweak %q, want %q", test.script, a.Weak, test.weak)
					}
				}
			}
			if !found {
				t.Errorf("no check was found in\n%s", test.script)
			}
		})
	}
}
