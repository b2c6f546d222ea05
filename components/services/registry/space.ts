import { paths } from "./configFile";

/**
 * The command that frees at once what pushes left that ended half-way, and that the registry itself removes after hours:
 * uploads to which nothing was written for two minutes. Those that go on are not touched.
 */
export function freeUploads(namespace: string): string {
  const uploads = `${paths.data}/docker/registry/v2/repositories -path '*/_uploads/*/data' -mmin +1`;
  return `kubectl exec -n ${namespace} deploy/registry -- find ${uploads} -exec rm {} +`;
}
