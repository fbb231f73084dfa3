package check

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fixtureFiles are the pipelines that the golden files tell of.
var fixtureFiles = map[string]string{
	"delivery-bad":  "delivery/bad/.github/workflows/delivery.yml",
	"delivery-good": "delivery/good/.github/workflows/delivery.yml",
	"gitlab-bad":    "gitlab/bad/.gitlab-ci.yml",
	"gitlab-good":   "gitlab/good/.gitlab-ci.yml",
}

// surveyed is what Pipelines reports of files, which are named as in a
// repository.
func surveyed(t *testing.T, files map[string]string) *Outcome {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := Pipelines(context.Background(), Options{
		Root: dir, Dir: dir, Paths: []string{"."}, Config: config.Default(), DefaultBranch: "main", Now: time.Unix(0, 0), Version: "0.1.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func fixture(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "pipelines", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	_, inside, _ := strings.Cut(path, "/")
	_, inside, _ = strings.Cut(inside, "/")
	return map[string]string{inside: string(text)}
}

func TestPipelines_WriteWhatTheGoldenFilesShow(t *testing.T) {
	for name, path := range fixtureFiles {
		r := surveyed(t, fixture(t, path)).Report
		for _, format := range report.PipelineFormats() {
			var b bytes.Buffer
			if err := format.Write(&b, r, report.Options{}); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "pipelines", name+"."+format.Name+".golden"), b.Bytes())
		}
		var b bytes.Buffer
		if err := report.Graph(&b, r.Pipelines[0]); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", "pipelines", name+".svg.golden"), b.Bytes())
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

const deployJob = `
  deploy:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`

// cellOf finds a cell by the title of its run.
func cellOf(t *testing.T, p finding.Pipeline, title string) finding.PipelineCell {
	t.Helper()
	for _, run := range p.Runs {
		if run.Title == title && len(run.Cells) == 1 {
			return run.Cells[0]
		}
	}
	t.Fatalf("no run %q with one cell in %+v", title, p.Runs)
	return finding.PipelineCell{}
}

func TestPipelines_SaysHowARunReachesAnEnvironment(t *testing.T) {
	manual := func(rest string) string {
		return "deploy:\n  script: [kubectl set image deployment/web web=app:1 -n production]\n  rules:\n    - if: $CI_COMMIT_BRANCH == \"main\"\n" + rest
	}
	for name, c := range map[string]struct {
		file, text, run        string
		reached, gate, against string
	}{
		"a branch that the map allows reaches it, the settings of its environment unread": {
			".github/workflows/a.yml", "on: {push: {branches: [main]}}\njobs:" + deployJob, "push to main", "yes", "unknown", "",
		},
		"a branch that the map does not allow is marked": {
			".github/workflows/a.yml", "on: {push: {branches: [develop]}}\njobs:" + deployJob, "push to develop", "yes", "unknown", "reaches production, which the configuration does not allow",
		},
		"nobody has to agree where the job names no environment": {
			".github/workflows/a.yml", "on: {push: {branches: [main]}}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: kubectl set image deployment/web web=app:1 -n production}]\n",
			"push to main", "yes", "", "reaches production and nobody has to agree, which the configuration asks for",
		},
		"a condition on a setting leaves it open": {
			".github/workflows/a.yml", "on: {push: {branches: [main]}}\njobs:" + strings.Replace(deployJob, "    steps:", "    if: vars.DEPLOY == 'yes'\n    steps:", 1), "push to main", "unknown", "unknown", "",
		},
		"a pull request cannot get there": {
			".github/workflows/a.yml", "on: {push: {branches: [main]}, pull_request: {}}\njobs:" + strings.Replace(deployJob, "    steps:", "    if: github.event_name == 'push'\n    steps:", 1), "pull request", "no", "", "",
		},
		"somebody has to agree in a job before": {
			".github/workflows/a.yml", "on: {push: {branches: [main]}}\njobs:\n  ask:\n    runs-on: ubuntu-24.04\n    steps: [{uses: trstringer/manual-approval@v1}]\n  a:\n    needs: ask\n    runs-on: ubuntu-24.04\n    steps: [{run: kubectl set image deployment/web web=app:1 -n production}]\n",
			"push to main", "yes", "approval", "",
		},
		"a job that somebody starts by hand": {".gitlab-ci.yml", manual("      when: manual\n"), "push to main", "yes", "manual", ""},
		"a job behind one that somebody starts by hand": {
			".gitlab-ci.yml", "stages: [gate, live]\nok:\n  stage: gate\n  script: [echo ok]\n  when: manual\n  allow_failure: false\n" + manual("") + "  stage: live\n", "push to main", "yes", "manual", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			out := surveyed(t, map[string]string{c.file: c.text})
			if len(out.Report.Pipelines) != 1 {
				t.Fatalf("%d pipelines, want 1: %+v", len(out.Report.Pipelines), out.Report.Incomplete)
			}
			got := cellOf(t, out.Report.Pipelines[0], c.run)
			if got.Reached.Holds != c.reached || string(got.Gate) != c.gate || got.Against != c.against {
				t.Errorf("reached %q, gate %q, against %q; want %q, %q, %q", got.Reached.Holds, got.Gate, got.Against, c.reached, c.gate, c.against)
			}
		})
	}
}

func TestPipelines_SaysWhetherTestsComeBefore(t *testing.T) {
	const head, test = "on: {push: {branches: [main]}}\njobs:\n", "  test:\n    runs-on: ubuntu-24.04\n    steps: [{run: pytest}]\n"
	const push = "  push:\n    runs-on: ubuntu-24.04\n    steps: [{run: docker push ghcr.io/acme/web:1}]\n"
	behind := func(job, needed string) string {
		return strings.Replace(job, "    runs-on:", "    needs: "+needed+"\n    runs-on:", 1)
	}
	for name, c := range map[string]struct{ jobs, tested, pushes string }{
		"before what is deployed":                 {test + behind(deployJob[1:], "test"), "yes", "no"},
		"beside what is deployed":                 {test + deployJob[1:], "no", "no"},
		"before what is pushed, nothing deployed": {test + behind(push, "test"), "yes", "yes"},
		"behind a push and before a deployment":   {push + behind(test, "push") + behind(deployJob[1:], "test"), "yes", "yes"},
		"nothing is deployed or pushed":           {test, "", "no"},
	} {
		run := surveyed(t, map[string]string{".github/workflows/a.yml": head + c.jobs}).Report.Pipelines[0].Runs[0]
		if run.Tested.Holds != c.tested || run.Pushes.Holds != c.pushes {
			t.Errorf("tests %s: tested %q, pushes %q; want %q, %q", name, run.Tested.Holds, run.Pushes.Holds, c.tested, c.pushes)
		}
	}
}

// Who waits for whom directly: not for those that one of the others waits for.
func TestPipelines_LeavesOutEdgesThatOthersImply(t *testing.T) {
	jobs := "on: push\njobs:\n  a: {runs-on: x, steps: [{run: a}]}\n  b: {needs: a, runs-on: x, steps: [{run: a}]}\n  c: {needs: [a, b], runs-on: x, steps: [{run: a}]}\n  d: {needs: [a], runs-on: x, steps: [{run: a}]}\n"
	p := surveyed(t, map[string]string{".github/workflows/a.yml": jobs}).Report.Pipelines[0]
	var got [][]int
	for _, job := range p.Jobs {
		got = append(got, job.After)
	}
	if diff := cmp.Diff([][]int{{}, {0}, {1}, {0}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What one file deploys may be pushed by another.
func TestPipelines_JoinsFiles(t *testing.T) {
	push := "on: {push: {branches: [main]}}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {push: true, tags: \"ghcr.io/acme/web:${{ github.sha }}\"}\n"
	deploy := "on: {push: {branches: [main]}}\njobs:" + deployJob
	for want, files := range map[string]map[string]string{
		"unknown": {".github/workflows/deploy.yml": deploy},
		"yes":     {".github/workflows/deploy.yml": deploy, ".github/workflows/push.yml": push},
		"no":      {".github/workflows/deploy.yml": deploy, ".github/workflows/push.yml": strings.Replace(push, "${{ github.sha }}", "1.0", 1)},
	} {
		p := surveyed(t, files).Report.Pipelines[0]
		if len(p.Images) != 1 || p.Images[0].Pushed.Holds != want {
			t.Errorf("with %d files: images %+v, want one of which is pushed: %s", len(files), p.Images, want)
		}
	}
}

func TestPipelines_TellsWhatItCouldNotRead(t *testing.T) {
	out := surveyed(t, map[string]string{".github/workflows/a.yml": "on: push\njobs: {a: [\n", "k8s/broken.yaml": "a: [\n", "readme.md": "on: push"})
	if out.Unread == 0 || len(out.Report.Incomplete) != 1 || out.Report.Incomplete[0].File != ".github/workflows/a.yml" || out.Report.Incomplete[0].Line == 0 {
		t.Errorf("unread %d, incomplete %+v; want the broken workflow and its line alone", out.Unread, out.Report.Incomplete)
	}
}

// An action runs where a workflow uses it, so it has no runs to tell of.
func TestPipelines_LeavesActionsOut(t *testing.T) {
	out := surveyed(t, map[string]string{"action.yml": "name: a\nruns: {using: composite, steps: [{run: echo, shell: bash}]}\n"})
	if len(out.Report.Pipelines) != 0 {
		t.Errorf("%+v, want no pipeline", out.Report.Pipelines)
	}
}

func TestPipelines_ShowsNoSecret(t *testing.T) {
	const token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
	text := "name: " + token + "\non: {push: {branches: [main, \"" + token + "\"]}}\nenv: {API_TOKEN: " + token + "}\njobs:\n  a:\n    if: github.actor == '" + token + "'\n    environment: " + token +
		"\n    runs-on: ubuntu-24.04\n    steps: [{run: \"docker push ghcr.io/acme/web:" + token + " && kubectl set image deployment/web web=ghcr.io/acme/web:" + token + "\"}]\n"
	r := surveyed(t, map[string]string{".github/workflows/a.yml": text}).Report
	for _, format := range report.PipelineFormats() {
		var b bytes.Buffer
		if err := format.Write(&b, r, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "ghp") || strings.Contains(b.String(), "0123456789") {
			t.Errorf("%s shows a secret, or nothing of the pipeline:\n%s", format.Name, b.String())
		}
	}
}

// A pipeline as large as any reader takes is described in bounded time.
func TestPipelines_DescribesHugePipelinesSoon(t *testing.T) {
	var b strings.Builder
	b.WriteString("stages: [a, b, c, d]\n")
	for i := range 3000 {
		stage := "abcd"[i%4]
		b.WriteString("job" + strings.Repeat("x", i%7) + time.Duration(i).String() + ":\n  stage: " + string(stage) + "\n  script: [kubectl apply -f x -n production]\n  when: manual\n")
	}
	start := time.Now()
	out := surveyed(t, map[string]string{".gitlab-ci.yml": b.String()})
	if took := time.Since(start); took > 2*time.Minute {
		t.Errorf("took %s", took)
	}
	var page bytes.Buffer
	for _, format := range append(report.PipelineFormats(), report.Formats()...) {
		if err := format.Write(&page, out.Report, report.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(page.String(), "too many to draw") {
		t.Error("no format says that there are too many jobs to draw")
	}
}
