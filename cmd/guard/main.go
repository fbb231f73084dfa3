// Command guard checks pipelines, Dockerfiles and manifests against Rego
// rules.
package main

import (
	"context"
	"os"

	"guard/internal/cli"
)

func main() {
	tuneMemory()
	os.Exit(cli.UntilSignal(func(ctx context.Context) int {
		return cli.Main(ctx, os.Args[1:], cli.System())
	}))
}
