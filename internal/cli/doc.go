// Package cli is the command line of guard: one file per command, each of
// which turns flags into options, makes one call, and writes what comes back.
package cli
