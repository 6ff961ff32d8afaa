/**
 * Checks templates against CloudFormation's own resource schemas, for the tests: unknown and missing properties, types, allowed values,
 * and references. The CDK's types say almost the same, but an escape hatch (`addPropertyOverride`) or a wrong type goes around them.
 * Patterns and lengths aren't in this database: AWS's own validator checks them in every synthesis (ADR 27).
 */
import { type PropertySchema, resourceSchemas, schemaOf } from './resourceSchemas.ts';

type Resource = {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  Condition?: string;
};
/** A synthesized template. */
export type CheckedTemplate = {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, unknown>;
  Conditions?: Record<string, unknown>;
  Mappings?: Record<string, unknown>;
  Rules?: Record<string, unknown>;
  Outputs?: Record<string, unknown>;
};
type Type = PropertySchema['type'];

/** "Resources attributes" (CloudFormation, "Template reference"). */
const RESOURCE_FIELDS = [
  ...['Type', 'Properties', 'DependsOn', 'Condition', 'Metadata'],
  ...['DeletionPolicy', 'UpdateReplacePolicy', 'CreationPolicy', 'UpdatePolicy'],
];
const PSEUDO_PARAMETERS = [
  ...['AccountId', 'NotificationARNs', 'NoValue', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix'],
].map((name) => `AWS::${name}`);

/**
 * One sentence for each fault of a template.
 *
 * @param stacks the templates of all stacks by name, which references to other stacks lead to
 */
export function templateFaults(
  template: CheckedTemplate,
  stacks: Readonly<Record<string, CheckedTemplate>> = {},
): string[] {
  return [
    ...Object.entries(template.Resources).flatMap(([id, resource]) => resourceFaults(id, resource)),
    ...referencesIn(template).flatMap((reference) => referenceFaults(reference, template, stacks)),
    ...circleIn(template),
  ];
}

function resourceFaults(id: string, resource: Resource): string[] {
  const { Type, Properties = {} } = resource;
  const unknown = Object.keys(resource)
    .filter((field) => !RESOURCE_FIELDS.includes(field))
    .map((field) => `${id} has the unknown field ${field}.`);
  if (isCustom(Type)) return [...unknown, ...('ServiceToken' in Properties ? [] : [`${id} lacks ServiceToken.`])];
  const schema = schemaOf(Type);
  if (!schema) return [...unknown, `${id} has the unknown type ${Type}.`];
  return [...unknown, ...objectFaults(id, schema.properties, Properties)];
}

/** Whether a function of the stack's own makes resources of the type, so that CloudFormation has no schema of it. */
const isCustom = (type: string): boolean => /^Custom::|^AWS::CloudFormation::CustomResource$/.test(type);

/** The faults of an object with these properties. */
function objectFaults(path: string, properties: Readonly<Record<string, PropertySchema>>, value: unknown): string[] {
  if (!isObject(value)) return [`${path} must be an object, not ${JSON.stringify(value)}.`];
  return [
    ...Object.entries(properties)
      .filter(([name, { required = false }]) => required && !(name in value))
      .map(([name]) => `${path} lacks ${name}.`),
    ...Object.entries(value).flatMap(([name, entry]) => {
      const property = properties[name];
      return property ? valueFaults(`${path}.${name}`, property.type, entry) : [`${path} has the unknown ${name}.`];
    }),
  ];
}

const TAG: Record<string, PropertySchema> = {
  Key: { type: { type: 'string' }, required: true },
  Value: { type: { type: 'string' }, required: true },
};

/** The faults of a value. A function of CloudFormation can return any type, so it has none; the alternatives of `Fn::If` can. */
function valueFaults(path: string, type: Type, value: unknown): string[] {
  const [name, argument] = intrinsicIn(value) ?? [];
  if (name === 'Fn::If') return (argument as unknown[]).slice(1).flatMap((each) => valueFaults(path, type, each));
  if (name !== undefined) return [];
  const mustBe = (right: string, isRight: boolean) =>
    isRight ? [] : [`${path} must be ${right}, not ${JSON.stringify(value)}.`];
  const oneOf = (allowed: readonly unknown[] | undefined) =>
    allowed ? mustBe(`one of ${allowed.join(', ')}`, allowed.includes(value)) : [];
  switch (type.type) {
    case 'string':
      return typeof value === 'string' ? oneOf(type.allowedValues) : mustBe('a string', false);
    case 'integer':
      return Number.isInteger(value) ? oneOf(type.allowedValues) : mustBe('a whole number', false);
    case 'number':
      return mustBe('a number', typeof value === 'number');
    case 'boolean':
      return mustBe('true or false', typeof value === 'boolean');
    case 'date-time':
      return mustBe('a time', typeof value === 'string' && !Number.isNaN(Date.parse(value)));
    case 'null':
      return mustBe('null', value === null);
    case 'json':
      return mustBe('JSON', typeof value === 'object' || typeof value === 'string');
    case 'tag':
      return objectFaults(path, TAG, value);
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((entry, index) => valueFaults(`${path}[${index}]`, type.element, entry))
        : mustBe('a list', false);
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([key, entry]) => valueFaults(`${path}.${key}`, type.element, entry))
        : mustBe('an object', false);
    case 'ref':
      return objectFaults(path, resourceSchemas().get('typeDefinition', type.reference).properties, value);
    case 'union': {
      const faults = type.types.map((each) => valueFaults(path, each, value));
      return faults.find((each) => each.length === 0) ?? faults[0] ?? [];
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Name and argument of a function of CloudFormation; `undefined` for any other value. */
function intrinsicIn(value: unknown): [string, unknown] | undefined {
  const [[name, argument] = ['', undefined], ...others] = isObject(value) ? Object.entries(value) : [];
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::')) ? [name, argument] : undefined;
}

type Reference = { from: string; name: string; argument: unknown };

/** All references in a template, each with the logical id of its resource, or the section that it is in. */
function referencesIn({ Resources, Conditions = {}, Rules = {}, Outputs = {} }: CheckedTemplate): Reference[] {
  return [
    ...Object.entries(Resources).flatMap(([id, { DependsOn = [], Condition, Properties = {} }]) => [
      ...[DependsOn].flat().map((argument) => ({ from: id, name: 'DependsOn', argument })),
      ...(Condition === undefined ? [] : [{ from: id, name: 'Condition', argument: Condition }]),
      ...referencesInValue(id, Properties),
    ]),
    ...Object.entries({ Conditions, Rules, Outputs }).flatMap(([section, value]) => referencesInValue(section, value)),
  ];
}

function referencesInValue(from: string, value: unknown): Reference[] {
  const [name, argument] = intrinsicIn(value) ?? [];
  const inside = isObject(value) || Array.isArray(value) ? Object.values(value) : [];
  return [
    ...(name === undefined ? [] : [{ from, name, argument }]),
    ...inside.flatMap((each) => referencesInValue(from, each)),
  ];
}

/** The resources that a reference leads to, each with the attribute; without an attribute it is the resource itself. */
function targetsOf({ name, argument }: Reference): { id: string; attribute?: string }[] {
  if (name === 'Ref' || name === 'DependsOn') return [{ id: String(argument) }];
  if (name === 'Fn::GetAtt') {
    const [id = '', ...attribute] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
    return [{ id, attribute: attribute.join('.') }];
  }
  if (name !== 'Fn::Sub') return [];
  const [text, variables = {}] = [argument].flat() as [string, Record<string, unknown>?];
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)]
    .map(([, named = '']) => named.trim())
    .filter((named) => !(named in variables))
    .map((named) => {
      const [id = '', ...attribute] = named.split('.');
      return attribute.length === 0 ? { id } : { id, attribute: attribute.join('.') };
    });
}

function referenceFaults(
  reference: Reference,
  { Resources, Parameters = {}, Conditions = {}, Mappings = {} }: CheckedTemplate,
  stacks: Readonly<Record<string, CheckedTemplate>>,
): string[] {
  const { from, name, argument } = reference;
  const fault = (what: string) => [`${from} refers to ${what}, which doesn't exist.`];
  if (name === 'Fn::GetStackOutput') {
    const { StackName, OutputName } = argument as { StackName: string; OutputName: string };
    return stacks[StackName]?.Outputs?.[OutputName] ? [] : fault(`the output ${OutputName} of ${StackName}`);
  }
  if (name === 'Condition' || name === 'Fn::If') {
    const condition = String([argument].flat()[0]);
    return condition in Conditions ? [] : fault(`the condition ${condition}`);
  }
  if (name === 'Fn::FindInMap') {
    const [map] = argument as unknown[];
    return typeof map !== 'string' || map in Mappings ? [] : fault(`the mapping ${map}`);
  }
  return targetsOf(reference).flatMap(({ id, attribute }) => {
    const resource = Resources[id];
    if (attribute !== undefined)
      return resource && hasAttribute(resource.Type, attribute) ? [] : fault(`${id}.${attribute}`);
    const isParameter = name !== 'DependsOn' && (id in Parameters || PSEUDO_PARAMETERS.includes(id));
    return resource || isParameter ? [] : fault(id);
  });
}

const hasAttribute = (type: string, attribute: string): boolean =>
  isCustom(type) || Object.hasOwn(schemaOf(type)?.attributes ?? {}, attribute);

/** A circle of resources that refer to each other: CloudFormation can't choose which it makes first. */
function circleIn(template: CheckedTemplate): string[] {
  const next = Map.groupBy(
    referencesIn(template).flatMap((reference) => targetsOf(reference).map(({ id }) => ({ from: reference.from, id }))),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const circleFrom = (id: string, path: readonly string[]): string[] => {
    if (path.includes(id)) return [[...path.slice(path.indexOf(id)), id].join(' → ')];
    if (done.has(id)) return [];
    const found = (next.get(id) ?? [])
      .map((each) => circleFrom(each.id, [...path, id]))
      .find(({ length }) => length > 0);
    done.add(id);
    return found ?? [];
  };
  const [circle] = Object.keys(template.Resources).flatMap((id) => circleFrom(id, []));
  return circle === undefined ? [] : [`Resources refer to each other in a circle: ${circle}.`];
}
