/** The domain's closed lists of words, for the contract, the program file and all subjects. */

/** The languages of mails and pages. */
export const LANGUAGES = ['en', 'ru', 'vi'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The fields of a customer's contact and company (seed 003, CustomerPerson), in the order of answers. */
export const PERSON_FIELDS = [
  'name',
  'longname',
  'phone',
  'email',
  'postCode',
  'postAddress',
  'legalAddress',
  'tin',
] as const;
export type PersonField = (typeof PERSON_FIELDS)[number];

/** The statuses of a customer, as the API shows them. */
export const STATUSES = [
  'VERIFICATION_REQUIRED',
  'APPROVAL_REQUIRED',
  'ACTIVE',
  'SUSPENDED',
  'DECLINED',
  'REJECTED',
  'EXPIRED',
] as const;
export type Status = (typeof STATUSES)[number];

/** Every kind of mail; `shared/customer/owedMails.ts` says when each mail about a customer is sent, and to whom. */
export const MAIL_KINDS = [
  // To the invited address, with the link.
  'INVITATION',
  'RESENT',
  'REMINDER',
  // To the person at the partner who registered the customer; if there is none, to the partner's owners.
  'CONFIRMED',
  'DECLINED',
  'EXPIRED',
  'BOUNCED',
  'APPROVED_FOR_PARTNER',
  'REJECTED_FOR_PARTNER',
  // To the provider's operators.
  'APPROVAL_REQUESTED',
  // To the customer, after the provider's decision.
  'APPROVED',
  'REJECTED',
  // To the customer, when its partner suspends or resumes its services.
  'SUSPENDED',
  'RESUMED',
  // To the person whom a partner invites as a member.
  'MEMBER_INVITED',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** Whether a member has accepted its membership. */
export const MEMBER_STATUSES = ['INVITED', 'ACTIVE'] as const;

/** Where a role on a subaccount or an organization comes from. */
export const ROLE_ORIGINS = [
  'MEMBERSHIP',
  'REGISTRATION',
  'ADMINISTRATORS',
  'INVITATION',
  'CONFIRMATION',
  'GRANT',
] as const;

/** The types of a partner's events. */
export const PARTNER_EVENT_TYPES = [
  'PartnerUpdated',
  'MemberInvited',
  'MemberInvitationChanged',
  'MemberInvitationWithdrawn',
  'MemberAccepted',
  'MemberDeclined',
  'MemberAdded',
  'MemberChanged',
  'MemberRemoved',
  'MemberLeft',
  'ServiceAccountRecorded',
  'ServiceAccountReleased',
  'RegistrationRefused',
  // An operator of the provider has read one of the partner's customers. The list of approvals writes no event.
  'CustomerViewed',
] as const;
export type PartnerEventType = (typeof PARTNER_EVENT_TYPES)[number];

/** The rules of a program for the account of a new customer (seed 004). */
export const ELIGIBILITY_RULES = [
  'NO_CREDIT_BALANCE',
  'NOT_USING_SERVICES',
  'NO_DISCOUNTS',
  'NO_POC',
  'PREPAID',
] as const;
/** All requirements of a program: an account exists, and the rules above. */
export const REQUIREMENTS = ['REGISTERED', ...ELIGIBILITY_RULES] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

/** The statuses of a mail that was sent or given up. */
export const DELIVERY_STATUSES = ['SENT', 'DELIVERED', 'DELAYED', 'BOUNCED', 'COMPLAINED', 'FAILED'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Why a mail is late or was not delivered. `reason` of a delivery says the same as an English sentence, often with more details. */
export const DELIVERY_CAUSES = [
  'NO_MAILBOX',
  'NO_MAIL_DOMAIN',
  'MAILBOX_DISABLED',
  'MAILBOX_FULL',
  'RECIPIENT_SERVER_REFUSES',
  'CAME_BACK_BEFORE',
  'CAME_BACK_OR_UNWANTED',
  'NOT_DELIVERED',
  'REPORTED_AS_UNWANTED',
  'TAKEN_FOR_SPAM',
  'RECIPIENT_SERVER_PROBLEM',
  'NOT_TAKEN_YET',
  'SERVICE_REFUSED_CONTENT',
  'SERVICE_REFUSED_ADDRESS',
  'SERVICE_NOT_REACHED',
  'INVITATIONS_DECLINED',
] as const;
export type DeliveryCause = (typeof DELIVERY_CAUSES)[number];
