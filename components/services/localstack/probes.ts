/** The emulator's own page on its health. */
export const emulatorProbe = (url: string) => ({
  name: "localstack",
  url: `${url}/_localstack/health`,
  remedy: "kubectl get pods -A -l app.kubernetes.io/name=localstack",
});
