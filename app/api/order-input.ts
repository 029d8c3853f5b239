import { HttpError, type FieldProblem } from "../shared/http-error";
import type { OrderInput, OrderItem } from "./order";

const ITEMS_MAX = 20;
const QUANTITY_MAX = 999;
const NOTE_MAX_CHARACTERS = 500;

type Report = (field: string, problem: string) => void;

/** Returns what was sent, checked and stripped to the known fields, or throws all problems at once. */
export function parseOrder(value: unknown): OrderInput {
  const problems: FieldProblem[] = [];
  const report: Report = (field, problem) => problems.push({ field, problem });
  const order = readOrder(value, report);
  if (problems.length > 0) {
    throw new HttpError(400, "invalid_order", "the order has fields that cannot be accepted", {
      fields: problems,
    });
  }
  return order;
}

function readOrder(value: unknown, report: Report): OrderInput {
  const order = readObject(value, "order", ["items", "note"], report);
  if (!order) return { items: [] };
  const items = readItems(order["items"], report);
  const { note } = order;
  if (note === undefined) return { items };
  if (typeof note === "string" && note.length <= NOTE_MAX_CHARACTERS) return { items, note };
  report("note", `must be text of ${NOTE_MAX_CHARACTERS} characters or less`);
  return { items };
}

function readItems(value: unknown, report: Report): OrderItem[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > ITEMS_MAX) {
    report("items", `must be a list of 1 to ${ITEMS_MAX} items`);
    return [];
  }
  return value.map((item: unknown, index) => readItem(item, `items[${index}]`, report));
}

function readItem(value: unknown, field: string, report: Report): OrderItem {
  const item = readObject(value, field, ["sku", "quantity"], report);
  if (!item) return { sku: "", quantity: 0 };
  return {
    sku: readSku(item["sku"], `${field}.sku`, report),
    quantity: readQuantity(item["quantity"], `${field}.quantity`, report),
  };
}

function readSku(value: unknown, field: string, report: Report): string {
  if (typeof value === "string" && /^[A-Z0-9][A-Z0-9-]{0,31}$/.test(value)) return value;
  report(field, "must be 1 to 32 capital letters, digits or hyphens, no hyphen first");
  return "";
}

function readQuantity(value: unknown, field: string, report: Report): number {
  const good = typeof value === "number" && Number.isInteger(value);
  if (good && value >= 1 && value <= QUANTITY_MAX) return value;
  report(field, `must be a whole number from 1 to ${QUANTITY_MAX}`);
  return 0;
}

function readObject(
  value: unknown,
  field: string,
  known: readonly string[],
  report: Report,
): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    report(field, "must be a JSON object");
    return undefined;
  }
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) report(field, `has unknown fields: allowed are ${known.join(", ")}`);
  return value as Record<string, unknown>;
}
