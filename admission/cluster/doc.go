// Package cluster is what the webhook asks of the cluster that it runs in:
// labels of namespaces, pull secrets, and the Secret of its own certificates.
package cluster
