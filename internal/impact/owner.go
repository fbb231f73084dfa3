package impact

import (
	"slices"
	"strings"

	"guard/internal/document"
)

// ownerKeys are keys of annotations and labels that say whose an object is.
type ownerKeys struct {
	said  []string // before whoever owns the file
	vague []string // behind
}

// aboutObject says in which namespace a Kubernetes object is, and whose: what the
// first of the keys says that an annotation or else a label has.
func (k ownerKeys) aboutObject(d *document.Document, redact func(string) string) about {
	return about{namespace: redact(d.Kubernetes.Namespace.Value), owner: redact(said(d, k.said)), vague: redact(said(d, k.vague))}
}

func said(d *document.Document, keys []string) string {
	for _, key := range keys {
		for _, entries := range [][]document.Entry{d.Kubernetes.Annotations, d.Kubernetes.Labels} {
			i := slices.IndexFunc(entries, func(e document.Entry) bool { return e.Value != "" && names(e.Key, key) })
			if i >= 0 {
				return entries[i].Value
			}
		}
	}
	return ""
}

// names tells whether an annotation's or label's key is the one that is meant.
func names(key, meant string) bool {
	return key == meant || !strings.Contains(meant, "/") && strings.HasSuffix(key, "/"+meant)
}
