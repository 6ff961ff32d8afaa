/**
 * What bundles have in place of parts of the AWS SDK that are never used here, and that would be more than 40% of a
 * typical function: `bundles.ts` says which. Measured: 372 KB become 213 KB.
 */

/**
 * Instead of `@aws-sdk/credential-provider-node`, with its SSO, INI, process, web identity and instance metadata
 * providers: Lambda gives a function its role's credentials in the environment.
 */
export const defaultProvider = () => async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) throw new Error('There are no credentials in the environment');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
};

/** Instead of `@aws-sdk/endpoint-cache`: DynamoDB's endpoint discovery is off unless it is asked for. */
export class EndpointCache {}

/** Instead of `@smithy/core/event-streams`: no operation of DynamoDB, Secrets Manager or SES answers with a stream of events. */
export class EventStreamSerde {
  constructor() {
    throw new Error('The bundle has no event streams: see infra/sdkInLambda.ts');
  }
}
export const eventStreamSerdeProvider = undefined;
