import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../shared/paths";
import { inLab, scratch, type Result } from "../support";

/*
 * What people are told to type, typed: on a machine whose /etc and /usr/local are its own for as long as the commands run. A hop by
 * ssh, becoming root and starting K3s again are taken for done.
 */

const OWN_MACHINE = String.raw`
set -eu
cp /etc/hosts "$OWN/hosts"
for folder in etc usr/local; do
  mkdir -p "$OWN/$folder/upper" "$OWN/$folder/work"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$OWN/$folder/upper,workdir=$OWN/$folder/work" "/$folder"
done
cat "$OWN/hosts" > /etc/hosts
unset SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE AWS_CA_BUNDLE NODE_EXTRA_CA_CERTS
export DOCKER_CONFIG="$OWN/docker"
mkdir -p "$OWN/home" && cd "$OWN/home"
sudo() { "$@"; }
ssh() { shift; "$@"; }
systemctl() { echo "systemctl $*"; }
command -v docker >/dev/null || docker() { crane auth "$@"; }
`;

let machines = 0;

/** Runs a text of commands on a new machine in the lab, with other programs before those that are there. */
export function typed(text: string, programs: readonly string[] = []): Result {
  const OWN = scratch(`machine-${++machines}`);
  // The stack's outputs are read where its state is known.
  const read = `pulumi() { command pulumi -C '${root}' "$@"; }\n`;
  const path = programs.map((program) => `PATH='${join(program, "..")}':"$PATH"\n`).join("");
  return inLab(["unshare", "--mount", "bash"], {
    input: `mkdir -p '${OWN}'; OWN='${OWN}'\n${OWN_MACHINE}${read}${path}${text}`,
    env: { OWN },
  });
}

export const host = "registry.homelab.test";

/** README's lines on trust and login, for the stack dev. */
export function trustLines(): string {
  const section = /## Trust and login\n([^]*?)\n## /.exec(readFileSync(join(root, "README.md"), "utf8"))![1]!;
  const written = /```sh\n([^]*?)```/.exec(section)![1]!;
  return written.replaceAll("registry.homelab.home.arpa", host).replaceAll("-s homelab", "-s dev");
}
