import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../customers/customerStatus.tsx';
import { PERSON_FIELDS } from '../customers/fields.ts';
import { LANGUAGE_NAMES } from '../language/language.ts';
import { Day } from '../language/Moment.tsx';
import { useConfig } from '../shell/me.ts';
import { useFocusAfter } from '../shell/useFocusAfter.ts';
import { CopyId } from './CopyId.tsx';
import { consoleAddress } from './consoleAddress.ts';
import type { Field } from './customerFields.ts';
import { EditDetails } from './EditDetails.tsx';
import { useFieldLabel } from './fieldLabel.ts';
import type { MayOn } from './mayOn.ts';

/** An open form. `first`: the field that gets the focus; without it, the form continues with the changes typed before. */
export type Editing = { first?: Field };

type DetailsProps = {
  customer: Customer;
  may: MayOn;
  /** Undefined: the form is closed. */
  editing: Editing | undefined;
  edit: (editing: Editing | undefined) => void;
  reload: () => Promise<Customer | undefined>;
};

/** The details of a customer, and the form that changes them. */
export function Details({ customer, may, editing, edit, reload }: DetailsProps) {
  const { t } = useTranslation();
  const button = useFocusAfter(editing !== undefined);
  const mayEdit = may.changeName || may.changeDetails;
  return (
    <Container
      header={
        <Header
          actions={
            mayEdit &&
            !editing && (
              <Button ref={button} onClick={() => edit({ first: may.changeName ? 'name' : 'friendlyName' })}>
                {t('customer.edit.button')}
              </Button>
            )
          }
        >
          {t('customer.details')}
        </Header>
      }
    >
      {editing ? (
        <EditDetails
          key={editing.first ?? ''}
          customer={customer}
          may={may}
          first={editing.first}
          reload={reload}
          close={() => edit(undefined)}
        />
      ) : (
        <Facts customer={customer} may={may} />
      )}
    </Container>
  );
}

function Facts({ customer, may }: { customer: Customer; may: MayOn }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const { organization: consoleUrl } = useConfig().consoleUrls;
  const { id, name, friendlyName, email, role, language, adminEmails, organization, person, status } = customer;
  const isOfContact = email !== null && may.changeDetails && !may.changeName;
  const pair = (name: string, value: ReactNode) => ({ label: name, value: value || '–' });
  const said = PERSON_FIELDS.filter((field) => person[field]);
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={3}
        items={[
          pair(
            label('name'),
            <>
              {name}
              {isOfContact && (
                <Box color="text-body-secondary" fontSize="body-s">
                  {t(`customer.nameOf.${status === 'VERIFICATION_REQUIRED' ? 'invitee' : 'contact'}`)}
                </Box>
              )}
            </>,
          ),
          pair(label('friendlyName'), friendlyName),
          pair(label('email'), email),
          pair(label('role'), role),
          pair(label('language'), LANGUAGE_NAMES[language]),
          pair(label('adminEmails'), adminEmails.join(', ')),
          pair(
            t('customer.organization'),
            organization && (
              <>
                {organization.name}
                <div>
                  <CopyId id={organization.id} />
                </div>
                {consoleUrl !== undefined && (
                  <Link external href={consoleAddress(consoleUrl, { organizationId: organization.id })}>
                    {t('customer.openOrganization')}
                  </Link>
                )}
              </>
            ),
          ),
          pair(t('customer.id'), <CopyId id={id} />),
          pair(
            t('customer.added'),
            <>
              <Day at={customer.createdAt} />
              {`, ${customer.createdBy}`}
            </>,
          ),
        ]}
      />
      {said.length > 0 && (
        <SpaceBetween size="s">
          <Header variant="h3">{t('customer.legal')}</Header>
          <KeyValuePairs columns={3} items={said.map((field) => pair(label(`person.${field}`), person[field]))} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
