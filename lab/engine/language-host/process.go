package main

import (
	"os/exec"
	"runtime"
	"syscall"
)

var starts = make(chan func())

func init() {
	go func() {
		// Linux sends the parent-death signal when the thread that started the child ends, not only the process: all
		// children are started from one thread that never ends.
		runtime.LockOSThread()
		for start := range starts {
			start()
		}
	}()
}

// startBound starts cmd so that it cannot outlive this process.
func startBound(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	starts <- func() { started <- cmd.Start() }
	return <-started
}
