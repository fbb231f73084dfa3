// Package gitlab reads GitLab CI files (.gitlab-ci.yml and files made to be
// included) into the provider-neutral model of package pipeline, and answers
// how GitLab runs them.
//
// What extends, default, !reference and included files of the same project
// bring together is joined here. Each value keeps the path of the place that it
// came from; what another file brings stands where that file is included.
//
//	file := gitlab.Open(source, root, gitlab.Options{Lookup: lookup})
//	for _, job := range file.Pipeline.Jobs {
//		fmt.Println(job.ID, job.Container.Path) // default.image, where the job has none of its own
//	}
//	provider := gitlab.NewProvider(file, flow.Branches{Main: "main"})
//	flow.Analyse(file.Pipeline, provider, activities, flow.Options{})
//
// Rules are evaluated with GitLab's own variables as they are in each run; what
// only the project's settings can say is unknown.
package gitlab
