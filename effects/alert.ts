import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { AwsPlace } from "../components/place";
import { clientConfig, messageOf } from "./clients";

/** SNS takes 100 characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MOST_SUBJECT = 100;

/** Tells a topic's subscribers. @returns why they could not be told; what they would have been told of happens all the same */
export async function alert(
  place: AwsPlace,
  TopicArn: string,
  { subject, message }: { readonly subject: string; readonly message: string },
): Promise<string | undefined> {
  const Subject = subject.slice(0, MOST_SUBJECT);
  try {
    await new SNSClient(clientConfig(place)).send(
      new PublishCommand({ TopicArn, Subject, Message: message }),
    );
    return undefined;
  } catch (error) {
    return `nobody was alerted by ${TopicArn}: ${messageOf(error)}`;
  }
}
