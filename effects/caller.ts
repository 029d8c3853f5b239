import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsPlace } from "../components/place";
import { type Principal, principalOf } from "../release/ledger/principal";
import { clientConfig, explain } from "./clients";

/** Who AWS says it is that runs the program. */
export async function caller(place: AwsPlace): Promise<Principal> {
  const answer = await new STSClient(clientConfig(place))
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => {
      throw explain(error, "asking AWS who runs this");
    });
  const { Arn: arn, UserId: userId } = answer;
  if (arn === undefined || userId === undefined)
    throw new Error("asking AWS who runs this: STS answered without an ARN or a user id");
  return principalOf(arn, userId);
}
