/** What a person wants to know of an update, out of the lines that `pulumi up` writes. */
const sentences: readonly [RegExp, string][] = [
  [/ImageBuild (\S+) creating/, "building the image of $1"],
  [/ImageBuild (\S+) (?:created|updated)/, "the image of $1 is built and pushed"],
  [/ImageBuild (\S+) updating/, "building the image of $1"],
  [
    /ImageCopy (\S+) (?:creating|updating)/,
    "looking for the image of $1 by digest, copying what is not here",
  ],
  [/ImageCopy (\S+) (?:created|updated)/, "the image of $1 is in this account"],
  [/ec2:Vpc \S+ created/, "the network is there"],
  [/lb:LoadBalancer \S+ creating/, "the load balancer is being made (AWS takes about a minute)"],
  [/lb:LoadBalancer \S+ created/, "the load balancer is there"],
  [
    /SlotReady (\S+)-(blue|green) (?:creating|updating)/,
    "$1: waiting until $2 is steady and healthy",
  ],
  [/SlotReady (\S+)-(blue|green) (?:created|updated)/, "$1: $2 is healthy"],
  [/TrafficShift \S+ (?:creating|updating)/, "shifting the traffic"],
  [/TrafficShift \S+ (?:created|updated)/, "the traffic is shifted"],
];

/** The sentence for a line, if it is one that matters. */
export function milestone(line: string): string | undefined {
  for (const [pattern, sentence] of sentences) {
    const found = pattern.exec(line);
    if (found) return sentence.replace("$1", found[1] ?? "").replace("$2", found[2] ?? "");
  }
  return undefined;
}
