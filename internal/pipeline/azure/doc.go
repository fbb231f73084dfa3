// Package azure reads Azure Pipelines files and their templates into the
// provider-neutral model of package pipeline.
//
// Templates of the same repository are inserted, and conditions and loops of
// ${{ … }} are followed as far as the files decide them; what they leave to
// the run stays as a condition of the stage, job or step. An element that a
// template brings stands at the template: line, since a finding must lie in the
// file that is read.
//
//	file := azure.ReadFile(source, root, azure.Options{Lookup: read})
//	for _, job := range file.Pipeline.Jobs {
//		fmt.Println(job.Stage, job.ID, job.Environment.Value)
//	}
package azure
