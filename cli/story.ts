/** The story of a customer from its registration to its cloud, over HTTP as its users do it. The demo and the smoke test tell it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod/mini';
import type { cloud, customer, invitation } from '../shared/contract/contract.ts';

export type Customer = z.output<typeof customer>;
export type Cloud = z.output<typeof cloud>;
type Invitation = z.output<typeof invitation>;

/** The longest wait for a mail and its report: the stream sends a mail within a second, or else the schedule within two minutes. */
const MAIL_PATIENCE_MS = 150_000;
const ASK_AGAIN_MS = 500;

/** The provider's data of an account that meets every eligibility rule of the program `vng` (seed 004). */
export const ELIGIBLE = {
  registered: true,
  customer: false,
  creditBalance: 0,
  usingServices: false,
  discounts: false,
  poc: false,
  billingMode: 'PREPAID',
};

/** Where the provider's directory has an account. */
export const accountOf = (address: string) => `/v1/provider/accounts/${encodeURIComponent(address)}`;

/** Tells steps, and sends requests to a portal. */
export type Teller = ReturnType<typeof tellerOf>;

export function tellerOf(portalUrl: string) {
  let steps = 0;
  const say = (what: string): void => console.log(`   ${what}`);
  async function send(method: string, path: string, accessToken?: string, json?: object): Promise<Response> {
    const response = await fetch(portalUrl + path, {
      method,
      headers: {
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        ...(json && { 'content-type': 'application/json' }),
      },
      ...(json && { body: JSON.stringify(json) }),
    });
    say(`${method} ${path} → ${response.status}`);
    return response;
  }
  return {
    step(title: string): void {
      steps += 1;
      console.log(`\n${steps}. ${title}`);
    },
    say,
    expect(condition: boolean, what: string): void {
      if (!condition) throw new Error(`Expected that ${what}`);
    },
    send,
    /** @throws Error with the body of an answer that is no success */
    async call<Answer>(method: string, path: string, accessToken?: string, json?: object): Promise<Answer> {
      const response = await send(method, path, accessToken, json);
      if (!response.ok) throw new Error(await response.text());
      return (response.status === 204 ? undefined : await response.json()) as Answer;
    },
  };
}

export type Scene = {
  teller: Teller;
  /** Access tokens of an operator and of an owner of a partner. */
  operator: string;
  owner: string;
  /** The registration of the customer. */
  registration: { email: string; name?: string };
  /** What the cloud is called. */
  cloudName: string;
  /** The link in the mail to the customer. */
  mailedLink: (address: string) => Promise<string>;
  /** Called with the customer as soon as it is there. */
  registered?: (customer: Customer) => void;
};

/** Registers a customer, lets it confirm by the mailed link, has it approved if the program says so, and creates a cloud for it. */
export async function handshake(scene: Scene): Promise<{ customer: Customer; cloud: Cloud }> {
  const { operator, owner, registration, cloudName, mailedLink } = scene;
  const { step, say, expect, call } = scene.teller;
  const { email } = registration;

  step('The provider knows the account: it is registered and prepaid, and meets the rules of every program');
  await call('PUT', accountOf(email), operator, ELIGIBLE);

  step('The partner registers a customer');
  const created = await call<Customer>('POST', '/v1/customers', owner, registration);
  scene.registered?.(created);
  const path = `/v1/customers/${created.id}`;
  say(`${created.id} “${created.name}”: ${created.statusLabel}`);

  step('The customer finds the invitation in its mailbox');
  const link = await mailedLink(email);
  expect(link.includes(created.id), 'the link is of this registration');

  step('The customer opens the link: this changes nothing');
  const page = await fetch(link);
  if (!page.ok) throw new Error(`The page of the link answers ${page.status}`);
  const token = new URL(link).hash.replace('#token=', '');
  const preview = await call<Invitation>('POST', '/v1/invites/preview', undefined, { token });
  say(`“${preview.partner.name}” invites “${preview.name}” until ${preview.invite?.expiresAt}`);
  const unchanged = await call<Customer>('GET', path, owner);
  expect(unchanged.version === created.version, 'the customer is as it was');
  say(`${unchanged.statusLabel}, version ${unchanged.version}, as before`);

  step('The partner reads that the mail has arrived');
  say(`The mail is ${await arrived(() => call<Customer>('GET', path, owner))}`);

  step('The customer confirms');
  const accepted = await call<Invitation>('POST', '/v1/invites/accept', undefined, { token });
  say(accepted.statusLabel);
  if (accepted.status === 'APPROVAL_REQUIRED') {
    step('Under this program, the provider approves the customer');
    await call('POST', `${path}/approve`, operator);
  }
  const active = await call<Customer>('GET', path, owner);
  expect(active.status === 'ACTIVE', 'the customer is active');
  say(`${active.statusLabel}; organization “${active.organization?.name}”`);

  step('The partner creates a cloud');
  const made = await call<Cloud>('POST', `${path}/clouds`, owner, { name: cloudName });
  say(`${made.id} ${made.name}, billed to ${made.billingAccountId}`);
  return { customer: active, cloud: made };
}

/** Waits for SES's report that the mail was delivered. */
async function arrived(read: () => Promise<Customer>): Promise<string> {
  for (const patience = Date.now() + MAIL_PATIENCE_MS; ; await sleep(ASK_AGAIN_MS)) {
    const { delivery } = await read();
    if (delivery?.status === 'DELIVERED') return delivery.status;
    if (Date.now() > patience)
      throw new Error(`The mail is ${delivery?.status}: SES has not reported that it was delivered`);
  }
}

/** A mail in the inbox of the stack on this machine, as far as the story reads it. */
type InboxMail = { subject: string; destination: { to: string[] }; body: { text?: string } };

/** Waits for a mail to an address in the inbox of the stack on this machine. */
export async function mailIn(sesUrl: string, address: string, since: Date): Promise<InboxMail> {
  const store = `${sesUrl}/store?since=${Math.floor(since.getTime() / 1000)}`;
  for (const patience = Date.now() + MAIL_PATIENCE_MS; Date.now() < patience; await sleep(ASK_AGAIN_MS)) {
    const { emails } = (await (await fetch(store)).json()) as { emails: InboxMail[] };
    const mail = emails.find(({ destination }) => destination.to.includes(address));
    if (mail) return mail;
  }
  throw new Error(`No mail to ${address} has come`);
}

/** The link of an invitation in a text. @throws Error if there is none */
export function linkIn(text = ''): string {
  const [link] = /https?:\/\/\S+#token=\S+/.exec(text) ?? [];
  if (link === undefined) throw new Error('There is no link of an invitation in the text.');
  return link;
}
