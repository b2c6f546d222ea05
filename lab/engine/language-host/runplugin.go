package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	sdk "github.com/pulumi/pulumi/sdk/v3"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// How long output may still come after a plugin ended or was told to end.
const outputGrace = 2 * time.Second

// runPlugin runs a Node.js plugin (a policy pack, or a provider in source form) until it ends or the CLI cancels the
// call, and sends what it prints and its exit code.
func runPlugin(stream grpc.ServerStream, request *pulumirpc.RunPluginRequest) error {
	folder := request.GetInfo().GetProgramDirectory()
	if request.GetAttachDebugger() {
		return status.Error(codes.Unimplemented, "this language host cannot attach a debugger to a plugin")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return status.Error(codes.FailedPrecondition, "node is not on PATH: install Node.js")
	}
	isPolicyPack := request.GetKind() == "analyzer"
	// A policy pack is told its folder after the engine's arguments and runs in it; for other plugins the folder comes first
	// and they run where the CLI runs.
	module, args, workDir := "run-plugin", append([]string{folder}, request.GetArgs()...), request.GetPwd()
	if isPolicyPack {
		module, args, workDir = "run-policy-pack", append(append([]string{}, request.GetArgs()...), folder), folder
	}
	entry, err := findCommand(folder, module)
	if err != nil {
		return err
	}
	options := request.GetInfo().GetOptions().AsMap()
	nodeArgs, _ := options["nodeargs"].(string)

	cmd := exec.CommandContext(stream.Context(), node, append(append(strings.Fields(nodeArgs), entry), args...)...)
	cmd.Dir, cmd.WaitDelay = workDir, outputGrace
	cmd.Env = append(request.GetEnv(), typescriptEnv(options)...)
	sender := &sender{stream: stream}
	cmd.Stdout = sender.writer(func(p []byte) *pulumirpc.RunPluginResponse {
		return &pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: p}}
	})
	cmd.Stderr = sender.writer(func(p []byte) *pulumirpc.RunPluginResponse {
		return &pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: p}}
	})
	if isPolicyPack {
		err = runPolicyPack(stream, cmd)
	} else if err = startBound(cmd); err == nil {
		err = cmd.Wait()
	}
	var exit *exec.ExitError
	if stream.Context().Err() == nil && errors.As(err, &exit) {
		code := &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())}
		return sender.send(&pulumirpc.RunPluginResponse{Output: code})
	}
	return err
}

// runPolicyPack runs cmd behind the SDK's proxy, which learns stack and configuration from the engine first: a pack
// written for Node.js reads them from its environment when it loads.
func runPolicyPack(stream grpc.ServerStream, cmd *exec.Cmd) error {
	ctx := stream.Context()
	proxy, stdout, err := sdk.NewPolicyProxy(ctx, cmd.Stdout)
	if err != nil {
		return fmt.Errorf("cannot start the policy pack's proxy: %w", err)
	}
	stack, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return fmt.Errorf("the engine did not say which stack the policy pack is for: %w", err)
	}
	if stack != nil {
		config, err := json.Marshal(stack.GetConfig())
		if err != nil {
			return err
		}
		cmd.Env = append(cmd.Env,
			"PULUMI_NODEJS_ORGANIZATION="+stack.GetOrganization(),
			"PULUMI_NODEJS_PROJECT="+stack.GetProject(),
			"PULUMI_NODEJS_STACK="+stack.GetStack(),
			"PULUMI_NODEJS_DRY_RUN="+strconv.FormatBool(stack.GetDryRun()),
			"PULUMI_CONFIG="+string(config))
	}
	cmd.Stdout = stdout
	if err := startBound(cmd); err != nil {
		return err
	}
	return proxy.Attach(ctx, cmd)
}

// findCommand resolves a command of @pulumi/pulumi as Node.js does: from the plugin's real folder upwards.
func findCommand(folder, command string) (string, error) {
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return "", status.Errorf(codes.NotFound, "no plugin folder %s: %v", folder, err)
	}
	for dir := real; ; dir = filepath.Dir(dir) {
		entry := filepath.Join(dir, "node_modules", "@pulumi", "pulumi", "cmd", command, "index.js")
		if _, err := os.Stat(entry); err == nil {
			return entry, nil
		}
		if dir == filepath.Dir(dir) {
			return "", status.Errorf(codes.FailedPrecondition,
				"@pulumi/pulumi is not installed for %s: run npm install there or in a folder above it", folder)
		}
	}
}

// typescriptEnv hands the runtime options of the plugin's project file to the SDK's start-up code.
func typescriptEnv(options map[string]any) []string {
	var env []string
	if typescript, ok := options["typescript"].(bool); !ok || typescript {
		env = append(env, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	if tsconfig, ok := options["tsconfig"].(string); ok && tsconfig != "" {
		env = append(env, "PULUMI_NODEJS_TSCONFIG_PATH="+tsconfig)
	}
	return env
}

// sender lets standard output and standard error share one stream, which takes one message at a time.
type sender struct {
	mu     sync.Mutex
	stream grpc.ServerStream
}

func (s *sender) send(response *pulumirpc.RunPluginResponse) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return send(s.stream, response)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func (s *sender) writer(wrap func([]byte) *pulumirpc.RunPluginResponse) io.Writer {
	return writerFunc(func(p []byte) (int, error) {
		return len(p), s.send(wrap(p))
	})
}
