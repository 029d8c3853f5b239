import { INGRESS_TYPES, internetIngress } from "../ingress";
import type { ResourceRule } from "../rule";

const WEB_PORTS = [80, 443];

export const internetIngressPorts: ResourceRule = {
  name: "internet-ingress-ports",
  description: "The internet reaches ports 80 and 443, and no other.",
  types: INGRESS_TYPES,
  *check(resource) {
    for (const { blocks, protocol, from, to } of internetIngress(resource)) {
      if (protocol === "tcp" && from === to && WEB_PORTS.includes(from)) continue;
      yield {
        failed: "ingress from the internet",
        found: `${protocol} ${from}-${to} from ${blocks.join(", ")}`,
        allowed: "tcp 80 or tcp 443",
        next: "name the security group or the address block that is to come in",
      };
    }
  },
};
