/** Reads the synthesized CloudFormation template: intrinsic functions, physical names and ARNs, as they come out on this machine. */

/** Region and account that everything local claims to be in. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

type TemplateResource = {
  Type: string;
  Properties?: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
};

export type Template = { Resources: Record<string, TemplateResource> };

/** A resource whose intrinsic functions are resolved. */
export type Resolved<P> = {
  logicalId: string;
  /** What the CDK app calls it: the last name in its construct path that isn't the CDK's own. */
  name: string;
  properties: P;
  metadata: Record<string, unknown>;
};

/** What stands in an ARN before the resource's name. */
const ARN_PREFIXES: Record<string, string> = {
  'AWS::Lambda::Function': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`,
  'AWS::DynamoDB::Table': `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/`,
  'AWS::IAM::Role': `arn:aws:iam::${ACCOUNT}:role/`,
  'AWS::SecretsManager::Secret': `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:`,
  'AWS::SQS::Queue': `arn:aws:sqs:${REGION}:${ACCOUNT}:`,
  'AWS::Logs::LogGroup': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:`,
};

const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Sections that say nothing about resources. `Parameters` and `Rules` are about the CDK's bootstrap stack. */
const OTHER_SECTIONS = ['Description', 'Outputs', 'Parameters', 'Rules'];

/**
 * A template with its intrinsic functions resolved. The reader knows the CloudFormation that the stack uses, and throws an error at
 * anything else. Values that a resource would only get when deployed (an API's URL, a pool's id) resolve to
 * `<logical id>.<attribute>`: the caller overrides those that matter.
 *
 * @param names physical names by logical id that differ from the template's, such as a test's own table.
 */
export class StackTemplate {
  readonly #resources: Template['Resources'];
  readonly #names: Record<string, string>;

  constructor({ Resources, ...sections }: Template, names: Record<string, string> = {}) {
    for (const section of Object.keys(sections))
      if (!OTHER_SECTIONS.includes(section)) throw notKnown(`the section ${section}`);
    this.#resources = Resources;
    this.#names = names;
  }

  /** All resources of the given types. The caller states what properties those types have. */
  resources<P>(...types: string[]): Resolved<P>[] {
    return Object.entries(this.#resources)
      .filter(([, { Type }]) => types.includes(Type))
      .map(([logicalId, { Properties, Metadata = {} }]) => ({
        logicalId,
        name: constructName(Metadata['aws:cdk:path']) ?? logicalId,
        properties: (this.resolve(Properties) ?? {}) as P,
        metadata: Metadata,
      }));
  }

  /** Physical name of a resource. The stack names its email identities alone. */
  nameOf(logicalId: string): string {
    const { Type, Properties } = this.#resource(logicalId);
    return Type === 'AWS::SES::EmailIdentity'
      ? String(this.resolve(Properties?.['EmailIdentity']))
      : (this.#names[logicalId] ?? logicalId);
  }

  arnOf(logicalId: string): string {
    const { Type } = this.#resource(logicalId);
    return `${ARN_PREFIXES[Type] ?? `arn:aws:local:${REGION}:${ACCOUNT}:`}${this.nameOf(logicalId)}`;
  }

  /** The value with every intrinsic function in it replaced by what it stands for. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.resolve(entry));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && isIntrinsic(only[0])) return this.#intrinsic(...only);
    return Object.fromEntries(entries.map(([key, entry]) => [key, this.resolve(entry)]));
  }

  #intrinsic(name: string, argument: unknown): string {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument));
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = argument as [string, string];
        return this.#attribute(logicalId, attribute);
      }
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, unknown[]];
        return (this.resolve(parts) as unknown[]).map(String).join(separator);
      }
      case 'Fn::Sub':
        if (typeof argument !== 'string') throw notKnown('Fn::Sub with values');
        return argument.replace(/\$\{([^}]+)\}/g, (_, key: string) => this.#ref(key));
      default:
        throw notKnown(name);
    }
  }

  #ref(name: string): string {
    const parameter = PSEUDO_PARAMETERS[name];
    if (parameter !== undefined) return parameter;
    return this.#resource(name).Type === 'AWS::SecretsManager::Secret' ? this.arnOf(name) : this.nameOf(name);
  }

  #attribute(logicalId: string, attribute: string): string {
    if (attribute === 'Arn') return this.arnOf(logicalId);
    if (attribute === 'StreamArn') return `${this.arnOf(logicalId)}/stream/local`;
    return `${logicalId}.${attribute}`;
  }

  /** @throws an error at a resource that isn't there */
  #resource(logicalId: string): TemplateResource {
    const resource = this.#resources[logicalId];
    if (!resource) throw notKnown(logicalId);
    return resource;
  }
}

const notKnown = (what: string) => new Error(`The template uses ${what}, which local/template.ts doesn't know.`);

const isIntrinsic = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::');

/** `PartnerPortal/Api/createCustomer/Resource` is `createCustomer`. */
function constructName(path: unknown): string | undefined {
  return typeof path === 'string'
    ? path
        .split('/')
        .filter((part) => part !== 'Resource' && part !== 'Default')
        .at(-1)
    : undefined;
}
