import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Cidr,
  formatCidr,
  LARGEST_VPC_PREFIX,
  overlap,
  parseCidr,
  SMALLEST_VPC_PREFIX,
  subnetLayout,
  zoneCapacity,
} from "../../../components/subnets";

const ZONES = ["a", "b", "c", "d", "e", "f", "g", "h"];

const vpcs = fc
  .tuple(fc.integer({ min: LARGEST_VPC_PREFIX, max: SMALLEST_VPC_PREFIX }), fc.nat(2 ** 24 - 1))
  .map(([prefix, host]): Cidr => {
    const size = 2 ** (32 - prefix);
    return { first: 10 * 2 ** 24 + Math.floor(host / size) * size, prefix };
  });

function blocks(text: string): Cidr {
  const block = parseCidr(text);
  assert.ok(block !== undefined, text);
  return block;
}

describe("subnetLayout", () => {
  it("cuts a /16 into a private /20 and a public /21 for each zone", () => {
    assert.deepEqual(subnetLayout("10.20.0.0/16", ["us-east-1a", "us-east-1b"]), [
      { zone: "us-east-1a", privateCidr: "10.20.0.0/20", publicCidr: "10.20.16.0/21" },
      { zone: "us-east-1b", privateCidr: "10.20.32.0/20", publicCidr: "10.20.48.0/21" },
    ]);
  });

  it("finds room for two zones in a /24", () => {
    assert.deepEqual(subnetLayout("10.20.0.0/24", ["a", "b"]), [
      { zone: "a", privateCidr: "10.20.0.0/26", publicCidr: "10.20.0.64/27" },
      { zone: "b", privateCidr: "10.20.0.128/26", publicCidr: "10.20.0.192/27" },
    ]);
  });

  it("throws where there is no room", () => {
    assert.throws(() => subnetLayout("10.20.0.0/24", ["a", "b", "c"]), RangeError);
    assert.throws(() => subnetLayout("10.20.0.0/25", ["a", "b"]), RangeError);
    assert.throws(() => subnetLayout("10.20.0.0", ["a"]), RangeError);
  });

  it("keeps subnets inside the network and apart from each other, a load balancer's size each", () => {
    fc.assert(
      fc.property(vpcs, (vpc) => {
        const zones = ZONES.slice(0, zoneCapacity(vpc));
        assert.ok(zones.length >= 2);
        const layout = subnetLayout(formatCidr(vpc), zones);
        const subnets = layout.flatMap((each) => [each.privateCidr, each.publicCidr]).map(blocks);
        for (const [index, subnet] of subnets.entries()) {
          assert.ok(subnet.first >= vpc.first && subnet.prefix > vpc.prefix && subnet.prefix <= 27);
          assert.ok(overlap(vpc, subnet));
          assert.ok(subnets.slice(index + 1).every((other) => !overlap(subnet, other)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("keeps every subnet when a zone is appended", () => {
    fc.assert(
      fc.property(vpcs, fc.integer({ min: 2, max: 8 }), (vpc, count) => {
        const most = subnetLayout(formatCidr(vpc), ZONES.slice(0, zoneCapacity(vpc)));
        const zones = ZONES.slice(0, Math.min(count, zoneCapacity(vpc)));
        assert.deepEqual(subnetLayout(formatCidr(vpc), zones), most.slice(0, zones.length));
      }),
      { numRuns: 200 },
    );
  });
});

describe("parseCidr", () => {
  it("reads what formatCidr writes", () => {
    fc.assert(
      fc.property(vpcs, (vpc) => {
        assert.deepEqual(parseCidr(formatCidr(vpc)), vpc);
      }),
    );
  });

  it("refuses anything but a block whose host bits are zero", () => {
    for (const text of [
      "10.0.0.0",
      "10.0.0.1/16",
      "10.0.0.0/33",
      "10.0.0.256/32",
      "010.0.0.0/16",
      "10.0.0.0/016",
      "10.0.0/16",
      "::/16",
      "",
    ]) {
      assert.equal(parseCidr(text), undefined, text);
    }
  });
});

describe("overlap", () => {
  it("sees one block in another, and neighbours as apart", () => {
    assert.ok(overlap(blocks("10.0.0.0/8"), blocks("10.255.0.0/16")));
    assert.ok(overlap(blocks("10.255.0.0/16"), blocks("10.0.0.0/8")));
    assert.ok(!overlap(blocks("10.0.0.0/16"), blocks("10.1.0.0/16")));
  });
});
