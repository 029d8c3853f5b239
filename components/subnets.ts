/** A block of IPv4 addresses. */
export interface Cidr {
  /** First address as a number. */
  readonly first: number;
  /** Length of the prefix: 16 for a /16. */
  readonly prefix: number;
}

/** Where the subnets of one zone lie. */
export interface ZoneSubnets {
  readonly zone: string;
  /** For the load balancer and NAT. */
  readonly publicCidr: string;
  /** For everything else; twice the size of the public one. */
  readonly privateCidr: string;
}

/**
 * A load balancer's subnet must be a /27 or larger.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
const SMALLEST_PUBLIC_PREFIX = 27;
/** A zone's block is cut into a private half, a public quarter and a quarter that stays free. */
const SMALLEST_ZONE_PREFIX = SMALLEST_PUBLIC_PREFIX - 2;
/** More zones than any region has; a power of two. */
const MOST_ZONES = 8;

/** A VPC is a /16 at most, https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
export const LARGEST_VPC_PREFIX = 16;
/** A smaller VPC has no room for two zones. */
export const SMALLEST_VPC_PREFIX = SMALLEST_ZONE_PREFIX - 1;

/** Reads `10.20.0.0/16`; undefined unless it is a CIDR whose host bits are zero. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const cidr = { first, prefix };
  return first % size(cidr) === 0 && formatCidr(cidr) === text ? cidr : undefined;
}

/** Writes a block as `10.20.0.0/16`. */
export function formatCidr({ first, prefix }: Cidr): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join(".")}/${String(prefix)}`;
}

/** Whether two blocks share an address. */
export function overlap(one: Cidr, other: Cidr): boolean {
  return one.first < other.first + size(other) && other.first < one.first + size(one);
}

/** Number of zones that a VPC has room for; 0 where it has none for two. */
export function zoneCapacity(vpc: Cidr): number {
  const zones = Math.min(MOST_ZONES, 2 ** (SMALLEST_ZONE_PREFIX - vpc.prefix));
  return zones < 2 ? 0 : zones;
}

/**
 * Lays out the subnets of a VPC. A zone's place depends on the VPC and on the zone's position
 * alone, so zones can be appended without moving a subnet.
 *
 * @throws RangeError where the VPC has no room; the settings refuse that before
 */
export function subnetLayout(vpcCidr: string, zones: readonly string[]): ZoneSubnets[] {
  const vpc = parseCidr(vpcCidr);
  if (vpc === undefined || zones.length > zoneCapacity(vpc)) {
    throw new RangeError(`no room for ${zones.length} zones in ${vpcCidr}`);
  }
  const zonePrefix = vpc.prefix + Math.log2(zoneCapacity(vpc));
  return zones.map((zone, index) => {
    const first = vpc.first + index * size({ first: 0, prefix: zonePrefix });
    const privateBlock = { first, prefix: zonePrefix + 1 };
    const publicBlock = { first: first + size(privateBlock), prefix: zonePrefix + 2 };
    return { zone, publicCidr: formatCidr(publicBlock), privateCidr: formatCidr(privateBlock) };
  });
}

function size({ prefix }: Cidr): number {
  return 2 ** (32 - prefix);
}
