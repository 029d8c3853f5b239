import {
  GetObjectCommand,
  type ListObjectVersionsCommandOutput,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { AwsPlace } from "../components/place";
import { ledgerAccount } from "../release/ledger/bucket-name";
import { LedgerError } from "../release/ledger/ledger-error";
import type { LedgerStore, StoredVersion } from "../release/ledger/store";
import { clientConfig, isMissing } from "./clients";

/** Two writers of one name at the same moment: S3 asks both to try again. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const MOST_CONFLICTS = 20;

interface Answer {
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A ledger in S3; one whose bucket is not there yet is empty. One of another account is refused: the names of buckets are everybody's, and whoever was
 * first in another account would else be asked, and believed. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export class LedgerBucket implements LedgerStore {
  readonly bucket: string;
  private readonly client: S3Client;
  private readonly place: { readonly Bucket: string; readonly ExpectedBucketOwner?: string };

  constructor(client: S3Client, bucket: string) {
    this.client = client;
    this.bucket = bucket;
    const owner = ledgerAccount(bucket);
    this.place = { Bucket: bucket, ...(owner !== undefined && { ExpectedBucketOwner: owner }) };
  }

  static at(place: AwsPlace, bucket: string): LedgerBucket {
    return new LedgerBucket(new S3Client(clientConfig(place)), bucket);
  }

  async first(prefix: string): Promise<{ version?: StoredVersion; time: Date; isThere: boolean }> {
    const command = new ListObjectVersionsCommand({
      ...this.place,
      Prefix: prefix,
      MaxKeys: 1,
    });
    let date: string | undefined;
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        date = (result.response as Answer).headers?.["date"];
        return result;
      },
      { step: "deserialize" },
    );
    const page = await this.client.send(command).catch((error: unknown) => {
      if (!isMissing(error, "NoSuchBucket")) throw error;
      date = (error as { $response?: Answer }).$response?.headers?.["date"];
      return undefined;
    });
    const time = new Date(date ?? "");
    if (Number.isNaN(time.getTime()))
      throw new LedgerError(`S3 did not say what time it is: found ${date ?? "no date"}`);
    const [version] = page ? versionsOf(page) : [];
    return { ...(version && { version }), time, isThere: page !== undefined };
  }

  async *versions(prefix: string): AsyncGenerator<StoredVersion> {
    let page: ListObjectVersionsCommandOutput | undefined;
    do {
      page = await this.client.send(
        new ListObjectVersionsCommand({
          ...this.place,
          Prefix: prefix,
          KeyMarker: page?.NextKeyMarker,
          VersionIdMarker: page?.NextVersionIdMarker,
        }),
      );
      yield* versionsOf(page);
    } while (page.IsTruncated === true);
  }

  async read(key: string, versionId?: string): Promise<Uint8Array | undefined> {
    try {
      const answer = await this.client.send(
        new GetObjectCommand({
          ...this.place,
          Key: key,
          ...(versionId !== undefined && { VersionId: versionId }),
        }),
      );
      return await answer.Body?.transformToByteArray();
    } catch (error) {
      if (isMissing(error, "NoSuchKey", "NoSuchVersion", "MethodNotAllowed")) return undefined;
      throw error;
    }
  }

  async write(key: string, bytes: Uint8Array): Promise<boolean> {
    const command = {
      ...this.place,
      Key: key,
      Body: bytes,
      ContentType: "application/json",
      ChecksumAlgorithm: "SHA256",
      IfNoneMatch: "*",
    } as const;
    for (let conflicts = 0; ; conflicts++) {
      try {
        await this.client.send(new PutObjectCommand(command));
        return true;
      } catch (error) {
        if (isMissing(error, "PreconditionFailed")) return false;
        if (!isMissing(error, "ConditionalRequestConflict") || conflicts >= MOST_CONFLICTS)
          throw error;
      }
    }
  }
}

/** S3 lists versions and delete markers apart: together again, by key, the newest of each first. */
function versionsOf({
  Versions = [],
  DeleteMarkers = [],
}: ListObjectVersionsCommandOutput): StoredVersion[] {
  const all = [
    ...Versions.map((each) => ({ each, isDeleteMarker: false })),
    ...DeleteMarkers.map((each) => ({ each, isDeleteMarker: true })),
  ];
  return all
    .map(({ each, isDeleteMarker }) => ({
      key: each.Key ?? "",
      versionId: each.VersionId ?? "",
      isDeleteMarker,
      lastModified: each.LastModified ?? new Date(0),
      isLatest: each.IsLatest ?? false,
    }))
    .sort(
      (a, b) =>
        compare(a.key, b.key) ||
        Number(b.isLatest) - Number(a.isLatest) ||
        b.lastModified.getTime() - a.lastModified.getTime(),
    );
}

/** S3's order of keys: by their UTF-8, which for a ledger's own keys is by their characters. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
