import { randomUUID } from "node:crypto";
import { readJson } from "../shared/body";
import { HttpError } from "../shared/http-error";
import { json, type Reply } from "../shared/reply";
import type { Call, Route } from "../shared/router";
import type { ApiConfig } from "./config";
import { parseOrder } from "./order-input";
import { signOrder } from "./order-receipt";
import { OrderStore } from "./order-store";

const ORDERS_KEPT = 1_000;
const LIST_MAX = 100;

export function apiRoutes(
  { tokenPepper }: ApiConfig,
  store = new OrderStore(ORDERS_KEPT),
): Route[] {
  return [
    { method: "GET", path: "/orders", handler: (call) => listOrders(store, call) },
    { method: "POST", path: "/orders", handler: (call) => takeOrder(store, tokenPepper, call) },
    { method: "GET", path: "/orders/:id", handler: (call) => showOrder(store, call) },
  ];
}

function listOrders(store: OrderStore, { query }: Call): Reply {
  const text = query.get("limit") ?? String(LIST_MAX);
  const limit = Number(text);
  if (!/^\d{1,3}$/.test(text) || limit < 1 || limit > LIST_MAX) {
    const problem = `must be a whole number from 1 to ${LIST_MAX}`;
    throw new HttpError(400, "invalid_query", `limit ${problem}`, {
      fields: [{ field: "limit", problem }],
    });
  }
  return json(200, { orders: store.newest(limit), total: store.size });
}

async function takeOrder(store: OrderStore, tokenPepper: string, call: Call): Promise<Reply> {
  const input = parseOrder(await readJson(call.request));
  const unsigned = { id: randomUUID(), createdAt: new Date().toISOString(), ...input };
  const order = { ...unsigned, receipt: signOrder(unsigned, tokenPepper) };
  store.add(order);
  return json(201, order, { location: `/orders/${order.id}` });
}

function showOrder(store: OrderStore, { parameters }: Call): Reply {
  const order = store.get(parameters["id"] ?? "");
  if (!order) throw new HttpError(404, "order_not_found", "there is no such order here");
  return json(200, order);
}
