import { createHmac } from "node:crypto";
import type { Order } from "./order";

/** The fields go in as one JSON array, so that no two orders share a text to sign. */
export function signOrder(order: Omit<Order, "receipt">, tokenPepper: string): string {
  const items = order.items.map(({ sku, quantity }) => [sku, quantity]);
  const text = JSON.stringify(["order", order.id, order.createdAt, items, order.note ?? null]);
  return createHmac("sha256", tokenPepper).update(text).digest("hex");
}
