package document

import "strings"

// secret notes a literal secret in a variable or key of the object.
func (r *reader) secret(name string, value place, holder, where string) {
	if secret, ok := r.load.namedSecret(name, value.node, value.path, holder, where); ok {
		r.doc.Secrets = append(r.doc.Secrets, secret)
	}
}

// configSecrets looks for literal secrets in the values of a ConfigMap.
func (r *reader) configSecrets(data place) {
	holder := strings.TrimSpace("ConfigMap " + r.doc.Kubernetes.Name.Value)
	for _, e := range r.doc.Kubernetes.Data {
		r.secret(e.Key, place{node: data.node.Get(e.Key), path: e.Path}, holder, "config")
	}
}
