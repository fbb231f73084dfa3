// Command guard-sigstore is guard with what verifies signatures, and signs
// without a key. That costs milliseconds at every start, so guard runs it for
// the commands that do so, and nobody else needs to.
package main

import (
	"os"

	"guard/internal/cli"
	"guard/internal/registry/signature/keyless"
	"guard/internal/registry/signature/verify"
)

func main() {
	world := cli.System()
	world.Verify, world.SignKeyless = verify.Verify, keyless.Sign
	os.Exit(cli.Run(world))
}
