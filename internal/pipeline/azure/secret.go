package azure

import (
	"slices"
	"strings"
	"unicode"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// token is the variable that holds the token of a job.
const token = "System.AccessToken"

// secretEndings end the names of variables that hold secrets.
var secretEndings = [][]string{
	{"token"}, {"password"}, {"passwd"}, {"pwd"}, {"passphrase"}, {"secret"}, {"credentials"}, {"api", "key"}, {"apikey"}, {"private", "key"}, {"access", "key"},
	{"secret", "key"}, {"client", "secret"}, {"pat"}, {"connection", "string"},
}

// isSecret tells whether a variable that the file does not set is a secret of a
// variable group or of the pipeline's settings, by its name.
func (r *reader) isSecret(name string) bool {
	if equalFold(name, token) {
		return true
	}
	return !r.defined[lower(name)] && !isPredefined(name) && isSecretName(name)
}

// isSecretName tells whether a name is like that of a secret.
func isSecretName(name string) bool {
	words := wordsOf(name)
	return slices.ContainsFunc(secretEndings, func(ending []string) bool {
		return len(words) >= len(ending) && slices.Equal(words[len(words)-len(ending):], ending)
	})
}

// wordsOf splits a name at its signs and where a capital begins a word, and
// writes the words in lower case.
func wordsOf(name string) []string {
	var words []string
	var word []rune
	small := false
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
		}
		word = nil
	}
	for _, c := range name {
		switch {
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
			flush()
			small = false
			continue
		case unicode.IsUpper(c) && small:
			flush()
		}
		small = unicode.IsLower(c) || unicode.IsDigit(c)
		word = append(word, c)
	}
	flush()
	return words
}

// secretsIn names the secrets whose value a text may hold.
func (r *reader) secretsIn(text string, path finding.Path) []string {
	names := []string{}
	if !strings.Contains(text, "$") {
		return names
	}
	for _, found := range r.spots(text, path) {
		for _, chain := range found.contexts {
			if name, ok := cutVariable(chain); ok && r.isSecret(name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// findSecrets fills in what the pipeline does with secrets, once all variables
// that it sets are known.
func (r *reader) findSecrets() {
	r.markSecrets(r.out.Env)
	for i := range r.out.Jobs {
		job := &r.out.Jobs[i]
		r.markSecrets(job.Env)
		for j := range job.Steps {
			r.stepSecrets(&job.Steps[j])
		}
		r.jobSecrets(job)
		pipeline.FollowSecrets(job, pipeline.SecretScope{Variables: secretVariables})
	}
}

func (r *reader) markSecrets(variables []pipeline.Variable) {
	for i := range variables {
		variables[i].Secrets = r.secretsIn(variables[i].Value, variables[i].Path)
	}
}

func (r *reader) stepSecrets(s *pipeline.Step) {
	r.markSecrets(s.Env)
	r.markSecrets(s.With)
	if s.Script != nil {
		s.Script.Expressions = r.expressionsIn(s.Script.Text, s.Script.Path)
	}
}

// secretVariables says which variables of a step's script hold secrets: only
// what env: of the step hands over, since Azure gives secrets to no script
// unasked.
func secretVariables(s *pipeline.Step) map[string]string {
	scope := map[string]string{}
	for _, v := range s.Env {
		if len(v.Secrets) > 0 {
			scope[v.Name] = v.Secrets[0]
		}
	}
	return scope
}

// maxSecrets bounds how many secrets of a job are listed.
const maxSecrets = 500

// jobSecrets lists the secrets that a job reads where it reads them first.
func (r *reader) jobSecrets(job *pipeline.Job) {
	add := func(name string, path finding.Path) {
		if equalFold(name, token) {
			job.UsesToken = true
		}
		known := slices.ContainsFunc(job.Secrets, func(s pipeline.Secret) bool { return equalFold(s.Name, name) })
		if !known && len(job.Secrets) < maxSecrets {
			job.Secrets = append(job.Secrets, pipeline.Secret{Name: name, Path: path})
		}
	}
	defer func() {
		if len(job.Secrets) == maxSecrets {
			r.exceeded(job.Path, "%d secrets in one job; not all of them were looked at", maxSecrets)
		}
	}()
	take := func(variables []pipeline.Variable) {
		for _, v := range variables {
			for _, name := range v.Secrets {
				add(name, v.Path)
			}
		}
	}
	take(job.Env)
	for _, s := range job.Steps {
		take(s.Env)
		take(s.With)
		if s.Script == nil {
			continue
		}
		for _, e := range s.Script.Expressions {
			for _, name := range e.Secrets {
				add(name, e.Path)
			}
		}
	}
}
