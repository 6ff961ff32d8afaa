/** The front door in the templates: secret, digests and web ACLs. */
import { createHash } from 'node:crypto';
import { App, Stack } from 'aws-cdk-lib';
import { Template as Synthesized } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { makeDigests, type Secret, withSecrets } from '../local/frontDoor.ts';
import { readStackDefinition } from '../local/stackDefinition.ts';
import { synthesize } from '../local/synthesize.ts';
import { StackTemplate, type Template } from '../local/template.ts';
import { FRONT_DOOR_HEADER } from '../shared/http/frontDoor.ts';
import { ENDPOINTS } from './endpoints.ts';
import { LOCAL, readEnvironment } from './environment.ts';
import { nameIn } from './names.ts';
import { rotationFault } from './rotation.ts';
import { DistributionWebAcl, SignInWebAcl } from './webAcl.ts';

const assembly = await synthesize('yandex');
const { templates } = assembly;
const stack = new StackTemplate(templates);
const definition = readStackDefinition(assembly);
const templateOf = (kind: string) =>
  Object.entries(templates).find(([name]) => name.endsWith(`-${kind}`))?.[1] ?? ({ Resources: {} } as Template);
const ofType = (kind: string, type: string) =>
  Object.values(templateOf(kind).Resources).filter(({ Type }) => Type === type);

type Functions = { Environment?: { Variables: Record<string, unknown> } };
const functions = stack.resources<Functions>('AWS::Lambda::Function');

test('the distribution sends the header to the API with every request of the contract, and its value is in no template', () => {
  const { behaviors = [] } = definition.distribution ?? {};
  for (const { path } of ENDPOINTS) {
    const behavior = behaviors.find(({ pattern }) => path.startsWith(pattern.replace('*', '')));
    expect(behavior?.originHeaders[FRONT_DOOR_HEADER], path).toMatch(
      /^\{\{resolve:secretsmanager:arn:\S+:SecretString:k1::\}\}$/,
    );
  }
  const pages = behaviors.filter(({ fromBucket }) => fromBucket);
  expect(pages.map(({ originHeaders }) => originHeaders)).toEqual([{}, {}]);
});

test('a template has at most 60 dynamic references, as many as CloudFormation allows', () => {
  for (const [name, template] of Object.entries(templates))
    expect(JSON.stringify(template).match(/\{\{resolve:/g)?.length ?? 0, name).toBeLessThanOrEqual(60);
});

test('every function that answers requests has the digests, which are made of the secret of the distribution, and no other has them', () => {
  const informed = functions
    .filter(({ properties }) => 'FRONT_DOOR_DIGESTS' in (properties.Environment?.Variables ?? {}))
    .map(({ name }) => name);
  expect(informed.sort()).toEqual([...new Set(ENDPOINTS.map((endpoint) => endpoint.function))].sort());
  // A new list of keys changes the template, so that CloudFormation makes the digests again, and gives them to the functions.
  const [digests] = ofType('application', 'Custom::FrontDoorDigests');
  expect(digests?.Properties?.['Keys']).toEqual(['k1']);
  const [{ properties } = { properties: undefined }] = stack.resources<{ Secret: string }>('Custom::FrontDoorDigests');
  expect(JSON.stringify(definition.distribution?.behaviors)).toContain(properties?.Secret);
});

const secretOf = (value: string): Secret => {
  const arn = definition.frontDoor?.properties.Secret ?? '';
  return { arn, name: arn, generate: { template: {}, key: undefined, length: 64 }, value };
};
const KEYS = { k1: 'a'.repeat(64), k2: 'b'.repeat(64) };
const digestsOf = (Keys: string[], value = JSON.stringify(KEYS)) =>
  makeDigests({ code: definition.frontDoor?.code ?? '', properties: { Secret: secretOf('').arn, Keys } }, [
    secretOf(value),
  ]);

test('the digests are SHA-256 of the values, in the order of the keys', async () => {
  const expected = Object.values(KEYS).map((value) => createHash('sha256').update(value).digest('hex'));
  expect(await digestsOf(['k1', 'k2'])).toBe(expected.join());
  expect(await digestsOf(['k2'])).toBe(expected[1]);
});

test('a key that is missing or short stops the deployment, and the reason shows no part of the secret', async () => {
  await expect(digestsOf(['k3'])).rejects.toThrow(/^The secret of the front door needs a value .* for the key k3\.$/);
  await expect(digestsOf(['k1'], '{"k1":"short"}')).rejects.toThrow(/for the key k1\.$/);
  await expect(digestsOf(['k1'], 'abcdef')).rejects.toThrow(/^The secret of the front door must be JSON\.$/);
});

test('on this machine, a dynamic reference has the value of its key, and an unknown one stops the start', () => {
  const reference = (key: string, arn = secretOf('').arn) => `{{resolve:secretsmanager:${arn}:SecretString:${key}::}}`;
  const secrets = [secretOf(JSON.stringify(KEYS))];
  expect(withSecrets(reference('k2'), secrets)).toBe(KEYS.k2);
  expect(() => withSecrets(reference('k3'), secrets)).toThrow('has no value');
  expect(() => withSecrets(reference('k1', 'arn:aws:other'), secrets)).toThrow('There is no secret arn:aws:other');
});

test('a rotation in the wrong order is refused before the distribution sends what functions do not take', () => {
  const environment = readEnvironment(LOCAL);
  const deployed = (Keys: string[]) => ({
    Resources: { Digests: { Type: 'Custom::FrontDoorDigests', Properties: { Keys } } },
  });
  const fault = (before: object, frontDoorKeys: string[]) => rotationFault(before, { ...environment, frontDoorKeys });
  // The functions of a version before this one take every request.
  expect(fault({}, ['k1'])).toBeUndefined();
  expect(fault(deployed(['k1']), ['k1', 'k2'])).toBeUndefined();
  expect(fault(deployed(['k1', 'k2']), ['k2', 'k1'])).toBeUndefined();
  expect(fault(deployed(['k2', 'k1']), ['k2'])).toBeUndefined();
  expect(fault(deployed(['k1']), ['k2', 'k1'])).toBe(
    '"frontDoorKeys" must begin with a key that the deployed functions take (k1), not with k2: they would refuse every request. Deploy ["k1","k2"] first.',
  );
});

type Rule = {
  Name: string;
  Priority: number;
  Action?: { Block?: { CustomResponse: { ResponseCode: number } } };
  Statement: {
    RateBasedStatement?: {
      AggregateKeyType: string;
      Limit: number;
      EvaluationWindowSec: number;
      ScopeDownStatement?: object;
    };
    ManagedRuleGroupStatement?: { Name: string; RuleActionOverrides?: { Name: string; ActionToUse: object }[] };
  };
};
type WebAcl = {
  Scope: string;
  Rules: Rule[];
  VisibilityConfig: { SampledRequestsEnabled: boolean; MetricName: string };
};
const webAclOf = (kind: string) => {
  const found = ofType(kind, 'AWS::WAFv2::WebACL');
  expect(found).toHaveLength(1);
  return found[0]?.Properties as unknown as WebAcl;
};
const rateOf = ({ Rules }: WebAcl, name: string) => {
  const rule = Rules.find(({ Name }) => Name === `per-address-${name}`);
  expect(rule?.Action?.Block?.CustomResponse.ResponseCode).toBe(429);
  return rule?.Statement.RateBasedStatement;
};

test('the web ACL of the distribution limits each address, and more strictly on the routes without sign-in', () => {
  const acl = webAclOf('edge');
  expect(acl.Scope).toBe('CLOUDFRONT');
  const { EvaluationWindowSec = 0, Limit = 0, AggregateKeyType, ScopeDownStatement } = rateOf(acl, 'all') ?? {};
  expect([AggregateKeyType, ScopeDownStatement]).toEqual(['IP', undefined]);
  // An address has more than a partner's program may send, and less than a tenth of what the API takes of everybody.
  expect(Limit / EvaluationWindowSec).toBeGreaterThan(25);
  expect(Limit / EvaluationWindowSec).toBeLessThan(40);
  const anonymous = rateOf(acl, 'anonymous');
  expect(anonymous?.Limit).toBeLessThan(Limit / 10);
  for (const { path, access } of ENDPOINTS)
    expect(JSON.stringify(anonymous?.ScopeDownStatement).includes(`"${path}"`), path).toBe(access === 'linkHolder');
  const [distribution] = ofType('pages', 'AWS::CloudFront::Distribution');
  expect(JSON.stringify(distribution?.Properties)).toMatch(
    /"WebACLId":\{"Fn::GetStackOutput":\{"StackName":"[\w-]+-edge"/,
  );
});

test("the rules of AWS refuse no legitimate body: those that read bodies and programs' headers only count", () => {
  const groups = webAclOf('edge').Rules.flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement ?? []);
  expect(groups.map(({ Name }) => Name)).toEqual([
    'AWSManagedRulesAmazonIpReputationList',
    'AWSManagedRulesKnownBadInputsRuleSet',
    'AWSManagedRulesCommonRuleSet',
  ]);
  const counted = groups.at(-1)?.RuleActionOverrides ?? [];
  for (const { ActionToUse } of counted) expect(ActionToUse).toEqual({ Count: {} });
  // The rules of the common rule set that read the body ("Baseline rule groups").
  for (const rule of ['SizeRestrictions', 'CrossSiteScripting', 'GenericLFI', 'GenericRFI', 'EC2MetaDataSSRF'])
    expect(counted.map(({ Name }) => Name)).toContain(`${rule}_BODY`);
});

test('the web ACL of the user pool limits sign-in by address, and more strictly what lets the pool send a mail', () => {
  const acl = webAclOf('data');
  expect(acl.Scope).toBe('REGIONAL');
  expect(rateOf(acl, 'sign-up')?.Limit).toBeLessThan((rateOf(acl, 'all')?.Limit ?? 0) / 10);
  const signUp = JSON.stringify(rateOf(acl, 'sign-up')?.ScopeDownStatement);
  for (const path of ['/signup', '/confirm', '/resendcode', '/forgotpassword']) expect(signUp).toContain(`"${path}"`);
  // The operations that need no credentials of AWS, and send a mail with a code, or try a code (Cognito, "API operations by authorization model").
  const mailing = ['SignUp', 'ResendConfirmationCode', 'ForgotPassword'];
  const trying = ['ConfirmSignUp', 'ConfirmForgotPassword', 'VerifyUserAttribute'];
  for (const operation of [...mailing, 'UpdateUserAttributes', 'GetUserAttributeVerificationCode', ...trying])
    expect(signUp).toContain(`".${operation}"`);
  const [association] = ofType('data', 'AWS::WAFv2::WebACLAssociation');
  expect(JSON.stringify(association?.Properties?.['ResourceArn'])).toContain('SignInPool');
});

test('addresses that the environment blocks are refused first, at the distribution and at the user pool', () => {
  const blockedAddresses = ['203.0.113.7', '198.51.100.0/24', '2001:db8::/32'];
  for (const [WebAcl, scope] of [[DistributionWebAcl, 'CLOUDFRONT'] as const, [SignInWebAcl, 'REGIONAL'] as const]) {
    const made = new Stack(new App(), 'Stack');
    new WebAcl(made, 'Acl', { ...readEnvironment(LOCAL), blockedAddresses });
    const ofKind = (type: string) =>
      Object.entries(Synthesized.fromStack(made).findResources(type)).map(([id, { Properties }]) => ({
        id,
        ...Properties,
      }));
    const sets = ofKind('AWS::WAFv2::IPSet');
    expect(sets).toMatchObject([
      { IPAddressVersion: 'IPV4', Scope: scope, Addresses: ['203.0.113.7/32', '198.51.100.0/24'] },
      { IPAddressVersion: 'IPV6', Scope: scope, Addresses: ['2001:db8::/32'] },
    ]);
    const [acl] = ofKind('AWS::WAFv2::WebACL') as unknown as WebAcl[];
    expect(acl?.Rules.slice(0, 2)).toMatchObject(
      sets.map(({ id }, Priority) => ({
        Priority,
        Action: { Block: {} },
        Statement: { IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [id, 'Arn'] } } },
      })),
    );
    expect(new Set(acl?.Rules.map(({ Priority }) => Priority)).size).toBe(acl?.Rules.length);
  }
  // By default nobody is blocked, and there is no set.
  for (const kind of ['edge', 'data']) expect(ofType(kind, 'AWS::WAFv2::IPSet')).toEqual([]);
});

test('no web ACL keeps samples of requests: they would show access tokens and the tokens of links', () => {
  for (const kind of ['edge', 'data']) expect(webAclOf(kind).VisibilityConfig.SampledRequestsEnabled).toBe(false);
});

test('the requests that a web ACL refuses are counted under the name of its environment', () => {
  const names = ['edge', 'data'].map((kind) => webAclOf(kind).VisibilityConfig.MetricName);
  expect(names).toEqual(['front-door', 'sign-in'].map((what) => nameIn(readEnvironment(LOCAL), what)));
});
