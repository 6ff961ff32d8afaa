import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { memo, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldError } from '../../shared/contract/problem.ts';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { LANGUAGE_NAMES } from '../language/language.ts';
import { useFieldText } from '../shell/fieldText.ts';
import { useConfig } from '../shell/me.ts';
import { usePageLabel } from '../shell/programLabel.ts';
import { PERSON_FIELDS } from './fields.ts';
import type { Draft } from './registration.ts';

type RowProps = {
  id: string;
  /** The row's place in the form, from 1. */
  number: number;
  draft: Draft;
  /** The faults of fields, by field. */
  errors: Record<string, FieldError>;
  /** The server's reason for refusing the row as a whole. */
  refusal: string | undefined;
  /** Whether the first field has the focus when the row appears. */
  isFocused: boolean;
  change: (id: string, draft: Draft) => void;
  /** Absent if the form has only this row. */
  remove: ((id: string) => void) | undefined;
};

/** The fields of one customer. Rarely needed fields are folded, and unfold if one of them is wrong. */
export const RegistrationRow = memo(function RegistrationRow(props: RowProps) {
  const { id, number, draft, errors, refusal, isFocused, change, remove } = props;
  const { t, i18n } = useTranslation();
  const { defaultRole, roleInForm, allowedEmailDomains, resellerServedCustomers } = useConfig();
  const { served = false } = draft;
  const label = usePageLabel();
  const fault = useFieldText();
  const isFolded = (path: string) => /^(adminEmails|person\.)/.test(path) || (path === 'role' && !roleInForm);
  const folded = Object.keys(errors).some(isFolded);
  const [opened, setOpened] = useState(false);
  // Stays open while the wrong field is corrected.
  useEffect(() => {
    if (folded) setOpened(true);
  }, [folded]);
  const errorOf = (path: string) => (errors[path] === undefined ? {} : { errorText: fault(errors[path]) });
  const input = (
    path: string,
    value: string,
    set: (value: string) => Draft,
    options: Partial<InputProps> & { note?: string; isOptional?: boolean } = {},
  ) => {
    const { note, isOptional = options.ariaRequired !== true, ...rest } = options;
    const usual = t(`addCustomers.fields.${path}` as 'addCustomers.fields.name');
    return (
      <FormField
        label={
          <>
            {path === 'friendlyName' ? label(path, usual) : usual}
            {isOptional && <i> ({t('optional')})</i>}
          </>
        }
        // Below the field: fields that are beside each other stay in one line.
        {...(note !== undefined && { constraintText: note })}
        {...errorOf(path)}
      >
        <Input value={value} onChange={({ detail }) => change(id, set(detail.value))} {...rest} />
      </FormField>
    );
  };
  const ofPerson = (field: (typeof PERSON_FIELDS)[number]) => {
    const types = { phone: 'tel', email: 'email' } as const;
    return (
      <div key={field}>
        {input(
          `person.${field}`,
          draft.person[field],
          (value) => ({ ...draft, person: { ...draft.person, [field]: value } }),
          field === 'phone' || field === 'email' ? { inputMode: types[field] } : {},
        )}
      </div>
    );
  };
  const role = input('role', draft.role ?? (roleInForm ? defaultRole : ''), (typed) => ({ ...draft, role: typed }), {
    placeholder: defaultRole,
    isOptional: !roleInForm,
  });
  const languages = LANGUAGES.map((each) => ({ value: each, label: LANGUAGE_NAMES[each] }));
  const language = draft.language || i18n.language;
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            remove && (
              <Button iconName="remove" ariaLabel={t('addCustomers.remove', { number })} onClick={() => remove(id)} />
            )
          }
        >
          {t('addCustomers.customer', { number })}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {refusal !== undefined && (
          <div role="alert">
            <StatusIndicator type="error">
              <span className="words">{refusal}</span>
            </StatusIndicator>
          </div>
        )}
        <ColumnLayout columns={2}>
          {input('name', draft.name, (name) => ({ ...draft, name }), {
            ariaRequired: true,
            autoFocus: isFocused,
          })}
          {!served &&
            input('email', draft.email, (email) => ({ ...draft, email }), {
              ariaRequired: true,
              inputMode: 'email',
              note:
                allowedEmailDomains.length > 0
                  ? t('addCustomers.domains', { domains: allowedEmailDomains.join(', ') })
                  : t('addCustomers.emailText'),
            })}
          {input('friendlyName', draft.friendlyName, (friendlyName) => ({ ...draft, friendlyName }))}
          {roleInForm && role}
          {!served && (
            <FormField label={t('addCustomers.fields.language')} {...errorOf('language')}>
              <Select
                selectedOption={
                  languages.find(({ value }) => value === language) ?? {
                    value: language,
                    label: language,
                  }
                }
                options={languages}
                onChange={({ detail }) => change(id, { ...draft, language: detail.selectedOption.value ?? '' })}
              />
            </FormField>
          )}
        </ColumnLayout>
        {(resellerServedCustomers || served) && (
          <Checkbox
            checked={served}
            description={t('addCustomers.servedText')}
            onChange={({ detail }) => change(id, { ...draft, served: detail.checked })}
          >
            {t('addCustomers.served')}
          </Checkbox>
        )}
        <ExpandableSection
          headerText={t('addCustomers.more')}
          expanded={opened || folded}
          onChange={({ detail }) => setOpened(detail.expanded)}
        >
          <SpaceBetween size="m">
            <ColumnLayout columns={2}>
              {!roleInForm && role}
              {input('adminEmails', draft.adminEmails, (adminEmails) => ({ ...draft, adminEmails }), {
                name: 'adminEmails',
                note: t('addCustomers.adminEmailsText'),
              })}
              {PERSON_FIELDS.map(ofPerson)}
            </ColumnLayout>
          </SpaceBetween>
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
});
