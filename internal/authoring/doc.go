// Package authoring is what those who write rules need besides the engine: it
// runs the example files of rules with the expectations that stand in them,
// scaffolds a rule, and puts unit tests and examples together into one outcome.
// It prints nothing and knows no flags; everything of OPA stays in policy.
//
//	library, err := authoring.Open("policy")
//	outcome, err := library.Test(ctx, authoring.TestOptions{})
package authoring
