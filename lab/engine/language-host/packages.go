package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// requiredPackages lists the installed packages that need a resource plugin, from the program's folder upwards, as
// Node.js would find them. The official host looks through every folder below the program instead and follows links: below
// this project lie the file systems of the lab's containers, which may link to anywhere and are not the program's word.
func requiredPackages(program string) *pulumirpc.GetRequiredPackagesResponse {
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for dir := filepath.Clean(program); ; dir = filepath.Dir(dir) {
		modules := filepath.Join(dir, "node_modules")
		for _, pattern := range []string{"*", "@*/*"} {
			// The only error is a malformed pattern.
			manifests, _ := filepath.Glob(filepath.Join(escapeGlob(modules), pattern, "package.json"))
			for _, manifest := range manifests {
				if required := requiredBy(manifest); required != nil {
					response.Packages = append(response.Packages, required)
				}
			}
		}
		if dir == filepath.Dir(dir) {
			return response
		}
	}
}

// requiredBy reads what a package.json says of its plugin; nil if it needs none or cannot be read.
func requiredBy(manifest string) *pulumirpc.PackageDependency {
	var content struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Pulumi  struct {
			Resource         bool                               `json:"resource"`
			Name             string                             `json:"name"`
			Version          string                             `json:"version"`
			Server           string                             `json:"server"`
			Parameterization *pulumirpc.PackageParameterization `json:"parameterization"`
		} `json:"pulumi"`
	}
	raw, err := os.ReadFile(manifest)
	if err != nil || json.Unmarshal(raw, &content) != nil || !content.Pulumi.Resource {
		return nil
	}
	plugin := content.Pulumi
	if plugin.Name == "" {
		plugin.Name = strings.TrimPrefix(content.Name, "@pulumi/")
	}
	if plugin.Version == "" {
		plugin.Version = content.Version
	}
	return &pulumirpc.PackageDependency{
		Name: plugin.Name, Kind: "resource", Version: plugin.Version, Server: plugin.Server,
		Parameterization: plugin.Parameterization,
	}
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}
