/** The demo data: partners with members, and registered accounts with clouds. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { LINKING_ROLE } from '../shared/cloud/accountCloud.ts';
import { grantKey, type Key, membershipKey, type Subject } from '../shared/table/keys.ts';
import { ELIGIBLE, SERVICE_ACCOUNT } from './demoAccounts.ts';
import type { LocalStack } from './localStack.ts';
import { SECOND_FACTOR_CLAIM } from './oidcIssuer.ts';
import { StartError } from './startError.ts';

const OPERATOR = 'operator@provider.example';

const PARTNERS = {
  acme: { name: 'Acme Integrators', paid: true, owners: ['owner@acme.example'] },
  globex: { name: 'Globex Services', paid: true, owners: ['owner@globex.example'] },
};

/** Members of Acme, in the order in which they are recorded. If the last one is in the table, all are, and all partners and accounts. */
const MEMBERS: Record<string, string> = {
  'admin@acme.example': 'admin',
  'editor@acme.example': 'editor',
  'accountant@acme.example': 'accountant',
  'viewer@acme.example': 'viewer',
  [SERVICE_ACCOUNT]: 'editor',
};
const LAST_MEMBER: Subject = `SERVICE_ACCOUNT#${SERVICE_ACCOUNT}`;

const ACCOUNTS: Record<string, Partial<typeof ELIGIBLE>> = {
  'mila@bakery.example': {},
  'ops@workshop.example': {},
  'existing@customer.example': { customer: true },
  // Each account below fails one rule of `vng`.
  'credit@customer.example': { creditBalance: 250 },
  'services@customer.example': { usingServices: true },
  'discount@customer.example': { discounts: true },
  'poc@customer.example': { poc: true },
  'postpaid@customer.example': { billingMode: 'POSTPAID' },
  'unregistered@customer.example': { registered: false },
};

type DemoCloud = {
  account: string;
  id: string;
  name: string;
  /** Roles on the cloud, each for so many hours already. */
  grants: { email: string; roleId: string; hours: number }[];
  billedTo?: string;
  outstandingCharges?: boolean;
};

const CLOUDS: DemoCloud[] = [
  {
    account: 'mila@bakery.example',
    id: 'b1gbakerysite00000000',
    name: 'bakery-site',
    grants: [
      { email: 'mila@bakery.example', roleId: LINKING_ROLE, hours: 24 * 90 },
      { email: 'owner@acme.example', roleId: LINKING_ROLE, hours: 24 },
    ],
  },
  {
    account: 'mila@bakery.example',
    id: 'b1gbakeryshop00000000',
    name: 'bakery-shop',
    grants: [
      { email: 'mila@bakery.example', roleId: LINKING_ROLE, hours: 24 * 90 },
      { email: 'owner@acme.example', roleId: LINKING_ROLE, hours: 24 },
    ],
    billedTo: 'dn2oldbakeryaccount0',
    outstandingCharges: true,
  },
  {
    account: 'mila@bakery.example',
    id: 'b1gbakerytest00000000',
    name: 'bakery-test',
    grants: [{ email: 'owner@acme.example', roleId: 'resource-manager.clouds.member', hours: 24 }],
  },
  {
    account: 'ops@workshop.example',
    id: 'b1gworkshopdata000000',
    name: 'workshop-data',
    // Linkable a few minutes after the first start (program: rolePropagationMinutes).
    grants: [{ email: 'owner@acme.example', roleId: LINKING_ROLE, hours: 0 }],
  },
  {
    account: 'ops@workshop.example',
    id: 'b1gworkshoptest000000',
    name: 'workshop-test',
    grants: [{ email: 'owner@acme.example', roleId: 'resource-manager.clouds.member', hours: 24 }],
  },
  {
    account: 'ops@workshop.example',
    id: 'b1gworkshopglobex0000',
    name: 'workshop-of-globex',
    grants: [{ email: 'owner@globex.example', roleId: LINKING_ROLE, hours: 24 }],
  },
];

/**
 * Writes the demo data through the API, unless the table has them already. Later changes to them stay.
 *
 * @throws StartError if the API refuses a request
 */
export async function seedDemoData(stack: Pick<LocalStack, 'portalUrl' | 'token' | 'dynamoDb'>): Promise<void> {
  const { endpoint, region, credentials, tableName } = stack.dynamoDb;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const table = DynamoDBDocumentClient.from(client);
  const has = async (key: Key) =>
    (await table.send(new GetCommand({ TableName: tableName, Key: key }))).Item !== undefined;
  const token = await stack.token(OPERATOR, { [SECOND_FACTOR_CLAIM]: true });
  const put = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${stack.portalUrl}/v1/provider${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new StartError(
        `The demo data can't be written: PUT /v1/provider${path} answers ${response.status} ${await response.text()}`,
      );
    }
  };
  try {
    if (!(await has(membershipKey(LAST_MEMBER)))) {
      for (const [id, partner] of Object.entries(PARTNERS)) await put(`/partners/${id}`, partner);
      await Promise.all(
        Object.entries(ACCOUNTS).map(([email, fields]) =>
          put(`/accounts/${encodeURIComponent(email)}`, { ...ELIGIBLE, ...fields }),
        ),
      );
      await put(`/service-accounts/${SERVICE_ACCOUNT}`, { partnerId: 'acme' });
      for (const [id, role] of Object.entries(MEMBERS))
        await put(`/partners/acme/members/${encodeURIComponent(id)}`, { roles: [`billing.accounts.${role}`] });
    }
    await Promise.all(
      CLOUDS.map(async ({ account, id, name, grants, billedTo, outstandingCharges = false }) => {
        // A table of an earlier version has clouds without the item by which the holder finds them. Recording them again adds it.
        if (await has(grantKey(`USER#${account}`, id))) return;
        await put(`/accounts/${encodeURIComponent(account)}/clouds/${id}`, {
          name,
          grants: grants.map(({ email, roleId, hours }) => ({ email, roleId, grantedAt: hoursAgo(hours) })),
          ...(billedTo !== undefined && { billedTo }),
          outstandingCharges,
        });
      }),
    );
  } finally {
    client.destroy();
  }
}

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
