export interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
}

export interface OrderInput {
  readonly items: readonly OrderItem[];
  readonly note?: string;
}

export interface Order extends OrderInput {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Proves that this service took the order as it stands here. */
  readonly receipt: string;
}
