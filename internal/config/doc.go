// Package config is what a repository says about its own checks: the file
// .guard.yaml, waivers beside the code, and the baseline. Everything is
// decoded strictly and knows its place, so that a wrong key, rule or date is
// answered by file, line and the nearest right word.
//
//	c, err := config.Load(".guard.yaml", data)
//
// Which rules and parameters exist is not known here: package policy checks
// that against the places this package hands on.
package config
