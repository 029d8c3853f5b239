import { overlap, parseCidr, zoneCapacity } from "../components/subnets";
import type { Problem } from "../release/errors";
import { childPath, topPath } from "./config-path";
import type { Config, NetworkConfig } from "./config";

/** What tasks in private subnets need before they can start: their image, their log, their secrets. */
const NEEDED_ENDPOINTS = ["ecr", "s3", "logs", "secretsmanager"] as const;

/** Whether the parts of the network fit together, the region and the domain included. */
export function checkNetwork(config: Config, problems: Problem[]): void {
  if (config.network !== undefined) {
    const path = topPath(config.namespace, "network");
    checkZones(config.network, config.region, path, problems);
    checkRoom(config.network, path, problems);
    checkOverlap(config.network, path, problems);
    checkReach(config.network, path, problems);
  }
  checkDomain(config, problems);
}

function checkZones(
  { zones = [] }: NetworkConfig,
  region: string | undefined,
  path: string,
  problems: Problem[],
): void {
  if (region === undefined) return;
  for (const [index, zone] of zones.entries()) {
    if (zone === undefined || isZoneOf(zone, region)) continue;
    problems.push({
      path: childPath(childPath(path, "zones"), index),
      found: JSON.stringify(zone),
      allowed: `availability zones of ${region}, such as ${region}a`,
      action: "name a zone of the stack's region",
    });
  }
}

/** Local and wavelength zones have neither Fargate nor NAT gateways, and longer names. */
function isZoneOf(zone: string, region: string): boolean {
  return zone.length === region.length + 1 && zone.startsWith(region) && /[a-z]$/.test(zone);
}

function checkRoom({ cidr, zones = [] }: NetworkConfig, path: string, problems: Problem[]): void {
  const vpc = cidr === undefined ? undefined : parseCidr(cidr);
  if (vpc === undefined) return;
  const capacity = zoneCapacity(vpc);
  if (zones.length <= capacity) return;
  problems.push({
    path: childPath(path, "cidr"),
    found: `${JSON.stringify(cidr)} for ${zones.length} zones`,
    allowed: `${capacity} zones in a block of this size`,
    action: "choose a larger block, up to /16 with room for 8 zones, or fewer zones",
  });
}

function checkOverlap(
  { cidr, reserved = [] }: NetworkConfig,
  path: string,
  problems: Problem[],
): void {
  const vpc = cidr === undefined ? undefined : parseCidr(cidr);
  if (vpc === undefined) return;
  for (const block of reserved) {
    const other = block === undefined ? undefined : parseCidr(block);
    if (block === undefined || other === undefined || !overlap(vpc, other)) continue;
    problems.push({
      path: childPath(path, "cidr"),
      found: `${JSON.stringify(cidr)}, which overlaps ${block}`,
      allowed: "a block apart from those in reserved",
      action: "choose a block that is not in use, or take the other out of reserved",
    });
  }
}

function checkReach({ nat, endpoints }: NetworkConfig, path: string, problems: Problem[]): void {
  if (nat !== "none" || endpoints === undefined) return;
  const missing = NEEDED_ENDPOINTS.filter((endpoint) => !endpoints.includes(endpoint));
  if (missing.length === 0) return;
  problems.push({
    path: childPath(path, "endpoints"),
    found: `none for ${missing.join(", ")}, and no NAT`,
    allowed: `all of ${NEEDED_ENDPOINTS.join(", ")} where nat is none`,
    action:
      "add them, or tasks cannot pull images, write logs or read secrets; or set nat to single",
  });
}

function checkDomain({ namespace, domain }: Config, problems: Problem[]): void {
  const { name, zone } = domain ?? {};
  if (name === undefined || zone === undefined) return;
  if (name === zone || name.endsWith(`.${zone}`)) return;
  problems.push({
    path: childPath(topPath(namespace, "domain"), "name"),
    found: JSON.stringify(name),
    allowed: `${zone} or a name that ends with .${zone}`,
    action: "correct the name or the zone",
  });
}
