package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readJUnit(t testing.TB, out []byte) junitSuites {
	t.Helper()
	var suites junitSuites
	if err := xml.Unmarshal(out, &suites); err != nil {
		t.Fatalf("not XML: %v\n%s", err, out)
	}
	return suites
}

func TestJUnit_FailsWhatIsDeniedAndSkipsWhatIsWaivedOrUnseen(t *testing.T) {
	got := map[string]string{}
	for _, suite := range readJUnit(t, render(t, "junit", manyReport(), Options{})).Suites {
		for _, c := range suite.Cases {
			got[c.Name] = outcomeOf(c)
		}
	}
	want := map[string]string{
		"checked 12 files, 31 documents":                                   "passed",
		"image/tag-latest at k8s/web.yaml:14:18":                           "failed",
		"image/tag-latest at k8s/web.yaml:27:18":                           "failed",
		"kubernetes/privileged at k8s/web.yaml:21:13":                      "failed",
		"pipeline/script-injection at .github/workflows/triage.yml:18:169": "failed",
		"dockerfile/user-root at Dockerfile:9:6":                           "passed",
		"dockerfile/user-root at Dockerfile:31:14":                         "passed",
		"compose/healthcheck-missing at deploy/compose files/compose.yaml": "passed",
		"dockerfile/user-root at legacy/Dockerfile:9:6":                    "skipped",
		"image/tag-latest at legacy/k8s.yaml:14:18":                        "skipped",
		"not looked at: charts/web/templates/deploy.yaml:1":                "skipped",
		"not looked at: .gitlab-ci.yml:4":                                  "skipped",
		"not looked at: k8s/broken.yaml":                                   "skipped",
		"not looked at: .github/workflows/matrix.yml:12":                   "skipped",
		"not looked at: k8s/huge.yaml":                                     "skipped",
		"not looked at: k8s/pipe":                                          "skipped",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func outcomeOf(c junitCase) string {
	switch {
	case c.Failure != nil:
		return "failed"
	case c.Skipped != nil:
		return "skipped"
	default:
		return "passed"
	}
}

func TestJUnit_HasAPassedTestWhereNothingWasFound(t *testing.T) {
	suites := readJUnit(t, render(t, "junit", emptyReport(), Options{}))
	if suites.Tests != 1 || suites.Failures != 0 || outcomeOf(suites.Suites[0].Cases[0]) != "passed" {
		t.Errorf("got %+v", suites)
	}
}

// Reliability 57
func FuzzJUnit(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, text string) {
		out := render(t, "junit", poisoned(text), Options{})
		checkInert(t, string(out))
		checkCommands(t, string(out), 0)
		suites := readJUnit(t, out)
		if suites.Tests != 5 || suites.Failures != 1 || suites.Skipped != 3 {
			t.Fatalf("%d tests, %d failures, %d skipped:\n%s", suites.Tests, suites.Failures, suites.Skipped, out)
		}
		if got, want := failureOf(suites).Message, limit(Clean(text), longMessage); got != want {
			t.Errorf("message %q, want %q", got, want)
		}
	})
}

func failureOf(suites junitSuites) junitFailure {
	for _, suite := range suites.Suites {
		for _, c := range suite.Cases {
			if c.Failure != nil {
				return *c.Failure
			}
		}
	}
	return junitFailure{}
}

func TestJUnit_ShowsTheSourceLine(t *testing.T) {
	text := failureOf(readJUnit(t, render(t, "junit", oneReport(), Options{}))).Text
	if !strings.Contains(text, "image: registry.example.com/shop/web:latest\n") || !strings.Contains(text, "^^^^") {
		t.Errorf("got %q", text)
	}
}
