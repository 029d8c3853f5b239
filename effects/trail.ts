import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import type { AwsPlace } from "../components/place";
import type { Trail, TrailEvent } from "../release/drift/who";
import { clientConfig, explain } from "./clients";

/**
 * Pages of 50 events: CloudTrail answers two requests a second, for all of an account's region together, so this takes ten seconds at most.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
const MOST_PAGES = 20;
const PAGE = 50;

/**
 * Calls that changed anything in an account's region, the newest first. CloudTrail has each some minutes after it was made, for 90 days. Where
 * it can't be asked that is told and fails nothing: it answers a question beside the one that was asked.
 */
export async function readTrail(
  place: AwsPlace,
  since: string | undefined,
  client = new CloudTrailClient(clientConfig(place)),
): Promise<Trail> {
  const events: TrailEvent[] = [];
  const told = since === undefined ? {} : { since };
  let token: string | undefined;
  try {
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const answer = await client.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: "ReadOnly", AttributeValue: "false" }],
          MaxResults: PAGE,
          ...(since !== undefined && { StartTime: new Date(since) }),
          ...(token !== undefined && { NextToken: token }),
        }),
      );
      for (const { EventTime, EventName = "", CloudTrailEvent = "{}" } of answer.Events ?? [])
        events.push({
          time: EventTime?.toISOString() ?? "",
          call: EventName,
          text: CloudTrailEvent,
        });
      token = answer.NextToken;
      if (token === undefined) return { read: true, ...told, events, isCut: false };
    }
    return { read: true, ...told, events, isCut: true };
  } catch (error) {
    return { read: false, reason: explain(error, "asking CloudTrail").message };
  } finally {
    client.destroy();
  }
}
