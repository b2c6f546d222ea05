package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/kinds"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// The variables by which releases 4.29 and later can be told to do what this one always does. A provider's argument comes first.
const (
	upsertVariable     = "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"
	patchForceVariable = "PULUMI_K8S_ENABLE_PATCH_FORCE"
)

// refuseExisting makes the plugin do as releases 4.29 and later do in the one matter on which data hangs: creating an object
// that exists is an error, unless the provider's argument upsertExistingObjects says that it is to be taken over. With it goes
// enablePatchForce, which this release knows as a variable of the environment only. The plugin's own code stays as it is: the
// calls are looked at when they come in, before it gets them.
func refuseExisting() {
	beforeCall("Configure", func(_ context.Context, _ pulumirpc.ResourceProviderServer, message any) error {
		arguments := message.(*pulumirpc.ConfigureRequest).GetVariables()
		for name, variable := range map[string]string{"upsertExistingObjects": upsertVariable, "enablePatchForce": patchForceVariable} {
			if value, given := arguments["kubernetes:config:"+name]; given {
				if err := os.Setenv(variable, value); err != nil {
					return err
				}
			}
		}
		return nil
	})
	beforeCall("Create", func(ctx context.Context, official pulumirpc.ResourceProviderServer, message any) error {
		request := message.(*pulumirpc.CreateRequest)
		if request.GetPreview() || os.Getenv(upsertVariable) == "true" {
			return nil
		}
		return errorIfExists(ctx, official, request)
	})
}

// beforeCall has every incoming call of a method looked at; an error is answered in place of the plugin's own answer.
func beforeCall(method string, look func(ctx context.Context, official pulumirpc.ResourceProviderServer, message any) error) {
	methods := pulumirpc.ResourceProvider_ServiceDesc.Methods
	for i := range methods {
		if methods[i].MethodName != method {
			continue
		}
		handle := methods[i].Handler
		methods[i].Handler = func(server any, ctx context.Context, decode func(any) error, around grpc.UnaryServerInterceptor) (any, error) {
			return handle(server, ctx, func(message any) error {
				if err := decode(message); err != nil {
					return err
				}
				return look(ctx, server.(pulumirpc.ResourceProviderServer), message)
			}, around)
		}
	}
}

// errorIfExists asks the plugin itself for the object. What it cannot tell (no cluster, no such kind yet), its Create will.
func errorIfExists(ctx context.Context, official pulumirpc.ResourceProviderServer, request *pulumirpc.CreateRequest) error {
	inputs, err := plugin.UnmarshalProperties(request.GetProperties(), plugin.MarshalOptions{SkipNulls: true})
	if err != nil {
		return err
	}
	object := inputs.Mappable()
	kind, _ := object["kind"].(string)
	metadata, _ := object["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	// A patch is for objects that exist, and a Helm release is no object.
	if name == "" || kind == "" || kinds.IsPatchResource(resource.URN(request.GetUrn()), kind) {
		return nil
	}
	id := name
	if namespace, ok := metadata["namespace"].(string); ok && namespace != "" {
		id = namespace + "/" + name
	}
	asked, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(map[string]any{
		"apiVersion": object["apiVersion"], "kind": kind,
		"metadata": map[string]any{
			"name": name, "namespace": metadata["namespace"], "annotations": map[string]any{"pulumi.com/skipAwait": "true"},
		},
	}), plugin.MarshalOptions{SkipNulls: true})
	if err != nil {
		return err
	}
	found, err := official.Read(ctx, &pulumirpc.ReadRequest{Id: id, Urn: request.GetUrn(), Inputs: asked})
	// Only what a cluster holds has a uid: the plugin also answers when it renders to files or may skip an unreachable cluster.
	if err != nil || found.GetProperties().GetFields()["metadata"].GetStructValue().GetFields()["uid"].GetStringValue() == "" {
		return nil
	}
	return fmt.Errorf("resource %q was not created: %s %q already exists in the cluster. If the resource was renamed, give it an "+
		"alias; to own the object from now on, use `pulumi import`; to change some of its fields, use %sPatch; to take over whatever "+
		"exists, set upsertExistingObjects on the provider", request.GetUrn(), kind, id, kind)
}
