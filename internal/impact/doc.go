// Package impact says what a change of rules will do before it is made: it
// judges files, recorded decisions and objects of a cluster by two versions of
// rules and compares. A tree and a recorded run of guard check go through
// [check.Run] as a whole, since files say something of each other; decisions and
// objects are judged one by one, as at admission. It hides how findings of two
// versions are held against each other, and whose they are.
//
//	c := impact.New(options)
//	if err := c.Tree(ctx, []string{"."}); err != nil { … }
//	result := c.Result()
package impact
