package activity

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
)

// settle gives the provisional activities their meaning, and leaves out those
// that have none.
func (f *finder) settle() []pipeline.Activity {
	s := &settler{
		all: make([]pipeline.Activity, 0, len(f.found)), edits: map[int]*pipeline.Activity{},
		sandboxed: map[int]bool{}, deployed: map[int]bool{}, later: f.behindDeploy(),
	}
	for i := range f.found {
		if a := &f.found[i]; a.Kind == pipeline.Deploy && isOfCluster(a) {
			s.sandboxed[a.Job] = triesOnly(&f.pipeline.Jobs[a.Job])
		}
	}
	for i := range f.found {
		f.found[i].Weak = orElse(f.found[i].Weak, f.forgets(i))
		if a := f.found[i]; (!s.sandboxed[a.Job] || !isOfCluster(&a)) && !f.onlyMends(&a) {
			s.settle(a)
		}
	}
	return s.all
}

// onlyMends tells whether a linter is to mend what it can, and may fail: that
// is no gate.
func (f *finder) onlyMends(a *pipeline.Activity) bool {
	return a.Fixes && (a.Ignored != "" || a.Step >= 0 && strings.EqualFold(f.pipeline.Jobs[a.Job].Steps[a.Step].MayFail.Value, "true"))
}

// settler goes through what was found, in the order of the file.
type settler struct {
	all       []pipeline.Activity
	edits     map[int]*pipeline.Activity // the changes of manifests that wait for a deploy, by job
	sandboxed map[int]bool               // jobs that have a cluster on the runner
	deployed  map[int]bool               // jobs that have deployed so far
	later     map[int]bool               // jobs behind one that deploys
}

func (s *settler) settle(a pipeline.Activity) {
	switch a.Kind {
	case edit:
		s.edits[a.Job] = mergeEdits(s.edits[a.Job], a)
	case commit:
		s.commit(a)
	case sandbox:
		s.sandboxed[a.Job] = true
	case retag:
	case probe:
		a.Kind = pipeline.SmokeTest
		s.ifBehind(a)
	case pipeline.VersionCheck:
		s.ifBehind(a)
	case pipeline.Deploy:
		s.deploy(a)
	case pipeline.Credentials:
		if ofCloud(a.Tool) {
			delete(s.sandboxed, a.Job)
		}
		s.all = append(s.all, a)
	default:
		s.sandboxed[a.Job] = s.sandboxed[a.Job] || makesSandbox(&a)
		s.other(a)
	}
}

// triesOnly tells whether a job says of itself that it tests, and of no
// environment or deployment: what it does in a cluster is part of a test.
func triesOnly(job *pipeline.Job) bool {
	kinds := speaksOf(job.ID, job.Name)
	conforms := strings.Contains(strings.ToLower(job.ID+" "+job.Name), "conform")
	return job.Environment.Value == "" && (conforms || slices.Contains(kinds, pipeline.Test)) && !slices.Contains(kinds, pipeline.Deploy)
}

// makesSandbox tells whether something that cannot be seen into is named after
// a program that makes clusters on the runner.
func makesSandbox(a *pipeline.Activity) bool {
	return a.Kind == pipeline.Opaque && slices.ContainsFunc(wordsOf(a.Tool), func(word string) bool {
		return slices.Contains([]string{"kind", "minikube", "k3d"}, word)
	})
}

// forgets says why a rollback ends green: it is the answer to a check in an
// if, and nothing there ends the script as failed.
func (f *finder) forgets(index int) string {
	a := &f.found[index]
	if a.Kind != pipeline.Rollback {
		return ""
	}
	for i := index - 1; i >= 0 && f.found[i].Job == a.Job && f.found[i].Step == a.Step; i-- {
		check := &f.found[i]
		asks := slices.Contains([]pipeline.ActivityKind{pipeline.Wait, pipeline.SmokeTest, probe}, check.Kind)
		if asks && check.Ignored == "the condition of an if" && f.oneStatement(check, a) {
			return "the failure that it answers is forgotten: nothing in the if ends the script as failed"
		}
	}
	return ""
}

// oneStatement tells whether two activities stand in one statement of a script
// of the pipeline.
func (f *finder) oneStatement(a, b *pipeline.Activity) bool {
	if a.Step < 0 || a.Command < 0 || b.Command < 0 {
		return false
	}
	script := f.pipeline.Jobs[a.Job].Steps[a.Step].Script
	if script == nil || max(a.Command, b.Command) >= len(script.Commands) {
		return false
	}
	return a.Command != b.Command && script.Commands[a.Command].Statement == script.Commands[b.Command].Statement
}

// behind tells whether a job has deployed, or comes behind one that has.
func (s *settler) behind(job int) bool { return s.later[job] || s.deployed[job] }

func (s *settler) ifBehind(a pipeline.Activity) {
	if s.behind(a.Job) {
		s.all = append(s.all, a)
	}
}

// commit makes a deploy of the push of changed manifests.
func (s *settler) commit(a pipeline.Activity) {
	if edited := s.edits[a.Job]; edited != nil {
		s.all = append(s.all, gitDeploy(a, edited))
		s.deployed[a.Job] = true
		delete(s.edits, a.Job)
	}
}

// deploy adds a deploy, with the images that were written into manifests
// before where it names none itself.
func (s *settler) deploy(a pipeline.Activity) {
	s.deployed[a.Job] = true
	if edited := s.edits[a.Job]; edited != nil && len(a.Images) == 0 {
		a.Images = edited.Images
	}
	s.all = append(s.all, a)
	if isCanary(&a) {
		a.Kind = pipeline.Canary
		s.all = append(s.all, a)
	}
}

func (s *settler) other(a pipeline.Activity) {
	s.all = append(s.all, a)
	if s.behind(a.Job) && mayProbe(&a) {
		s.all = append(s.all, pipeline.Activity{Kind: pipeline.Opaque, Like: string(pipeline.SmokeTest), Tool: a.Tool, Job: a.Job, Step: a.Step,
			Command: a.Command, Path: a.Path, Ignored: a.Ignored, Files: a.Files, Args: a.Args})
	}
}

// mayProbe tells whether an activity behind a deploy may ask whether what was
// deployed works: tests, and what may be tests.
func mayProbe(a *pipeline.Activity) bool {
	return a.Kind == pipeline.Test || a.Kind == pipeline.Opaque && a.Like == string(pipeline.Test)
}

// ofCloud tells whether a tool gives access to a cluster of a cloud, which is
// none on the runner.
func ofCloud(tool string) bool {
	for _, begin := range []string{"aws ", "gcloud ", "az ", "doctl ", "azure/", "google-github-actions/"} {
		if strings.HasPrefix(strings.ToLower(tool), begin) {
			return true
		}
	}
	return false
}

// isOfCluster tells whether an activity is about what runs in a cluster.
func isOfCluster(a *pipeline.Activity) bool {
	changes := slices.Contains([]pipeline.ActivityKind{pipeline.Deploy, pipeline.Wait, pipeline.Rollback, pipeline.Canary}, a.Kind)
	program, _, _ := strings.Cut(a.Tool, " ")
	return changes && slices.Contains([]string{"kubectl", "helm", "helmfile", "ko", "skaffold", "kapp", "flux", "argocd"}, program)
}

const maxEdits = 1000 // images that one deploy changes by Git

// mergeEdits joins the changes of manifests that belong to one commit.
func mergeEdits(before *pipeline.Activity, a pipeline.Activity) *pipeline.Activity {
	if before == nil {
		return &a
	}
	if len(before.Images)+len(before.Files) < maxEdits {
		before.Images = append(before.Images[:len(before.Images):len(before.Images)], a.Images...)
		for _, file := range a.Files {
			if !slices.Contains(before.Files, file) {
				before.Files = append(before.Files[:len(before.Files):len(before.Files)], file)
			}
		}
	}
	return before
}

// gitDeploy is the deploy that a push of changed manifests is.
func gitDeploy(push pipeline.Activity, edited *pipeline.Activity) pipeline.Activity {
	push.Kind, push.Images, push.Files = pipeline.Deploy, edited.Images, edited.Files
	push.Target.Kind = "git"
	if push.Ignored == "" {
		push.Ignored = edited.Ignored
	}
	return push
}

// isCanary tells whether a deploy says of itself that it is one to a part of
// the users.
func isCanary(a *pipeline.Activity) bool {
	names := append([]string{a.Target.Name, a.Target.Namespace}, a.Files...)
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(strings.ToLower(name), "canary") })
}

// behindDeploy tells which jobs come behind one that deploys: by needs, or in
// GitLab by the order of the file where a job needs nothing and has a stage of
// its own.
func (f *finder) behindDeploy() map[int]bool {
	deploys := map[int]bool{}
	for i := range f.found {
		a := &f.found[i]
		if a.Kind == pipeline.Deploy || a.Kind == commit || a.Kind == pipeline.Opaque && a.Like == string(pipeline.Deploy) {
			deploys[a.Job] = true
		}
	}
	later := map[int]bool{}
	index := map[string]int{}
	for i := range f.pipeline.Jobs {
		index[f.pipeline.Jobs[i].ID] = i
	}
	for changed, rounds := true, 0; changed && rounds < 20; rounds++ {
		changed = false
		for i := range f.pipeline.Jobs {
			if !later[i] && f.comesBehind(i, index, deploys, later) {
				later[i], changed = true, true
			}
		}
	}
	return later
}

func (f *finder) comesBehind(job int, index map[string]int, deploys, later map[int]bool) bool {
	j := &f.pipeline.Jobs[job]
	for _, need := range j.Needs {
		if before, known := index[need.Job]; known && (deploys[before] || later[before]) {
			return true
		}
	}
	if smokeJob.MatchString(j.ID + " " + j.Name) {
		return true
	}
	return len(j.Needs) == 0 && j.Stage != "" && f.stageBehind(job, deploys)
}

// stageBehind tells whether an earlier job of another stage deploys.
func (f *finder) stageBehind(job int, deploys map[int]bool) bool {
	for before := range deploys {
		if before < job && f.pipeline.Jobs[before].Stage != f.pipeline.Jobs[job].Stage && f.pipeline.Jobs[before].Stage != "" {
			return true
		}
	}
	return false
}

// allTags lists the images of a repository that the job names before: those
// that docker push --all-tags pushes.
func (f *finder) allTags(s *scope, repository string) []pipeline.Operand {
	var all []pipeline.Operand
	for i := range f.found {
		a := &f.found[i]
		if a.Job != s.job || a.Kind != retag && a.Kind != pipeline.Build {
			continue
		}
		for _, image := range a.Images {
			if repositoryOf(image.Text) == repository && len(all) < maxEdits {
				all = append(all, image)
			}
		}
	}
	return all
}
