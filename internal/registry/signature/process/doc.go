// Package process has signatures verified by another program, guard-verifier,
// so that a program that must start fast need not link the libraries. The other
// program gets what was found and the policy, and neither network, credential
// nor environment.
package process
