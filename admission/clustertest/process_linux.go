package clustertest

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the kernel end the program when the test is gone, however
// that came about.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
