import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import { signOutAsked } from '../imports/beforeSignOut.ts';
import { useConfig, useMe } from '../shell/me.ts';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Waiting } from '../shell/Waiting.tsx';
import { useSession } from '../signIn/SignedIn.tsx';
import { confirmKey, endSessions, hasSecondFactor, keyAddress, newKey, PoolRefusal } from './userPool.ts';

/** The page on which a person sets up a second factor. */
export function SecondFactor() {
  const { t } = useTranslation();
  const { brandName: brand, oidc } = useConfig();
  const { user } = useMe();
  return (
    <Page title={t('secondFactor.title')}>
      <SpaceBetween size="m">
        <Box>{t('secondFactor.text', { brand })}</Box>
        {user.federated || oidc.secondFactorUrl === undefined ? (
          <Alert>{user.federated ? t('secondFactor.ofProvider', { brand }) : t('secondFactor.elsewhere')}</Alert>
        ) : (
          <SetUp url={oidc.secondFactorUrl} />
        )}
      </SpaceBetween>
    </Page>
  );
}

function SetUp({ url }: { url: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const token = async () => (await session.token()) ?? '';
  const state = useQuery({
    queryKey: ['secondFactor'],
    queryFn: async () => hasSecondFactor(url, await token()),
    retry: false,
    gcTime: 0,
  });
  const begin = useMutation({ mutationFn: async () => newKey(url, await token()) });
  const end = useMutation({ mutationFn: async () => endSessions(url, await token()) });
  const confirm = useMutation({
    mutationFn: async (code: string) => confirmKey(url, await token(), code),
    onSuccess: () => end.mutate(),
  });

  if (end.isSuccess) return <SignInAgain type="success">{t('secondFactor.done')}</SignInAgain>;
  const failed = state.error ?? begin.error ?? confirm.error;
  if (failed instanceof PoolRefusal && failed.reason === 'signIn')
    return <SignInAgain type="info">{t('secondFactor.oldSignIn')}</SignInAgain>;
  if (state.isPending) return <Waiting text={t('loading')} />;
  if (begin.data !== undefined && !confirm.isSuccess)
    return (
      <Confirm secret={begin.data} isRunning={confirm.isPending} problem={confirm.error} confirm={confirm.mutate} />
    );
  const isSet = state.data || confirm.isSuccess;
  return (
    <SpaceBetween size="m">
      <ProblemAlert
        problem={state.error ?? begin.error}
        retry={() => (begin.error ? begin.mutate() : void state.refetch())}
      />
      <ProblemAlert problem={end.error} title={t('secondFactor.notEnded')} />
      {state.data !== undefined && (
        <>
          <Box>{t(isSet ? 'secondFactor.isSet' : 'secondFactor.notSet')}</Box>
          <SpaceBetween direction="horizontal" size="xs">
            {!confirm.isSuccess && (
              <Button variant={isSet ? 'normal' : 'primary'} loading={begin.isPending} onClick={() => begin.mutate()}>
                {t(isSet ? 'secondFactor.replace' : 'secondFactor.setUp')}
              </Button>
            )}
            {/* A page that was closed too early may have left sessions of before. */}
            {isSet && (
              <Button
                variant={confirm.isSuccess ? 'primary' : 'normal'}
                loading={end.isPending}
                onClick={() => end.mutate()}
              >
                {t('secondFactor.end')}
              </Button>
            )}
          </SpaceBetween>
        </>
      )}
    </SpaceBetween>
  );
}

type ConfirmProps = { secret: string; isRunning: boolean; problem: Error | null; confirm: (code: string) => void };

/** Shows the new key, and asks for a code that the app makes of it. */
function Confirm({ secret, isRunning, problem, confirm }: ConfirmProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { brandName: brand } = useConfig();
  const [code, setCode] = useState('');
  const isWrong = problem instanceof PoolRefusal && problem.reason === 'code';
  return (
    <Container>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          confirm(code.replace(/\s/g, ''));
        }}
      >
        <SpaceBetween size="m">
          <Box>{t('secondFactor.scan')}</Box>
          <Picture address={keyAddress(secret, { brand, account: me.user.email ?? me.user.id })} />
          <div>
            <Box variant="awsui-key-label">{t('secondFactor.key')}</Box>
            <CopyToClipboard
              variant="inline"
              textToCopy={secret}
              copyButtonAriaLabel={t('secondFactor.copy')}
              copySuccessText={t('secondFactor.copied')}
              copyErrorText={t('secondFactor.notCopied')}
            />
          </div>
          <FormField
            label={t('secondFactor.code')}
            description={t('secondFactor.codeText')}
            errorText={isWrong && t('secondFactor.wrongCode')}
          >
            <Input
              value={code}
              inputMode="numeric"
              autoComplete="one-time-code"
              onChange={({ detail }) => setCode(detail.value)}
            />
          </FormField>
          {!isWrong && <ProblemAlert problem={problem} />}
          <Button variant="primary" formAction="submit" loading={isRunning}>
            {t('secondFactor.confirm')}
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}

/** The light margin of a QR code that apps need (ISO/IEC 18004: 4 modules). */
const QUIET_MODULES = 4;

/** A QR code: dark on light in every appearance, because apps read no other. */
function Picture({ address }: { address: string }) {
  const { t } = useTranslation();
  const { data, size } = encode(address, { border: QUIET_MODULES });
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg role="img" aria-label={t('secondFactor.picture')} viewBox={`0 0 ${size} ${size}`} width={220} height={220}>
      <rect width={size} height={size} fill="#fff" />
      <path d={squares.join('')} fill="#000" />
    </svg>
  );
}

function SignInAgain({ type, children }: { type: 'success' | 'info'; children: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const [isLeaving, setLeaving] = useState(false);
  return (
    <div role="status">
      <Alert
        type={type}
        action={
          <Button
            loading={isLeaving}
            onClick={() =>
              signOutAsked(() => {
                setLeaving(true);
                void session.signOut('/');
              })
            }
          >
            {t('secondFactor.signInAgain')}
          </Button>
        }
      >
        {children}
      </Alert>
    </div>
  );
}
