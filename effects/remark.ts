import { REMARK } from "../release/remark";

/**
 * Says what is waited for. What a provider for dynamic resources writes to its standard output, Pulumi shows at once
 * as a message of the stack: the provider is not told the URN of the resource, by which it could be the resource's own.
 */
export function remark(text: string): void {
  console.log(`${REMARK}${text}`);
}
