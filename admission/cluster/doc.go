// Package cluster is what the webhook asks of the cluster that it runs in:
// labels of namespaces, pull secrets, the Secret of its own certificates, and, for an
// audit, all objects that hold a Pod.
package cluster
