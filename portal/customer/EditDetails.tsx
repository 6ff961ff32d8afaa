import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { updateCustomer } from '../../shared/contract/contract.ts';
import type { FieldError } from '../../shared/contract/problem.ts';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { useAction } from '../api/useApi.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { fieldAt, PERSON_FIELDS } from '../customers/fields.ts';
import { LANGUAGE_NAMES, type Language } from '../language/language.ts';
import { useFieldText } from '../shell/fieldText.ts';
import { focusFault } from '../shell/focusFault.ts';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useIsTyped, useTyped } from '../shell/typed.ts';
import { changesOf, type Field, onto, type Values, valuesOf, withinReach, wrongFields } from './customerFields.ts';
import { useFieldLabel } from './fieldLabel.ts';
import type { MayOn } from './mayOn.ts';

/** The form, and the customer that it started from: changes are the differences from `base`, and are sent with its version. */
type Edit = { base: Customer; values: Values };

const typedAs = (customerId: string) => `customer.${customerId}`;

/** Whether the person has typed a change of the customer, and has neither saved nor cancelled it. */
export const useIsEditBegun = (customerId: string): boolean => useIsTyped(typedAs(customerId));

type EditDetailsProps = {
  customer: Customer;
  may: MayOn;
  /** The field that gets the focus; undefined: the form continues with the changes typed before. */
  first: Field | undefined;
  /** Reads the customer again. */
  reload: () => Promise<Customer | undefined>;
  close: () => void;
};

/** Changes a customer's details. Never overwrites a change that someone else made meanwhile, and loses nothing that was typed. */
export function EditDetails({ customer, may, first, reload, close: leave }: EditDetailsProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const fault = useFieldText();
  const label = useFieldLabel();
  const [{ base, values: typed }, change, forget] = useTyped<Edit>(typedAs(customer.id), (before) => ({
    base: before?.base ?? customer,
    values: { ...valuesOf(customer), ...before?.values },
  }));
  // Drop the fields that may not be changed any more, as after the customer has confirmed.
  const values = withinReach(base, typed, may);
  const setField = (field: Field, value: string) =>
    change((before) => ({ ...before, values: { ...before.values, [field]: value } }));
  const [wrong, setWrong] = useState<ReadonlyMap<string, FieldError>>(new Map());
  const [isReloading, setReloading] = useState(false);
  const close = () => {
    forget();
    leave();
  };
  const saved = () => {
    notify({ type: 'success', content: t('customer.edit.saved') });
    close();
  };
  const { run, isRunning, problem, reset } = useAction(updateCustomer, saved);
  const isStale = problem?.code === 'STALE_VERSION';

  const submit = (): Promise<unknown> | undefined => {
    const changes = changesOf(base, values);
    if (Object.keys(changes).length === 0) {
      close();
      return undefined;
    }
    const found = wrongFields(changes);
    setWrong(found);
    reset();
    return found.size > 0 ? undefined : run({ path: { customerId: base.id }, body: changes, ifMatch: base.version });
  };
  const startFromNow = async () => {
    setReloading(true);
    const now = await reload();
    setReloading(false);
    if (!now) return;
    reset();
    // The change had been stored; only its answer was lost.
    if (Object.keys(changesOf(now, onto(base, now, values))).length === 0) return saved();
    change((before) => ({ base: now, values: onto(before.base, now, before.values) }));
  };

  const errorOf = (field: Field): string | undefined => {
    const said = wrong.get(field) ?? problem?.errors.find(({ path }) => fieldAt(path) === field);
    if (said === undefined) return undefined;
    return values[field].trim() === '' ? t('customer.edit.empty') : fault(said);
  };
  const text = (field: Field, isEnabled: boolean, inputMode: 'text' | 'email' | 'tel' = 'text', note?: string) => (
    <FormField label={label(field)} {...(note !== undefined && { constraintText: note })} errorText={errorOf(field)}>
      <Input
        autoFocus={field === first}
        autoComplete={false}
        inputMode={inputMode}
        readOnly={!isEnabled}
        value={values[field]}
        onChange={({ detail }) => setField(field, detail.value)}
      />
    </FormField>
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isRunning || isStale) return;
        const form = event.currentTarget;
        void submit()?.then(() => focusFault(form));
        focusFault(form);
      }}
    >
      <SpaceBetween size="l">
        {first === undefined && (
          <div role="status">
            <Alert type="info">{t('customer.edit.takenUp')}</Alert>
          </div>
        )}
        <ColumnLayout columns={2}>
          {may.changeName && text('name', true)}
          {may.changeDetails && text('friendlyName', true)}
          {may.changeDetails &&
            base.email !== null &&
            text(
              'email',
              may.changeEmail,
              'email',
              t(may.changeEmail ? 'customer.edit.emailInvites' : 'customer.edit.emailConfirmed'),
            )}
          {may.changeDetails && text('role', true)}
          {may.changeDetails && (
            <FormField label={label('language')} errorText={errorOf('language')}>
              <Select
                selectedOption={{ value: values.language, label: LANGUAGE_NAMES[values.language as Language] }}
                options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value], lang: value }))}
                onChange={({ detail }) => setField('language', detail.selectedOption.value ?? '')}
              />
            </FormField>
          )}
          {may.changeDetails && (
            <FormField
              label={label('adminEmails')}
              constraintText={t('customer.edit.adminEmailsText')}
              errorText={errorOf('adminEmails')}
            >
              <Textarea
                rows={2}
                value={values.adminEmails}
                onChange={({ detail }) => setField('adminEmails', detail.value)}
              />
            </FormField>
          )}
        </ColumnLayout>
        {may.changeDetails && (
          <SpaceBetween size="s">
            <Header variant="h3">{t('customer.legal')}</Header>
            <ColumnLayout columns={2}>
              {PERSON_FIELDS.map((field) => (
                <div key={field}>
                  {text(`person.${field}`, true, field === 'email' ? 'email' : field === 'phone' ? 'tel' : 'text')}
                </div>
              ))}
            </ColumnLayout>
          </SpaceBetween>
        )}
        {isStale ? (
          <div role="alert">
            <Alert
              type="warning"
              header={t('customer.edit.stale')}
              action={
                <Button formAction="none" loading={isReloading} onClick={() => void startFromNow()}>
                  {t('customer.edit.startFromNow')}
                </Button>
              }
            >
              {t('customer.edit.staleText')}
            </Alert>
          </div>
        ) : (
          <ProblemAlert problem={problem} title={t('customer.edit.notSaved')} />
        )}
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" disabled={isRunning} onClick={close}>
              {t('cancel')}
            </Button>
            <Button variant="primary" loading={isRunning} disabled={isStale}>
              {t('customer.edit.save')}
            </Button>
          </SpaceBetween>
        </Box>
      </SpaceBetween>
    </form>
  );
}
