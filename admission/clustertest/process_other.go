//go:build !linux

package clustertest

import "os/exec"

// dieWithParent does nothing: only Linux can be asked for that. What a killed
// test leaves behind must be ended by hand there.
func dieWithParent(*exec.Cmd) {}

// confine does nothing: programs are not confined but on Linux, and those that
// have to be are skipped.
func confine(*exec.Cmd, string) {}
