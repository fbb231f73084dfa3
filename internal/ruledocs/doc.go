// Package ruledocs writes the documentation of rules: one page for each and one that
// lists them all, as Markdown or as a site of plain HTML that can be searched and
// needs neither a server nor anything from elsewhere. The same rules give the same
// bytes.
//
//	rules, err := library.Documented(ctx)
//	files, err := ruledocs.Site.Files(ruledocs.Library{Title: "Rules of policy", Dir: "policy", Rules: rules})
//	changes, err := ruledocs.Write("site", ruledocs.Site, files)
//
// What stands in rules and examples is taken for hostile: it is escaped, becomes a link
// only where it leads to a page of the web, and names no file.
package ruledocs
