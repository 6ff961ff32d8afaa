/** Reads the synthesized CloudFormation template: intrinsic functions, physical names and ARNs, as they come out on this machine. */

/** Region and account that everything local claims to be in. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

type TemplateResource = {
  Type: string;
  Condition?: string;
  Properties?: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
};

export type Template = {
  Resources: Record<string, TemplateResource>;
  Parameters?: Record<string, { Default?: unknown }>;
  Conditions?: Record<string, unknown>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
};

/** A resource whose intrinsic functions are resolved. */
export type Resolved<P> = {
  logicalId: string;
  /** What the CDK app calls it: the last name in its construct path that isn't the CDK's own. */
  name: string;
  properties: P;
  metadata: Record<string, unknown>;
};

/** Property that names a resource of each type, where the template chooses to name it. */
const NAME_PROPERTIES: Record<string, string> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SES::ConfigurationSet': 'Name',
  'AWS::SES::EmailIdentity': 'EmailIdentity',
  'AWS::Events::EventBus': 'Name',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

/** What stands in an ARN before the resource's name. */
const ARN_PREFIXES: Record<string, string> = {
  'AWS::Lambda::Function': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`,
  'AWS::DynamoDB::Table': `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/`,
  'AWS::DynamoDB::GlobalTable': `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/`,
  'AWS::IAM::Role': `arn:aws:iam::${ACCOUNT}:role/`,
  'AWS::SecretsManager::Secret': `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:`,
  'AWS::SES::ConfigurationSet': `arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/`,
  'AWS::Events::EventBus': `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/`,
  'AWS::SQS::Queue': `arn:aws:sqs:${REGION}:${ACCOUNT}:`,
  'AWS::Logs::LogGroup': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:`,
};

/** Types whose `Ref` is the ARN. */
const REF_IS_ARN = ['AWS::SecretsManager::Secret'];

const PSEUDO_PARAMETERS: Record<string, unknown> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'PartnerPortal',
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/PartnerPortal/local`,
  'AWS::NoValue': undefined,
};

/**
 * A template with its intrinsic functions resolved. What a resource would only get when deployed (an API's URL, a pool's
 * id) resolves to `<logical id>.<attribute>`: the caller overrides what matters.
 *
 * @param names physical names by logical id that differ from the template's, such as a test's own table.
 */
export class StackTemplate {
  readonly #template: Template;
  readonly #names: Record<string, string>;

  constructor(template: Template, names: Record<string, string> = {}) {
    this.#template = template;
    this.#names = names;
  }

  /** All resources of the given types. The caller states what properties those types have. */
  resources<P>(...types: string[]): Resolved<P>[] {
    return Object.entries(this.#template.Resources)
      .filter(
        ([, { Type, Condition }]) => types.includes(Type) && (Condition === undefined || this.#condition(Condition)),
      )
      .map(([logicalId, { Properties, Metadata = {} }]) => ({
        logicalId,
        name: constructName(Metadata['aws:cdk:path']) ?? logicalId,
        properties: (this.resolve(Properties) ?? {}) as P,
        metadata: Metadata,
      }));
  }

  /** Physical name of a resource. */
  nameOf(logicalId: string): string {
    const resource = this.#template.Resources[logicalId];
    const named = resource?.Properties?.[NAME_PROPERTIES[resource.Type] ?? ''];
    const name = this.#names[logicalId] ?? (named === undefined ? undefined : this.resolve(named));
    return typeof name === 'string' ? name : logicalId;
  }

  arnOf(logicalId: string): string {
    const resource = this.#template.Resources[logicalId];
    if (resource?.Type === 'AWS::Lambda::Alias' || resource?.Type === 'AWS::Lambda::Version') {
      const functionName = String(this.resolve(resource.Properties?.['FunctionName']));
      return `${ARN_PREFIXES['AWS::Lambda::Function']}${functionName}:${this.nameOf(logicalId)}`;
    }
    return `${ARN_PREFIXES[resource?.Type ?? ''] ?? `arn:aws:local:${REGION}:${ACCOUNT}:`}${this.nameOf(logicalId)}`;
  }

  /** The value with every intrinsic function in it replaced by what it stands for. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.resolve(entry)).filter((entry) => entry !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && isIntrinsic(...only)) return this.#intrinsic(...only);
    return Object.fromEntries(
      entries.map(([key, entry]) => [key, this.resolve(entry)]).filter(([, entry]) => entry !== undefined),
    );
  }

  #intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument));
      case 'Condition':
        return this.#condition(String(argument));
      case 'Fn::GetAtt': {
        const [logicalId = '', ...attribute] = Array.isArray(argument)
          ? argument.map(String)
          : String(argument).split('.');
        return this.#attribute(logicalId, attribute.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, unknown[]];
        return (this.resolve(parts) as unknown[]).map(String).join(separator);
      }
      case 'Fn::Sub': {
        const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [
          string,
          Record<string, unknown>,
        ];
        return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, key: string) => {
          if (literal) return `\${${key}}`;
          if (key in values) return String(this.resolve(values[key]));
          const [logicalId = '', ...attribute] = key.split('.');
          return String(attribute.length > 0 ? this.#attribute(logicalId, attribute.join('.')) : this.#ref(key));
        });
      }
      case 'Fn::Select': {
        const [index, list] = argument as [unknown, unknown];
        return (this.resolve(list) as unknown[])[Number(this.resolve(index))];
      }
      case 'Fn::Split': {
        const [separator, text] = argument as [string, unknown];
        return String(this.resolve(text)).split(separator);
      }
      case 'Fn::If': {
        const [condition, then, otherwise] = argument as [string, unknown, unknown];
        return this.resolve(this.#condition(condition) ? then : otherwise);
      }
      case 'Fn::Equals': {
        const [left, right] = this.resolve(argument) as unknown[];
        return left === right;
      }
      case 'Fn::Not':
        return !(this.resolve(argument) as unknown[])[0];
      case 'Fn::And':
        return (this.resolve(argument) as unknown[]).every(Boolean);
      case 'Fn::Or':
        return (this.resolve(argument) as unknown[]).some(Boolean);
      case 'Fn::FindInMap': {
        const [map = '', first = '', second = ''] = (this.resolve(argument) as unknown[]).map(String);
        return this.#template.Mappings?.[map]?.[first]?.[second];
      }
      case 'Fn::GetAZs':
        return [`${REGION}a`];
      default:
        throw new Error(`The template uses ${name}, which local/template.ts doesn't know yet.`);
    }
  }

  #condition(name: string): boolean {
    return Boolean(this.resolve(this.#template.Conditions?.[name]));
  }

  #ref(name: string): unknown {
    if (name in PSEUDO_PARAMETERS) return PSEUDO_PARAMETERS[name];
    const parameter = this.#template.Parameters?.[name];
    if (parameter) return parameter.Default ?? '';
    const type = this.#template.Resources[name]?.Type ?? '';
    const refIsArn = REF_IS_ARN.includes(type) || type === 'AWS::Lambda::Alias' || type === 'AWS::Lambda::Version';
    return refIsArn ? this.arnOf(name) : this.nameOf(name);
  }

  #attribute(logicalId: string, attribute: string): string {
    if (attribute === 'Arn') return this.arnOf(logicalId);
    if (attribute === 'StreamArn') return `${this.arnOf(logicalId)}/stream/local`;
    return `${logicalId}.${attribute}`;
  }
}

/** A policy statement has a `Condition` as well, but never a string in it. */
const isIntrinsic = (key: string, argument: unknown): boolean =>
  key === 'Ref' || key.startsWith('Fn::') || (key === 'Condition' && typeof argument === 'string');

/** `PartnerPortal/Api/createCustomer/Resource` is `createCustomer`. */
function constructName(path: unknown): string | undefined {
  return typeof path === 'string'
    ? path
        .split('/')
        .filter((part) => part !== 'Resource' && part !== 'Default')
        .at(-1)
    : undefined;
}
