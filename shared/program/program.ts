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
 * How one provider's program differs from another's: the whole of it is this one file, validated when the stack is
 * synthesized. Functions get it as JSON (`currentProgram.ts`).
 */
export const programSchema = z
  .strictObject({
    /** The provider's cloud, as mails and pages call it. */
    brandName: z.string().check(z.minLength(1)),
    /** The From of every mail: `Name <address>` or an address, verified in SES. In ASCII: SES takes it as it stands. */
    sender: mailbox,
    /** Where answers to mails go (Reply-To), requests not to be invited again among them: somebody reads it. Absent: to the sender. */
    replyTo: z.optional(mailbox),
    /** Where the provider's operators are asked for their approval by mail; absent: they look at the portal. */
    operatorEmail: z.optional(address),
    /** Mails that aren't sent under this program. */
    mailsOff: z.array(z.enum(MAIL_KINDS)),
    /** How many days before the deadline the customer is reminded of its invitation, once each. */
    reminderDays: z.array(positive),
    /** Language of a customer whose partner names none, and of mails to partners and operators. */
    defaultLanguage: z.enum(LANGUAGES),
    /** The partner's role with regard to a customer, where the partner names none (seed 004: "Partner"). */
    defaultRole: z.string().check(z.minLength(1)),
    /** What people read instead of the ordinary label of a status. */
    statusLabels: z.partialRecord(z.enum(STATUSES), z.string()),
    /** Whether the provider approves a customer after it has confirmed (seed 004: unless it is the provider's customer already). */
    providerApproval: z.enum(['NEVER', 'ALWAYS', 'UNLESS_ALREADY_CUSTOMER']),
    /** Whether an invited address must be that of an account that is registered with the provider. */
    registeredAccountRequired: z.boolean(),
    /** What that account must be: when the customer is added, when it confirms, and when the provider approves. */
    eligibilityRules: z.array(z.enum(ELIGIBILITY_RULES)),
    /** Whether several partners may have the same customer (one each), or one partner alone. */
    customerUniquePer: z.enum(['PARTNER', 'EMAIL']),
    /** Whether a partner may register a customer that it serves alone, without a confirmation (seed 003). */
    resellerServedCustomers: z.boolean(),
    /** Domains (ASCII form) that an invited email address may be of; none: all. */
    allowedEmailDomains: z.array(z.string()),
    /** How long an invitation can be confirmed. */
    confirmationDays: positive,
    /** How long the provider has to approve. */
    approvalDays: positive,
    /** How long an expired, declined or rejected customer stays before its personal data is removed. */
    retentionDays: positive,
    /** How long a recipient is spared the next invitation mail. */
    resendCooldownMinutes: positive,
    /** How many invitations a partner may send in a day (UTC): a guard against a script that runs wild, far above what people do. */
    invitationsPerDay: positive,
    /** How long a new role on a cloud takes until it counts (seed 002: "too little time has passed since the role was assigned"). */
    rolePropagationMinutes: z.int().check(z.nonnegative()),
    /** For how long a mail that can't be sent is tried again. */
    mailGiveUpHours: positive,
  })
  .check(
    z.refine(({ reminderDays, confirmationDays }) => reminderDays.every((days) => days < confirmationDays), {
      path: ['reminderDays'],
      message: 'must be fewer days than confirmationDays',
    }),
  );

export type Program = z.infer<typeof programSchema>;
