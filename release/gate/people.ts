import { matches } from "../text-pattern";
import type { Gate } from "./gate";

type People = Gate["people"];

/**
 * Whom an ARN or an e-mail address belongs to: the person whose patterns name it; otherwise the name of the user or of the role's
 * session, or what stands before the `@`. So two accounts of one person are one, and so are two people who share a name, until
 * `people` tells them apart.
 */
export function personOf(name: string, people: People): string {
  for (const [person, patterns] of Object.entries(people))
    if (patterns.some((pattern) => matches(pattern, name))) return person;
  const last = name.split("/").at(-1) ?? name;
  return (last.split("@")[0] ?? last).toLowerCase();
}
