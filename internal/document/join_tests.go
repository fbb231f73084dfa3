package document

import (
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
)

// tests is what the pipelines of a run say together of whether changes are
// tested. The zero value knows of no pipeline.
type tests struct {
	run    pipeline.Fact // of all of them; the zero value where there is none
	first  string        // the file that is to ask for tests; those that push come first
	asking int           // files whose pipelines ought to ask
}

// untested stands among the names of a file whose pipeline builds or deploys
// what it does not test for certain: another one may.
const untested = "(untested)"

func asksOthers(p *pipeline.Pipeline) bool {
	return p.Tests.Asked && p.Tests.Run.Holds != "yes" && len(p.Pushes) == 0
}

// learn takes what the documents of one file say.
func (t *tests) learn(documents []*Document) {
	understood := false
	for _, d := range documents {
		if d.Pipeline != nil {
			understood = true
			t.learnPipeline(d)
		}
	}
	if !understood && slices.ContainsFunc(documents, isForeign) {
		t.join(&tests{run: flow.Unread(documents[0].File)})
	}
}

func (t *tests) learnPipeline(d *Document) {
	one := tests{run: d.Pipeline.Tests.Run}
	if len(d.Unparsable) > 0 || d.Pipeline.Form == "" {
		one.run = flow.Unread(d.File)
	}
	if d.Pipeline.Tests.Asked {
		one.first, one.asking = rank(d), 1
	}
	t.join(&one)
}

func (t *tests) join(other *tests) {
	if other.run.Holds != "" {
		t.run = flow.JoinTests(t.run, other.run)
	}
	if t.first == "" || other.first != "" && other.first < t.first {
		t.first = other.first
	}
	t.asking += other.asking
}

// rank orders the files that ask: those that push come first, since what they
// push untested is told of by itself.
func rank(d *Document) string {
	if len(d.Pipeline.Pushes) > 0 {
		return "0 " + d.File
	}
	return "1 " + d.File
}

// sayMore tells whether there is more to say than one pipeline knows of
// itself.
func (t *tests) sayMore() bool { return t.asking > 1 || t.run.Holds != "no" }

func (t *tests) apply(d *Document) {
	own := &d.Pipeline.Tests
	own.Run = flow.JoinTests(own.Run, t.run)
	asks := asksOthers(d.Pipeline) && t.first == rank(d)
	if asks && own.Run.Holds == "unknown" {
		d.Incomplete = append(d.Incomplete, Problem{Message: "whether anything tests what this pipeline builds or deploys is not known: " + own.Run.Reason})
	}
	own.Asked = own.Asked && t.first == rank(d)
}

// Partial returns f where files of the repository were left out: pipelines
// among them may test.
func (f Facts) Partial() Facts {
	f.tests.join(&tests{run: flow.Unread("the rest of the repository")})
	return f
}

// foreign are the files of CI systems whose pipelines are not understood.
var foreign = []string{
	"Jenkinsfile", ".circleci/config.yml", ".circleci/config.yaml", ".travis.yml", ".drone.yml", ".drone.star", ".buildkite/pipeline.yml",
	".buildkite/pipeline.yaml", "bitbucket-pipelines.yml", "appveyor.yml", ".appveyor.yml", ".cirrus.yml", ".cirrus.star", ".woodpecker.yml",
	".woodpecker.yaml", ".semaphore/semaphore.yml", "wercker.yml", "codefresh.yml", "buildspec.yml", "cloudbuild.yaml", "azure-pipelines.yml",
	"azure-pipelines.yaml", ".prow.yaml", "zuul.yaml", ".zuul.yaml", "teamcity.yml", ".teamcity/settings.kts", ".gitlab-ci.yml",
}

// isForeign tells whether a file is a pipeline that is not understood: one of
// another system, or one that cannot be read.
func isForeign(d *Document) bool {
	if d.Kind != KindFile {
		return false
	}
	if strings.HasPrefix(path.Base(d.File), "Jenkinsfile") {
		return true
	}
	if dir, ext := path.Dir(d.File), path.Ext(d.File); path.Base(dir) == "workflows" && path.Base(path.Dir(dir)) == ".github" && (ext == ".yml" || ext == ".yaml") {
		return true
	}
	for _, name := range foreign {
		if d.File == name || strings.HasSuffix(d.File, "/"+name) {
			return true
		}
	}
	return strings.HasPrefix(d.File, ".woodpecker/")
}
