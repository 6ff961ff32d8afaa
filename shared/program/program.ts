import * as z from 'zod/mini';
import { ELIGIBILITY_RULES, LANGUAGES, MAIL_KINDS, STATUSES } from '../contract/vocabulary.ts';

const mailbox = z.string().check(z.regex(/^[ -~]*@[ -~]*$/, 'must be `Name <address>` or an address, in ASCII'));
const address = z
  .string()
  .check(
    z.regex(/^[!-~]+@[!-~]+$/, 'must be an address, in ASCII'),
    z.regex(/^[^<>,;]*$/, 'must be one address, without a name'),
  );
const positive = z.int().check(z.positive());

/**
 * An address of the provider's console, with places for ids: `https://console.cloud.example/clouds/{cloudId}`. Pages link to it, so it must be
 * https, and no id may stand in its host.
 */
const consoleUrl = (places: ('cloudId' | 'organizationId')[]) => {
  const [place] = places;
  const path = `([!-z|~]|\\{(${places.join('|')})\\})*`;
  return z
    .string()
    .check(
      z.regex(
        new RegExp(`^https://[a-z0-9][a-z0-9.-]*(:[0-9]+)?[/?#]${path}$`),
        `must be an https address with ${places.map((each) => `{${each}}`).join(' or ')} after its host`,
      ),
      z.regex(new RegExp(`\\{${place}\\}`), `must contain {${place}}`),
    );
};

/** A list that a person has checked has few such rows. A script that tries addresses meets the limit within seconds. */
const DEFAULT_REFUSED_REGISTRATIONS_PER_DAY = 100;

/** The parts of the pages that a program may name in its own words. */
const LABELED_PARTS = ['customers', 'addCustomer', 'nextCustomer', 'friendlyName'] as const;

/** A mail that somebody missed or deleted can be sent again after a minute. Who gets many is spared for an hour. */
const DEFAULT_COOLDOWN_MINUTES = [1, 5, 15, 60];

/**
 * The program file: all differences between the programs of providers. It is validated when the stack is synthesized. Functions get it as
 * JSON (`currentProgram.ts`).
 */
export const programSchema = z
  .strictObject({
    /** The name of the provider's cloud in mails and on pages. */
    brandName: z.string().check(z.minLength(1)),
    /** The From of every mail: `Name <address>` or an address, verified in SES. In ASCII, because it is given to SES unencoded. */
    sender: mailbox,
    /** The Reply-To of mails. Somebody must read it: people ask there not to be invited again. Absent: replies go to `sender`. */
    replyTo: z.optional(mailbox),
    /** The address that asks the provider's operators for approval; absent: no mail, operators look at the portal. */
    operatorEmail: z.optional(address),
    /** Kinds of mails that this program does not send. */
    mailsOff: z.array(z.enum(MAIL_KINDS)),
    /** On how many days before the deadline the customer is reminded: `[3, 1]` is two reminders. */
    reminderDays: z.array(positive),
    /** The language of a customer whose partner names none, and of mails to partners and operators. */
    defaultLanguage: z.enum(LANGUAGES),
    /** The partner's role for a customer, if the partner names none (seed 004: "Partner"). */
    defaultRole: z.string().check(z.minLength(1)),
    /** Words for statuses, in the place of the usual ones. */
    statusLabels: z.partialRecord(z.enum(STATUSES), z.string()),
    /**
     * Words on the pages, in the place of the usual ones: `customers` in the left-hand panel, the buttons `addCustomer` of the list and
     * `nextCustomer` of the form, the field `friendlyName`.
     */
    pageLabels: z._default(z.partialRecord(z.enum(LABELED_PARTS), z.string().check(z.minLength(1))), {}),
    /** Whether the form shows the partner's role at once, with `defaultRole` in it (seed 004). Otherwise, the field is folded. */
    roleInForm: z._default(z.boolean(), false),
    /** The pages of a cloud and of an organization in the provider's console, to which the customer's page links. Absent: no links. */
    consoleUrls: z._default(
      z.strictObject({
        cloud: z.optional(consoleUrl(['cloudId', 'organizationId'])),
        organization: z.optional(consoleUrl(['organizationId'])),
      }),
      {},
    ),
    /** Whether the provider must approve a customer that has confirmed (seed 004: unless it is the provider's customer already). */
    providerApproval: z.enum(['NEVER', 'ALWAYS', 'UNLESS_ALREADY_CUSTOMER']),
    /** Whether an invited address must belong to an account that is registered with the provider. */
    registeredAccountRequired: z.boolean(),
    /** Rules for this account, checked when the customer is added, when it confirms, and when the provider approves. */
    eligibilityRules: z.array(z.enum(ELIGIBILITY_RULES)),
    /** PARTNER: each partner can invite an address once. EMAIL: only one partner can have the customer. */
    customerUniquePer: z.enum(['PARTNER', 'EMAIL']),
    /** Whether a partner may register a customer that it serves alone, without a confirmation (seed 003). */
    resellerServedCustomers: z.boolean(),
    /** Allowed domains of invited addresses (ASCII form); empty: all. */
    allowedEmailDomains: z.array(z.string()),
    /** How long an invitation can be confirmed. */
    confirmationDays: positive,
    /** How long the provider has to approve. */
    approvalDays: positive,
    /** How long an expired, declined or rejected customer stays before its personal data is removed. */
    retentionDays: positive,
    /**
     * How long after an invitation mail the same partner can't invite the same mailbox again: after the first mail, the second, and so on.
     * The last number holds for all further mails.
     */
    cooldownMinutes: z._default(z.array(positive).check(z.minLength(1)), DEFAULT_COOLDOWN_MINUTES),
    /** A field of earlier program files. */
    resendCooldownMinutes: z.optional(z.never('is no field any more: write cooldownMinutes, such as [1, 5, 15, 60]')),
    /** How many invitations a partner may send in a day (UTC). It guards against a faulty script, and is far above what people need. */
    invitationsPerDay: positive,
    /**
     * How many registrations of a partner may be refused in a day (UTC) because of the account. Each refusal tells something about an account
     * that need not be the partner's customer's.
     */
    refusedRegistrationsPerDay: z._default(positive, DEFAULT_REFUSED_REGISTRATIONS_PER_DAY),
    /** How long a new role on a cloud does not count for linking (seed 002: "too little time has passed since the role was assigned"). */
    rolePropagationMinutes: z.int().check(z.nonnegative()),
    /** How long a mail that can't be sent is tried again. */
    mailGiveUpHours: positive,
  })
  .check(
    z.refine(({ reminderDays, confirmationDays }) => reminderDays.every((days) => days < confirmationDays), {
      path: ['reminderDays'],
      message: 'must be fewer days than confirmationDays',
    }),
  );

export type Program = z.infer<typeof programSchema>;
