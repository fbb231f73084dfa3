// Package repository reads facts of the local Git repository: its branches,
// files as they were at a revision, and which lines of a file have changed
// since. It never runs git, hooks or anything that the repository's own
// configuration names, and never writes.
package repository
