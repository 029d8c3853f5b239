import type { Order } from "./order";

/** Holds the newest orders in memory; the oldest makes room. Each copy of the service has its own. */
export class OrderStore {
  private readonly orders = new Map<string, Order>();
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  add(order: Order): void {
    this.orders.set(order.id, order);
    const [oldest] = this.orders.keys();
    if (this.orders.size > this.capacity && oldest !== undefined) this.orders.delete(oldest);
  }

  get(id: string): Order | undefined {
    return this.orders.get(id);
  }

  newest(limit: number): Order[] {
    return [...this.orders.values()].slice(-limit).reverse();
  }

  get size(): number {
    return this.orders.size;
  }
}
