// Package codeowners reads CODEOWNERS files as GitHub and GitLab do: who answers for
// which files of a repository. It hides where they stand, how the two differ, and
// how little of a hostile one is read.
//
//	file := codeowners.Find(os.DirFS(root))
//	owners := file.Owners("k8s/web.yaml") // [@acme/web]
package codeowners
