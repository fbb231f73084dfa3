package gitlab

import (
	"regexp"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/symbol"
)

// ofJob is a variable that GitLab sets for each job; known is false where the
// name is none of these.
func (s *scope) ofJob(name string, chain []string) (all []worth, known bool) {
	job := &s.run.provider.file.Pipeline.Jobs[s.job]
	switch name {
	case "CI_JOB_NAME":
		return []worth{plain(job.ID)}, true
	case "CI_JOB_NAME_SLUG":
		return []worth{plain(slug(job.ID))}, true
	case "CI_JOB_STAGE":
		return []worth{plain(s.run.provider.file.plans[s.job].stage)}, true
	case "CI_JOB_ID":
		return []worth{s.own(symbol.RunNumber, name)}, true
	}
	switch {
	case strings.HasPrefix(name, "CI_ENVIRONMENT_"):
		return s.ofEnvironment(job, name, append(chain, name)), true
	case jobOnly.MatchString(name):
		return []worth{s.own(symbol.Opaque, name)}, true
	}
	return nil, false
}

// jobOnly matches variables of a job whose values say nothing.
var jobOnly = regexp.MustCompile(`^CI_(JOB_(IMAGE|MANUAL|STARTED_AT|STATUS|TIMEOUT|URL|GROUP_NAME)|NODE_(INDEX|TOTAL)|RUNNER_\w+|CONCURRENT_ID|CONCURRENT_PROJECT_ID)$`)

// own is a value that is another one in every job.
func (s *scope) own(kind symbol.Kind, name string) worth {
	id := s.run.provider.file.Pipeline.Jobs[s.job].ID
	return textWorth(symbol.Of(symbol.Part{Kind: kind, Name: name + " of " + id, Source: "$" + name}))
}

// ofEnvironment is a variable about the environment of a job; all are unset
// where it has none.
func (s *scope) ofEnvironment(job *pipeline.Job, name string, chain []string) []worth {
	if job.Environment.Value == "" {
		return []worth{{}}
	}
	d := job.Deployment
	switch {
	case name == "CI_ENVIRONMENT_NAME":
		return s.texts(job.Environment.Value, chain)
	case name == "CI_ENVIRONMENT_SLUG":
		return s.environmentSlugs(job.Environment.Value, chain)
	case d != nil && name == "CI_ENVIRONMENT_URL":
		return s.texts(d.URL.Value, chain)
	case d != nil && name == "CI_ENVIRONMENT_ACTION":
		return []worth{plain(d.Action)}
	case d != nil && name == "CI_ENVIRONMENT_TIER" && d.Tier != "":
		return s.texts(d.Tier, chain)
	}
	return []worth{s.own(symbol.Opaque, name)}
}

// slugged matches names of environments that are their own slugs; GitLab adds
// a hash to all others.
var slugged = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$`)

func (s *scope) environmentSlugs(name string, chain []string) []worth {
	var all []worth
	for _, v := range s.expand(name, chain) {
		if text, ok := v.Known(); ok && slugged.MatchString(text) && !strings.Contains(text, "--") {
			all = append(all, plain(text))
			continue
		}
		all = append(all, textWorth(symbol.Of(symbol.Part{Kind: symbol.Opaque, Name: "slug of " + v.String(), Source: "$CI_ENVIRONMENT_SLUG"})))
	}
	return all
}
