// Package strict reads JSON that guard itself has written, and that people or
// others may have changed since: every field as it is spelt, once, of its type,
// and no other. What is wrong is told with its line.
//
//	root, err := strict.Parse(data, 8<<20)
//	if err != nil { … }
//	var f format
//	if err := strict.Decode(root, &f); err != nil { … }
package strict
