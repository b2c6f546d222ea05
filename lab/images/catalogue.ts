/**
 * The images that the lab's cluster runs, made from the programs that the lab built. They carry the names that the
 * components and add-ons use by default, so the same program runs in the lab and at home; what is not the image of that
 * name at home, but assembled here, says so in its label `org.opencontainers.image.description`.
 */
import { images } from "../../kubernetes/images";
import { run, UserError } from "../../shared/process";
import type { ImageSpec } from "./image";
import type { Layer } from "./layer";

/** Image names by what they run. BusyBox is Debian's and carries the version that is installed: see `busyboxImage`. */
export const imageNames = {
  pause: "registry.k8s.io/pause:3.6",
  registry: images.registry,
  traefik: "docker.io/library/traefik:v3.6.12",
  certManagerController: "quay.io/jetstack/cert-manager-controller:v1.11.5",
  certManagerWebhook: "quay.io/jetstack/cert-manager-webhook:v1.11.5",
  certManagerCainjector: "quay.io/jetstack/cert-manager-cainjector:v1.11.5",
  coredns: "registry.k8s.io/coredns/coredns:v1.14.1",
  localPathProvisioner: "docker.io/rancher/local-path-provisioner:v0.0.37",
  registryUi: "docker.io/homelab-lab/registry-ui-standin:0.1.0",
} as const;

/**
 * The built programs by name, as absolute paths: pause, registry, traefik, controller, webhook, cainjector (cert-manager's),
 * coredns, local-path-provisioner, registry-ui; and busybox, a statically linked one, `/bin/busybox` unless given.
 */
export type Programs = Readonly<Record<string, string>>;

const debianBusybox = "/bin/busybox";

/** What every image has: users, the place for certificates, a folder for temporary files. */
export const base: Layer = {
  directories: [
    { to: "/tmp", mode: 0o1777 },
    { to: "/etc/ssl/certs" },
    { to: "/home/nonroot", mode: 0o700, uid: 65532, gid: 65532 },
  ],
  files: [
    {
      to: "/etc/passwd",
      content:
        "root:x:0:0:root:/root:/sbin/nologin\napp:x:1000:1000:app:/tmp:/sbin/nologin\n" +
        "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
    },
    { to: "/etc/group", content: "root:x:0:\napp:x:1000:\nnobody:x:65534:\nnonroot:x:65532:\n" },
    { to: "/etc/nsswitch.conf", content: "hosts: files dns\n" },
  ],
};
const nonroot = "65532:65532";

/**
 * Every image of the lab. Those whose namesakes at home have a shell have one here too.
 * @throws UserError naming a program that is missing, or when BusyBox cannot be run
 */
export function catalogue(programs: Programs): ImageSpec[] {
  const busybox = programs.busybox ?? debianBusybox;
  const shell = shellLayer(busybox);
  const image = (name: string, program: string, to: string, user: string | undefined, below: readonly Layer[]): ImageSpec => {
    const from = programs[program];
    if (!from) throw new UserError(`The image ${name} needs the program ${program}, which has not been built.`);
    const layers = [...below, { files: [{ from, to, mode: 0o755 }] }];
    return { name, user, entrypoint: [to], layers, labels: assembled(program) };
  };
  return [
    image(imageNames.pause, "pause", "/pause", "65535:65535", []),
    image(imageNames.registry, "registry", "/bin/registry", undefined, [base, shell]),
    image(imageNames.traefik, "traefik", "/usr/local/bin/traefik", undefined, [base, shell]),
    image(imageNames.certManagerController, "controller", "/app/cmd/controller/controller", "1000:1000", [base]),
    image(imageNames.certManagerWebhook, "webhook", "/app/cmd/webhook/webhook", "1000:1000", [base]),
    image(imageNames.certManagerCainjector, "cainjector", "/app/cmd/cainjector/cainjector", "1000:1000", [base]),
    image(imageNames.coredns, "coredns", "/coredns", nonroot, [base]),
    image(imageNames.localPathProvisioner, "local-path-provisioner", "/usr/bin/local-path-provisioner", undefined, [base, shell]),
    image(imageNames.registryUi, "registry-ui", "/usr/local/bin/registry-ui", nonroot, [base]),
    { name: busyboxImage(busybox), layers: [base, shell], cmd: ["sh"], labels: assembled("BusyBox") },
  ];
}

/**
 * The name of the BusyBox image: the version that the program reports.
 * @throws UserError when the program cannot be run or is no BusyBox
 */
export function busyboxImage(busybox = debianBusybox): string {
  const version = /BusyBox v(\d+\.\d+\.\d+)/.exec(ask(busybox))?.[1];
  if (!version) throw new UserError(`${busybox} does not say which BusyBox it is. Install Debian's package busybox-static.`);
  return `docker.io/library/busybox:${version}`;
}

function assembled(program: string): Record<string, string> {
  return {
    "org.opencontainers.image.description": `${program}, assembled on this machine by the lab; not the image published under this name`,
  };
}

/** BusyBox at /bin/busybox with a link for each of its commands. */
export function shellLayer(busybox: string): Layer {
  const commands = ask(busybox, "--list")
    .split("\n")
    .filter((command) => command !== "" && command !== "busybox");
  return {
    files: [{ from: busybox, to: "/bin/busybox", mode: 0o755 }],
    symlinks: commands.map((command) => ({ to: `/bin/${command}`, target: "busybox" })),
  };
}

function ask(busybox: string, ...args: string[]): string {
  const answer = run(busybox, args, { allowFailure: true });
  if (answer.status !== 0) {
    throw new UserError(`${busybox} cannot be run (${answer.stderr.trim()}). Install Debian's package busybox-static.`);
  }
  return answer.stdout;
}
