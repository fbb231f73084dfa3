// Package gitlab reads GitLab CI files (.gitlab-ci.yml and files made to be
// included) into the provider-neutral model of package pipeline.
//
// What extends, default and !reference bring together is joined here, and each
// value keeps the path of the place that it came from.
//
//	p := gitlab.Read(source, root)
//	for _, job := range p.Jobs {
//		fmt.Println(job.ID, job.Container.Path) // default.image, where the job has none of its own
//	}
package gitlab
