package gitlab

import (
	"strings"
	"testing"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

var (
	onMain    = flow.Run{Situation: flow.Main, Event: eventPush, Branch: "main"}
	onTag     = flow.Run{Situation: flow.Tag, Event: eventPush, Tag: "v1.2.3"}
	onMerge   = flow.Run{Situation: flow.PullRequest, Event: mergeRequest, Branch: "feature/X_1", Base: "main"}
	onTrain   = flow.Run{Situation: flow.MergeQueue, Event: mergeRequest, Branch: "feature/X_1", Base: "main"}
	onManual  = flow.Run{Situation: flow.Manual, Event: eventWeb, Branch: "main"}
	testSlugs = strings.Repeat("a", 70)
)

func shown(values []symbol.Value) string {
	var out []string
	for _, v := range values {
		out = append(out, v.String())
	}
	return strings.Join(out, " | ")
}

func TestProvider_Values(t *testing.T) {
	const text = `
variables:
  GO: 1.26.1
  BASE: "golang:$GO"
  LOOP: $LOOP
  RAW: {value: $GO, expand: false}
  ASKED: {value: small, description: How much}
  HIDDEN: file
workflow:
  rules:
    - if: $CI_COMMIT_TAG
      variables: {CHANNEL: stable, HIDDEN: workflow}
    - when: always
      variables: {CHANNEL: edge}
a:
  variables: {GO: 1.26.2, OWN: "$CI_COMMIT_REF_SLUG-$CI_COMMIT_SHORT_SHA"}
  environment: {name: review/$CI_COMMIT_REF_SLUG}
  rules:
    - if: $CI_COMMIT_TAG
      variables: {GO: 1.26.3, OWN: tagged}
    - when: on_success
  script: [x]
m: {script: [x], parallel: {matrix: [{OS: alpine, ARCH: [amd64, arm64]}, {OS: [trixie], ARCH: amd64}]}}
n: {script: [x], inherit: {variables: false}}
p: {script: [x], environment: {name: prod, url: "https://$CI_COMMIT_REF_SLUG.example"}}
o: {script: [x], inherit: {variables: [GO]}}
u: {script: [x], variables: {X: plain}, rules: [{if: $DEPLOY, variables: {X: ruled}}, {when: always}]}
`
	p := provider(t, text)
	for _, test := range []struct {
		name, job, text string
		run             flow.Run
		want            string
	}{
		{"a plain text", "m", "alpine:3.20", onMain, "alpine:3.20"},
		{"a variable of the file", "m", "golang:$GO", onMain, "golang:1.26.1"},
		{"a variable of the job", "a", "golang:${GO}", onMain, "golang:1.26.2"},
		{"a variable of the rule that holds", "a", "golang:$GO", onTag, "golang:1.26.3"},
		{"a rule's variable instead of the job's", "a", "$OWN", onTag, "tagged"},
		{"a variable inside a variable", "a", "$BASE", onMain, "golang:1.26.2"},
		{"a variable of the pipeline's rules", "a", "$CHANNEL", onTag, "stable"},
		{"a variable of another rule of the pipeline", "a", "$CHANNEL", onMain, "edge"},
		{"the pipeline's rules are stronger than the file", "a", "$HIDDEN", onTag, "workflow"},
		{"the file where no rule says otherwise", "a", "$HIDDEN", onMain, "file"},
		{"a variable that holds itself", "a", "x:$LOOP", onMain, "x:<unknown>"},
		{"a variable that is not expanded", "a", "$RAW", onMain, "$GO"},
		{"a dollar sign", "a", "a$$GO", onMain, "a$GO"},
		{"a variable that a person may set", "a", "$ASKED", onManual, "<input ASKED>"},
		{"the same where nobody is asked", "a", "$ASKED", onMain, "small"},
		{"the commit", "a", "$CI_COMMIT_SHA", onMain, "<sha>"},
		{"the short commit has eight digits", "a", "shop:$CI_COMMIT_SHORT_SHA", onMain, "shop:<sha8>"},
		{"the commit of a merge train", "a", "$CI_COMMIT_SHA", onTrain, "<merge commit's sha>"},
		{"the branch", "a", "$CI_COMMIT_BRANCH", onMain, "main"},
		{"a merge request has no branch", "a", "x$CI_COMMIT_BRANCH", onMerge, "x"},
		{"a merge request's ref is its branch", "a", "$CI_COMMIT_REF_NAME", onMerge, "feature/X_1"},
		{"a slug", "a", "$CI_COMMIT_REF_SLUG", onMerge, "feature-x-1"},
		{"the tag", "a", "$CI_COMMIT_TAG", onTag, "v1.2.3"},
		{"no tag", "a", "x$CI_COMMIT_TAG", onMain, "x"},
		{"the ref of a tag", "a", "$CI_COMMIT_REF_NAME", onTag, "v1.2.3"},
		{"the merge request", "a", "mr-$CI_MERGE_REQUEST_IID", onMerge, "mr-<pr-number>"},
		{"the pipeline's number", "a", "$CI_PIPELINE_IID", onMain, "<run-number>"},
		{"the registry's image", "a", "$CI_REGISTRY_IMAGE/web:$CI_COMMIT_SHORT_SHA", onMain, "<CI_REGISTRY>/<repository's lower path>/web:<sha8>"},
		{"the project", "a", "$CI_PROJECT_PATH", onMain, "<repository's path>"},
		{"the user", "a", "$GITLAB_USER_LOGIN", onMain, "<actor>"},
		{"a setting", "a", "$REGISTRY/x", onMain, "<setting REGISTRY>/x"},
		{"a secret", "a", "$DEPLOY_TOKEN", onMain, "<secret DEPLOY_TOKEN>"},
		{"the job", "a", "$CI_JOB_NAME-$CI_JOB_STAGE", onMain, "a-test"},
		{"the environment", "a", "$CI_ENVIRONMENT_NAME", onMain, "review/main"},
		{"the slug of an environment has a hash", "a", "$CI_ENVIRONMENT_SLUG", onMain, "<slug of review/main>"},
		{"the slug of a plain environment", "p", "$CI_ENVIRONMENT_SLUG", onMain, "prod"},
		{"the action and address of an environment", "p", "$CI_ENVIRONMENT_ACTION $CI_ENVIRONMENT_URL", onMain, "start https://main.example"},
		{"no environment", "m", "x$CI_ENVIRONMENT_SLUG", onMain, "x"},
		{"the job's own number", "p", "$CI_JOB_ID", onMain, "<run-number>"},
		{"what a job has for itself", "p", "$CI_JOB_URL", onMain, "<CI_JOB_URL of p>"},
		{"variables inside the job's own", "a", "$OWN", onMerge, "feature-x-1-<sha8>"},
		{"each combination of a matrix", "m", "$OS-$ARCH", onMain, "alpine-amd64 | alpine-arm64 | trixie-amd64"},
		{"no variables inherited", "n", "$GO", onMain, "<setting GO>"},
		{"some variables inherited", "o", "$GO-$BASE", onMain, "1.26.1-<setting BASE>"},
		{"either of two rules", "u", "$X", onMain, "ruled | plain"},
		{"an input", "a", "v-$[[ inputs.x ]]", onMain, "v-<input x>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := shown(p.Values(test.run, flow.Place{Job: indexOf(t, p, test.job), Step: -1}, test.text))
			if got != test.want {
				t.Errorf("%q in job %s: got %s, want %s", test.text, test.job, got, test.want)
			}
		})
	}
}

func TestSlug(t *testing.T) {
	for _, test := range []struct{ name, ref, want string }{
		{"a plain name", "main", "main"},
		{"a slash", "feature/x", "feature-x"},
		{"upper case and signs", "Feature/ABC_1.2", "feature-abc-1-2"},
		{"signs at the ends", "/x/", "x"},
		{"a long one", testSlugs, testSlugs[:63]},
	} {
		if got := slug(test.ref); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// operands writes what the last word of a job's last command can be.
func operands(t *testing.T, p *Provider, run flow.Run, id string) string {
	t.Helper()
	job := indexOf(t, p, id)
	steps := p.file.Pipeline.Jobs[job].Steps
	for step := range steps {
		if steps[step].Name != "script" {
			continue
		}
		commands := steps[step].Script.Commands
		for i := len(commands) - 1; i >= 0; i-- {
			if commands[i].Inner {
				continue
			}
			word := &commands[i].Args[len(commands[i].Args)-1]
			return shown(p.Operand(run, &pipeline.Activity{Job: job, Step: step, Command: i}, pipeline.Operand{Text: word.Text, Word: word}))
		}
	}
	t.Fatalf("job %s has no command", id)
	return ""
}

func TestProvider_Operands(t *testing.T) {
	for _, test := range []struct {
		name, text string
		run        flow.Run
		want       string
	}{
		{"a variable of GitLab", `a: {script: ['docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA"']}`, onMain, "<CI_REGISTRY>/<repository's lower path>:<sha8>"},
		{"a variable of the file", `{variables: {TAG: "v-$CI_COMMIT_REF_SLUG"}, a: {script: ['docker push shop:$TAG']}}`, onMain, "shop:v-main"},
		{"a variable that the script sets", `a: {script: ['TAG=${CI_COMMIT_SHA:0:7}', 'docker push shop:$TAG']}`, onMain, "shop:<sha7>"},
		{"a variable that before_script sets", `a: {before_script: ['export TAG=$CI_COMMIT_REF_SLUG'], script: ['docker push shop:$TAG']}`, onMain, "shop:main"},
		{"a default where a variable is unset", `a: {script: ['docker push shop:${CI_COMMIT_TAG:-latest}']}`, onMain, "shop:latest"},
		{"a default where it is set", `a: {script: ['docker push shop:${CI_COMMIT_TAG:-latest}']}`, onTag, "shop:v1.2.3"},
		{"a tag without its letter", `a: {script: ['docker push shop:${CI_COMMIT_TAG#v}']}`, onTag, "shop:1.2.3"},
		{"what git says", `a: {script: ['docker push shop:$(git rev-parse --short=8 HEAD)']}`, onMain, "shop:<sha8>"},
		{"a condition that can be decided", `a: {script: ['if [ "$CI_COMMIT_BRANCH" = main ]; then TAG=latest; else TAG=$CI_COMMIT_REF_SLUG; fi', 'docker push shop:$TAG']}`, onMain, "shop:latest"},
		{"a matrix", `a: {parallel: {matrix: [{APP: [web, api]}]}, script: ['docker push $APP:1']}`, onMain, "web:1 | api:1"},
		{"a setting stays what it is", `a: {script: ['docker push $REGISTRY/shop:1']}`, onMain, "<setting REGISTRY>/shop:1"},
		{"a dotenv report of a job that is needed", `{b: {script: ['echo "TAG=$CI_COMMIT_SHORT_SHA" > build.env'], stage: build, artifacts: {reports: {dotenv: build.env}}}, a: {needs: [b], script: ['docker push shop:$TAG']}}`, onMain, "shop:<sha8>"},
		{"a dotenv report of an earlier stage", `{b: {script: ['echo "TAG=1.0" >> out/build.env'], stage: build, artifacts: {reports: {dotenv: [./out/build.env]}}}, a: {script: ['docker push shop:$TAG']}}`, onMain, "shop:1.0"},
		{"it is stronger than the job's variables", `{b: {script: ['echo "TAG=1.0" > build.env'], stage: build, artifacts: {reports: {dotenv: build.env}}}, a: {variables: {TAG: own}, script: ['docker push shop:$TAG']}}`, onMain, "shop:1.0"},
		{"one whose artifacts are not wanted", `{b: {script: ['echo "TAG=1.0" > build.env'], stage: build, artifacts: {reports: {dotenv: build.env}}}, a: {needs: [{job: b, artifacts: false}], variables: {TAG: own}, script: ['docker push shop:$TAG']}}`, onMain, "shop:own"},
		{"one among no dependencies", `{b: {script: ['echo "TAG=1.0" > build.env'], stage: build, artifacts: {reports: {dotenv: build.env}}}, a: {dependencies: [], variables: {TAG: own}, script: ['docker push shop:$TAG']}}`, onMain, "shop:own"},
		{"a report that after_script writes", `{b: {script: [make], after_script: ['echo "TAG=$CI_COMMIT_SHORT_SHA" > ./build.env'], stage: build, artifacts: {reports: {dotenv: build.env}}}, a: {script: ['docker push shop:$TAG']}}`, onMain, "shop:<sha8>"},
		{"a report that something else writes", `{b: {script: [./version.sh], stage: build, artifacts: {reports: {dotenv: build.env}}}, a: {script: ['docker push shop:$TAG']}}`, onMain, "shop:<unknown>"},
		{"a report hands on what another one brought", `{c: {script: ['echo "V=3" > c.env'], stage: .pre, artifacts: {reports: {dotenv: c.env}}}, b: {script: ['echo "TAG=$V-b" > b.env'], stage: build, artifacts: {reports: {dotenv: b.env}}}, a: {needs: [b], script: ['docker push shop:$TAG']}}`, onMain, "shop:3-b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := operands(t, provider(t, test.text), test.run, "a"); got != test.want {
				t.Errorf("%s\ngot %s, want %s", test.text, got, test.want)
			}
		})
	}
}

func TestProvider_ValuesOfHostileVariablesEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString("variables:\n")
	for i := range 30 {
		b.WriteString("  V" + string(rune('a'+i%26)) + strings.Repeat("x", i/26) + ": \"" + strings.Repeat("$V"+string(rune('a'+(i+1)%26))+strings.Repeat("x", (i+1)/26), 50) + "\"\n")
	}
	b.WriteString("a: {script: [x]}\n")
	p := provider(t, b.String())
	got := p.Values(onMain, flow.Place{Job: 0, Step: -1}, "$Va")
	if len(got) == 0 || len(got) > maxValues+1 || got[0].Reason() == "" {
		t.Errorf("got %d values, the first with reason %q, want it unknown", len(got), got[0].Reason())
	}
}

// TestProvider_OperandsThatAreAPartOfAWord is about words that are answered as
// a whole: their parts are cut out by who asks.
func TestProvider_OperandsThatAreAPartOfAWord(t *testing.T) {
	const text = `{variables: {APP: shop}, a: {script: ['kubectl set image deployment/web web=$APP:$CI_COMMIT_SHORT_SHA', 'helm upgrade web . --set "image.tag=$CI_COMMIT_SHA,replicas=2"']}}`
	p := provider(t, text)
	commands := p.file.Pipeline.Jobs[0].Steps[0].Script.Commands
	for _, test := range []struct {
		name    string
		command int
		operand string
		want    string
	}{
		{"what stands behind an equals sign", 0, "$APP:$CI_COMMIT_SHORT_SHA", "web=shop:<sha8>"},
		{"what stands between others", 1, "$CI_COMMIT_SHA", "image.tag=<sha>,replicas=2"},
		{"what no word holds", 0, "$OTHER", "<unknown>"},
		{"a plain text that no word holds", 0, "shop:1.0", "shop:1.0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			word := &commands[test.command].Args[len(commands[test.command].Args)-1]
			operand := pipeline.Operand{Text: test.operand, Word: word}
			got := shown(p.Operand(onMain, &pipeline.Activity{Command: test.command}, operand))
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
