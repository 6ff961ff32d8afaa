import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Choices, Column } from '../../shared/import/columns.ts';
import { SpreadsheetError } from '../../shared/import/faults.ts';
import { readTable, type Spreadsheet, type TableOptions } from '../../shared/import/spreadsheet.ts';
import { pageOf } from '../imports/job.ts';
import { useImportDatabase } from '../imports/useImports.ts';
import { useFormat } from '../language/format.ts';
import type { Language } from '../language/language.ts';
import { saveFile } from '../saveFile.ts';
import { useFocusAfter } from '../shell/useFocusAfter.ts';
import { useIsHere } from '../shell/useIsHere.ts';
import {
  type CheckedFile,
  checkedFile,
  type FileRows,
  fileWithAllRows,
  fileWithCell,
  fileWithoutRow,
  rowsOf,
} from './checkedFile.ts';
import { columnLabel, template } from './columnLabel.ts';
import { FileColumns } from './FileColumns.tsx';
import { FileReading } from './FileReading.tsx';
import { MailLanguage } from './MailLanguage.tsx';
import { RowsToAdd } from './RowsToAdd.tsx';
import { RowsToCorrect, type RowsToCorrectRef } from './RowsToCorrect.tsx';

/** Begins the import of a spreadsheet: shows it before anything is sent, and lets the person correct its rows. */
export function FileImport() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const imports = useImportDatabase();
  const navigate = useNavigate();
  const isHere = useIsHere();
  const [files, setFiles] = useState<File[]>([]);
  const [fault, setFault] = useState<SpreadsheetError>();
  const [checked, setChecked] = useState<CheckedFile>();
  const rows = useMemo(() => (checked?.checked ? rowsOf(checked) : undefined), [checked]);
  /** They stay for the next file, which can be the file of the rejected rows. */
  const [choices, setChoices] = useState<Choices>(new Map());
  const [chosenLanguage, setLanguage] = useState<Language>();
  /** Of the mails to customers for which the file names none. */
  const language = chosenLanguage ?? (i18n.language as Language);
  const [isColumnsOpen, setColumnsOpen] = useState(false);
  const [isAdding, setAdding] = useState(false);
  const [isNotKept, setNotKept] = useState(false);
  /** Ends the reading of the file that was chosen before. */
  const reading = useRef<AbortController>(undefined);

  const choose = (chosen: File[]) => {
    setFiles(chosen);
    setChecked(undefined);
    setColumnsOpen(false);
    void read(chosen[0]);
  };

  const read = async (file: File | undefined, options: TableOptions = {}) => {
    reading.current?.abort();
    const control = new AbortController();
    const { signal } = control;
    reading.current = control;
    setFault(undefined);
    setNotKept(false);
    if (!file) return;
    try {
      const next = await readTable(new Uint8Array(await file.arrayBuffer()), options);
      if (!signal.aborted) setChecked(checkedFile(next, choices));
    } catch (error) {
      // The file can be gone, or the code that reads workbooks can't be loaded.
      if (!signal.aborted)
        setFault(error instanceof SpreadsheetError ? error : new SpreadsheetError('NOT_READ', { cause: error }));
    }
  };

  const chooseColumn = (key: string, column: Column | '') => {
    setColumnsOpen(true);
    const next = new Map([...choices, [key, column] as const]);
    setChoices(next);
    setChecked((before) => before && checkedFile(before.table, next, before));
  };

  const add = async (spreadsheet: Spreadsheet, { good, bad }: FileRows) => {
    setAdding(true);
    try {
      const id = await imports.add({ file: files[0]?.name ?? '', spreadsheet, language, good, bad });
      if (isHere.current) await navigate(pageOf({ id }));
    } catch {
      setAdding(false);
      setNotKept(true);
    }
  };

  const { table, spreadsheet } = checked ?? {};
  const problemOfFile = fault ?? checked?.fault;
  const isToCorrect = rows !== undefined && rows.bad.length > 0;
  const addButton = useFocusAfter(isToCorrect);
  const toCorrect = useRef<RowsToCorrectRef>(null);
  const hasUnnamed = spreadsheet?.columns.some(({ key, column }, index) => {
    return key === '' && column === undefined && spreadsheet.samples[index] !== '';
  });
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <Button
                iconName="download"
                onClick={() => saveFile(t('addCustomers.file.templateName'), template(t, i18n.language), 'text/csv')}
              >
                {t('addCustomers.file.template')}
              </Button>
            }
          >
            {t('addCustomers.file.title')}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <FormField
            label={t('addCustomers.file.label')}
            description={t('addCustomers.file.columns')}
            {...(problemOfFile && {
              errorText: t(`addCustomers.file.faults.${problemOfFile.fault}`, { value: problemOfFile.value }),
            })}
          >
            <FileUpload
              accept=".csv,.tsv,.txt,.xlsx,text/csv"
              value={files}
              multiple={false}
              showFileSize
              i18nStrings={{ formatFileSize: format.fileSize }}
              onChange={({ detail }) => choose(detail.value)}
              constraintText={t('addCustomers.file.again')}
            />
          </FormField>
          {table && (
            <ColumnLayout columns={2}>
              <FileReading table={table} read={(options) => void read(files[0], options)} />
              {rows?.good.some(({ row }) => row.language === undefined) && (
                <MailLanguage language={language} choose={setLanguage} />
              )}
            </ColumnLayout>
          )}
          {spreadsheet && (
            <ExpandableSection
              headerText={t('addCustomers.file.columnsTitle')}
              expanded={isColumnsOpen || !rows || hasUnnamed === true}
              onChange={({ detail }) => setColumnsOpen(detail.expanded)}
            >
              <SpaceBetween size="m">
                {!rows && <Alert type="warning">{undecided(spreadsheet)}</Alert>}
                <FileColumns {...spreadsheet} choose={chooseColumn} />
              </SpaceBetween>
            </ExpandableSection>
          )}
        </SpaceBetween>
      </Container>
      {rows && (
        <Container>
          <SpaceBetween size="m">
            <SpaceBetween direction="horizontal" size="xs">
              <div aria-live="polite">{overview(rows)}</div>
              {rows.leftOut > 0 && (
                <Button variant="inline-link" onClick={() => setChecked((file) => file && fileWithAllRows(file))}>
                  {t('addCustomers.file.takeIn')}
                </Button>
              )}
            </SpaceBetween>
            {isNotKept && (
              <div role="alert">
                <Alert type="error">{t('imports.notKept')}</Alert>
              </div>
            )}
            <SpaceBetween direction="horizontal" size="xs">
              {isToCorrect && (
                <Button variant="primary" iconName="angle-down" onClick={() => toCorrect.current?.focusFirst()}>
                  {t('addCustomers.file.toFirst')}
                </Button>
              )}
              <Button
                ref={addButton}
                variant={isToCorrect ? 'normal' : 'primary'}
                disabled={rows.good.length === 0}
                loading={isAdding}
                onClick={() => spreadsheet && void add(spreadsheet, rows)}
              >
                {t('addCustomers.submit', { count: rows.good.length })}
              </Button>
            </SpaceBetween>
          </SpaceBetween>
        </Container>
      )}
      {spreadsheet && isToCorrect && (
        <RowsToCorrect
          ref={toCorrect}
          title={t('addCustomers.file.badTitle', { count: rows.bad.length })}
          rows={rows.bad}
          spreadsheet={spreadsheet}
          file={files[0]?.name ?? ''}
          isAllThatIsLeft={rows.good.length === 0}
          correct={(number, cell, value) => setChecked((file) => file && fileWithCell(file, number, cell, value))}
          leaveOut={(number) => setChecked((file) => file && fileWithoutRow(file, number))}
        />
      )}
      {spreadsheet && rows && rows.good.length > 0 && <RowsToAdd rows={rows.good} columns={spreadsheet.columns} />}
    </SpaceBetween>
  );

  /** The numbers of rows. They add up. */
  function overview({ good, bad, leftOut }: FileRows): string {
    return [
      t('addCustomers.file.rows', { count: good.length + bad.length + leftOut }),
      t('addCustomers.file.good', { count: good.length }),
      ...(bad.length > 0 ? [t('addCustomers.file.bad', { count: bad.length })] : []),
      ...(leftOut > 0 ? [t('addCustomers.file.leftOut', { count: leftOut })] : []),
    ].join(' ');
  }

  /** The faults of the columns. The person mends them before the rows are shown. */
  function undecided({ unknown, missing }: Spreadsheet): string {
    return [
      ...(unknown.length > 0 ? [t('addCustomers.file.unknownColumns', { columns: unknown.join(', ') })] : []),
      ...missing.map((column) => t('addCustomers.file.missingColumn', { column: columnLabel(t, column) })),
      t('addCustomers.file.decide'),
    ].join(' ');
  }
}
