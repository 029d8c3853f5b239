/**
 * Where a registry is reached: at its own host name over HTTPS, unless SWITCHYARD_REGISTRY_ENDPOINTS
 * names another address for it, as AWS_ENDPOINT_URL does for AWS itself
 * (`HOST=ADDRESS[,HOST=ADDRESS]`; those addresses are spoken to over HTTP).
 */
export function registryEndpoint(
  registry: string,
  env: NodeJS.ProcessEnv = process.env,
): { readonly address: string; readonly url: string } {
  const pairs = (env["SWITCHYARD_REGISTRY_ENDPOINTS"] ?? "")
    .split(",")
    .map((pair) => pair.split("="));
  const other = pairs.find(([host]) => host === registry)?.[1];
  return other === undefined
    ? { address: registry, url: `https://${registry}` }
    : { address: other, url: `http://${other}` };
}
