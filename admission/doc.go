// Package admission is guard's door in the cluster: it answers the admission
// reviews of a Kubernetes API server by the same rules as guard check.
//
// [Handler.Review] decides, and is a pure function of a request and of what it
// is given; [Server] is the HTTPS server around it. Nothing that is not
// understood is admitted: what cannot be read, and a rule that cannot be
// evaluated, are reasons to deny of their own.
package admission
