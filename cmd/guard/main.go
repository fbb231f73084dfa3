// Command guard checks pipelines, Dockerfiles and manifests against Rego
// rules.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"guard/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], cli.System())
	stop()
	os.Exit(code)
}
