/** The page on which a person sets up a second factor. */
export const secondFactor = {
  secondFactor: {
    title: 'Second factor',
    text: 'With a second factor, nobody can sign in with your password alone: you also enter a code from an authenticator app. Operators of {{brand}} and owners of partner accounts need one.',
    isSet: 'You have a second factor.',
    notSet: 'You have no second factor yet.',
    setUp: 'Set up',
    replace: 'Set up another app',
    scan: 'Scan this picture with an authenticator app on your phone, or enter the key there.',
    picture: 'The key as a picture, for an authenticator app',
    key: 'Key',
    copy: 'Copy the key',
    copied: 'Copied',
    notCopied: 'Copying failed',
    code: 'Code from the app',
    codeText: '6 digits',
    confirm: 'Confirm',
    wrongCode: 'This code is not right. Enter the newest code from the app. The clock of your phone has to be right.',
    done: 'The second factor is set up. Your other sessions have ended. Sign in again with a code from the app.',
    end: 'End all sessions',
    notEnded: 'The second factor is set up, but your other sessions have not ended',
    signInAgain: 'Sign in again',
    oldSignIn: 'This sign-in can’t set up a second factor. Sign in again, and then try again.',
    elsewhere: 'The sign-in service has its own page for the second factor. Set it up there, and sign in again.',
    ofProvider:
      'You sign in through your organization’s identity provider. The second factor is asked for there: you set up none here. If you are refused because it is missing, ask {{brand}}.',
  },
};
