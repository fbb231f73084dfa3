package activity

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// secretExpression matches how GitHub names a secret in an expression.
var secretExpression = regexp.MustCompile(`\bsecrets\.([A-Za-z_][A-Za-z0-9_-]*)`)

// buildArguments lists the secrets that NAME=value words hand over. What the
// provider masks is a secret; a variable that the file does not set is one
// where its name says so.
func buildArguments(s *scope, words []shell.Word) []pipeline.Secret {
	secrets := []pipeline.Secret{}
	for _, word := range words {
		name, value, assigned := strings.Cut(word.Text, "=")
		variables := word.Variables
		if !assigned {
			variables, value = []string{name}, "$"+name
		}
		for _, secret := range secretsOf(s, value, variables) {
			secrets = append(secrets, pipeline.Secret{Name: secret, Path: word.Path})
		}
	}
	return secrets
}

// secretsOf names the secrets that a text holds.
func secretsOf(s *scope, text string, variables []string) []string {
	var names []string
	for _, match := range secretExpression.FindAllStringSubmatch(text, 20) {
		names = append(names, match[1])
	}
	for _, variable := range variables {
		held, set := heldBy(s, variable)
		if !set && soundsSecret(variable) {
			held = []string{variable}
		}
		names = append(names, held...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// heldBy names the secrets that a variable of a step holds; set tells whether
// the file gives it a value.
func heldBy(s *scope, variable string) (secrets []string, set bool) {
	if v := s.finder.variable(s, variable); v != nil {
		return v.Secrets, true
	}
	return nil, false
}

// variable is a variable that a step sees, the nearest of its name; nil where
// the file sets none.
func (f *finder) variable(s *scope, name string) *pipeline.Variable {
	if at := [2]int{s.job, s.step}; f.variables == nil || f.variablesOf != at {
		f.variables, f.variablesOf = map[string]*pipeline.Variable{}, at
		job := &f.pipeline.Jobs[s.job]
		f.see(f.pipeline.Env)
		f.see(job.Env)
		if s.step >= 0 {
			f.see(job.Steps[s.step].Env)
		}
	}
	return f.variables[name]
}

func (f *finder) see(variables []pipeline.Variable) {
	for i := range variables {
		f.variables[variables[i].Name] = &variables[i]
	}
}

// soundsSecret tells whether the name of a variable says that it is secret.
func soundsSecret(name string) bool {
	words := strings.Split(strings.ToUpper(name), "_")
	if slices.Contains(words, "PUBLIC") || slices.Contains(words, "PUB") {
		return false
	}
	return slices.ContainsFunc(words, func(word string) bool {
		return slices.Contains([]string{"TOKEN", "PASSWORD", "PASSWD", "SECRET", "SECRETS", "CREDENTIALS", "APIKEY", "PAT"}, word)
	}) || strings.HasSuffix(strings.ToUpper(name), "_KEY") && slices.ContainsFunc(words, func(w string) bool {
		return w == "API" || w == "PRIVATE" || w == "ACCESS" || w == "DEPLOY" || w == "SSH"
	})
}
