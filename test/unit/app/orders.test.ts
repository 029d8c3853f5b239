import assert from "node:assert/strict";
import type { Order } from "../../../app/api/order";
import { parseOrder } from "../../../app/api/order-input";
import { signOrder } from "../../../app/api/order-receipt";
import { OrderStore } from "../../../app/api/order-store";
import { HttpError } from "../../../app/shared/http-error";
import { API_TOKEN_PEPPER } from "./environments";

const item = { sku: "TEA-1", quantity: 1 };
const order: Order = { id: "1", createdAt: "2026-01-01T00:00:00.000Z", items: [item], receipt: "" };

describe("an order", () => {
  it("is taken at the limits of every field", () => {
    const items = Array.from({ length: 20 }, () => ({ sku: "A".repeat(32), quantity: 999 }));
    const largest = { items, note: "x".repeat(500) };
    assert.deepEqual(parseOrder(largest), largest);
    assert.deepEqual(parseOrder({ items: [item] }), { items: [item] });
  });

  const refused: [title: string, value: unknown, fields: string[]][] = [
    ["null", null, ["order"]],
    ["a list", [], ["order"]],
    ["text", "order", ["order"]],
    ["no items", {}, ["items"]],
    ["an empty list of items", { items: [] }, ["items"]],
    ["too many items", { items: Array.from({ length: 21 }, () => item) }, ["items"]],
    ["items that are no list", { items: { length: 1 } }, ["items"]],
    ["a null item", { items: [null] }, ["items[0]"]],
    ["an empty item", { items: [{}] }, ["items[0].sku", "items[0].quantity"]],
    ["a sku too long", { items: [{ ...item, sku: "A".repeat(33) }] }, ["items[0].sku"]],
    ["half a thing", { items: [{ ...item, quantity: 1.5 }] }, ["items[0].quantity"]],
    ["too many things", { items: [{ ...item, quantity: 1000 }] }, ["items[0].quantity"]],
    ["a note too long", { items: [item], note: "x".repeat(501) }, ["note"]],
    ["a null note", { items: [item], note: null }, ["note"]],
    ["a field of its own", { items: [item], id: "1" }, ["order"]],
    ["a prototype", JSON.parse('{"items":[{"sku":"A","quantity":1}],"__proto__":{}}'), ["order"]],
  ];
  for (const [title, value, fields] of refused) {
    it(`is refused with ${title}`, () => {
      assert.throws(
        () => parseOrder(value),
        (error) => {
          assert.ok(error instanceof HttpError);
          assert.deepEqual(
            error.fields.map(({ field }) => field),
            fields,
          );
          return true;
        },
      );
    });
  }

  it("has a receipt that changes with each of its fields and with the pepper", () => {
    const receipts = [
      signOrder(order, API_TOKEN_PEPPER),
      signOrder(order, `${API_TOKEN_PEPPER}!`),
      signOrder({ ...order, id: "2" }, API_TOKEN_PEPPER),
      signOrder({ ...order, createdAt: "2026-01-01T00:00:00.001Z" }, API_TOKEN_PEPPER),
      signOrder({ ...order, items: [{ ...item, quantity: 2 }] }, API_TOKEN_PEPPER),
      signOrder({ ...order, items: [item, item] }, API_TOKEN_PEPPER),
      signOrder({ ...order, note: "" }, API_TOKEN_PEPPER),
    ];
    assert.equal(new Set(receipts).size, receipts.length);
    assert.match(receipts[0] ?? "", /^[0-9a-f]{64}$/);
    assert.equal(signOrder({ ...order }, API_TOKEN_PEPPER), receipts[0]);
  });

  it("makes room for newer ones when the store is full", () => {
    const store = new OrderStore(2);
    for (const id of ["1", "2", "3"]) store.add({ ...order, id });
    assert.equal(store.size, 2);
    assert.equal(store.get("1"), undefined);
    assert.deepEqual(
      store.newest(9).map(({ id }) => id),
      ["3", "2"],
    );
  });
});
