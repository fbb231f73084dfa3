// Package doctor looks at an installation of guard's webhook and says what is
// wrong with it, and what to do.
//
//	report := doctor.Run(ctx, api, doctor.Options{Namespace: "guard-system", ProbeNamespace: "default"})
//	report.Text(os.Stdout)
//
// It only reads, but for requests that the API server forgets: whether an
// account may do something, a review that changes nothing, and the creation of
// Pods with dryRun. What it could not look at it says so, and never takes for
// right.
package doctor
