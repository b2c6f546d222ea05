import type * as k8s from "@pulumi/kubernetes";
import { container } from "./pods";
import { httpProbes } from "./probes";

/* nginx beside another program in its pod. */

export const nginxFile = "nginx.conf";

/** The first lines of every `nginx.conf`: a program that writes nowhere but to /tmp, and says on its output what is wrong. */
export const nginxBasics = `worker_processes 1;
pid /tmp/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  server_tokens off;
  client_body_temp_path /tmp/client;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;`;

export interface NginxArgs {
  /** Of the container, of its port and of its volumes. */
  name: string;
  image: string;
  port: number;
  /** Answers the kubelet. */
  readyPath: string;
  /** With the file `nginxFile`. */
  configMap: string;
  /** Keep what it writes in memory. */
  inMemory?: boolean;
}

/** The container, and the volumes that it needs. */
export function nginx({ name, image, port, readyPath, configMap, inMemory }: NginxArgs): {
  container: k8s.types.input.core.v1.Container;
  volumes: k8s.types.input.core.v1.Volume[];
} {
  const folder = `/etc/homelab/${name}`;
  const command = ["/usr/sbin/nginx", "-e", "stderr", "-c", `${folder}/${nginxFile}`];
  const basis = container({
    name,
    image,
    ports: { [name]: port },
    mounts: { [name]: { path: folder, readOnly: true }, [`${name}-tmp`]: { path: "/tmp" } },
    probes: httpProbes({ path: readyPath, port: name }),
    resources: { requests: { cpu: "20m", memory: "16Mi" }, limits: { cpu: "200m", memory: "64Mi" } },
  });
  return {
    container: {
      ...basis,
      command: [...command, "-g", "daemon off;"],
      // What is under way is answered first.
      lifecycle: { preStop: { exec: { command: [...command, "-s", "quit"] } } },
    },
    volumes: [
      { name, configMap: { name: configMap } },
      { name: `${name}-tmp`, emptyDir: { sizeLimit: "64Mi", ...(inMemory ? { medium: "Memory" } : {}) } },
    ],
  };
}
