/** The clouds of a customer. */
export const clouds = {
  clouds: {
    title: 'Clouds',
    text: 'These are billed to the subaccount. A cloud that isn’t linked is billed to the customer directly.',
    textOfContact:
      'Your partner is billed for these clouds. A cloud of yours that isn’t linked is billed to you directly.',
    notRead: 'The clouds can’t be shown',
    none: 'No clouds yet',
    noneText: 'Create one, or link one that the customer has already.',
    noneTextOfContact: 'Create one, or link one that you have already.',
    notActive: 'Clouds can be created and linked once the customer is active.',
    notPaid: 'Paid consumption mode is off for your partner account. Ask the provider to switch it on.',
    created: 'Created on {{date}}',
    linked: 'Linked on {{date}}',
    charges: 'It had charges on its old billing account. Pay what is outstanding there.',
    more: 'Show more',
    create: 'Create cloud',
    createButton: 'Create',
    createdNow: 'The cloud {{name}} is created.',
    name: 'Name',
    namePattern: '1 to 63 lower-case Latin letters, digits and hyphens, beginning with a letter',
    nameInvalid:
      'Use lower-case Latin letters, digits and hyphens, at most 63. Begin with a letter, don’t end with a hyphen.',
    organization: 'Organization',
    link: 'Link cloud',
    linkButton: 'Link',
    linkButtonNamed: 'Link {{name}}',
    linkable: 'Clouds of the customer',
    linkText:
      'The cloud will be billed to the subaccount from then on. If it has charges on another billing account, they must be paid there.',
    linkedNow: 'The cloud {{name}} is linked.',
    linkedWithCharges:
      'The cloud {{name}} is linked. It had charges on its old billing account: pay what is outstanding there.',
    linkableNotRead: 'The clouds that you could link can’t be shown',
    noneLinkable: 'There is no cloud that you could link',
    noneLinkableText:
      'You have no role on any cloud of this customer. Ask the customer to grant you resource-manager.clouds.owner on the cloud.',
    noneOfYours: 'Your account has no clouds yet. You can create one here.',
    unlinkable: {
      ROLE_TOO_RECENT: 'Your role on it is too recent. You can link it from {{time}}.',
      ROLE_INSUFFICIENT: 'Your role on it isn’t enough. Ask its owner for resource-manager.clouds.owner.',
      ALREADY_LINKED: 'It is billed to a subaccount already. It has to be unlinked there first.',
    },
    unlink: 'Unlink',
    isUnlinked: 'The cloud {{id}} is unlinked.',
    unlinkNamed: 'Unlink {{name}}',
    unlinkText:
      'The cloud stays as it is, but from now on it is billed to the customer directly. It can be linked again.',
    search: 'Find by name or id',
    noMatch: 'No cloud matches',
    clear: 'Clear the search',
    columns: { name: 'Name', id: 'Id', since: 'Here since', console: 'Console', actions: 'Actions' },
    open: 'Open',
    openNamed: 'Open {{name}} in the console',
    found_one: '{{count, number}} cloud',
    found_other: '{{count, number}} clouds',
  },
};
