package cli

import "context"

// HandOver is what a command that verifies does first.
func HandOver(ctx context.Context, w World, args []string) int {
	w.args = args
	return tell(w.Err, w.verifies(ctx))
}
