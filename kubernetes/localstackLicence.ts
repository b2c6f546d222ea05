/** The last release of LocalStack that starts without an account. From the next one on, and under `latest`, it ends with code 55. */
const LAST_FREE = [4, 14] as const;

/** Whether LocalStack's own image of this tag and digest starts without a token. */
export function startsWithoutToken(tag: string | undefined, digest: string | undefined): boolean {
  const version = /^(?:s3-)?v?(\d+)(?:\.(\d+))?/.exec(tag ?? "");
  // A digest alone names one image; which release that is, it does not say.
  if (!version) return tag === undefined && digest !== undefined;
  const [major, minor] = [Number(version[1]), Number(version[2] ?? 0)];
  return major < LAST_FREE[0] || (major === LAST_FREE[0] && minor <= LAST_FREE[1]);
}
