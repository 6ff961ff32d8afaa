import type { DeliveryCause } from '../../contract/vocabulary.ts';

/** Why a mail is late or was not delivered, in Russian: for mails and for the pages. */
export const undelivered: Record<DeliveryCause, string> = {
  NO_MAILBOX: 'Такого почтового ящика нет.',
  NO_MAIL_DOMAIN: 'Домен этого адреса не принимает почту.',
  MAILBOX_DISABLED: 'Почтовый ящик отключён.',
  MAILBOX_FULL: 'Почтовый ящик переполнен.',
  RECIPIENT_SERVER_REFUSES: 'Почтовый сервер получателя отклоняет письмо.',
  CAME_BACK_BEFORE: 'Письма на этот адрес уже возвращались.',
  CAME_BACK_OR_UNWANTED: 'Письма на этот адрес уже возвращались, или его владелец не хочет их получать.',
  NOT_DELIVERED: 'Письмо вернулось.',
  REPORTED_AS_UNWANTED: 'Получатель отметил письмо как спам.',
  TAKEN_FOR_SPAM: 'Почтовый сервер получателя считает письмо спамом. Отправка повторяется автоматически.',
  RECIPIENT_SERVER_PROBLEM: 'На почтовом сервере получателя неполадки. Отправка повторяется автоматически.',
  NOT_TAKEN_YET: 'Почтовый сервер получателя пока не принимает письмо. Отправка повторяется автоматически.',
  SERVICE_REFUSED_CONTENT:
    'Почтовая служба отказалась передать письмо. Возможно, текст письма показался ей подозрительным.',
  SERVICE_REFUSED_ADDRESS: 'Почтовая служба не приняла письмо. Проверьте адрес.',
  SERVICE_NOT_REACHED: 'Почтовая служба не отвечала.',
  INVITATIONS_DECLINED: 'Получатель не хочет получать приглашения от партнёра.',
};
