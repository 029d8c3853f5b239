import type { Grant } from "./grant";
import { ROLE_NAMES } from "./roles";

/** Who reads what happened, and who writes what. */
export const LEDGERS: readonly Grant[] = [
  {
    to: ROLE_NAMES,
    actions: ["s3:ListBucketVersions"],
    on: "ledger",
    why: "what a gate decides by, history and verify: versions, so that nothing is hidden by deleting it",
  },
  {
    to: ROLE_NAMES,
    actions: ["s3:GetObject"],
    on: "entries",
    why: "the newest link before something is written, and the entries that a gate decides by",
  },
  {
    to: ["audit"],
    actions: ["s3:GetObjectVersion"],
    on: "entries",
    why: "verify reads every version",
  },
  {
    to: ["plan", "approve", "audit"],
    actions: ["s3:ListBucket"],
    on: "ledger",
    why: "S3 says that a link is gone only to who may list it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
    unused: "nothing is gone from the road's ledgers",
  },
  {
    to: ["deploy"],
    actions: ["s3:PutObject"],
    on: "deployed",
    why: "promoted, admitted, built, tested, live, replaced: all but what others have to say",
  },
  {
    to: ["deploy"],
    actions: ["s3:GetObject", "s3:PutObject"],
    on: "sboms",
    why: "what the images that were built consist of: read once from the registry, and from there then",
  },
  {
    to: ["approve"],
    actions: ["s3:PutObject"],
    on: "approved",
    why: "approved, overridden, frozen and unfrozen, in one's own name",
  },
  {
    to: ["plan", "deploy"],
    actions: ["s3:ListBucketVersions"],
    on: "provenLedger",
    why: "the proofs of a release, in the ledger of the stack that it was proven in",
  },
  {
    to: ["plan", "deploy"],
    actions: ["s3:GetObject"],
    on: "provenEntries",
    why: "the same",
  },
];
