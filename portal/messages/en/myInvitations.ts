/** The invitations of somebody who is, or is to be, a partner's customer. */
export const myInvitations = {
  myInvitations: {
    description: 'Invitations from partners, and their status',
    notRead: 'The invitations can’t be shown',
    none: 'No invitations',
    noneText:
      'No open invitation for {{email}}. An invitation may have expired or been withdrawn: ask the partner to invite you again. If an invitation was sent to another email address of yours, sign out and sign in with that one.',
    elsewhere: 'Is an invitation missing? It may have gone to another email address.',
    more: 'Show more',
    open: 'Open the invitation from {{partner}} to {{name}}',
    invitedBy: 'Invited by {{partner}}',
    until: 'to be confirmed {{when}}',
    membership: {
      title: 'Partners',
      notRead: 'The partners can’t be shown',
      active: 'You work for this partner',
      invited: '{{by}} invited you. The invitation expires {{when}}',
      accept: 'Accept',
      acceptNamed: 'Accept the invitation from {{partner}}',
      leaveFirst: 'To accept, leave {{other}} first.',
      decline: 'Decline',
      declineNamed: 'Decline the invitation from {{partner}}',
      declineText: 'To join later, you need a new invitation from {{partner}}.',
      leave: 'Leave',
      leaveNamed: 'Leave {{partner}}',
      lastOwner: 'The last owner can’t leave. Make someone else an owner first.',
      leaveText:
        'You lose all roles at {{partner}} and on its customers, and will no longer see them. The roles on customers do not come back if you return. To join later, you need a new invitation from {{partner}}.',
      accepted: 'You work for {{partner}} now.',
      declined: 'You have declined the invitation from {{partner}}.',
      left: 'You have left {{partner}}.',
    },
    blocked: {
      title: 'No invitations for now',
      notRead: 'The list of blocked partners can’t be shown',
      until: 'No invitations until {{date}}',
      allow: 'Allow invitations again',
      allowNamed: 'Allow invitations again from {{partner}}',
      allowed: 'Invitations from {{partner}} are allowed again.',
    },
    one: {
      notRead: 'The invitation can’t be shown',
      gone: 'There is no such invitation',
      goneText:
        'The invitation may have gone to another email address: then sign in with that one. It may also have been withdrawn: then ask the partner that has invited you.',
      signedInAs: 'You are signed in as {{email}}.',
      otherAccount: 'Sign in with another account',
      ofPartner: 'You work for the partner that sends the invitation. Only the invited person can confirm it.',
      fields: {
        partner: 'Invited by',
        customer: 'Customer',
        email: 'Invited email address',
        until: 'Confirm by',
        approval: 'Decision by',
      },
      meaning: 'If you confirm',
      points: {
        serves: '{{partner}} serves you in {{brand}} and is billed for your cloud resources.',
        organization: 'An organization is created for you, and you become its administrator.',
        staff: 'The staff of {{partner}} also get rights in this organization.',
      },
      note: 'Nothing happens until you press a button. If you don’t know {{partner}} or didn’t expect this, decline.',
      name: 'Name of the customer',
      nameText: '{{partner}} has written this name. Correct it if it is wrong: your organization is named after it.',
      confirm: 'Confirm',
      confirming: 'Confirming',
      decline: 'Decline',
      declineTitle: 'Decline the invitation?',
      declineText:
        '{{partner}} will not serve {{name}} then. This can’t be undone: {{partner}} would have to invite you again.',
      noMore: 'I want no more invitations from {{partner}}',
      noMoreText: 'This applies for 30 days. You can allow invitations again at any time.',
      confirmed: 'You have confirmed. Next, create a cloud or link one that you have.',
      confirmedForApproval: 'You have confirmed. Next, {{brand}} decides.',
      declined: 'You have declined the invitation.',
      status: {
        VERIFICATION_REQUIRED:
          '{{partner}} offers to serve {{name}} in {{brand}}. Read what this means, then confirm or decline.',
        VERIFICATION_REQUIRED_OF_ANOTHER:
          '{{partner}} has invited another person for {{name}}. That person has to confirm.',
        APPROVAL_REQUIRED:
          'You have confirmed. Now {{brand}} has to approve. You don’t need to do anything. You will get an email with the decision. After an approval, you create a cloud here, or link one that you have already.',
        APPROVAL_REQUIRED_OF_ANOTHER: 'Now {{brand}} has to approve {{name}}.',
        ACTIVE: '{{partner}} serves {{name}} in {{brand}}.',
        SUSPENDED: '{{partner}} has suspended the services of {{name}}. Ask {{partner}} how to resume them.',
        DECLINED:
          'The invitation was declined: nothing has been created, and {{partner}} has no rights. If this was a mistake, ask {{partner}} to invite you again.',
        DECLINED_NO_MORE:
          'You have declined the invitation: nothing has been created, and {{partner}} has no rights. {{partner}} can’t invite you again until {{date}}.',
        REJECTED: '{{brand}} hasn’t approved {{name}} as a customer of {{partner}}. Ask {{partner}} what you can do.',
        EXPIRED:
          'The time is over, and nothing has been created. If you still want it, ask {{partner}} to invite you again.',
      },
      next: 'Next, create a cloud, or link one that you have already. An existing cloud that isn’t linked is billed to you directly, not to {{partner}}.',
      changeName: 'Change the name',
      everything: 'Access, history and all details',
    },
  },
};
