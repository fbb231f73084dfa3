// Package activity says what the steps of a pipeline do: which of them lint,
// test, build, push, deploy, wait, roll back, and what could not be seen into.
//
// It hides the command lines of many tools, the inputs of many actions, the
// wrappers that stand before a program (poetry run, npx, docker run), and the
// files that scripts lead to (package.json, Makefile). A program or action
// that it does not know is [pipeline.Opaque], with the activity that its names
// speak of: not known is not the same as not done.
//
//	for _, a := range activity.Find(p, activity.Options{}) {
//		fmt.Println(p.Jobs[a.Job].ID, a.Kind, a.Tool)
//	}
package activity
