import { items, read, type Resource, text } from "./rule";

export const INGRESS_TYPES: readonly string[] = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

/** What a security group lets in from one list of address blocks. */
export interface Ingress {
  readonly blocks: readonly string[];
  /** `tcp`, `udp`, a number, or `-1` for all. */
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

/** What lets the internet in, in each of the ways in which a group's rules can be written. */
export const internetIngress = (resource: Resource): readonly Ingress[] =>
  ingressOf(resource).filter(({ blocks }) => blocks.some(isInternet));

function ingressOf({ type, props }: Resource): readonly Ingress[] {
  if (type === "aws:ec2/securityGroup:SecurityGroup")
    return items(props["ingress"]).map((rule) => oldStyle(rule));
  if (type === "aws:ec2/securityGroupRule:SecurityGroupRule")
    return props["type"] === "ingress" ? [oldStyle(props)] : [];
  const blocks = [props["cidrIpv4"], props["cidrIpv6"]].map(text).filter(Boolean);
  return [{ blocks, protocol: text(props["ipProtocol"]), ...ports(props) }];
}

function oldStyle(rule: unknown): Ingress {
  const blocks = [...items(read(rule, "cidrBlocks")), ...items(read(rule, "ipv6CidrBlocks"))];
  return { blocks: blocks.map(text), protocol: text(read(rule, "protocol")), ...ports(rule) };
}

const ports = (rule: unknown): { from: number; to: number } => ({
  from: Number(read(rule, "fromPort") ?? 0),
  to: Number(read(rule, "toPort") ?? 65535),
});

/** Nobody owns a block this large, so halves of the internet are the internet. Shortest prefixes, in bits. */
const OWNED = { ipv4: 8, ipv6: 16 };

export function isInternet(block: string): boolean {
  const [address = "", prefix = ""] = block.split("/");
  return Number(prefix || "128") < (address.includes(":") ? OWNED.ipv6 : OWNED.ipv4);
}
