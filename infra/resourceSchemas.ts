import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

type Schemas = ReturnType<typeof loadAwsServiceSpecSync>;
let loaded: Schemas | undefined;

/** CloudFormation's own resource schemas. They take half a second to load, so they are loaded once, and only if somebody asks. */
export function resourceSchemas(): Schemas {
  loaded ??= loadAwsServiceSpecSync();
  return loaded;
}

const schemasOf = (type: string) => resourceSchemas().lookup('resource', 'cloudFormationType', 'equals', type);

/** The schema of a resource type, such as `AWS::DynamoDB::Table`; `undefined` if CloudFormation doesn't know the type. */
export const schemaOf = (type: string): ReturnType<typeof schemasOf>[number] | undefined => schemasOf(type)[0];

/** The declaration of one property: its type, and whether it is required. */
export type PropertySchema = ReturnType<typeof schemasOf>[number]['properties'][string];
