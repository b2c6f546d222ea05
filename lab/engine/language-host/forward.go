package main

import (
	"context"
	"errors"
	"io"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// frame is one message as it came over the wire.
type frame []byte

// rawCodec leaves messages as they are, so that calls and fields which this program does not know pass through it.
type rawCodec struct{}

func (rawCodec) Marshal(v any) ([]byte, error)      { return *v.(*frame), nil }
func (rawCodec) Unmarshal(data []byte, v any) error { *v.(*frame) = data; return nil }
func (rawCodec) Name() string                       { return "proto" }

// handle answers one call of the CLI.
func (h *officialHosts) handle(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	switch method {
	case pulumirpc.LanguageRuntime_RunPlugin_FullMethodName:
		var request pulumirpc.RunPluginRequest
		if _, err := receive(stream, &request); err != nil {
			return err
		}
		return runPlugin(stream, &request)
	case pulumirpc.LanguageRuntime_GetRequiredPackages_FullMethodName:
		var request pulumirpc.GetRequiredPackagesRequest
		if _, err := receive(stream, &request); err != nil {
			return err
		}
		return send(stream, requiredPackages(request.GetInfo().GetProgramDirectory()))
	case pulumirpc.LanguageRuntime_Run_FullMethodName:
		// The official host takes the runtime options of Pulumi.yaml as flags, today's CLI sends them in the request.
		var request pulumirpc.RunRequest
		first, err := receive(stream, &request)
		if err != nil {
			return err
		}
		return h.forward(stream, method, flagsOf(request.GetInfo()), first)
	default:
		return h.forward(stream, method, nil, nil)
	}
}

func receive(stream grpc.ServerStream, message proto.Message) (*frame, error) {
	var raw frame
	if err := stream.RecvMsg(&raw); err != nil {
		return nil, err
	}
	return &raw, proto.Unmarshal(raw, message)
}

func send(stream grpc.ServerStream, message proto.Message) error {
	raw, err := proto.Marshal(message)
	if err != nil {
		return err
	}
	return stream.SendMsg((*frame)(&raw))
}

// flagsOf gives the official host's flags for a project's runtime options; none where they are the defaults.
func flagsOf(info *pulumirpc.ProgramInfo) []string {
	var flags []string
	options := info.GetOptions().AsMap()
	if typescript, ok := options["typescript"].(bool); ok && !typescript {
		flags = append(flags, "-typescript=false")
	}
	for _, name := range []string{"tsconfig", "nodeargs"} {
		if value, ok := options[name].(string); ok && value != "" {
			flags = append(flags, "-"+name+"="+value)
		}
	}
	return flags
}

// forward passes a call on in both directions until either side ends it. First is a message already taken from stream.
func (h *officialHosts) forward(stream grpc.ServerStream, method string, flags []string, first *frame) error {
	conn, err := h.get(flags)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	incoming, _ := metadata.FromIncomingContext(ctx)
	both := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	host, err := conn.NewStream(metadata.NewOutgoingContext(ctx, incoming.Copy()), both, method)
	if err != nil {
		return err
	}
	go func() {
		if err := sendAll(stream, host, first); err != nil {
			cancel()
		}
	}()
	if header, err := host.Header(); err == nil {
		if err := stream.SendHeader(header); err != nil {
			return err
		}
	}
	for {
		var message frame
		if err := host.RecvMsg(&message); err != nil {
			stream.SetTrailer(host.Trailer())
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := stream.SendMsg(&message); err != nil {
			return err
		}
	}
}

// sendAll passes the CLI's messages on. An end of host is no error here: the receiving side of the call reports why.
func sendAll(stream grpc.ServerStream, host grpc.ClientStream, first *frame) error {
	for message := first; ; message = nil {
		if message == nil {
			message = new(frame)
			if err := stream.RecvMsg(message); errors.Is(err, io.EOF) {
				return host.CloseSend()
			} else if err != nil {
				return err
			}
		}
		if err := host.SendMsg(message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
