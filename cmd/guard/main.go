// Command guard checks pipelines, Dockerfiles and manifests against Rego
// rules.
package main

import (
	"os"

	"guard/internal/cli"
)

func main() { os.Exit(cli.Run(cli.System())) }
