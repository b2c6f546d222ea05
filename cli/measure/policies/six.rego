package main

import rego.v1

# The same six demands as this project's rules make, for conftest: limits, moving tags, privileged containers, volumes of the
# node, probes, TLS of an Ingress.

templates := {
	"Pod": ["spec"],
	"Deployment": ["spec", "template", "spec"],
	"StatefulSet": ["spec", "template", "spec"],
	"DaemonSet": ["spec", "template", "spec"],
	"ReplicaSet": ["spec", "template", "spec"],
	"Job": ["spec", "template", "spec"],
	"CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
}

pod := object.get(input, templates[input.kind], {})

containers contains container if some container in object.get(pod, "containers", [])

containers contains container if some container in object.get(pod, "initContainers", [])

name := sprintf("%s %s/%s", [input.kind, object.get(input.metadata, "namespace", ""), input.metadata.name])

deny contains msg if {
	some container in containers
	some amount in ["requests", "limits"]
	some resource in ["cpu", "memory"]
	not container.resources[amount][resource]
	msg := sprintf("limits: %s: container %s has no %s.%s", [name, container.name, amount, resource])
}

deny contains msg if {
	some container in containers
	not contains(container.image, "@sha256:")
	moving(container.image)
	msg := sprintf("latest: %s: container %s runs %s", [name, container.name, container.image])
}

moving(image) if endswith(image, ":latest")

moving(image) if not regex.match(`:[^/]+$`, image)

deny contains msg if {
	some container in containers
	container.securityContext.privileged == true
	msg := sprintf("privileged: %s: container %s", [name, container.name])
}

deny contains msg if {
	some volume in object.get(pod, "volumes", [])
	volume.hostPath
	msg := sprintf("hostPath: %s: volume %s", [name, volume.name])
}

deny contains msg if {
	input.kind in {"Deployment", "StatefulSet", "DaemonSet"}
	some container in object.get(pod, "containers", [])
	some probe in ["livenessProbe", "readinessProbe"]
	not container[probe]
	msg := sprintf("probe: %s: container %s has no %s", [name, container.name, probe])
}

deny contains msg if {
	input.kind == "Ingress"
	some rule in input.spec.rules
	not covered(rule.host)
	msg := sprintf("ingressTls: %s: host %s", [name, object.get(rule, "host", "")])
}

covered(host) if {
	some entry in input.spec.tls
	host in entry.hosts
}
