// Command pulumi-language-nodejs is the language host that the lab gives to the Pulumi CLI.
//
// The newest published Go module that contains the official Node.js host is older than the CLI and does not know the
// RunPlugin call, with which the CLI starts policy packs. This program starts that host, passes calls on to it unchanged,
// and answers itself only what the old host cannot: RunPlugin, and GetRequiredPackages (see requiredPackages). To the CLI
// the two look like one host of its own version.
//
// The official host is expected beside this program under the name pulumi-language-nodejs-3.68.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const (
	officialHost = "pulumi-language-nodejs-3.68"
	// The engine sends whole resource graphs; this is the limit that it sets for itself.
	maxMessageSize = 400 << 20
)

func main() {
	go exitWithParent(os.Getppid())
	hosts := &officialHosts{running: map[string]*grpc.ClientConn{}}
	if _, err := hosts.get(nil); err != nil {
		fail(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(fmt.Errorf("cannot listen on the loopback interface: %w", err))
	}
	server := grpc.NewServer(
		grpc.ForceServerCodec(rawCodec{}),
		grpc.UnknownServiceHandler(hosts.handle),
		grpc.MaxRecvMsgSize(maxMessageSize),
	)
	// The CLI reads the port from the first line of standard output.
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	fail(server.Serve(listener))
}

// officialHosts are the official hosts that run behind this program, one for each set of runtime options.
type officialHosts struct {
	mu      sync.Mutex
	running map[string]*grpc.ClientConn
}

// get returns a connection to the official host that was started with these flags before the CLI's own arguments, and
// starts it when it does not run yet.
func (h *officialHosts) get(flags []string) (*grpc.ClientConn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := strings.Join(flags, "\x00")
	if conn, ok := h.running[key]; ok {
		return conn, nil
	}
	conn, err := startOfficialHost(append(flags, os.Args[1:]...))
	if err == nil {
		h.running[key] = conn
	}
	return conn, err
}

func startOfficialHost(args []string) (*grpc.ClientConn, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find the folder of this program: %w", err)
	}
	cmd := exec.Command(filepath.Join(filepath.Dir(self), officialHost), args...)
	cmd.Stdin, cmd.Stderr = os.Stdin, os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := startBound(cmd); err != nil {
		return nil, fmt.Errorf("cannot start %s, which belongs beside %s: %w", officialHost, filepath.Base(self), err)
	}
	reader := bufio.NewReader(stdout)
	line, _ := reader.ReadString('\n')
	port, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return nil, fmt.Errorf("%s did not start: it wrote %q in place of its port", officialHost, line)
	}
	go func() {
		// What a program prints reaches the CLI through the official host's standard output.
		_, _ = reader.WriteTo(os.Stdout)
		_ = cmd.Wait()
		os.Exit(cmd.ProcessState.ExitCode())
	}()
	return grpc.NewClient(
		fmt.Sprintf("127.0.0.1:%d", port),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{}), grpc.MaxCallRecvMsgSize(maxMessageSize)),
	)
}

// exitWithParent ends this program and what it started as soon as the CLI is gone, however it ended.
func exitWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(time.Second)
	}
	if syscall.Getpgrp() == os.Getpid() {
		// The CLI makes each plugin the leader of a process group: programs that the official host runs are in it too.
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
	os.Exit(1)
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "pulumi-language-nodejs: %v\n", err)
	os.Exit(1)
}
