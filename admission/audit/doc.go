// Package audit judges what a cluster holds already, by the rules that the
// webhook admits by.
//
// [Run] lists page by page and keeps no object, only what was found, so its
// memory does not grow with the cluster. What an object is found to have is told
// where it comes from: a Pod of which a ReplicaSet of a Deployment is said the
// same is told of once, at the Deployment. A Pod that differs from what its owner
// says, by a container that was added to debug it, is told of itself, and so is
// one whose owner is not there, whatever it says of itself.
//
// [Reports] turns what was found into PolicyReports, and [Scan] does both again
// and again.
package audit
