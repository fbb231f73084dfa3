package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"guard/internal/authoring"
)

// watchTests runs the tests, and again whenever a file changes. It ends with
// the context, which is no success.
func (f *testFlags) watchTests(cmd *cobra.Command, w *World, library *authoring.Library, o authoring.TestOptions) error {
	ctx := cmd.Context()
	for {
		state, err := library.State()
		if err != nil {
			return err
		}
		if err := f.testAgain(cmd, w, library, o); err != nil {
			return err
		}
		if _, err := library.Changed(ctx, state); err != nil {
			return err
		}
		if library, err = library.Reopen(); err != nil {
			return err
		}
		fmt.Fprintln(w.Out)
	}
}

// testAgain runs the tests once. Rules that fail or do not load are told and
// no end; that nothing can be written is.
func (f *testFlags) testAgain(cmd *cobra.Command, w *World, library *authoring.Library, o authoring.TestOptions) error {
	err := f.test(cmd, w, library, o)
	if code := exit(0); err == nil || errors.As(err, &code) {
		return cmd.Context().Err()
	}
	if errors.Is(err, context.Canceled) || !isUsage(err) && !isEmpty(err) {
		return err
	}
	tell(w.Err, err)
	return cmd.Context().Err()
}

func isEmpty(err error) bool {
	empty := new(authoring.EmptyError)
	return errors.As(err, &empty)
}
