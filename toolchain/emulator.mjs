// @ts-check
/**
 * Starts and stops one AWS emulator: one process, one account, one port on loopback.
 *
 * The emulator watches its standard input. When this process dies, however it dies, the pipe
 * closes and the emulator removes its containers and exits.
 */
import { execFile, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const LAUNCHER = fileURLToPath(new URL("emulator/launch.py", import.meta.url));
const LOOPBACK = "127.0.0.1";
const INSTANCE_LABEL = "switchyard.emulator";
const READY_TIMEOUT_SECONDS = 60;
const STOP_TIMEOUT_SECONDS = 60;
const POLL_MILLISECONDS = 50;
const PASSED_ON = ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "SWITCHYARD_BASE_IMAGE"];
const LOG_TAIL_LINES = 15;

/**
 * @typedef {object} EmulatorOptions
 * @property {string} python the interpreter of the emulator's hash-locked environment
 * @property {string} account 12-digit account id that answers
 * @property {string} region
 * @property {number} [port] default: a free one
 * @property {string} instance label value on every container that this emulator starts
 * @property {string} stateDir log, process file and object storage are kept here
 * @property {number} [timeScale] factor on health-check intervals; default 1
 * @property {boolean} [outliveParent] keep running after this process ends; default false
 * @property {Readonly<Record<string, string>>} [registries] other registries that tasks may pull
 *   from: real host -> address:port
 * @property {string} [peers] folder where the accounts of a run find each other; default: an account is alone
 * @property {boolean} [enforceIam] signatures and IAM policies are enforced; default false
 * @property {Readonly<Record<string, string>>} [variables] more of the emulator's own environment
 */

/**
 * @typedef {object} Emulator
 * @property {number} pid
 * @property {number} port
 * @property {string} endpoint
 * @property {string} registryEndpoint address:port of the account's image registry
 * @property {string} logFile
 * @property {Record<string, string>} environment for programs that are to use this account
 * @property {() => Promise<void>} stop
 */

/** What failed, what was found and what to do; never a stack trace for the user. */
export class EmulatorError extends Error {
  /** @override */
  name = "EmulatorError";
}

/**
 * @param {number} port 0 asks for a free one
 * @returns {Promise<number>}
 */
function probePort(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      const reason = error.code === "EADDRINUSE" ? "already in use" : error.message;
      reject(
        new EmulatorError(
          `cannot start the emulator on port ${port}: ${reason}; ` +
            `stop what listens on ${LOOPBACK}:${port} or name another port`,
        ),
      );
    });
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const found = address !== null && typeof address === "object" ? address.port : port;
      server.close(() => {
        resolve(found);
      });
    });
  });
}

/** @param {string} file */
function tail(file) {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} endpoint */
async function isReady(endpoint) {
  try {
    const answer = await fetch(`${endpoint}/_ministack/health`, {
      signal: AbortSignal.timeout(2000),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** @param {string} stateDir */
function processFile(stateDir) {
  return join(stateDir, "emulator.json");
}

/**
 * @param {EmulatorOptions} options
 * @param {string} registryHost
 * @param {string} registryEndpoint
 */
function launcherEnvironment(options, registryHost, registryEndpoint) {
  const registries = { ...options.registries, [registryHost]: registryEndpoint };
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "/",
    ...Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
    MINISTACK_ACCOUNT_ID: options.account,
    MINISTACK_REGION: options.region,
    S3_DATA_DIR: join(options.stateDir, "s3"),
    STATE_DIR: join(options.stateDir, "state"),
    TMPDIR: options.stateDir,
    BG_TIME_SCALE: String(options.timeScale ?? 1),
    SWITCHYARD_INSTANCE: options.instance,
    SWITCHYARD_REGISTRY_ENDPOINTS: Object.entries(registries)
      .map(([host, address]) => `${host}=${address}`)
      .join(","),
    ...(options.peers !== undefined && { SWITCHYARD_PEERS: options.peers }),
    ...(options.enforceIam && { AUTH: "true" }),
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUNBUFFERED: "1",
    NO_PROXY: "*",
    ...options.variables,
  };
}

/**
 * @param {number} pid
 * @param {string} stateDir
 */
async function stopProcess(pid, stateDir) {
  if (isAlive(pid)) process.kill(pid, "SIGTERM");
  const end = Date.now() + STOP_TIMEOUT_SECONDS * 1000;
  while (isAlive(pid)) {
    if (Date.now() > end) {
      process.kill(pid, "SIGKILL");
      break;
    }
    await sleep(POLL_MILLISECONDS);
  }
  rmSync(processFile(stateDir), { force: true });
}

/**
 * @param {EmulatorOptions} options
 * @returns {Promise<Emulator>}
 */
export async function startEmulator(options) {
  const port = await probePort(options.port ?? 0);
  const endpoint = `http://${LOOPBACK}:${port}`;
  const registryEndpoint = `${LOOPBACK}:${port}`;
  const registryHost = `${options.account}.dkr.ecr.${options.region}.amazonaws.com`;
  const outliveParent = options.outliveParent ?? false;

  mkdirSync(options.stateDir, { recursive: true });
  const logFile = join(options.stateDir, "emulator.log");
  const log = openSync(logFile, "w");
  const child = spawn(
    options.python,
    [LAUNCHER, "--port", String(port), ...(outliveParent ? [] : ["--exit-with-stdin"])],
    {
      stdio: [outliveParent ? "ignore" : "pipe", log, log],
      detached: true, // a Ctrl-C at the terminal must not take it away before its caller is done
      env: launcherEnvironment(options, registryHost, registryEndpoint),
    },
  );
  closeSync(log);
  let failure = "";
  child.once("error", (error) => {
    failure = `cannot run ${options.python}: ${error.message}`;
  });
  child.once("exit", (code, signal) => {
    failure ||= `the emulator ended (${signal ?? `exit code ${code}`}):\n${tail(logFile)}`;
  });
  child.unref();

  const end = Date.now() + READY_TIMEOUT_SECONDS * 1000;
  while (failure === "" && !(await isReady(endpoint))) {
    if (Date.now() > end) {
      child.kill("SIGTERM");
      failure = `the emulator did not answer at ${endpoint} within ${READY_TIMEOUT_SECONDS} s:\n${tail(logFile)}`;
    }
    await sleep(POLL_MILLISECONDS);
  }
  const pid = child.pid;
  if (failure !== "" || pid === undefined) throw new EmulatorError(failure);

  writeFileSync(
    processFile(options.stateDir),
    JSON.stringify({ pid, endpoint, instance: options.instance }),
  );
  return {
    pid,
    port,
    endpoint,
    registryEndpoint,
    logFile,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: options.account,
      AWS_SECRET_ACCESS_KEY: "emulator",
      AWS_REGION: options.region,
      AWS_DEFAULT_REGION: options.region,
      SWITCHYARD_REGISTRY_ENDPOINTS: `${registryHost}=${registryEndpoint}`,
    },
    stop: () => stopProcess(pid, options.stateDir),
  };
}

/**
 * Stops the emulator that was started with this state directory, by any process.
 * @param {string} stateDir
 * @returns {Promise<string | undefined>} address:port of its image registry; nothing if there was none
 */
export async function stopEmulatorOf(stateDir) {
  let text;
  try {
    text = readFileSync(processFile(stateDir), "utf8");
  } catch {
    return undefined;
  }
  /** @type {{ pid: number, endpoint: string, instance: string }} */
  const { pid, endpoint, instance } = JSON.parse(text);
  await stopProcess(pid, stateDir);
  await removeLeftovers(instance);
  return new URL(endpoint).host;
}

/**
 * Removes the containers of an emulator that was killed.
 * @param {string} instance
 * @returns {Promise<number>} how many there were
 */
export async function removeLeftovers(instance) {
  const filter = ["--filter", `label=${INSTANCE_LABEL}=${instance}`];
  const { stdout } = await run("docker", ["ps", "--all", "--quiet", "--no-trunc", ...filter]);
  const ids = stdout.split("\n").filter((id) => id !== "");
  if (ids.length > 0) await run("docker", ["rm", "--force", "--volumes", ...ids]);
  return ids.length;
}
