// Package github reads GitHub Actions workflows and actions (action.yml) into
// the provider-neutral model of package pipeline.
//
// It walks the file's own tree, so that syntax newer than any library is still
// seen; the library actionlint is asked only for what GitHub would refuse.
//
//	p := github.Read(source, root)
//	for _, problem := range p.Invalid {
//		fmt.Println(source.Locate(root, problem.Path), problem.Message)
//	}
package github
