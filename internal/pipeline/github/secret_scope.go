package github

import "guard/internal/pipeline"

// secretScope says which variables of a job's scripts hold secrets: those that
// env: of the workflow, the job or the step fills from the secrets context.
func (r *reader) secretScope(job *pipeline.Job) pipeline.SecretScope {
	outer := map[string]string{}
	take(outer, r.out.Env)
	take(outer, job.Env)
	return pipeline.SecretScope{
		Variables: func(step *pipeline.Step) map[string]string {
			scope := map[string]string{}
			for name, secret := range outer {
				scope[name] = secret
			}
			take(scope, step.Env)
			return scope
		},
	}
}

// take lets variables of an inner scope hide those of an outer one.
func take(scope map[string]string, variables []pipeline.Variable) {
	for _, v := range variables {
		delete(scope, v.Name)
		if len(v.Secrets) > 0 {
			scope[v.Name] = v.Secrets[0]
		}
	}
}
