package gitlab

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
)

// predefined are the variables that GitLab itself fills with secrets.
var predefined = []string{
	"CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD", "CI_DEPLOY_PASSWORD", "CI_DEPENDENCY_PROXY_PASSWORD", "CI_JOB_JWT", "CI_JOB_JWT_V1", "CI_JOB_JWT_V2",
}

// secretEndings end the names of variables that hold secrets. A name that ends
// in _FILE or _PATH does not: the variable holds the name of a file.
var secretEndings = [][]string{
	{"TOKEN"}, {"PASSWORD"}, {"PASSWD"}, {"PASSPHRASE"}, {"SECRET"}, {"CREDENTIALS"}, {"API", "KEY"}, {"APIKEY"}, {"PRIVATE", "KEY"}, {"ACCESS", "KEY"}, {"SECRET", "KEY"},
}

// isSecretName tells whether a variable that no file sets is one of the
// project's secrets, by its name.
func isSecretName(name string) bool {
	if slices.Contains(predefined, name) {
		return true
	}
	words := strings.Split(strings.ToUpper(name), "_")
	return slices.ContainsFunc(secretEndings, func(ending []string) bool {
		return len(words) >= len(ending) && slices.Equal(words[len(words)-len(ending):], ending)
	})
}

// secrets finds which secrets a job reads, and what its scripts do with them.
func (r *reader) secrets(job *pipeline.Job) {
	set := r.ownNames(job)
	holds := map[string]string{}
	for _, name := range namesRead(job) {
		if !set[name] && isSecretName(name) {
			holds[name] = name
		}
	}
	r.aliases(r.out.Env, set, holds)
	r.aliases(job.Env, set, holds)
	job.Secrets = firstReads(job, holds)
	job.UsesToken = r.readsToken(job, holds)
	pipeline.FollowSecrets(job, pipeline.SecretScope{
		Variables: func(*pipeline.Step) map[string]string { return holds },
	})
}

// ownNames are the variables that the file or the job's scripts set.
func (r *reader) ownNames(job *pipeline.Job) map[string]bool {
	names := map[string]bool{}
	for _, v := range slices.Concat(r.out.Env, job.Env) {
		names[v.Name] = true
	}
	for _, step := range job.Steps {
		for _, command := range step.Script.Commands {
			for _, assign := range command.Assigns {
				names[assign.Name] = true
			}
			if command.Name == "read" {
				for _, word := range command.Args {
					names[word.Text] = true
				}
			}
		}
	}
	return names
}

// namesRead are the variables in the words of a job's scripts.
func namesRead(job *pipeline.Job) []string {
	var names []string
	for _, step := range job.Steps {
		for _, command := range step.Script.Commands {
			for _, word := range command.Args {
				names = append(names, word.Variables...)
			}
			for _, redirect := range command.Redirect {
				names = append(names, redirect.Target.Variables...)
			}
			for _, assign := range command.Assigns {
				names = append(names, assign.Value.Variables...)
			}
		}
	}
	return names
}

// aliases finds variables whose whole value is a secret's: X: $DEPLOY_TOKEN.
func (r *reader) aliases(variables []pipeline.Variable, set map[string]bool, holds map[string]string) {
	for i, v := range variables {
		name := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(v.Value, "$"), "{"), "}")
		if strings.HasPrefix(v.Value, "$") && (!set[name] || name == v.Name) && isSecretName(name) {
			variables[i].Secrets = []string{name}
			holds[v.Name] = name
		}
	}
}

// firstReads lists secrets where they are read first.
func firstReads(job *pipeline.Job, holds map[string]string) []pipeline.Secret {
	secrets := []pipeline.Secret{}
	seen := map[string]bool{}
	for _, step := range job.Steps {
		for _, command := range step.Script.Commands {
			for _, word := range command.Args {
				for _, variable := range word.Variables {
					if name := holds[variable]; name != "" && !seen[name] {
						seen[name] = true
						secrets = append(secrets, pipeline.Secret{Name: name, Path: word.Path})
					}
				}
			}
		}
	}
	return secrets
}

// readsToken tells whether a job reads the token that GitLab makes for it.
func (r *reader) readsToken(job *pipeline.Job, holds map[string]string) bool {
	for _, name := range holds {
		if name == "CI_JOB_TOKEN" {
			return true
		}
	}
	return r.top(job.ID).has("CI_JOB_TOKEN")
}
