package admission

import "slices"

// passing are the subresources that never bring a Pod in or change what one
// runs: none of them is evaluated, and nothing is asked for them. An unknown
// subresource is evaluated.
var passing = []string{"exec", "attach", "log", "portforward", "proxy", "status", "eviction", "binding", "scale", "token", "finalize", "approval"}

// passes tells why a request is let through without a look at the object; ""
// where it is looked at.
func passes(r *Request) string {
	switch {
	case r.Operation == Delete:
		return "nothing that is deleted runs"
	case r.Operation == Connect:
		return "a connection changes no object"
	case isNamespace(r):
		return "" // status and finalize can change its labels, too
	case slices.Contains(passing, r.Subresource):
		return r.Subresource + " brings nothing in that runs"
	}
	return ""
}
