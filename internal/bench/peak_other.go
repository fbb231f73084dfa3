//go:build !unix

package main

import "os"

// peak is not known on systems without rusage.
func peak(*os.ProcessState) int64 { return 0 }
