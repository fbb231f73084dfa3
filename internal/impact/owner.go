package impact

import (
	"slices"
	"strings"

	"guard/internal/document"
)

// aboutObject says in which namespace a Kubernetes object is, and whose: what the
// first of the keys says that an annotation or else a label has.
func aboutObject(d *document.Document, keys []string) about {
	a := about{namespace: d.Kubernetes.Namespace.Value}
	for _, key := range keys {
		for _, entries := range [][]document.Entry{d.Kubernetes.Annotations, d.Kubernetes.Labels} {
			i := slices.IndexFunc(entries, func(e document.Entry) bool { return e.Value != "" && names(e.Key, key) })
			if i >= 0 {
				a.owner = entries[i].Value
				return a
			}
		}
	}
	return a
}

// names tells whether an annotation's or label's key is the one that is meant.
func names(key, meant string) bool {
	return key == meant || !strings.Contains(meant, "/") && strings.HasSuffix(key, "/"+meant)
}
