import type { access as english } from '../en/access.ts';
import type { Translation } from '../Translation.ts';

export const access: Translation<typeof english> = {
  access: {
    title: 'Доступ',
    text: 'Кто имеет роль на сабаккаунт и на его организацию. У участников партнёра есть также права, которые дают их роли на партнёрский аккаунт.',
    notRead: 'Не удалось показать все роли',
    on: {
      SUBACCOUNT: '{{role}} (сабаккаунт)',
      ORGANIZATION: '{{role}} (организация)',
    },
    serviceAccount: 'Сервисный аккаунт',
    person: 'Человек',
    grant: 'Выдать роль',
    grantButton: 'Выдать',
    whom: 'Кому',
    email: 'Эл. почта',
    emailInvalid: 'Это не адрес эл. почты.',
    clientId: 'Идентификатор сервисного аккаунта (client id)',
    clientIdInvalid: 'Это не идентификатор сервисного аккаунта.',
    role: 'Роль',
    chooseRole: 'Выберите роль',
    revoke: 'Отозвать',
    revokeNamed: 'Отозвать роль «{{role}}» у {{subject}}',
    revokeTitle: 'Отозвать роль',
    revokeText: 'У {{subject}} больше не будет роли «{{role}}» на этот сабаккаунт.',
  },
};
