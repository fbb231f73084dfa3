// Command guard-sigstore is guard with what verifies signatures. That costs
// milliseconds at every start, so guard runs it for the commands that verify
// something, and nobody else needs to.
package main

import (
	"os"

	"guard/internal/cli"
	"guard/internal/registry/signature/verify"
)

func main() {
	world := cli.System()
	world.Verify = verify.Verify
	os.Exit(cli.Run(world))
}
