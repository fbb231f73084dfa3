// Package policy turns the library of Rego rules and a configuration into an
// [Evaluator], which says what is wrong with a document. It hides OPA: what
// goes in is a document, what comes out are findings.
//
// Everything that can be wrong with a rule or with its configuration is found
// by [Compile], with file and line. [Evaluator.Evaluate] is boring after that.
//
//	evaluator, err := policy.Compile(ctx, []policy.Source{policy.Builtin()}, policy.Settings{})
//	if err != nil { … } // Errors: each with file, line and the nearest valid name
//	results, err := evaluator.Evaluate(ctx, document)
package policy
