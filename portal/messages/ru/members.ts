import type { members as english } from '../en/members.ts';
import type { Translation } from '../Translation.ts';

export const members: Translation<typeof english> = {
  members: {
    description: 'Кто работает у партнёра {{partner}} и с какими ролями. Роль здесь действует для всех клиентов.',
    notRead: 'Не удалось показать участников',
    more: 'Показать ещё',
    you: 'это вы',
    serviceAccount: 'Сервисный аккаунт',
    federated: 'Входит через федерацию удостоверений',
    federatedText: 'Такой участник не получает ролей на организации клиентов.',
    member: 'Участник',
    add: 'Добавить участника',
    addButton: 'Добавить',
    added: 'Участник добавлен: {{id}}.',
    exists: '{{id}} уже среди участников. Закройте окно и измените роли в списке.',
    roles: 'Роли',
    rolesText: 'Вы можете выдавать и отзывать роли, которые входят в ваши.',
    rolesRequired: 'Выберите хотя бы одну роль.',
    change: 'Изменить роли',
    changeNamed: 'Изменить роли: {{id}}',
    save: 'Сохранить',
    changed: 'Роли изменены: {{id}}.',
    remove: 'Удалить',
    removeNamed: 'Удалить участника {{id}}',
    removeText: 'У {{id}} больше не будет ролей на партнёрский аккаунт и возможности что-либо в нём делать.',
    removeSelf: 'Это вы: клиенты этого партнёра больше не будут вам видны.',
    removed: 'Участник удалён: {{id}}.',
  },
};
