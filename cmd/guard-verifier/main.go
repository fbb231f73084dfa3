// Command guard-verifier verifies signatures that guard has found: it reads one
// request on its standard input and answers on its standard output. It is a
// program of its own because the libraries of Sigstore cost milliseconds at
// every start, and reads no network, file or environment.
package main

import (
	"fmt"
	"os"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/process"
	"guard/internal/registry/signature/verify"
)

func main() {
	if err := process.Answer(os.Stdin, os.Stdout, check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

func check(r process.Request) (signature.Result, error) {
	v, err := verify.New(r.Policy)
	if err != nil {
		return signature.Result{}, err
	}
	if err := r.Image.Validate(); err != nil {
		return signature.Result{}, err
	}
	return v.Check(r.Image, r.Sets), nil
}
