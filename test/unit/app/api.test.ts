import assert from "node:assert/strict";
import type { Order } from "../../../app/api/order";
import { signOrder } from "../../../app/api/order-receipt";
import { ask, type Answer } from "./ask";
import { API_TOKEN_PEPPER } from "./environments";
import { startApi, type RunningService } from "./in-process";

const headers = { "content-type": "application/json" };

describe("the api service", () => {
  let api: RunningService;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.stop());

  const post = (body: string | Buffer, type = "application/json"): Promise<Answer> =>
    ask(api.port, "/orders", { method: "POST", headers: { "content-type": type }, body });

  it("takes an order, says where it is and gives it back", async () => {
    const input = { items: [{ sku: "TEA-1", quantity: 2 }], note: "ring twice" };
    const created = await post(JSON.stringify(input), "Application/JSON; charset=utf-8");
    assert.equal(created.status, 201);
    const order = JSON.parse(created.body) as Order;
    const { id, createdAt, receipt, ...rest } = order;
    assert.deepEqual(rest, input);
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.equal(new Date(createdAt).toISOString(), createdAt);
    assert.equal(receipt, signOrder(order, API_TOKEN_PEPPER));
    assert.equal(created.headers.location, `/orders/${id}`);
    const found = await ask(api.port, `/orders/${id}`);
    assert.deepEqual([found.status, JSON.parse(found.body)], [200, order]);
  });

  it("lists the newest orders first", async () => {
    for (const sku of ["A", "B", "C"]) {
      await post(JSON.stringify({ items: [{ sku, quantity: 1 }] }));
    }
    const { status, body } = await ask(api.port, "/orders?limit=2");
    const { orders, total } = JSON.parse(body) as { orders: Order[]; total: number };
    assert.deepEqual([status, total], [200, 3]);
    assert.deepEqual(
      orders.map(({ items }) => items[0]?.sku),
      ["C", "B"],
    );
  });

  it("lists no orders while there are none", async () => {
    const { status, body } = await ask(api.port, "/orders");
    assert.deepEqual([status, JSON.parse(body)], [200, { orders: [], total: 0 }]);
  });

  for (const limit of ["0", "101", "-1", "x", ""]) {
    it(`refuses to list with limit=${limit}`, async () => {
      const { status, body } = await ask(api.port, `/orders?limit=${limit}`);
      assert.equal(status, 400);
      assert.match(body, /"field":"limit","problem":"must be a whole number from 1 to 100"/);
    });
  }

  it("answers an order that it does not have with 404", async () => {
    for (const path of ["/orders/none", "/orders/__proto__", "/orders/%2e%2e"]) {
      const { status, body } = await ask(api.port, path);
      assert.equal(status, 404);
      assert.deepEqual(JSON.parse(body), {
        error: { code: "order_not_found", message: "there is no such order here" },
      });
    }
    assert.equal((await ask(api.port, "/orders/")).status, 404);
    assert.equal((await ask(api.port, "/orders/a/b")).status, 404);
  });

  it("names every bad field of an order", async () => {
    const items = [{ sku: "tea", quantity: 0, colour: "red" }, 7, { sku: "TEA", quantity: "2" }];
    const { status, body } = await post(JSON.stringify({ items, note: 5, price: 1 }));
    assert.equal(status, 400);
    const { error } = JSON.parse(body) as { error: { code: string; fields: { field: string }[] } };
    assert.equal(error.code, "invalid_order");
    assert.deepEqual(
      error.fields.map(({ field }) => field),
      [
        "order",
        "items[0]",
        "items[0].sku",
        "items[0].quantity",
        "items[1]",
        "items[2].quantity",
        "note",
      ],
    );
  });

  it("keeps nothing of a refused order", async () => {
    await post(JSON.stringify({ items: [] }));
    assert.match((await ask(api.port, "/orders")).body, /"total":0/);
  });

  const notJson: [title: string, body: string | Buffer][] = [
    ["no body", ""],
    ["half an object", '{"items":'],
    ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ];
  for (const [title, body] of notJson) {
    it(`refuses ${title} with 400`, async () => {
      const answer = await post(body);
      assert.equal(answer.status, 400);
      assert.match(answer.body, /"code":"invalid_json"/);
    });
  }

  it("refuses a body that is not called JSON with 415", async () => {
    for (const type of ["text/plain", "application/jsonx", ""]) {
      const answer = await post("{}", type);
      assert.equal(answer.status, 415);
      assert.match(answer.body, /"code":"unsupported_media_type"/);
    }
  });

  it("refuses a body beyond 64 KiB with 413", async () => {
    const answer = await post(JSON.stringify({ note: "x".repeat(70_000) }));
    assert.equal(answer.status, 413);
  });

  it("answers an unknown method with 405 and what is allowed", async () => {
    const orders = await ask(api.port, "/orders", { method: "PUT", headers, body: "{}" });
    assert.deepEqual([orders.status, orders.headers.allow], [405, "GET, HEAD, POST"]);
    const order = await ask(api.port, "/orders/1", { method: "DELETE" });
    assert.deepEqual([order.status, order.headers.allow], [405, "GET, HEAD"]);
  });

  it("answers at its own paths only", async () => {
    assert.equal((await ask(api.port, "/")).status, 404);
    assert.equal((await ask(api.port, "/readyz")).status, 200);
  });
});
