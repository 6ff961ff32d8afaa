import type { CustomMessageTriggerEvent } from 'aws-lambda';
import { LANGUAGES } from '../shared/contract/vocabulary.ts';
import { languageOf, type SignInMailKind, signInMail } from '../shared/mail/signInMail.ts';

/** The mails that the user pool sends. Other messages, such as text messages, stay as Cognito has them. */
const KINDS: Partial<Record<string, SignInMailKind>> = {
  CustomMessage_SignUp: 'verify',
  CustomMessage_ResendCode: 'verify',
  CustomMessage_UpdateUserAttribute: 'change',
  CustomMessage_VerifyUserAttribute: 'change',
  CustomMessage_ForgotPassword: 'reset',
  CustomMessage_AdminCreateUser: 'account',
};

/**
 * Writes the mails of sign-in in the reader's language: that of the request (`lang` in the client's metadata) or of the user's attribute
 * `locale`. At a sign-up on Cognito's page both are missing: then the mail is in all languages.
 */
export async function handler(event: CustomMessageTriggerEvent): Promise<CustomMessageTriggerEvent> {
  const kind = KINDS[event.triggerSource];
  if (!kind) return event;
  const { clientMetadata, userAttributes, codeParameter, usernameParameter } = event.request;
  const known = languageOf(clientMetadata?.['lang']) ?? languageOf(userAttributes['locale']);
  const first = known ?? languageOf(process.env['DEFAULT_LANGUAGE']) ?? 'en';
  const others = known ? [] : LANGUAGES.filter((language) => language !== first);
  const { subject, html } = signInMail(kind, [first, ...others], {
    brandName: process.env['BRAND_NAME'] ?? '',
    code: codeParameter,
    username: usernameParameter ?? '',
  });
  event.response.emailSubject = subject;
  event.response.emailMessage = html;
  return event;
}
