// Kubernetes-plugin is Pulumi's official kubernetes plugin, built from its Go module. The module's own main package embeds two
// files that the module does not hold; lab/engine/build.ts makes them from what it does hold.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	refuseExisting()
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
