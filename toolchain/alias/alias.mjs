// @ts-check
/**
 * Serves a Pulumi package (`aws`, `random`) from the Terraform provider that it is bridged
 * from: starts Pulumi's dynamic bridge on that provider and forwards each call with its type token
 * mapped. For machines that reach package registries only; elsewhere Pulumi downloads the plugins.
 *
 * usage: alias.js PACKAGE VERSION BRIDGE_BINARY TERRAFORM_PROVIDER_BINARY ENGINE_ADDRESS
 */
import { spawn } from "node:child_process";
import grpc from "@grpc/grpc-js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { mapToken, mapUrn, renameProperties, unmapUrn } from "./mapping.mjs";

const [pkg = "", version = "", bridge = "", terraformProvider = "", engineAddress = ""] =
  process.argv.slice(2);
const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** The bridge logs against the URN that it knows: an engine of the alias's own maps it back. */
const engine = new engineServices.EngineClient(engineAddress, grpc.credentials.createInsecure());
/** @type {Record<string, Function>} */
const engineCalls = {};
for (const method of Object.keys(engineServices.EngineService)) {
  engineCalls[method] = (/** @type {any} */ call, /** @type {any} */ done) => {
    if (method === "log") call.request.setUrn(unmapUrn(call.request.getUrn()));
    /** @type {any} */ (engine)[method](call.request, done);
  };
}

/** @param {grpc.Server} server @returns {Promise<number>} */
const listen = (server) =>
  new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );

/** @param {any} request */
function isUnchanged(request) {
  const [olds, news] = [request.getOldInputs(), request.getNews()];
  return olds && news && stable(olds.toJavaScript()) === stable(news.toJavaScript());
}

/** @param {any} value @returns {string} */
const stable = (value) =>
  JSON.stringify(value, (_key, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** What the AWS provider wants to hear where the endpoint is an emulator's; see its `skip_*` arguments. */
const forEndpoint = {
  skipCredentialsValidation: true,
  skipMetadataApiCheck: true,
  skipRegionValidation: true,
  s3UsePathStyle: true,
};

/** @param {any} request */
function addEndpointSettings(request) {
  const args = request.getArgs();
  if (!args) return;
  const Struct = args.constructor;
  request.setArgs(Struct.fromJavaScript({ ...args.toJavaScript(), ...forEndpoint }));
}

/** @param {any} client @param {string} method */
function forward(client, method) {
  return (/** @type {any} */ call, /** @type {any} */ done) => {
    const request = call.request;
    if (method === "attach") return done(null, new emptyMessages.Empty());
    if (method === "handshake" || method === "parameterize")
      return done({ code: grpc.status.UNIMPLEMENTED, message: method });
    if (method === "getPluginInfo") {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(version);
      return done(null, info);
    }
    if (method === "diff" && isUnchanged(request)) {
      const answer = new providerMessages.DiffResponse();
      answer.setChanges(providerMessages.DiffResponse.DiffChanges.DIFF_NONE);
      return done(null, answer);
    }
    if (method === "configure" && pkg === "aws" && process.env["AWS_ENDPOINT_URL"])
      addEndpointSettings(request);
    const type = request.getType?.() || request.getUrn?.()?.split("::")[2]?.split("$").at(-1);
    if (request.getUrn?.()) request.setUrn(mapUrn(request.getUrn()));
    if (request.getType?.()) request.setType(mapToken(request.getType()));
    if (request.getTok?.()) request.setTok(mapToken(request.getTok()));
    renameProperties(type, request, "toBridge");
    client[method](request, (/** @type {any} */ error, /** @type {any} */ answer) => {
      if (answer) renameProperties(type, answer, "fromBridge");
      done(error, answer);
    });
  };
}

/** Ends the bridge and the provider behind it when this process is gone, however it went: the pipe then closes. */
const guarded = '"$@" < /dev/null & cat > /dev/null; kill -9 0';

/** @param {string} address @returns {Promise<string>} the port that the bridge says on its first line */
function startBridge(address) {
  const child = spawn("/bin/sh", ["-c", guarded, "bridge", bridge, address], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => process.exit(0));
  return new Promise((resolve) =>
    child.stdout.once("data", (chunk) => resolve(String(chunk).trim().split("\n")[0] ?? "")),
  );
}

async function main() {
  const engineServer = new grpc.Server();
  engineServer.addService(engineServices.EngineService, /** @type {any} */ (engineCalls));
  const port = await startBridge(`127.0.0.1:${await listen(engineServer)}`);
  const client = new providerServices.ResourceProviderClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
    unlimited,
  );
  const request = new providerMessages.ParameterizeRequest();
  const args = new providerMessages.ParameterizeRequest.ParametersArgs();
  args.setArgsList([terraformProvider]);
  request.setArgs(args);
  await new Promise((resolve, reject) =>
    client.parameterize(request, (/** @type {any} */ error) =>
      error ? reject(error) : resolve(undefined),
    ),
  );
  /** @type {Record<string, Function>} */
  const calls = {};
  for (const method of Object.keys(providerServices.ResourceProviderService))
    calls[method] = forward(client, method);
  const server = new grpc.Server(unlimited);
  server.addService(providerServices.ResourceProviderService, /** @type {any} */ (calls));
  process.stdout.write(`${await listen(server)}\n`);
}

void main();
