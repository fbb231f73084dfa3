// Package symbol holds strings of which some parts are known only by what they
// stand for: the commit, the branch, a secret, or something nobody can know.
//
//	tag := symbol.Join(symbol.Text("main-"), symbol.Of(symbol.ShortSHA(7)))
//	tag.String() // "main-<sha7>"
//	tag.Sample() // "main-4f1c0de", for what wants a plain string
//
// Two such strings are compared with three answers: [Compare].
package symbol
