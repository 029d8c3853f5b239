import { append } from "../../../../release/ledger/append";
import type { Draft, Entry } from "../../../../release/ledger/entry";
import { writer } from "../ledger/entries";
import { FakePlace } from "./fake-place";
import { A, B, PRODUCTION } from "./samples";

/** The file of a stack with a gate. */
export const GATED = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["222222222222"]
  switchyard:gate:
    provenIn: { stack: stage, accountId: "111111111111" }
    approvals: [{ count: 1, from: ["arn:aws:iam::222222222222:user/*"] }]
`;

export const live = { kind: "live", release: A.id, what: "pulumi up" } as const;
export const promoted = { kind: "promoted", release: B.id, what: "release promote" } as const;

/** A place whose production has a gate, and a ledger that is empty. */
export function gatedPlace(): FakePlace {
  const place = new FakePlace();
  place.stacks.set("production", PRODUCTION);
  place.files.set("production", GATED);
  return place;
}

/** Has somebody put something on record. */
export const putIn = (place: FakePlace, name: string, draft: Draft): Promise<Entry> =>
  append(place.ledger, writer(name), draft);
