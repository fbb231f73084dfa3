package verify

import (
	"context"
	"fmt"

	"guard/internal/registry/signature"
)

// condition says that what is verified does not state what is demanded.
type condition func(candidate) *signature.Failure

// anything counts.
func anything(candidate) *signature.Failure { return nil }

// conditionOf is the condition of an attestation.
func conditionOf(ctx context.Context, a signature.Attestation) condition {
	if a.Holds == nil {
		return anything
	}
	return func(c candidate) (failed *signature.Failure) {
		defer func() {
			if p := recover(); p != nil {
				failed = c.failure(signature.ReasonCondition, fmt.Errorf("evaluating its condition failed: %v", p))
			}
		}()
		if err := a.Holds(ctx, c.statement); err != nil {
			return c.failure(signature.ReasonCondition, err)
		}
		return nil
	}
}
