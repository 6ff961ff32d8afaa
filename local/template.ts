/** Reads the synthesized CloudFormation templates, with the values of intrinsic functions, physical names and ARNs on this machine. */

/** The region and account of everything local. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

type TemplateResource = {
  Type: string;
  Properties?: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
};

/** The part of a CloudFormation template that this module reads. */
export type Template = { Resources: Record<string, TemplateResource>; Outputs?: Record<string, { Value: unknown }> };

/** A resource whose intrinsic functions are resolved. */
export type Resolved<P> = {
  logicalId: string;
  /** The resource's name in the CDK app: the last name in its construct path, without the CDK's `Resource` and `Default`. */
  name: string;
  properties: P;
  metadata: Record<string, unknown>;
};

/** The properties that name a resource in the template, where a part of the stack needs the name. */
const NAMES: Record<string, string> = {
  'AWS::SES::EmailIdentity': 'EmailIdentity',
  'AWS::Lambda::Function': 'FunctionName',
};

/** The part of an ARN before the resource's name. */
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

/** Sections without resources. `Parameters` and `Rules` check the version of the CDK's bootstrap stack. */
const OTHER_SECTIONS = ['Description', 'Parameters', 'Rules'];

/**
 * The templates of an environment's stacks as one, with their intrinsic functions resolved. The reader knows the CloudFormation that the stack uses, and throws at anything
 * else. A value that AWS sets during a deployment (an API's URL, a pool's id) resolves to `<logical id>.<attribute>`: the caller
 * replaces those that functions use.
 *
 * @param names physical names by logical id that replace those of the template, such as the name of a test's table
 */
export class StackTemplate {
  readonly #resources: Template['Resources'] = {};
  /** Values that the stacks hand on, by `<stack>.<output>`. */
  readonly #outputs: Record<string, unknown> = {};
  readonly #names: Record<string, string>;

  /** @param templates the template of each stack by the stack's name */
  constructor(templates: Record<string, Template>, names: Record<string, string> = {}) {
    for (const [stack, { Resources, Outputs = {}, ...sections }] of Object.entries(templates)) {
      for (const section of Object.keys(sections))
        if (!OTHER_SECTIONS.includes(section)) throw notKnown(`the section ${section}`);
      for (const logicalId of Object.keys(Resources))
        if (logicalId in this.#resources)
          throw new Error(`Two stacks have a resource ${logicalId}: rename one of them.`);
      Object.assign(this.#resources, Resources);
      for (const [output, { Value }] of Object.entries(Outputs)) this.#outputs[`${stack}.${output}`] = Value;
    }
    this.#names = names;
  }

  /** All resources of the given types. The caller names the type of their properties. */
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

  /** Physical name of a resource: that of an email identity or a function is in the template; all others have their logical id. */
  nameOf(logicalId: string): string {
    const { Type, Properties = {} } = this.#resource(logicalId);
    const given = Properties[NAMES[Type] ?? ''];
    return given === undefined ? (this.#names[logicalId] ?? logicalId) : String(this.resolve(given));
  }

  /** ARN of a resource. */
  arnOf(logicalId: string): string {
    const { Type } = this.#resource(logicalId);
    return `${ARN_PREFIXES[Type] ?? `arn:aws:local:${REGION}:${ACCOUNT}:`}${this.nameOf(logicalId)}`;
  }

  /** Replaces every intrinsic function in a value by its result. */
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
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = argument as { StackName: string; OutputName: string };
        const key = `${StackName}.${OutputName}`;
        if (!(key in this.#outputs)) throw notKnown(`the output ${key}`);
        return String(this.resolve(this.#outputs[key]));
      }
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

  /** @throws Error if there is no such resource */
  #resource(logicalId: string): TemplateResource {
    const resource = this.#resources[logicalId];
    if (!resource) throw notKnown(logicalId);
    return resource;
  }
}

const notKnown = (what: string) => new Error(`The templates use ${what}, which local/template.ts doesn't know.`);

const isIntrinsic = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::');

/** The name in a construct path: `createCustomer` of `PartnerPortal/Api/createCustomer/Resource`. */
function constructName(path: unknown): string | undefined {
  return typeof path === 'string'
    ? path
        .split('/')
        .filter((part) => part !== 'Resource' && part !== 'Default')
        .at(-1)
    : undefined;
}
