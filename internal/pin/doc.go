// Package pin rewrites references so that they cannot move: images to
// tag@digest, actions of GitHub to the commit with the tag as a comment.
//
// It hides where a reference stands in a file and how it is written there.
// Nothing but the references changes, byte for byte, and before a change is
// given out the file is read again and must mean the same but for them.
//
//	p := pin.New(resolver, pin.Options{})
//	for each file { p.Add(file) } // finds the references
//	result, err := p.Result(ctx)  // asks for each of them once
//	if err != nil { … }           // ctx has ended
//	for _, f := range result.Files { err := pin.Write(root, f) }
//
// What is put together from variables, what this repository builds, what has
// no tag: such references are left alone and told as a [Note].
package pin
