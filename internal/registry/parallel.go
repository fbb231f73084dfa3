package registry

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// parallel calls f for 0 to n-1, a few at a time, and answers the error of the
// lowest number. It starts no more once one has failed.
func parallel(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, n)
	places := make(chan struct{}, maxParallel)
	var group sync.WaitGroup
	for i := range n {
		places <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-places }()
			if errs[i] = safely(func() error { return f(ctx, i) }); errs[i] != nil {
				cancel()
			}
		})
	}
	group.Wait()
	return firstCause(errs)
}

func safely(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error: %v", p)
		}
	}()
	return f()
}

// firstCause is the first error that is not merely the end of the others.
func firstCause(errs []error) error {
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return errors.Join(errs...)
}
