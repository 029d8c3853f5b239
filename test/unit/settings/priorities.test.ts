import assert from "node:assert/strict";
import fc from "fast-check";
import { covers, rulePriorities } from "../../../settings/priorities";

describe("rulePriorities", () => {
  it("asks the more specific path first", () => {
    const priorities = rulePriorities({
      rest: { paths: ["/*"] },
      orders: { paths: ["/orders", "/orders/*"] },
      archive: { paths: ["/orders/archive/*"] },
      one: { paths: ["/orders/archive/one"] },
    });
    const order = [...priorities.entries()].sort(([, one], [, other]) => one - other);
    assert.deepEqual(
      order.map(([name]) => name),
      ["one", "archive", "orders", "rest"],
    );
  });

  it("takes a given priority as it is", () => {
    assert.equal(rulePriorities({ web: { paths: ["/*"], priority: 7 } }).get("web"), 7);
  });

  it("leaves the other rules where they are when a service is added", () => {
    const before = rulePriorities({ web: { paths: ["/*"] }, api: { paths: ["/orders"] } });
    const after = rulePriorities({
      web: { paths: ["/*"] },
      api: { paths: ["/orders"] },
      admin: { paths: ["/admin/*"] },
    });
    assert.deepEqual([after.get("web"), after.get("api")], [before.get("web"), before.get("api")]);
  });

  it("gives 200 services with paths alike numbers of their own, within the limits", () => {
    const names = Array.from({ length: 200 }, (_, index) => `service-${String(index)}`);
    const routes = names.map((name) => [name, { paths: [`/${name.slice(-3)}/*`] }] as const);
    const priorities = [...rulePriorities(Object.fromEntries(routes)).values()];
    assert.equal(new Set(priorities).size, 200);
    assert.ok(priorities.every((priority) => priority >= 1 && priority <= 25_000));
  });

  it("stays within 1 and 25000 for the longest and the shortest path", () => {
    const routes = { long: { paths: [`/${"x".repeat(127)}`] }, short: { paths: ["/*"] } };
    const priorities = [...rulePriorities(routes).values()];
    assert.ok(priorities.every((priority) => priority >= 1 && priority <= 25_000));
  });
});

describe("covers", () => {
  it("sees what a pattern takes from another", () => {
    for (const [cover, pattern] of [
      ["/*", "/orders"],
      ["/*", "/orders/*"],
      ["/orders/*", "/orders/*/items"],
      ["/orders?", "/orders1"],
      ["/a*c", "/abc"],
      ["/?", "/?"],
      ["/*/*", "/a/b/c"],
    ] as const) {
      assert.ok(covers(cover, pattern), `${cover} ${pattern}`);
    }
    for (const [cover, pattern] of [
      ["/orders/*", "/orders"],
      ["/orders", "/*"],
      ["/orders", "/Orders"],
      ["/?", "/*"],
      ["/a?", "/a"],
      ["/a*c", "/ab"],
    ] as const) {
      assert.ok(!covers(cover, pattern), `${cover} ${pattern}`);
    }
  });

  it("agrees with a regular expression on paths without wildcards", () => {
    const part = (...letters: string[]): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...letters), maxLength: 6 });
    fc.assert(
      fc.property(part("a", "b", "/", "*", "?"), part("a", "b", "/"), (cover, path) => {
        const form = cover.replaceAll("*", ".*").replaceAll("?", ".");
        return covers(`/${cover}`, `/${path}`) === new RegExp(`^/${form}$`).test(`/${path}`);
      }),
      { numRuns: 1000 },
    );
  });
});
