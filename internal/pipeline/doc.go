// Package pipeline is the model of a pipeline, whichever provider runs it:
// what starts it, its jobs, their steps, and the commands of their scripts.
//
// The packages below it read one provider's files each into a [Pipeline]; the
// rules that judge it know no provider.
//
//	p := github.Read(source, root)
//	for _, job := range p.Jobs {
//		fmt.Println(job.ID, job.Path) // every element knows where it stands
//	}
package pipeline
