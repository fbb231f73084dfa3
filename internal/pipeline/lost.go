package pipeline

import (
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// readers are programs that read a variable without anybody naming it.
var readers = map[string][]string{
	"KUBECONFIG":         {"kubectl", "helm", "kustomize", "flux", "argocd", "skaffold", "kubectx"},
	"DOCKER_HOST":        {"docker", "docker-compose"},
	"AWS_PROFILE":        {"aws", "terraform", "cdk", "eksctl"},
	"AWS_DEFAULT_REGION": {"aws", "eksctl"},
	"AWS_ACCESS_KEY_ID":  {"aws", "terraform", "eksctl"},
}

// FindLost lists the variables that one step of a job exports and a later one
// needs, each once. It is for providers whose steps have shells of their own.
func FindLost(p *Pipeline) []Lost {
	lost := []Lost{}
	for i := range p.Jobs {
		job := &p.Jobs[i]
		for j := range job.Steps {
			for _, exported := range exports(&job.Steps[j]) {
				if l, needed := neededBehind(p, job, j, exported); needed && !slices.ContainsFunc(lost, l.like) {
					lost = append(lost, l)
				}
			}
		}
	}
	return lost
}

// like tells whether another one is lost between the same two steps.
func (l Lost) like(other Lost) bool {
	return l.Name == other.Name && l.Path.String() == other.Path.String()
}

// exports lists the variables that the script of a step exports, and does not
// hand on by a file.
func exports(step *Step) []shell.Assign {
	var found []shell.Assign
	if step.Script == nil {
		return nil
	}
	for _, command := range step.Script.Commands {
		if command.Inner || command.Name != "export" && command.Name != "declare" {
			continue
		}
		for _, assign := range command.Assigns {
			if assign.Export && !handedOn(step.Script, assign.Name) {
				found = append(found, assign)
			}
		}
	}
	return found
}

// handedOn tells whether a script also writes a variable where later steps
// find it.
func handedOn(script *Script, name string) bool {
	return slices.ContainsFunc(script.Commands, func(command shell.Command) bool {
		return slices.ContainsFunc(command.Args, func(word shell.Word) bool {
			text := word.Text
			return strings.HasPrefix(text, name+"=") || strings.Contains(text, "variable="+name)
		})
	})
}

// neededBehind finds the first later step that needs a variable.
func neededBehind(p *Pipeline, job *Job, exporter int, exported shell.Assign) (Lost, bool) {
	for k := exporter + 1; k < len(job.Steps); k++ {
		step := &job.Steps[k]
		if step.Script == nil || sets(exported.Name, step.Env, job.Env, p.Env) || assigned(step.Script, exported.Name) {
			continue
		}
		for i := range step.Script.Commands {
			if path, needs := needsVariable(&step.Script.Commands[i], exported.Name); needs {
				return Lost{
					Name: exported.Name, Exporter: job.Steps[exporter].Holder, Exported: exported.Path,
					Holder: step.Holder, Path: path,
				}, true
			}
		}
	}
	return Lost{}, false
}

func sets(name string, scopes ...[]Variable) bool {
	return slices.ContainsFunc(scopes, func(scope []Variable) bool {
		return slices.ContainsFunc(scope, func(v Variable) bool { return v.Name == name })
	})
}

func assigned(script *Script, name string) bool {
	return slices.ContainsFunc(script.Commands, func(command shell.Command) bool {
		return slices.ContainsFunc(command.Assigns, func(a shell.Assign) bool { return a.Name == name })
	})
}

// needsVariable tells whether a command reads a variable, and where. One that
// has a default for it does not need it.
func needsVariable(command *shell.Command, name string) (finding.Path, bool) {
	if slices.Contains(readers[name], command.Name) && !namesFile(command, name) {
		return command.Path, true
	}
	words := command.Args
	for _, redirect := range command.Redirect {
		words = append(words[:len(words):len(words)], redirect.Target)
	}
	for _, assign := range command.Assigns {
		words = append(words[:len(words):len(words)], assign.Value)
	}
	for _, word := range words {
		if slices.Contains(word.Variables, name) && expands(word.Text, name) {
			return word.Path, true
		}
	}
	return nil, false
}

// namesFile tells whether a command says by an option what the variable would.
func namesFile(command *shell.Command, name string) bool {
	option := map[string]string{"KUBECONFIG": "--kubeconfig", "DOCKER_HOST": "--host", "AWS_PROFILE": "--profile", "AWS_DEFAULT_REGION": "--region"}[name]
	return option != "" && slices.ContainsFunc(command.Args, func(word shell.Word) bool { return strings.HasPrefix(word.Text, option) })
}
