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

// nobody is the user as which Pods run.
const nobody = 65532

// confine has a program find nothing but a directory, and be allowed nothing.
func confine(cmd *exec.Cmd, root string) {
	cmd.SysProcAttr.Chroot = root
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
}
