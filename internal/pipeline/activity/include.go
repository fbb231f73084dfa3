package activity

import (
	"strings"

	"guard/internal/pipeline"
)

// FindIncluded lists what the templates and components that a pipeline of
// GitLab includes do. Their jobs do not stand in the file: Job, Step and
// Command are -1. What is not known is opaque, but for files of the same
// repository: the adapter reads those, or says that it could not.
func FindIncluded(p *pipeline.Pipeline, o Options) []pipeline.Activity {
	all := []pipeline.Activity{}
	for i := range p.Includes {
		include := &p.Includes[i]
		if include.Kind == "local" {
			continue
		}
		for _, a := range ofInclude(include, o.Table) {
			a.Tool, a.Job, a.Step, a.Command, a.Path = include.Name, -1, -1, -1, include.Path
			a.Files, a.Args = []string{}, []pipeline.Secret{}
			all = append(all, a)
		}
	}
	return all
}

func ofInclude(include *pipeline.Include, table []Entry) []pipeline.Activity {
	name := strings.ToLower(include.Name)
	for i := range table {
		if table[i].names(name) {
			return ofKinds(table[i].Kinds)
		}
	}
	for _, t := range gitlabTemplates {
		if strings.Contains(name, t.name) {
			return ofKinds(t.kinds)
		}
	}
	kinds := speaksOf(name[strings.LastIndexByte(name, '/')+1:])
	if len(kinds) == 0 {
		return []pipeline.Activity{{Kind: pipeline.Opaque}}
	}
	var all []pipeline.Activity
	for _, kind := range kinds {
		all = append(all, pipeline.Activity{Kind: pipeline.Opaque, Like: string(kind)})
	}
	return all
}

func ofKinds(kinds []pipeline.ActivityKind) []pipeline.Activity {
	var all []pipeline.Activity
	for _, kind := range kinds {
		all = append(all, pipeline.Activity{Kind: kind, Pushes: pushOfEntry(kind)})
	}
	return all
}

// gitlabTemplates are the templates and components of GitLab itself, by a part
// of their names.
var gitlabTemplates = []struct {
	name  string
	kinds []pipeline.ActivityKind
}{
	{"jobs/sast", aScan}, {"security/sast", aScan}, {"components/sast", aScan}, {"jobs/secret-detection", aScan}, {"security/secret-detection", aScan}, {"components/secret-detection", aScan},
	{"dependency-scanning", aScan}, {"container-scanning", aScan}, {"security/dast", aScan}, {"components/dast", aScan}, {"coverage-fuzzing", aScan}, {"api-fuzzing", aScan}, {"code-quality", aLint}, {"license-scanning", aScan},
	{"terraform/base", nil}, {"workflows/", nil}, {"components/opentofu", aDeploy}, {"auto-devops", kinds{pipeline.Test, pipeline.Scan, pipeline.Build, pipeline.Deploy}},
	{"jobs/build", aBuild}, {"jobs/test", aTest}, {"jobs/deploy", aDeploy}, {"browser-performance", aTest}, {"load-performance", aTest}, {"accessibility", aTest}, {"verify/", aTest},
}
