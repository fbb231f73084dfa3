// Package expand follows a shell script and says what its words can be: values
// of variables, of substitutions and of what the provider puts in, as far as
// they can be known from the text, and what the script leaves behind for others
// (outputs, environment files).
//
// Every command is taken to go well. Where a condition cannot be decided, both
// ways are followed, up to a few; beyond, what is set there is not known.
//
//	trace := expand.Follow(script, expand.Scope{Lookup: environment, Expression: expression})
//	tag := trace.Word(3, &script.Commands[3].Args[2])
//	tag.String() // "ghcr.io/acme/shop:<sha7>"
package expand
